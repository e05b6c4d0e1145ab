/** What every Pexels must do when an image is downloaded, whatever is behind it. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect } from "@effect/vitest"
import { Effect } from "effect"
import { Pexels } from "../../src/pexels/Pexels.ts"
import { PexelsTest } from "../../src/pexels/PexelsTest.ts"
import * as Fault from "../../src/testing/Fault.ts"
import { directory, flip, log, refusal, type Test } from "./support.ts"

export const downloads = (test: Test): void => {
  test(
    "writes an image into a file, without sending the key to its host",
    {},
    Effect.scoped(
      Effect.gen(function* () {
        const folder = yield* directory
        const { download } = yield* Pexels
        const photo = (yield* PexelsTest).photos()[0]!
        const path = join(folder, "ocean.png")
        const told: Array<number> = []
        const onProgress = ({ bytes }: { readonly bytes: number }) => Effect.sync(() => void told.push(bytes))
        const written = yield* download({ photoId: photo.id, path }, { onProgress })
        expect([told[0], told[told.length - 1]]).toEqual([0, written.bytes])
        expect(written).toMatchObject({ path, size: "original", contentType: "image/png", photo: { id: photo.id } })
        expect(written.attribution).toEqual(written.photo.attribution)
        const bytes = readFileSync(path)
        expect(bytes.length).toBe(written.bytes)
        expect(bytes.subarray(1, 4).toString("latin1")).toBe("PNG")
        expect(readdirSync(folder)).toEqual(["ocean.png"])
        const [api, image] = (yield* PexelsTest).requests()
        expect(api!.headers["authorization"]).toBe("canary-key")
        expect(image!.path).toMatch(/^\/images\//)
        expect(image!.headers["authorization"]).toBeUndefined()
        expect(JSON.stringify(image)).not.toContain("canary")
      })
    )
  )

  test(
    "writes the size that is asked for, and asks for the photo once",
    {},
    Effect.scoped(
      Effect.gen(function* () {
        const folder = yield* directory
        const { download } = yield* Pexels
        const photo = (yield* PexelsTest).photos()[0]!
        const sizes = yield* Effect.forEach(["large", "medium", "small"] as const, (size) =>
          download({ photoId: photo.id, path: join(folder, size), size })
        )
        expect(sizes.map(({ bytes }) => bytes)).toEqual(
          sizes.map(({ size }) => readFileSync(join(folder, size)).length)
        )
        expect(sizes[0]!.bytes).toBeGreaterThan(sizes[1]!.bytes)
        expect(sizes[1]!.bytes).toBeGreaterThan(sizes[2]!.bytes)
        expect((yield* log).filter((line) => line.includes("/v1/"))).toHaveLength(1)
      })
    )
  )

  test(
    "leaves a file that is there, unless it may be overwritten",
    {},
    Effect.scoped(
      Effect.gen(function* () {
        const path = join(yield* directory, "ocean.png")
        writeFileSync(path, "mine")
        const { download } = yield* Pexels
        const photoId = (yield* PexelsTest).photos()[0]!.id
        const error = yield* Effect.flip(download({ photoId, path }))
        expect(error).toMatchObject({ _tag: "DownloadError", reason: "exists" })
        expect(readFileSync(path, "utf8")).toBe("mine")
        expect(yield* log).toEqual([])
        yield* download({ photoId, path, overwrite: true })
        expect(readFileSync(path).length).toBeGreaterThan(100)
      })
    )
  )

  test(
    "fetches an image again that broke off",
    { faults: Fault.when({ path: "/images/" }, Fault.once(Fault.truncate())) },
    Effect.scoped(
      Effect.gen(function* () {
        const path = join(yield* directory, "ocean.png")
        const { download } = yield* Pexels
        const photoId = (yield* PexelsTest).photos()[0]!.id
        const { bytes } = yield* download({ photoId, path })
        expect(readFileSync(path).length).toBe(bytes)
        const [, broken, second, ...more] = yield* log
        expect(broken).toBe(`GET /images/photos/${photoId}/pexels-photo-${photoId}.png 200`)
        // Fetch gives nothing of a body that breaks off at once, and then there is nothing to go on with.
        expect(second).toMatch(/^GET \/images\/.* 20[06]$/)
        expect(more).toEqual([])
      })
    )
  )

  test(
    "says that there is no such photo, and that its image is gone, and leaves no file",
    { faults: Fault.when({ path: "/images/" }, Fault.always(Fault.status(404))) },
    Effect.scoped(
      Effect.gen(function* () {
        const folder = yield* directory
        const path = join(folder, "ocean.png")
        expect(yield* refusal(({ download }) => download({ photoId: 7, path }))).toMatchObject({
          reason: "notFound",
          photoId: 7
        })
        const photoId = (yield* PexelsTest).photos()[0]!.id
        expect(yield* flip(({ download }) => download({ photoId, path }))).toMatchObject({
          _tag: "HttpError",
          status: 404
        })
        expect(readdirSync(folder)).toEqual([])
      })
    )
  )
}
