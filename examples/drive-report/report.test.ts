/** The report in a test: the real service with its policies, over an emulator in memory. No network, no account. */
import { Drive, DriveTest } from "@skippy/google"
import { DriveFaults } from "@skippy/google/testing"
import { Fault } from "@skippy/http/testing"
import { Effect } from "effect"
import { expect, it } from "vitest"
import { report } from "./report.ts"

const layer = Drive.layerTest({
  files: [
    { id: "sales", name: "Sales", mimeType: "application/vnd.google-apps.folder" },
    { name: "may.csv", content: "day,sum\n1,20\n2,22\n", mimeType: "text/csv", parents: ["sales"] },
    { name: "june.csv", content: "day,sum\n1,40\n", mimeType: "text/csv", parents: ["sales"] },
    { name: "notes.txt", content: "do not count me", parents: ["sales"] }
  ]
})

it("counts the rows of each table", async () => {
  const lines = await Effect.runPromise(Effect.provide(report("sales"), layer))
  expect(lines).toEqual([
    { name: "june.csv", rows: 1, stale: false },
    { name: "may.csv", rows: 2, stale: false }
  ])
})

it("is right although Drive says that it is too much, fails, and breaks answers off", async () => {
  const program = Effect.gen(function* () {
    const { faults, requests } = yield* DriveTest
    faults.set(
      Fault.sequence([DriveFaults.userRateLimited, DriveFaults.backendError(503), undefined, Fault.truncate()])
    )
    const lines = yield* report("sales")
    return { rows: lines.map(({ rows }) => rows), faulty: requests().filter(({ fault }) => fault !== undefined).length }
  })
  expect(await Effect.runPromise(Effect.provide(program, layer))).toEqual({ rows: [1, 2], faulty: 3 })
})
