import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { DriveEmulator } from "@skippy/google/testing"
import { EmulatorServer, Fault } from "@skippy/http/testing"
import { Deferred, Effect } from "effect"
import { expect, it } from "vitest"
import { ended, folder, run, start } from "./support.ts"

const chunk = 262_144
const size = 24 * chunk

it("leaves an upload that was interrupted in its middle to be gone on with", async () => {
  const path = folder()
  await writeFile(join(path, "talk.bin"), Buffer.alloc(size, "talk"))
  const program = Effect.gen(function* () {
    const reached = yield* Deferred.make<void>()
    let chunks = 0
    const drive = DriveEmulator.make()
    const server = yield* EmulatorServer.start(drive, {
      faults: ({ method }) => {
        if (method !== "PUT" || ++chunks !== 8) return undefined
        Deferred.doneUnsafe(reached, Effect.void)
        return Fault.hang
      }
    })
    const variables = { SKIPPY_GOOGLE_DRIVE_URL: server.url, SKIPPY_GOOGLE_ACCESS_TOKEN: "token-of-a-test" }
    const args = ["drive", "upload", "talk.bin", "--chunk-size", String(chunk), "--json"]

    const child = start(args, { path, variables })
    const first = ended(child)
    yield* Deferred.await(reached)
    child.kill("SIGINT")
    const { code, err, out } = yield* Effect.promise(() => first)
    expect({ code, out }).toEqual({ code: 130, out: "" })
    expect(err).toContain(`"tag":"Interrupted"`)

    const left = yield* Effect.promise(() => run(["drive", "uploads", "--json"], { path, variables }))
    expect(JSON.parse(left.out)).toMatchObject([{ path: join(path, "talk.bin"), size, hasSession: true }])

    const second = yield* Effect.promise(() => run(args, { path, variables }))
    expect(second.code).toBe(0)
    expect(JSON.parse(second.out)).toMatchObject({ name: "talk.bin", size, resumedFrom: 7 * chunk })
    expect(drive.createdCount()).toBe(1)
  })
  await Effect.runPromise(Effect.scoped(program))
})
