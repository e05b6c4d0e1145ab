/** Where the token goes, and addresses that get too old, under the clock of the test. */
import { describe, expect, it } from "@effect/vitest"
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { Fault } from "@skippy/http/testing"
import { Effect, FileSystem, Layer } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import { TestClock } from "effect/testing"
import { Photos } from "../../src/photos/Photos.ts"
import { PhotosTest } from "../../src/photos/PhotosTest.ts"
import { within } from "./clock.ts"
import { directory, inMemory, pickedItems } from "./support.ts"

const disk = Layer.merge(NodeFileSystem.layer, NodePath.layer)

/** Where requests went, and whether they had a token; `elsewhere` answers for hosts the emulator does not play. */
const watched = (elsewhere?: (url: URL) => Response | undefined) => {
  const sent: Array<readonly [host: string, token: string | undefined]> = []
  const wrap = (client: HttpClient.HttpClient) =>
    HttpClient.make((request, url) => {
      sent.push([url.host, request.headers["authorization"]])
      const answer = elsewhere?.(url)
      return answer === undefined
        ? client.execute(request)
        : Effect.succeed(HttpClientResponse.fromWeb(request, answer))
    })
  return { sent, wrap }
}

const cut = Fault.truncate(0.25)

const token = "Bearer token-of-a-test"

describe("the token", () => {
  it.effect("goes to the host of the bytes, and on to another host of Google's", () => {
    const { sent, wrap } = watched()
    const origin = "https://video-downloads.googleusercontent.com"
    return Effect.gen(function* () {
      const folder = yield* directory
      const [hill] = yield* pickedItems("hill")
      sent.length = 0
      const { downloadMedia } = yield* Photos
      const { bytes } = yield* downloadMedia({ item: hill!, path: `${folder}/hill.mp4` })
      expect(bytes).toBe(18)
      expect(sent).toEqual([
        ["lh3.googleusercontent.com", token],
        ["video-downloads.googleusercontent.com", token]
      ])
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(inMemory({ videoOrigin: origin }, wrap), disk)))
  })

  it.effect("is not taken along to anybody else, who is not even asked", () => {
    const { sent, wrap } = watched()
    return Effect.gen(function* () {
      const folder = yield* directory
      const [hill] = yield* pickedItems("hill")
      sent.length = 0
      const { downloadMedia } = yield* Photos
      const error = yield* Effect.flip(downloadMedia({ item: hill!, path: `${folder}/hill.mp4` }))
      expect(error).toMatchObject({
        _tag: "PhotosError",
        reason: "untrustedHost",
        said: "googleusercontent.com.evil.example"
      })
      expect(sent).toEqual([["lh3.googleusercontent.com", token]])
    }).pipe(
      Effect.scoped,
      Effect.provide(Layer.merge(inMemory({ videoOrigin: "https://googleusercontent.com.evil.example" }, wrap), disk))
    )
  })

  it.effect("goes nowhere without encryption, and not to the wrong place of an answer", () => {
    const { sent, wrap } = watched()
    return Effect.gen(function* () {
      const folder = yield* directory
      const [sea] = yield* pickedItems("sea")
      sent.length = 0
      const { downloadMedia } = yield* Photos
      for (const baseUrl of ["http://lh3.googleusercontent.com/ppa/x", "https://user:pw@lh3.googleusercontent.com/x"]) {
        const error = yield* Effect.flip(downloadMedia({ item: { ...sea!, baseUrl }, path: `${folder}/x` }))
        expect(error).toMatchObject({ _tag: "InvalidInputError", field: "item" })
      }
      expect(sent).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(inMemory({}, wrap), disk)))
  })

  it.effect("follows no redirects without an end, and none to nowhere", () => {
    let location: string | undefined = "https://lh3.googleusercontent.com/again"
    const { sent, wrap } = watched(({ host }) =>
      host === "lh3.googleusercontent.com"
        ? new Response(null, { status: 302, headers: location === undefined ? {} : { location } })
        : undefined
    )
    return Effect.gen(function* () {
      const folder = yield* directory
      const [sea] = yield* pickedItems("sea")
      sent.length = 0
      const { downloadMedia } = yield* Photos
      const download = Effect.flip(downloadMedia({ item: sea!, path: `${folder}/sea.jpg` }))
      expect(yield* download).toMatchObject({ reason: "unexpectedAnswer" })
      expect(sent).toHaveLength(6)
      location = undefined
      expect(yield* download).toMatchObject({ reason: "unexpectedAnswer" })
      expect(sent).toHaveLength(7)
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(inMemory({}, wrap), disk)))
  })
})

describe("an address of bytes", () => {
  it.effect("is replaced after an hour, by one look at the session", () =>
    Effect.gen(function* () {
      const folder = yield* directory
      const [sea] = yield* pickedItems("sea")
      yield* TestClock.adjust("61 minutes")
      const { downloadMedia } = yield* Photos
      const written = yield* within("1 minute", downloadMedia({ item: sea!, path: `${folder}/sea.jpg` }))
      expect(written).toMatchObject({ relisted: true, bytes: 18 })
      const { requests } = yield* PhotosTest
      expect(requests().map(({ path, status }) => [path.split("/")[1], status])).toEqual([
        ["ppa", 403],
        ["v1", 200],
        ["ppa", 200]
      ])
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(inMemory(), disk)))
  )

  it.effect("is replaced while a download breaks off, which goes on where it was", () =>
    Effect.gen(function* () {
      const folder = yield* directory
      const [large] = yield* pickedItems({ filename: "large.mp4", size: 400_000 })
      const { faults, requests } = yield* PhotosTest
      faults.set(Fault.when({ path: "/ppa/" }, Fault.sequence([cut, Fault.status(403)])))
      const { downloadMedia } = yield* Photos
      const written = yield* within("1 minute", downloadMedia({ item: large!, path: `${folder}/large.mp4` }))
      expect(written).toMatchObject({ bytes: 400_000, relisted: true })
      expect(requests().map(({ status }) => status)).toEqual([200, 403, 200, 206])
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(inMemory(), disk)))
  )

  it.effect("is replaced in the middle of a download that goes on later, without beginning anew", () =>
    Effect.gen(function* () {
      const folder = yield* directory
      const [large] = yield* pickedItems({ id: "large", filename: "large.mp4", size: 400_000 })
      const { downloadMedia } = yield* Photos
      const { clear, faults, requests } = yield* PhotosTest
      const download = downloadMedia({ item: large!, path: `${folder}/large.mp4` })
      faults.set(Fault.when({ path: "/ppa/" }, Fault.always(cut)))
      yield* within("5 minutes", Effect.flip(download))
      faults.set(Fault.none)
      clear()
      yield* TestClock.adjust("2 hours")
      const written = yield* within("1 minute", download)
      expect(written).toMatchObject({ bytes: 400_000, relisted: true })
      expect(written.resumedFrom).toBeGreaterThan(0)
      expect(requests().map(({ status }) => status)).toEqual([403, 200, 206])
      const fs = yield* FileSystem.FileSystem
      const { media } = yield* PhotosTest
      expect(media().map(({ id }) => id)).toContain("large")
      expect((yield* fs.readFile(written.path)).length).toBe(400_000)
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(inMemory(), disk)))
  )
})
