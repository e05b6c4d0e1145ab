/** What every Drive must do when many files are moved, whatever is behind it. */
import { expect } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Effect } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { DriveTest } from "../../src/drive/DriveTest.ts"
import { folder, writes } from "./changes/support.ts"
import { flip, type Test } from "./support.ts"

const csv = (id: string, parents: ReadonlyArray<string> = ["inbox"]) => ({
  id,
  name: `${id}.csv`,
  mimeType: "text/csv",
  parents
})

const files = [
  folder("inbox"),
  folder("desk"),
  folder("archive"),
  csv("a"),
  csv("b"),
  csv("c", ["desk"]),
  csv("d", ["archive"])
]

/** The files of a folder, by their ids. */
const inside = (id: string) =>
  Effect.map(DriveTest, ({ children }) =>
    children(id)
      .map((file) => String(file["id"]))
      .sort()
  )

const move = { fileIds: ["a", "d", "b", "a", "gone", "c"], destinationId: "archive" }

export const batches = (test: Test): void => {
  test(
    "moves many files, with a result for each in the order they were given, and one failure does not stop the rest",
    { files },
    Effect.gen(function* () {
      const batch = yield* Drive.use((drive) => drive.batchMove(move))
      expect(batch.items.map(({ fileId, status }) => `${fileId} ${status}`)).toEqual([
        "a moved",
        "d already",
        "b moved",
        "gone failed",
        "c moved"
      ])
      expect(batch.items[3]?.problem).toMatchObject({ tag: "DriveError", retryable: false })
      expect(batch.counts).toEqual({ planned: 0, moved: 3, already: 1, failed: 1, notTried: 0 })
      expect(batch.summary).toBe("3 files moved, 1 file there already, 1 file failed")
      expect(yield* inside("archive")).toEqual(["a", "b", "c", "d"])
      expect(yield* Drive.use((drive) => drive.unfinishedMoves)).toEqual([])
    })
  )

  test(
    "tells with each file how far it is",
    { files },
    Effect.gen(function* () {
      const told: Array<string> = []
      const onProgress = ({ done, total }: { readonly done: number; readonly total: number }) =>
        Effect.sync(() => void told.push(`${done} of ${total}`))
      yield* Drive.use((drive) => drive.batchMove({ ...move, onProgress }))
      yield* Drive.use((drive) => drive.organize({ query: "name contains 'a'", destinationId: "desk", onProgress }))
      expect(told.slice(0, 5)).toEqual(["1 of 5", "2 of 5", "3 of 5", "4 of 5", "5 of 5"])
      expect(told.slice(5)).toEqual(["1 of 2", "2 of 2"])
    })
  )

  test(
    "plans, and changes nothing",
    { files },
    Effect.gen(function* () {
      const plan = yield* Drive.use((drive) => drive.batchMove({ ...move, dryRun: true }))
      expect(plan.items.map(({ from, status, to }) => [status, ...from, to])).toEqual([
        ["planned", "inbox", "archive"],
        ["already", "archive", "archive"],
        ["planned", "inbox", "archive"],
        ["failed", "archive"],
        ["planned", "desk", "archive"]
      ])
      expect(plan).toMatchObject({ id: null, dryRun: true, record: null })
      expect(plan.summary).toBe("3 files would be moved, 1 file there already, 1 file cannot be moved")
      expect(yield* writes).toEqual([])
    })
  )

  test(
    "carries out a plan: what was planned, from where it was then, and nothing else",
    { files },
    Effect.gen(function* () {
      const drive = yield* Drive
      const plan = yield* drive.batchMove({ ...move, dryRun: true })
      yield* drive.moveFile({ fileId: "a", destinationId: "desk" })
      const done = yield* drive.batchMove({ ...move, fileIds: ["a", "b", "c", "d", "nobody"], plan })
      expect(done.items.map(({ fileId, status }) => [fileId, status])).toEqual(
        plan.items.map(({ fileId, status }) => [
          fileId,
          status === "planned" ? (fileId === "a" ? "failed" : "moved") : status
        ])
      )
      expect(yield* inside("desk")).toContain("a")
    })
  )

  test(
    "organizes what was planned, though the query finds more by now",
    { files },
    Effect.gen(function* () {
      const drive = yield* Drive
      const input = { query: "mimeType = 'text/csv'", destinationId: "archive" }
      const plan = yield* drive.organize({ ...input, dryRun: true })
      const planned = plan.items.map(({ fileId }) => fileId)
      const { fileId: late } = yield* drive.copyFile({ fileId: planned[0]!, name: "late.csv", destinationId: "inbox" })
      const done = yield* drive.organize({ ...input, plan })
      expect(done.items.map(({ fileId, status }) => [fileId, status])).toEqual(planned.map((id) => [id, "moved"]))
      expect(done).toMatchObject({ query: plan.query, hasMore: plan.hasMore })
      expect(yield* inside("archive")).not.toContain(late)
      expect(yield* inside("inbox")).toContain(late)
    })
  )

  test(
    "takes back what is still where it was put",
    { files },
    Effect.gen(function* () {
      const drive = yield* Drive
      const { id, record } = yield* drive.batchMove(move)
      yield* drive.moveFile({ fileId: "b", destinationId: "desk" })
      const plan = yield* drive.undoMoves({ id: id!, dryRun: true })
      expect(plan.counts).toMatchObject({ planned: 2, failed: 1 })
      const undone = yield* drive.undoMoves({ record: record! })
      expect(undone.items.map(({ fileId, status }) => `${fileId} ${status}`)).toEqual([
        "a moved",
        "b failed",
        "c moved"
      ])
      expect(undone.items[1]?.problem).toMatchObject({ tag: "DriveError", retryable: false })
      expect(yield* inside("inbox")).toEqual(["a"])
      expect(yield* inside("desk")).toEqual(["b", "c"])
      // To be undone twice does no harm, and undoing is a batch that can be undone.
      expect((yield* drive.undoMoves({ id: id! })).counts).toMatchObject({ already: 2, failed: 1 })
      yield* drive.undoMoves({ id: undone.id! })
      expect(yield* inside("archive")).toEqual(["a", "c", "d"])
    })
  )

  test(
    "does not put anything back into a folder that went into the trash",
    { files },
    Effect.gen(function* () {
      const drive = yield* Drive
      const { id } = yield* drive.batchMove(move)
      yield* drive.trashFile({ fileId: "desk" })
      const undone = yield* drive.undoMoves({ id: id! })
      expect(undone.items.map(({ fileId, status }) => `${fileId} ${status}`)).toEqual([
        "a moved",
        "b moved",
        "c failed"
      ])
      expect(undone.items[2]?.problem?.message).toContain("out of the trash")
    })
  )

  test(
    "tells that no record is kept of a batch it does not know",
    { files },
    Effect.gen(function* () {
      for (const operation of ["undoMoves", "resumeMoves"] as const) {
        expect(yield* flip((drive) => drive[operation]({ id: "nope" }))).toMatchObject({
          _tag: "InvalidInputError",
          field: "id"
        })
      }
    })
  )

  test(
    "stops when nobody is signed in any more, and goes on later",
    { files },
    Effect.gen(function* () {
      const drive = yield* Drive
      const { faults } = yield* DriveTest
      let patched = 0
      faults.set((request) => (request.method === "PATCH" && ++patched > 1 ? Fault.status(401) : undefined))
      const batch = yield* drive.batchMove({ ...move, fileIds: ["a", "b", "c"], concurrency: 1 })
      expect(batch.items.map(({ status }) => status)).toEqual(["moved", "failed", "notTried"])
      expect(batch.summary).toBe(
        "1 file moved, 1 file failed, 1 file not tried; resumeMoves finishes what can be finished"
      )
      expect(yield* drive.unfinishedMoves).toMatchObject([{ id: batch.id, operation: "batchMove", total: 3, left: 2 }])
      faults.set(Fault.none)
      const resumed = yield* drive.resumeMoves({ id: batch.id! })
      expect(resumed.items.map(({ fileId, status }) => `${fileId} ${status}`)).toEqual(["b moved", "c moved"])
      expect(resumed.id).toBe(batch.id)
      expect(yield* drive.unfinishedMoves).toEqual([])
      expect(yield* inside("archive")).toEqual(["a", "b", "c", "d"])
      yield* drive.undoMoves({ id: batch.id! })
      expect(yield* inside("archive")).toEqual(["d"])
    })
  )

  test(
    "moves once when every answer is lost once",
    { files },
    Effect.gen(function* () {
      const drive = yield* Drive
      const { faults } = yield* DriveTest
      const lost = new Set<string>()
      faults.set(({ method, url }) => {
        if (method !== "PATCH" || lost.has(url.pathname)) return undefined
        lost.add(url.pathname)
        return Fault.lostAnswer
      })
      const batch = yield* drive.batchMove({ ...move, fileIds: ["a", "b", "c"] })
      expect(batch.counts).toMatchObject({ moved: 3 })
      expect(yield* inside("archive")).toEqual(["a", "b", "c", "d"])
    })
  )

  test(
    "organizes what a query finds, but not the trash, the destination, or what is in it",
    { files: [...files, { ...csv("e"), trashed: true }, { ...csv("f"), name: "Ada's.txt" }] },
    Effect.gen(function* () {
      const drive = yield* Drive
      const query = "name contains 'csv' or name contains 'archive' or mimeType = 'text/csv'"
      const input = { query, destinationId: "archive", maxFiles: 3 }
      const plan = yield* drive.organize({ ...input, dryRun: true })
      expect(plan).toMatchObject({ hasMore: true, incompleteSearch: false, dryRun: true, counts: { planned: 3 } })
      expect(plan.query).toContain("trashed = false")
      expect(yield* writes).toEqual([])
      const done = yield* drive.organize({ ...input, maxFiles: 10 })
      expect(done).toMatchObject({ hasMore: false, counts: { moved: 4 } })
      expect(yield* inside("archive")).toEqual(["a", "b", "c", "d", "f"])
      const again = yield* drive.organize(input)
      expect(again).toMatchObject({ id: null, items: [], record: null })
      expect(again.summary).toBe("nothing matches the query but the destination itself")
      yield* drive.undoMoves({ record: done.record! })
      expect(yield* inside("archive")).toEqual(["d"])
    })
  )

  test(
    "organizes nothing, and says so, when nothing matches",
    { files },
    Effect.gen(function* () {
      const done = yield* Drive.use((drive) => drive.organize({ query: "name = 'nope'", destinationId: "archive" }))
      expect(done).toMatchObject({
        id: null,
        items: [],
        summary: "nothing outside of the destination matches the query"
      })
    })
  )

  test(
    "moves nothing into a file",
    { files },
    Effect.gen(function* () {
      const error = yield* flip((drive) => drive.batchMove({ fileIds: ["a"], destinationId: "b" }))
      expect(error).toMatchObject({ _tag: "InvalidInputError", field: "destinationId" })
    })
  )
}
