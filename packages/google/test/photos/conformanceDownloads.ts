/** What every Photos must do when something is downloaded, whatever is behind it. */
import { expect } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Effect, FileSystem } from "effect"
import { Photos } from "../../src/photos/Photos.ts"
import { PhotosTest } from "../../src/photos/PhotosTest.ts"
import { directory, flip, log, pickedItems, refusal, type Test } from "./support.ts"

const read = (path: string) => FileSystem.FileSystem.use((fs) => fs.readFileString(path))
const entries = (path: string) => FileSystem.FileSystem.use((fs) => fs.readDirectory(path))

export const downloads = (test: Test): void => {
  test(
    "writes a photo and a video into files, as they are",
    {},
    Effect.gen(function* () {
      const folder = yield* directory
      const [sea, hill] = yield* pickedItems("sea", "hill")
      const { downloadMedia } = yield* Photos
      const photo = yield* downloadMedia({ item: sea!, path: `${folder}/sea.jpg` })
      expect(photo).toEqual({
        path: `${folder}/sea.jpg`,
        bytes: 18,
        resumedFrom: 0,
        contentType: "image/jpeg",
        mediaId: "sea",
        relisted: false
      })
      const video = yield* downloadMedia({ item: hill!, path: `${folder}/hill.mp4` })
      expect(video).toMatchObject({ contentType: "video/mp4", bytes: 18 })
      expect([yield* read(photo.path), yield* read(video.path)]).toEqual(["the sea, as it was", "a hill in the wind"])
      expect((yield* entries(folder)).toSorted()).toEqual(["hill.mp4", "sea.jpg"])
      const { requests } = yield* PhotosTest
      expect(requests().map(({ path }) => path.replace(/^.*=/, "="))).toEqual(["=d", "=dv"])
      expect(requests().map(({ headers }) => headers["authorization"])).toEqual(
        Array<string>(2).fill("Bearer token-of-a-test")
      )
    })
  )

  test(
    "writes by the baseUrl alone, as the type says",
    {},
    Effect.gen(function* () {
      const folder = yield* directory
      const [sea, hill] = yield* pickedItems("sea", "hill")
      const { downloadMedia } = yield* Photos
      const photo = yield* downloadMedia({ baseUrl: sea!.baseUrl, path: `${folder}/1` })
      expect(photo).not.toHaveProperty("mediaId")
      yield* downloadMedia({ baseUrl: hill!.baseUrl, mimeType: "video/mp4", path: `${folder}/2` })
      expect([yield* read(`${folder}/1`), yield* read(`${folder}/2`)]).toEqual([
        "the sea, as it was",
        "a hill in the wind"
      ])
    })
  )

  test(
    "writes a smaller picture, of a video too, and the video of a motion photo",
    {},
    Effect.gen(function* () {
      const folder = yield* directory
      const [sea, hill, motion] = yield* pickedItems("sea", "hill", { filename: "m.heic", motion: true })
      const { downloadMedia } = yield* Photos
      yield* downloadMedia({ item: sea!, path: `${folder}/1`, maxWidth: 640, maxHeight: 480, crop: true })
      yield* downloadMedia({ item: hill!, path: `${folder}/2`, as: "image", maxWidth: 320 })
      yield* downloadMedia({ item: motion!, path: `${folder}/3`, as: "video" })
      const { requests } = yield* PhotosTest
      expect(requests().map(({ path }) => path.replace(/^.*=/, "="))).toEqual(["=w640-h480-c", "=w320", "=dv"])
      expect(yield* read(`${folder}/1`)).toBe("sea as w640-h480-c")
    })
  )

  test(
    "does not ask for a video that is not ready, and says to wait",
    {},
    Effect.gen(function* () {
      const folder = yield* directory
      const [raw, broken] = yield* pickedItems("raw", { filename: "b.mp4", processingStatus: "FAILED" })
      const waiting = yield* refusal(({ downloadMedia }) => downloadMedia({ item: raw!, path: `${folder}/raw.mov` }))
      expect(waiting).toMatchObject({ reason: "notReady", category: "conflict", mediaId: "raw" })
      expect(waiting.message).toContain("wait a few minutes")
      expect(
        yield* refusal(({ downloadMedia }) => downloadMedia({ item: broken!, path: `${folder}/b.mp4` }))
      ).toMatchObject({ reason: "processingFailed" })
      expect(yield* log).toEqual([])
      expect(yield* entries(folder)).toEqual([])
    })
  )

  test(
    "looks an address up anew that is too old, and goes on",
    {},
    Effect.gen(function* () {
      const folder = yield* directory
      const [, sea] = yield* pickedItems("hill", "sea")
      const { downloadMedia } = yield* Photos
      const { faults } = yield* PhotosTest
      faults.set(Fault.when({ path: "/ppa/" }, Fault.once(Fault.status(403))))
      const written = yield* downloadMedia({ item: sea!, path: `${folder}/sea.jpg` })
      expect(written).toMatchObject({ relisted: true, bytes: 18 })
      expect(yield* read(written.path)).toBe("the sea, as it was")
      expect((yield* log).map((line) => line.split("/")[1] + line.slice(-4))).toEqual(["ppa 403", "v1 200", "ppa 200"])
    })
  )

  test(
    "looks it up once, and never without an item",
    { faults: Fault.when({ path: "/ppa/" }, Fault.always(Fault.status(403))) },
    Effect.gen(function* () {
      const folder = yield* directory
      const [sea] = yield* pickedItems("sea")
      const old = yield* refusal(({ downloadMedia }) => downloadMedia({ item: sea!, path: `${folder}/1` }))
      expect(old).toMatchObject({ reason: "urlExpired", mediaId: "sea", sessionId: sea!.sessionId })
      expect(yield* log).toHaveLength(3)
      const { clear } = yield* PhotosTest
      clear()
      const { baseUrl } = sea!
      const alone = yield* refusal(({ downloadMedia }) => downloadMedia({ baseUrl, path: `${folder}/2` }))
      expect(alone.reason).toBe("urlExpired")
      expect(alone.message).toContain("good for 60 minutes")
      expect(alone.message).not.toContain("ppa")
      expect(yield* log).toHaveLength(1)
      expect(yield* entries(folder)).toEqual([])
    })
  )

  test(
    "says that an item is gone when its session is",
    {},
    Effect.gen(function* () {
      const folder = yield* directory
      const [sea] = yield* pickedItems("sea")
      const { deleteSession } = yield* Photos
      yield* deleteSession({ sessionId: sea!.sessionId })
      const error = yield* refusal(({ downloadMedia }) => downloadMedia({ item: sea!, path: `${folder}/1` }))
      expect(error).toMatchObject({ reason: "notFound", sessionId: sea!.sessionId })
    })
  )

  test(
    "goes on where a download broke off, in the same call and in the next",
    {},
    Effect.gen(function* () {
      const folder = yield* directory
      const [large] = yield* pickedItems({ filename: "large.mp4", size: 200_000 })
      const { downloadMedia } = yield* Photos
      const { faults, requests } = yield* PhotosTest
      faults.set(Fault.when({ path: "/ppa/" }, Fault.always(Fault.truncate(0.5))))
      yield* flip(({ downloadMedia }) => downloadMedia({ item: large!, path: `${folder}/large.mp4` }))
      faults.set(Fault.none)
      const seen: Array<number> = []
      const written = yield* downloadMedia({
        item: large!,
        path: `${folder}/large.mp4`,
        onProgress: ({ bytes }) => Effect.sync(() => void seen.push(bytes))
      })
      expect(written.bytes).toBe(200_000)
      expect(seen.at(-1)).toBe(200_000)
      expect(requests().at(-1)!.status).toBeOneOf([200, 206])
      const fs = yield* FileSystem.FileSystem
      expect((yield* fs.readFile(written.path)).length).toBe(200_000)
      expect(yield* entries(folder)).toEqual(["large.mp4"])
    })
  )

  test(
    "leaves a file that is there, unless it may be overwritten",
    {},
    Effect.gen(function* () {
      const path = `${yield* directory}/sea.jpg`
      const fs = yield* FileSystem.FileSystem
      yield* fs.writeFileString(path, "mine")
      const [sea] = yield* pickedItems("sea")
      const error = yield* flip(({ downloadMedia }) => downloadMedia({ item: sea!, path }))
      expect(error).toMatchObject({ _tag: "DownloadError", reason: "exists" })
      expect([yield* read(path), yield* log]).toEqual(["mine", []])
      yield* Photos.use(({ downloadMedia }) => downloadMedia({ item: sea!, path, overwrite: true }))
      expect(yield* read(path)).toBe("the sea, as it was")
    })
  )

  test(
    "refuses what cannot be downloaded before anything is sent, and shows no address",
    {},
    Effect.gen(function* () {
      const folder = yield* directory
      const [sea, hill] = yield* pickedItems("sea", "hill")
      const path = `${folder}/x`
      const { baseUrl } = sea!
      const inputs = [
        { path },
        { path, item: sea!, baseUrl },
        { path, baseUrl: "https://secret.example/ppa/x" },
        { path, baseUrl: "no address" },
        { path, baseUrl: `${baseUrl}=d` },
        { path, item: { ...sea!, baseUrl: "https://secret.example/ppa/x" } },
        { path, item: hill!, maxWidth: 5 },
        { path, item: sea!, crop: true },
        { path, item: sea!, maxWidth: 0 },
        { path: `${folder}/none/x`, item: sea! },
        { path, baseUrl, mimeType: "jpeg" }
      ]
      const errors = yield* Effect.forEach(inputs, (input) => flip(({ downloadMedia }) => downloadMedia(input)))
      expect(errors.map((error) => (error._tag === "InvalidInputError" ? error.field : error._tag))).toEqual([
        "item",
        "baseUrl",
        "baseUrl",
        "baseUrl",
        "baseUrl",
        "item",
        "maxWidth",
        "crop",
        "maxWidth",
        "path",
        "mimeType"
      ])
      expect(JSON.stringify(errors.map(({ message }) => message))).not.toMatch(/secret\.example|ppa/)
      expect(yield* log).toEqual([])
    })
  )
}
