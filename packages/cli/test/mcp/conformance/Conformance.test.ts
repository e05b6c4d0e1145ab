/** The official conformance suite, by the requirement sets that are frozen with each revision of the protocol. */
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { expect, it } from "vitest"
import { ended, folder, start as startProgram } from "../../support.ts"
import { start } from "../http.ts"
import { fixtures } from "./fixtures.ts"

const suite = fileURLToPath(import.meta.resolve("@modelcontextprotocol/conformance/dist/index.js"))

const passes = (revision: string, ...args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { url } = yield* start(fixtures, { letEverybodyIn: true })
    const path = folder()
    const { code, err, out } = yield* Effect.promise(() =>
      ended(
        startProgram(["server", "--url", url, "--requirements", revision, "-o", path, ...args], {
          path,
          program: suite
        })
      )
    )
    expect(code, `${out}\n${err}`).toBe(0)
    return out
  }).pipe(Effect.scoped, Effect.runPromise)

it("passes everything that 2026-07-28 requires", async () => {
  expect(await passes("2026-07-28")).toContain("server-stateless")
})

it("passes everything that 2025-11-25 requires but for subscriptions to resources over HTTP", async () => {
  const expected = fileURLToPath(new URL("./expected-failures-2025-11-25.yml", import.meta.url))
  expect(await passes("2025-11-25", "--expected-failures", expected)).toContain("tools-call-elicitation")
})
