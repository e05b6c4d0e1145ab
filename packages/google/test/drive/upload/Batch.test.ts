import { describe, expect } from "@effect/vitest"
import { InvalidInputError } from "@skippy/http"
import { Fault } from "@skippy/http/testing"
import { Effect, FileSystem, Path } from "effect"
import { DriveTest } from "../../../src/drive/DriveTest.ts"
import { large, log, noise, stored, test, uploads, Uploading } from "./support.ts"

const folder = { id: "folder", name: "Reports", mimeType: "application/vnd.google-apps.folder" }

/** A directory with these files in it. */
const directoryOf = (files: Readonly<Record<string, string | Uint8Array>>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    const directory = yield* fs.makeTempDirectoryScoped()
    yield* Effect.forEach(Object.entries(files), ([name, content]) =>
      fs.writeFile(paths.join(directory, name), typeof content === "string" ? Buffer.from(content) : content)
    )
    return directory
  })

const three = directoryOf({ "c.txt": "third", "a.txt": "first", "b.pdf": "second", ".hidden": "no" })

const batch = (input: Parameters<Uploading["Service"]["batchUpload"]>[0]) =>
  Uploading.use(({ batchUpload }) => batchUpload(input))

const names = Effect.map(stored, (files) => files.map(({ name }) => name))

describe("a batch", () => {
  test(
    "uploads the files of a directory into a folder, and answers for each",
    { files: [folder] },
    Effect.gen(function* () {
      const directory = yield* three
      const fs = yield* FileSystem.FileSystem
      yield* fs.makeDirectory(`${directory}/below`)
      const { counts, dryRun, items, summary } = yield* batch({ directory, parentId: "folder" })
      expect(items.map(({ name, size, status }) => [name, size, status])).toEqual([
        ["a.txt", 5, "uploaded"],
        ["b.pdf", 6, "uploaded"],
        ["c.txt", 5, "uploaded"]
      ])
      const drive = yield* DriveTest
      expect(drive.children("folder").map(({ id }) => id)).toEqual(
        expect.arrayContaining(items.map(({ fileId }) => fileId))
      )
      expect(counts).toEqual({ planned: 0, uploaded: 3, identical: 0, sameName: 0, failed: 0, notTried: 0 })
      expect([dryRun, summary]).toEqual([false, "3 files: 3 uploaded"])
    })
  )

  test(
    "takes those a glob means",
    {},
    Effect.gen(function* () {
      yield* batch({ directory: yield* three, pattern: "*.txt" })
      expect((yield* names).sort()).toEqual(["a.txt", "c.txt"])
    })
  )

  test(
    "leaves out those that are not meant, and does not tell of them",
    {},
    Effect.gen(function* () {
      const isMeant = (path: string) => Effect.succeed(!path.endsWith("/a.txt"))
      const { items } = yield* batch({ directory: yield* three, isMeant })
      expect(items.map(({ name }) => name)).toEqual(["b.pdf", "c.txt"])
      expect((yield* names).sort()).toEqual(["b.pdf", "c.txt"])
    })
  )

  test(
    "does not send what is not meant any more when it is about to be read",
    {},
    Effect.gen(function* () {
      const asked = new Map<string, number>()
      const isMeant = (path: string) =>
        Effect.sync(() => {
          const times = (asked.get(path) ?? 0) + 1
          asked.set(path, times)
          return times === 1 || !path.endsWith("/a.txt")
        })
      const { items } = yield* batch({ directory: yield* three, isMeant })
      expect(items.map(({ problem, status }) => [status, problem?.tag])).toEqual([
        ["failed", "UploadError"],
        ["uploaded", undefined],
        ["uploaded", undefined]
      ])
      expect((yield* names).sort()).toEqual(["b.pdf", "c.txt"])
    })
  )

  test(
    "only plans in a dry run",
    { files: [{ name: "a.txt", content: "first" }] },
    Effect.gen(function* () {
      const { dryRun, items } = yield* batch({ directory: yield* three, dryRun: true })
      expect(dryRun).toBe(true)
      expect(items.map(({ status }) => status)).toEqual(["identical", "planned", "planned"])
      expect(yield* log).toEqual(["GET /drive/v3/files 200"])
      expect(yield* stored).toHaveLength(1)
    })
  )

  test(
    "leaves out what is there already, and a second run does nothing",
    {},
    Effect.gen(function* () {
      const directory = yield* three
      const first = yield* batch({ directory })
      const second = yield* (yield* uploads).batchUpload({ directory })
      expect(second.items.map(({ status }) => status)).toEqual(["identical", "identical", "identical"])
      expect(second.items.map(({ fileId }) => fileId)).toEqual(first.items.map(({ fileId }) => fileId))
      expect((yield* DriveTest).createdCount()).toBe(3)
    })
  )

  const occupied = { files: [{ id: "old", name: "a.txt", content: "an older one" }] }

  test(
    "uploads another file of the same name when the content is another",
    occupied,
    Effect.gen(function* () {
      const { counts } = yield* batch({ directory: yield* three })
      expect(counts.uploaded).toBe(3)
      expect((yield* names).filter((name) => name === "a.txt")).toHaveLength(2)
    })
  )

  test(
    "leaves such a file out when that is asked for",
    occupied,
    Effect.gen(function* () {
      const { items } = yield* batch({ directory: yield* three, onConflict: "skip" })
      expect(items[0]).toMatchObject({ status: "sameName", fileId: "old" })
      expect(items.slice(1).map(({ status }) => status)).toEqual(["uploaded", "uploaded"])
    })
  )

  test(
    "fails for such a file when that is asked for, and goes on with the others",
    occupied,
    Effect.gen(function* () {
      const { items, summary } = yield* batch({ directory: yield* three, onConflict: "fail" })
      expect(items[0]).toMatchObject({ status: "failed", problem: { tag: "UploadError", retryable: false } })
      expect(items[0]?.problem?.message).toMatch(/a\.txt was not uploaded.*old/)
      expect(items.slice(1).map(({ status }) => status)).toEqual(["uploaded", "uploaded"])
      expect(summary).toBe("3 files: 2 uploaded, 1 failed")
    })
  )

  test(
    "goes on when one file fails",
    { faults: Fault.when({ method: "POST" }, Fault.once(Fault.status(400))) },
    Effect.gen(function* () {
      const { items } = yield* batch({ directory: yield* three, concurrency: 1 })
      expect(items.map(({ status }) => status)).toEqual(["failed", "uploaded", "uploaded"])
      expect(items[0]?.problem?.tag).toBe("DriveError")
    })
  )

  test(
    "does not try the rest when nobody is signed in any more",
    { faults: Fault.when({ method: "POST" }, Fault.always(Fault.status(401))) },
    Effect.gen(function* () {
      const { counts, items } = yield* batch({ directory: yield* three, concurrency: 1 })
      expect(items.map(({ status }) => status)).toEqual(["failed", "notTried", "notTried"])
      expect(counts.notTried).toBe(2)
      expect((yield* log).filter((line) => line.startsWith("POST"))).toHaveLength(1)
    })
  )

  test(
    "is finished by a second run: what was stored before a crash is there once, the rest is uploaded",
    {
      faults: Fault.when(
        { method: "POST" },
        Fault.sequence([undefined, Fault.lostAnswer, Fault.lostAnswer, Fault.lostAnswer, Fault.status(400)])
      )
    },
    Effect.gen(function* () {
      const directory = yield* three
      const first = yield* batch({ directory, concurrency: 1 })
      expect(first.items.map(({ status }) => status)).toEqual(["uploaded", "failed", "failed"])
      const program = yield* uploads
      const second = yield* program.batchUpload({ directory })
      expect(second.items.map(({ status }) => status)).toEqual(["identical", "uploaded", "uploaded"])
      expect((yield* names).sort()).toEqual(["a.txt", "b.pdf", "c.txt"])
      expect(yield* program.unfinishedUploads).toEqual([])
    })
  )

  test(
    "goes on with a large file where it broke off",
    { faults: Fault.when({ method: "PUT" }, Fault.sequence([Fault.cutRequest(4_000_000), Fault.reset, Fault.reset])) },
    Effect.gen(function* () {
      const directory = yield* directoryOf({ "film.mp4": noise(large) })
      const told: Array<readonly [path: string, resumedFrom: number]> = []
      expect((yield* batch({ directory })).counts.failed).toBe(1)
      const { counts } = yield* (yield* uploads).batchUpload({
        directory,
        onProgress: ({ path, resumedFrom }) => Effect.sync(() => told.push([path, resumedFrom]))
      })
      expect(counts.uploaded).toBe(1)
      expect(told[0]).toEqual([`${directory}/film.mp4`, Math.floor(4_000_000 / 262_144) * 262_144])
    })
  )

  test(
    "finds what a folder of a shared drive has already",
    {
      drives: [{ id: "0Ashared", name: "Team" }],
      files: [{ id: "old", name: "a.txt", content: "first", parents: ["0Ashared"] }]
    },
    Effect.gen(function* () {
      const { items } = yield* batch({ directory: yield* three, parentId: "0Ashared" })
      expect(items.map(({ status }) => status)).toEqual(["identical", "uploaded", "uploaded"])
    })
  )

  test(
    "looks through all pages of the folder",
    {
      files: Array.from({ length: 5 }, (_, n) => ({ name: n === 4 ? "c.txt" : `other ${n}`, content: "third" })),
      pageLength: () => 2
    },
    Effect.gen(function* () {
      const { items } = yield* batch({ directory: yield* three })
      expect(items.map(({ status }) => status)).toEqual(["uploaded", "uploaded", "identical"])
    })
  )
})

