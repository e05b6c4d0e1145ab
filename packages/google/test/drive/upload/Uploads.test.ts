import { describe, expect } from "@effect/vitest"
import { StateStore } from "@skippy/core"
import { InvalidInputError } from "@skippy/http"
import { Fault } from "@skippy/http/testing"
import { Effect, Fiber, FileSystem } from "effect"
import { DriveTest } from "../../../src/drive/DriveTest.ts"
import { DriveError } from "../../../src/drive/DriveError.ts"
import type { Progress } from "../../../src/drive/upload/Progress.ts"
import { UploadError } from "../../../src/drive/upload/UploadError.ts"
import { fileOf, large, log, noise, stored, test, uploads, Uploading } from "./support.ts"

const flip = <A, E>(body: (drive: Uploading["Service"]) => Effect.Effect<A, E>) => Effect.flip(Uploading.use(body))

describe("a small file", () => {
  test(
    "goes with one request, what is said of it first",
    {},
    Effect.gen(function* () {
      const path = yield* fileOf("42 rows and a sum", "report.txt")
      const file = yield* Uploading.use(({ uploadFile }) => uploadFile({ path }))
      expect(file).toMatchObject({ name: "report.txt", mimeType: "text/plain", size: 17, resumedFrom: 0, path })
      const [only, ...others] = yield* stored
      expect(others).toEqual([])
      expect(Buffer.from(only?.content ?? []).toString()).toBe("42 rows and a sum")
      expect(only?.id).toBe(file.fileId)
      expect(yield* log).toEqual(["GET /drive/v3/files/generateIds 200", "POST multipart 200"])
      const [, request] = (yield* DriveTest).requests()
      expect(request?.headers["content-type"]).toMatch(/^multipart\/related; boundary=/)
      expect(request?.body).toContain("Content-Type: application/json; charset=UTF-8")
      expect(yield* Uploading.use(({ unfinishedUploads }) => unfinishedUploads)).toEqual([])
    })
  )

  test(
    "may be empty",
    {},
    Effect.gen(function* () {
      const path = yield* fileOf("", "nothing")
      const file = yield* Uploading.use(({ uploadFile }) => uploadFile({ path }))
      expect(file).toMatchObject({
        size: 0,
        mimeType: "application/octet-stream",
        md5: "d41d8cd98f00b204e9800998ecf8427e"
      })
    })
  )

  test(
    "is there once when the answer is lost",
    { faults: Fault.when({ method: "POST" }, Fault.once(Fault.lostAnswer)) },
    Effect.gen(function* () {
      const path = yield* fileOf("once")
      const file = yield* Uploading.use(({ uploadFile }) => uploadFile({ path, name: "one" }))
      expect((yield* stored).map(({ id, name }) => [id, name])).toEqual([[file.fileId, "one"]])
      expect((yield* log).slice(1)).toEqual([
        "POST multipart 200",
        "POST multipart 409",
        `GET /drive/v3/files/${file.fileId} 200`
      ])
    })
  )

  test(
    "is found by the next program when the answer was lost for good",
    { faults: Fault.when({ method: "POST" }, Fault.times(3, Fault.lostAnswer)) },
    Effect.gen(function* () {
      const path = yield* fileOf("once")
      expect((yield* flip(({ uploadFile }) => uploadFile({ path })))._tag).toBe("HttpError")
      expect(yield* stored).toHaveLength(1)
      const file = yield* (yield* uploads).uploadFile({ path })
      expect((yield* stored).map(({ id }) => id)).toEqual([file.fileId])
    })
  )

  test(
    "goes to a folder, also by a shortcut to it",
    {
      files: [
        { id: "folder", name: "Reports", mimeType: "application/vnd.google-apps.folder" },
        { id: "shortcut", name: "Reports", mimeType: "application/vnd.google-apps.shortcut", target: "folder" }
      ]
    },
    Effect.gen(function* () {
      const path = yield* fileOf("in a folder")
      const { fileId } = yield* Uploading.use(({ uploadFile }) => uploadFile({ path, parentId: "shortcut" }))
      expect((yield* DriveTest).children("folder").map(({ id }) => id)).toEqual([fileId])
    })
  )
})

