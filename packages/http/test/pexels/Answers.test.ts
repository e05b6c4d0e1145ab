/** What the service makes of answers, from the documented to the strange. */
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as Answer from "../../src/pexels/Answer.ts"
import { Pexels } from "../../src/pexels/Pexels.ts"
import { PexelsTest } from "../../src/pexels/PexelsTest.ts"
import * as Fault from "../../src/testing/Fault.ts"
import * as PexelsEmulator from "../../src/testing/PexelsEmulator.ts"
import { directory, inMemory, log, refusal } from "./support.ts"

const [documented] = PexelsEmulator.make({ topics: { ocean: 1 } }).photos()
const photo = { ...documented! }

const answering = (body: unknown, status = 200) =>
  inMemory({ faults: Fault.always(Fault.status(status, { body: JSON.stringify(body) })) })

const get = Pexels.use(({ getPhoto }) => getPhoto(photo.id))
const page = { page: 1, per_page: 15, photos: [photo] }

describe("an answer of Pexels", () => {
  it.effect("may have more in it, and less", () =>
    Effect.gen(function* () {
      const { alt: _alt, avg_color: _color, liked: _liked, photographer_id: _id, ...less } = photo
      const found = yield* Effect.provide(get, answering({ ...less, alt: null, newest: { things: true } }))
      expect(found.alt).toBe("")
      expect("avgColor" in found || "photographerId" in found || "newest" in found || "liked" in found).toBe(false)
    })
  )

  it.effect("may leave the total out, as the curated photos of the documentation do", () =>
    Effect.gen(function* () {
      const found = yield* Effect.provide(
        Pexels.use(({ curated }) => curated()),
        answering({ ...page, next_page: null })
      )
      expect("totalResults" in found).toBe(false)
      expect(found.hasMore).toBe(false)
    })
  )

  it.effect("is what its schema says", () =>
    Effect.gen(function* () {
      const { curated, getPhoto, search } = yield* Pexels
      const found = yield* search({ query: "ocean" })
      const isPage = Schema.is(Answer.PhotoPageAnswer)
      expect(isPage(found)).toBe(true)
      expect(isPage(yield* curated())).toBe(true)
      expect(Schema.is(Answer.PhotoAnswer)(yield* getPhoto(photo.id))).toBe(true)
      expect(yield* Schema.encodeEffect(Answer.PhotoPageAnswer)(found)).toEqual(found)
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect.each([
    ["an id that is a text", { ...photo, id: "1" }],
    ["no images", { ...photo, src: {} }],
    ["a page that is a script", { ...photo, url: "javascript:alert(1)" }],
    ["a photographer that is a script", { ...photo, photographer_url: "data:text/html,hi" }],
    ["an image on the disk", { ...photo, src: { ...photo.src, original: "file:///etc/passwd" } }],
    ["an address that is none", { ...photo, url: "https://" }],
    ["a list", [photo]]
  ])("cannot have %s", ([, body]) =>
    Effect.gen(function* () {
      const error = yield* refusal(({ getPhoto }) => getPhoto(photo.id))
      expect(error).toMatchObject({ reason: "unexpectedAnswer", category: "fatal", photoId: photo.id })
      expect(yield* log).toHaveLength(1)
    }).pipe(Effect.provide(answering(body)))
  )

  it.effect("that is larger than any page is not read to its end", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(get)
      expect(error).toMatchObject({ _tag: "HttpError", reason: "tooLarge" })
    }).pipe(Effect.provide(answering({ ...photo, alt: "a".repeat(5 * 1024 * 1024) })))
  )

  it.effect("is kept only when it is one", () =>
    Effect.gen(function* () {
      yield* refusal(({ getPhoto }) => getPhoto(photo.id))
      const { faults } = yield* PexelsTest
      faults.set(Fault.none)
      expect(yield* get).toMatchObject({ id: photo.id, fromCache: false })
    }).pipe(Effect.provide(answering("nothing")))
  )
})

describe("a refusal of Pexels", () => {
  it.effect("of another kind says what Pexels says, on one line and not too long", () =>
    Effect.gen(function* () {
      const error = yield* refusal(({ curated }) => curated())
      expect(error).toMatchObject({ reason: "refused", category: "invalid", status: 400 })
      expect(error.message).toMatch(/^curated: Pexels answered 400 \("too bad a{190,200}…"\); see https:\/\//)
    }).pipe(Effect.provide(answering({ status: 400, code: `too\n\u001b bad ${"a".repeat(500)}` }, 400)))
  )

  it.effect("of the program itself names what may be in the way", () =>
    Effect.gen(function* () {
      const error = yield* refusal(({ curated }) => curated())
      expect(error).toMatchObject({ reason: "forbidden", category: "auth", status: 403 })
      expect(error.message).toContain("whether a proxy or a firewall is in the way")
    }).pipe(Effect.provide(answering("blocked", 403)))
  )

  it.effect("is told though its text never comes", () =>
    Effect.gen(function* () {
      const asked = yield* Effect.forkChild(refusal(({ curated }) => curated()))
      yield* TestClock.adjust("1 second")
      expect(asked.pollUnsafe()).toBeDefined()
      expect(yield* Fiber.join(asked)).toMatchObject({ reason: "badKey", status: 401 })
    }).pipe(Effect.provide(inMemory({ key: "another-key", faults: Fault.always(Fault.hangInBody()) })))
  )
})

describe("pages", () => {
  it.effect("end with one that has no photos, whatever it says", () =>
    Effect.gen(function* () {
      const pages = yield* Pexels.use(({ searchAll }) => Stream.runCollect(searchAll({ query: "ocean" })))
      expect(pages).toHaveLength(1)
    }).pipe(Effect.provide(answering({ ...page, photos: [], next_page: "https://api.pexels.com/v1/search/?page=2" })))
  )

  it.effect("are asked for by number, wherever the address of the next one leads", () =>
    Effect.gen(function* () {
      const { searchAll } = yield* Pexels
      yield* Stream.runDrain(Stream.take(searchAll({ query: "ocean" }), 3))
      const { requests } = yield* PexelsTest
      expect(requests().map(({ headers, query }) => [headers["host"], query["page"]])).toEqual([
        ["api.pexels.com", "1"],
        ["api.pexels.com", "2"],
        ["api.pexels.com", "3"]
      ])
    }).pipe(Effect.provide(answering({ ...page, next_page: "https://evil.example/v1/search/?page=2" })))
  )
})

describe("an image", () => {
  it.effect.each(["https://evil.example/a.png", "http://images.pexels.com/a.png", "https://pexels.com.evil.example/a"])(
    "is not fetched from %s",
    (original) =>
      Effect.gen(function* () {
        const path = join(yield* directory, "a.png")
        const error = yield* refusal(({ download }) => download({ photoId: photo.id, path }))
        expect(error).toMatchObject({ reason: "unexpectedAnswer", said: "its image is not at Pexels" })
        expect(yield* log).toHaveLength(1)
      }).pipe(Effect.provide(answering({ ...photo, src: { ...photo.src, original } })))
  )
})