describe("an input of a batch that cannot be right", () => {
  const isRefused = (
    sentence: string,
    field: string,
    input: (directory: string) => Parameters<Uploading["Service"]["batchUpload"]>[0],
    fix: RegExp
  ) =>
    test(
      sentence,
      {},
      Effect.gen(function* () {
        const directory = yield* three
        const error = yield* Effect.flip(batch(input(directory)))
        expect(error).toBeInstanceOf(InvalidInputError)
        expect(error).toMatchObject({ operation: "Drive.batchUpload", field })
        expect(error.message).toMatch(fix)
        expect(yield* log).toEqual([])
      })
    )

  isRefused("is a directory there is not", "directory", (at) => ({ directory: `${at}/gone` }), /no such directory/)
  isRefused("is a file", "directory", (at) => ({ directory: `${at}/a.txt` }), /is a file.*uploadFile/)
  isRefused(
    "is a glob that matches nothing",
    "pattern",
    (at) => ({ directory: at, pattern: "*.xml" }),
    /no such file in/
  )
  isRefused("is a glob for directories", "pattern", (at) => ({ directory: at, pattern: "*/a" }), /without a slash/)
  isRefused(
    "is a choice there is not",
    "onConflict",
    (at) => {
      const input: object = { directory: at, onConflict: "replace" }
      return input as Parameters<Uploading["Service"]["batchUpload"]>[0]
    },
    /"upload" or "skip" or "fail"/
  )
  isRefused("is no upload at a time", "concurrency", (at) => ({ directory: at, concurrency: 0 }), /from 1 to 32/)
})