describe("an input that cannot be right", () => {
  const isRefused = (
    sentence: string,
    field: string,
    input: (path: string) => Parameters<Uploading["Service"]["uploadFile"]>[0],
    fix: RegExp
  ) =>
    test(
      sentence,
      {},
      Effect.gen(function* () {
        const path = yield* fileOf("something")
        const error = yield* flip(({ uploadFile }) => uploadFile(input(path)))
        expect(error).toBeInstanceOf(InvalidInputError)
        expect(error).toMatchObject({ operation: "Drive.uploadFile", field })
        expect(error.message).toMatch(fix)
        expect(yield* log).toEqual([])
        expect(yield* (yield* StateStore).keys("")).toEqual([])
      })
    )

  isRefused("is a path where nothing is", "path", (path) => ({ path: `${path}.gone` }), /no such file/)
  isRefused("is a directory", "path", (path) => ({ path: `${path}/..` }), /is a directory.*batchUpload/)
  isRefused("is no path", "path", () => ({ path: "" }), /give the path of a file/)
  isRefused("is a device", "path", () => ({ path: "/dev/null" }), /no regular file/)
  isRefused("is an empty name", "name", (path) => ({ path, name: " " }), /must not be empty/)
  isRefused("is an id with a slash", "parentId", (path) => ({ path, parentId: "a/b" }), /give an id/)
  isRefused(
    "is a type to convert to",
    "mimeType",
    (path) => ({ path, mimeType: "application/vnd.google-apps.document" }),
    /as they are/
  )
  isRefused(
    "is a chunk of no whole 256 KiB",
    "chunkSize",
    (path) => ({ path, chunkSize: 100_000 }),
    /multiple of 262144/
  )
  isRefused("is an idle time of nothing", "idleTimeout", (path) => ({ path, idleTimeout: 0 }), /more than 0/)

  test(
    "is a file where a folder should be",
    { files: [{ id: "file", name: "a file" }] },
    Effect.gen(function* () {
      const path = yield* fileOf("something")
      const error = yield* flip(({ uploadFile }) => uploadFile({ path, parentId: "file" }))
      expect(error).toMatchObject({ _tag: "InvalidInputError", field: "parentId" })
      expect(yield* log).toEqual(["GET /drive/v3/files/file 200"])
    })
  )

  test(
    "is a folder there is not",
    {},
    Effect.gen(function* () {
      const path = yield* fileOf("something")
      const error = yield* flip(({ uploadFile }) => uploadFile({ path, parentId: "nowhere" }))
      expect(error).toBeInstanceOf(DriveError)
      expect(error).toMatchObject({ reason: "notFound", fileId: "nowhere" })
      expect(yield* Uploading.use(({ unfinishedUploads }) => unfinishedUploads)).toEqual([])
    })
  )
})

