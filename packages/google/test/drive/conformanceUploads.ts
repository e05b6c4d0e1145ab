/** What every Drive must do when something is uploaded, whatever is behind it. */
import { expect } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Effect, FileSystem } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { DriveTest } from "../../src/drive/DriveTest.ts"
import { directory, flip, type Test } from "./support.ts"
import { large, noise } from "./upload/support.ts"

const content = noise(large)

const fileOf = (name: string, bytes: Uint8Array) =>
  Effect.gen(function* () {
    const path = `${yield* directory}/${name}`
    yield* FileSystem.FileSystem.use((fs) => fs.writeFile(path, bytes))
    return path
  })

const isStored = (fileId: string, bytes: Uint8Array) =>
  Effect.map(DriveTest, (drive) => {
    expect(drive.files().map(({ id }) => id)).toEqual([fileId])
    expect(Buffer.from(drive.content(fileId) ?? []).equals(bytes)).toBe(true)
  })

export const uploads = (test: Test): void => {
  test(
    "uploads a small file with one request, once, though the first answer is lost",
    { faults: Fault.when({ method: "POST" }, Fault.once(Fault.lostAnswer)) },
    Effect.gen(function* () {
      const bytes = Buffer.from("Größe: 42 – ein Bericht")
      const path = yield* fileOf("report ü.txt", bytes)
      const file = yield* Drive.use((drive) => drive.uploadFile({ path }))
      expect(file).toMatchObject({ name: "report ü.txt", mimeType: "text/plain", size: bytes.length })
      yield* isStored(file.fileId, bytes)
    })
  )

  test(
    "uploads an empty file",
    {},
    Effect.gen(function* () {
      const path = yield* fileOf("empty", new Uint8Array())
      const { fileId } = yield* Drive.use((drive) => drive.uploadFile({ path }))
      yield* isStored(fileId, new Uint8Array())
    })
  )

  test(
    "uploads a large file though the connection breaks in the middle of it",
    {
      faults: Fault.when({ method: "PUT" }, Fault.sequence([Fault.cutRequest(2_000_000), undefined, Fault.lostAnswer]))
    },
    Effect.gen(function* () {
      const path = yield* fileOf("film.mp4", content)
      const { fileId, md5 } = yield* Drive.use((drive) => drive.uploadFile({ path }))
      yield* isStored(fileId, content)
      expect((yield* DriveTest).file(fileId)?.["md5Checksum"]).toBe(md5)
    })
  )

  test(
    "uploads a large file in chunks",
    {},
    Effect.gen(function* () {
      const path = yield* fileOf("film.mp4", content)
      const { fileId } = yield* Drive.use((drive) => drive.uploadFile({ path, chunkSize: 8 * 262_144 }))
      yield* isStored(fileId, content)
      expect((yield* DriveTest).requests().filter(({ method }) => method === "PUT")).toHaveLength(3)
    })
  )

  test(
    "leaves an upload that failed, and goes on with it",
    { faults: Fault.when({ method: "PUT" }, Fault.sequence([Fault.cutRequest(3_000_000), Fault.reset, Fault.reset])) },
    Effect.gen(function* () {
      const drive = yield* Drive
      const path = yield* fileOf("film.mp4", content)
      expect(yield* flip((drive) => drive.uploadFile({ path }))).toMatchObject({ category: "transient" })
      const [left] = yield* drive.unfinishedUploads
      expect(left).toMatchObject({ path, name: "film.mp4", size: large, hasSession: true })
      const { fileId, resumedFrom } = yield* drive.resumeUpload({ key: left?.key ?? "" })
      expect(resumedFrom).toBeGreaterThan(2_000_000)
      yield* isStored(fileId, content)
      expect(yield* drive.unfinishedUploads).toEqual([])
    })
  )

  test(
    "gives an upload up",
    { faults: Fault.when({ method: "PUT" }, Fault.sequence([Fault.cutRequest(3_000_000), Fault.reset, Fault.reset])) },
    Effect.gen(function* () {
      const drive = yield* Drive
      const path = yield* fileOf("film.mp4", content)
      yield* flip((drive) => drive.uploadFile({ path }))
      const [left] = yield* drive.unfinishedUploads
      yield* drive.abandonUpload({ key: left?.key ?? "" })
      expect(yield* drive.unfinishedUploads).toEqual([])
      expect((yield* DriveTest).sessions()).toEqual([])
    })
  )

  test(
    "uploads the files of a directory, and nothing when it is run again",
    {},
    Effect.gen(function* () {
      const path = yield* fileOf("a.txt", Buffer.from("first"))
      const at = path.slice(0, -"/a.txt".length)
      yield* FileSystem.FileSystem.use((fs) => fs.writeFileString(`${at}/b.txt`, "second"))
      const drive = yield* Drive
      const first = yield* drive.batchUpload({ directory: at, pattern: "*.txt" })
      expect(first.items.map(({ name, status }) => [name, status])).toEqual([
        ["a.txt", "uploaded"],
        ["b.txt", "uploaded"]
      ])
      expect((yield* drive.batchUpload({ directory: at })).counts).toMatchObject({ identical: 2, uploaded: 0 })
      expect((yield* DriveTest).createdCount()).toBe(2)
    })
  )

  test(
    "refuses a directory as a file, and a glob that matches nothing",
    {},
    Effect.gen(function* () {
      const at = yield* directory
      expect(yield* flip((drive) => drive.uploadFile({ path: at }))).toMatchObject({
        _tag: "InvalidInputError",
        field: "path"
      })
      expect(yield* flip((drive) => drive.batchUpload({ directory: at, pattern: "*.pdf" }))).toMatchObject({
        _tag: "InvalidInputError",
        field: "pattern"
      })
      expect((yield* DriveTest).requests()).toEqual([])
    })
  )
}
