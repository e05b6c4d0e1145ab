/** Shortcuts that lead nowhere: each operation that follows them says so. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { DriveTest } from "../../src/drive/DriveTest.ts"
import { folder } from "./changes/support.ts"
import { refusal } from "./support.ts"

const files = [
  folder("archive"),
  { id: "note", name: "note.txt", content: "x" },
  { id: "to-note", name: "to note", target: "note" },
  { id: "to-shortcut", name: "to a shortcut", target: "to-note" },
  { id: "gone", name: "gone.txt", content: "x", owner: "ada@example.com" },
  { id: "to-gone", name: "to gone", target: "gone" }
]

type Service = Drive["Service"]
const operations: ReadonlyArray<readonly [string, (drive: Service, id: string) => Effect.Effect<unknown, unknown>]> = [
  ["readDocument", (drive, fileId) => drive.readDocument({ fileId })],
  ["listFolder", (drive, folderId) => drive.listFolder({ folderId })],
  ["folder", (drive, folderId) => Stream.runDrain(drive.folder({ folderId }))],
  ["findFolders", (drive, parentId) => drive.findFolders({ name: "x", parentId })],
  ["copyFile", (drive, fileId) => drive.copyFile({ fileId })],
  ["shareFile", (drive, fileId) => drive.shareFile({ fileId })],
  ["moveFile", (drive, destinationId) => drive.moveFile({ fileId: "note", destinationId })]
]

describe.each([
  ["a shortcut", "to-shortcut"],
  ["what is not visible", "to-gone"]
])("a shortcut to %s", (_, id) => {
  for (const [operation, run] of operations) {
    it.live(`is a broken one for ${operation}`, () =>
      Effect.gen(function* () {
        const error = yield* refusal((drive) => run(drive, id))
        expect(error).toMatchObject({ reason: "brokenShortcut", operation })
        expect((yield* DriveTest).requests().every(({ method }) => method === "GET")).toBe(true)
      }).pipe(Effect.provide(Drive.layerTest({ files })))
    )
  }
})