describe("a large file", () => {
  const content = noise(large)

  test(
    "goes with one request after its session is there, and tells how far it is",
    {},
    Effect.gen(function* () {
      const path = yield* fileOf(content, "film.mp4")
      const told: Array<Progress> = []
      const file = yield* Uploading.use(({ uploadFile }) =>
        uploadFile({ path, onProgress: (progress) => Effect.sync(() => told.push(progress)) })
      )
      expect(yield* log).toEqual([
        "GET /drive/v3/files/generateIds 200",
        "POST resumable 200",
        `PUT bytes 0-${large - 1}/${large} 200`
      ])
      expect(Buffer.from((yield* DriveTest).content(file.fileId) ?? []).equals(content)).toBe(true)
      expect(file).toMatchObject({ name: "film.mp4", mimeType: "video/mp4", size: large, resumedFrom: 0 })
      expect(told[0]).toEqual({ bytes: 0, total: large, resumedFrom: 0 })
      expect(told.at(-1)).toEqual({ bytes: large, total: large, resumedFrom: 0 })
      const bytes = told.map((progress) => progress.bytes)
      expect(bytes).toEqual([...bytes].sort((a, b) => a - b))
      const [, start] = (yield* DriveTest).requests()
      expect(start?.headers).toMatchObject({
        "content-type": "application/json; charset=UTF-8",
        "x-upload-content-type": "video/mp4",
        "x-upload-content-length": String(large)
      })
    })
  )

  test(
    "goes in chunks when that is asked for",
    { keep: (received) => received / 2 },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      const chunkSize = 8 * 262_144
      const { fileId } = yield* Uploading.use(({ uploadFile }) => uploadFile({ path, chunkSize }))
      const puts = (yield* log).filter((line) => line.startsWith("PUT"))
      expect(puts[0]).toBe(`PUT bytes 0-${chunkSize - 1}/${large} 308`)
      // Drive kept half of it.
      expect(puts[1]).toBe(`PUT bytes ${chunkSize / 2}-${chunkSize + chunkSize / 2 - 1}/${large} 308`)
      expect(Buffer.from((yield* DriveTest).content(fileId) ?? []).equals(content)).toBe(true)
    })
  )

  test(
    "goes on after the connection broke, with what Drive says it kept",
    { faults: Fault.when({ method: "PUT" }, Fault.once(Fault.cutRequest(3_000_000))) },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      const { fileId, resumedFrom } = yield* Uploading.use(({ uploadFile }) => uploadFile({ path }))
      const kept = Math.floor(3_000_000 / 262_144) * 262_144
      expect((yield* log).slice(2)).toEqual([
        `PUT bytes 0-${large - 1}/${large} none`,
        `PUT bytes */${large} 308`,
        `PUT bytes ${kept}-${large - 1}/${large} 200`
      ])
      expect(resumedFrom).toBe(0)
      expect(Buffer.from((yield* DriveTest).content(fileId) ?? []).equals(content)).toBe(true)
    })
  )

  test(
    "is done when the last answer was lost",
    { faults: Fault.when({ method: "PUT" }, Fault.once(Fault.lostAnswer)) },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      const { fileId } = yield* Uploading.use(({ uploadFile }) => uploadFile({ path }))
      expect((yield* log).slice(2)).toEqual([`PUT bytes 0-${large - 1}/${large} 200`, `PUT bytes */${large} 200`])
      expect((yield* stored).map(({ id }) => id)).toEqual([fileId])
    })
  )

  test(
    "gets another session when its own is over, and keeps its id",
    {
      faults: Fault.when(
        { method: "PUT" },
        Fault.sequence([Fault.cutRequest(1_000_000), Fault.status(404), Fault.cutRequest(2_000_000), Fault.status(410)])
      )
    },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      const { fileId } = yield* Uploading.use(({ uploadFile }) => uploadFile({ path }))
      expect((yield* log).filter((line) => line.startsWith("POST"))).toHaveLength(3)
      expect((yield* log).filter((line) => line.includes("generateIds"))).toHaveLength(1)
      expect((yield* stored).map(({ id }) => id)).toEqual([fileId])
    })
  )

  test(
    "is not sent again and again when its sessions are over each time",
    { faults: Fault.when({ method: "PUT" }, Fault.always(Fault.status(404))) },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      const error = yield* flip(({ uploadFile }) => uploadFile({ path }))
      expect(error).toMatchObject({ _tag: "UploadError", reason: "lostSession" })
      expect((yield* log).filter((line) => line.startsWith("POST"))).toHaveLength(4)
      expect(yield* stored).toEqual([])
    })
  )

  test(
    "is no file twice when Drive made it and then forgot the session",
    {
      faults: Fault.when({ method: "PUT" }, Fault.sequence([Fault.lostAnswer, Fault.status(404)]))
    },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      const { fileId } = yield* Uploading.use(({ uploadFile }) => uploadFile({ path }))
      expect((yield* stored).map(({ id }) => id)).toEqual([fileId])
      expect((yield* log).filter((line) => line.startsWith("POST"))).toHaveLength(1)
    })
  )

  test(
    "waits for a limit instead of beginning anew",
    {
      faults: Fault.when(
        { method: "PUT" },
        Fault.once(
          Fault.status(403, {
            body: JSON.stringify({
              error: {
                code: 403,
                message: "slow",
                errors: [{ domain: "usageLimits", reason: "userRateLimitExceeded" }]
              }
            })
          })
        )
      )
    },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      yield* Uploading.use(({ uploadFile }) => uploadFile({ path }))
      expect((yield* log).slice(1)).toEqual([
        "POST resumable 200",
        `PUT bytes 0-${large - 1}/${large} 403`,
        `PUT bytes */${large} 308`,
        `PUT bytes 0-${large - 1}/${large} 200`
      ])
    })
  )

  test(
    "ends with what a new session would be refused with, too",
    {
      faults: Fault.when(
        { method: "PUT" },
        Fault.always(
          Fault.status(403, {
            body: JSON.stringify({
              error: { code: 403, message: "full", errors: [{ domain: "global", reason: "storageQuotaExceeded" }] }
            })
          })
        )
      )
    },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      const error = yield* flip(({ uploadFile }) => uploadFile({ path }))
      expect(error).toMatchObject({ _tag: "DriveError", reason: "storageFull" })
      expect((yield* log).filter((line) => line.startsWith("PUT"))).toHaveLength(1)
    })
  )

  test(
    "is not sent to a session that is somewhere else",
    {
      faults: Fault.when(
        { method: "POST" },
        Fault.always(Fault.status(200, { headers: { location: "https://elsewhere.example/upload?upload_id=secret" } }))
      )
    },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      const error = yield* flip(({ uploadFile }) => uploadFile({ path }))
      expect(error).toMatchObject({ _tag: "DriveError", reason: "unexpectedAnswer" })
      expect(error.message).not.toContain("secret")
      expect((yield* log).filter((line) => line.startsWith("PUT"))).toEqual([])
    })
  )
})

describe("a file that changes", () => {
  test(
    "while it is uploaded is an error, and not stored",
    {},
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* fileOf(noise(large))
      const error = yield* flip(({ uploadFile }) =>
        uploadFile({ path, onProgress: () => Effect.orDie(fs.writeFile(path, noise(large, 2))) })
      )
      expect(error).toBeInstanceOf(UploadError)
      expect(error).toMatchObject({ reason: "changed", path })
      expect(yield* stored).toEqual([])
    })
  )

  test(
    "after it was left unfinished is uploaded anew, as another file",
    { faults: Fault.when({ method: "PUT" }, Fault.sequence([Fault.cutRequest(1_000_000), Fault.reset, Fault.reset])) },
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* fileOf(noise(large))
      yield* flip(({ uploadFile }) => uploadFile({ path }))
      const [unfinished] = yield* Uploading.use(({ unfinishedUploads }) => unfinishedUploads)
      yield* fs.writeFile(path, noise(large + 5, 2))
      const program = yield* uploads
      const changed = yield* Effect.flip(program.resumeUpload({ key: unfinished?.key ?? "" }))
      expect(changed).toMatchObject({ _tag: "UploadError", reason: "changed" })
      const { fileId, resumedFrom } = yield* program.uploadFile({ path })
      expect(resumedFrom).toBe(0)
      expect((yield* stored).map(({ content, id }) => [id, content?.length])).toEqual([[fileId, large + 5]])
      // The session of the old content is ended.
      expect((yield* log).filter((line) => line.startsWith("DELETE"))).toHaveLength(1)
      expect((yield* DriveTest).sessions()).toEqual([])
    })
  )
})

describe("an upload that was left unfinished", () => {
  const content = noise(large)
  const breaking = () =>
    Fault.when({ method: "PUT" }, Fault.sequence([Fault.cutRequest(3_000_000), Fault.reset, Fault.reset]))
  const kept = Math.floor(3_000_000 / 262_144) * 262_144

  test(
    "is gone on with by another program",
    { faults: breaking() },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      yield* flip(({ uploadFile }) => uploadFile({ path }))
      const [unfinished, ...others] = yield* (yield* uploads).unfinishedUploads
      expect(others).toEqual([])
      expect(unfinished).toMatchObject({ path, name: "report.bin", parentId: "root", size: large, hasSession: true })
      expect(JSON.stringify(unfinished)).not.toContain("upload_id")
      const told: Array<Progress> = []
      const program = yield* uploads
      const file = yield* program.resumeUpload({
        key: unfinished?.key ?? "",
        onProgress: (progress) => Effect.sync(() => told.push(progress))
      })
      expect(file).toMatchObject({ resumedFrom: kept, size: large })
      expect(told[0]).toEqual({ bytes: kept, total: large, resumedFrom: kept })
      expect((yield* log).slice(-2)).toEqual([
        `PUT bytes */${large} 308`,
        `PUT bytes ${kept}-${large - 1}/${large} 200`
      ])
      expect(Buffer.from((yield* DriveTest).content(file.fileId) ?? []).equals(content)).toBe(true)
      expect(yield* program.unfinishedUploads).toEqual([])
    })
  )

  test(
    "is gone on with by the same call",
    { faults: breaking() },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      yield* flip(({ uploadFile }) => uploadFile({ path }))
      const { resumedFrom } = yield* (yield* uploads).uploadFile({ path })
      expect(resumedFrom).toBe(kept)
      expect(yield* stored).toHaveLength(1)
    })
  )

  test(
    "is begun anew without resume",
    { faults: breaking() },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      yield* flip(({ uploadFile }) => uploadFile({ path }))
      const { resumedFrom } = yield* (yield* uploads).uploadFile({ path, resume: false })
      expect(resumedFrom).toBe(0)
      expect((yield* DriveTest).sessions()).toEqual([])
    })
  )

  test(
    "leaves nothing without resume",
    { faults: breaking() },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      yield* flip(({ uploadFile }) => uploadFile({ path, resume: false }))
      expect(yield* Uploading.use(({ unfinishedUploads }) => unfinishedUploads)).toEqual([])
    })
  )

  test(
    "can be given up",
    { faults: breaking() },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      yield* flip(({ uploadFile }) => uploadFile({ path }))
      const program = yield* uploads
      const [unfinished] = yield* program.unfinishedUploads
      yield* program.abandonUpload({ key: unfinished?.key ?? "" })
      expect(yield* program.unfinishedUploads).toEqual([])
      expect((yield* DriveTest).sessions()).toEqual([])
      const error = yield* Effect.flip(program.abandonUpload({ key: unfinished?.key ?? "" }))
      expect(error).toMatchObject({ _tag: "InvalidInputError", field: "key" })
    })
  )

  test(
    "is done when its file is there, made before its answer was lost",
    { faults: Fault.when({ method: "PUT" }, Fault.sequence([Fault.lostAnswer, Fault.reset, Fault.reset])) },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      yield* flip(({ uploadFile }) => uploadFile({ path }))
      const file = yield* (yield* uploads).uploadFile({ path })
      expect(file.resumedFrom).toBe(large)
      expect((yield* stored).map(({ id }) => id)).toEqual([file.fileId])
      expect((yield* log).at(-1)).toBe(`PUT bytes */${large} 200`)
    })
  )

  test(
    "is left by an interruption in the middle",
    { faults: Fault.when({ method: "PUT" }, Fault.once(Fault.hang)) },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      const late = yield* Uploading.use(({ uploadFile }) => uploadFile({ path })).pipe(
        Effect.timeoutOption("200 millis")
      )
      expect(late._tag).toBe("None")
      const { fileId } = yield* (yield* uploads).uploadFile({ path })
      expect((yield* stored).map(({ id }) => id)).toEqual([fileId])
      expect((yield* log).filter((line) => line.startsWith("POST"))).toHaveLength(1)
    })
  )
})

describe("an upload that is under way", () => {
  test(
    "cannot be given up or gone on with by another call",
    { faults: Fault.when({ method: "PUT" }, Fault.once(Fault.hang)) },
    Effect.gen(function* () {
      const path = yield* fileOf(noise(large))
      const program = yield* Uploading
      const running = yield* Effect.forkChild(program.uploadFile({ path, idleTimeout: "1 second" }))
      const drive = yield* DriveTest
      yield* Effect.yieldNow.pipe(Effect.repeat({ until: () => drive.sessions().length > 0 }))
      yield* Effect.yieldNow.pipe(Effect.repeat({ until: () => drive.requests().length > 1 }))
      const unfinished = yield* program.unfinishedUploads.pipe(Effect.repeat({ until: (all) => all.length > 0 }))
      const key = unfinished[0]?.key ?? ""
      expect(yield* Effect.flip(program.abandonUpload({ key }))).toMatchObject({ reason: "busy" })
      expect(yield* Effect.flip(program.resumeUpload({ key }))).toMatchObject({ reason: "busy" })
      yield* Fiber.interrupt(running)
      yield* program.abandonUpload({ key })
      expect(drive.sessions()).toEqual([])
    })
  )
})

describe("two uploads of the same file to the same place", () => {
  test(
    "at the same time are one, and an error",
    {},
    Effect.gen(function* () {
      const path = yield* fileOf(noise(large))
      const upload = Uploading.use(({ uploadFile }) => uploadFile({ path }))
      const outcomes = yield* Effect.all([Effect.result(upload), Effect.result(upload)], { concurrency: 2 })
      const tags = outcomes.map((outcome) => (outcome._tag === "Success" ? "done" : outcome.failure._tag))
      expect(tags.sort()).toEqual(["UploadError", "done"])
      const failed = outcomes.find(({ _tag }) => _tag === "Failure")
      expect(failed).toMatchObject({ failure: { reason: "busy", path } })
      expect(yield* stored).toHaveLength(1)
    })
  )

  test(
    "one after the other are two files, as Drive allows",
    {},
    Effect.gen(function* () {
      const path = yield* fileOf("twice")
      const upload = Uploading.use(({ uploadFile }) => uploadFile({ path }))
      const first = yield* upload
      const second = yield* upload
      expect(second.fileId).not.toBe(first.fileId)
      expect(yield* stored).toHaveLength(2)
    })
  )
})
