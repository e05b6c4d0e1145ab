/** What every Pexels must do when something is read, whatever is behind it. */
import { expect } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { Pexels } from "../../src/pexels/Pexels.ts"
import { PexelsTest } from "../../src/pexels/PexelsTest.ts"
import { log, type Test } from "./support.ts"

export const reads = (test: Test): void => {
  test(
    "searches photos, 15 on a page, each with its credit",
    {},
    Effect.gen(function* () {
      const found = yield* Pexels.use(({ search }) => search({ query: "ocean" }))
      expect(found).toMatchObject({ page: 1, perPage: 15, totalResults: 40, hasMore: true })
      expect(found).toMatchObject({ fromCache: false, ageSeconds: 0, stale: false })
      expect(found.attribution.text).toBe("Photos provided by Pexels")
      const [first] = (yield* PexelsTest).photos()
      expect(found.photos).toHaveLength(15)
      expect(found.photos[0]).toMatchObject({
        id: first!.id,
        width: 6000,
        height: 4000,
        alt: "Ocean 1",
        avgColor: first!.avg_color,
        photographer: "Ada Byron",
        photographerUrl: first!.photographer_url,
        photographerId: first!.photographer_id,
        url: first!.url
      })
      expect(found.photos[0]!.attribution.text).toBe("Photo by Ada Byron on Pexels")
      expect(Object.keys(found.photos[0]!.src)).toEqual(Object.keys(first!.src))
      expect(yield* log).toEqual(["GET /v1/search 200"])
    })
  )

  test(
    "sends the key as it is, and everything that was asked for",
    {},
    Effect.gen(function* () {
      const input = {
        query: "Black  Cat",
        perPage: 80,
        page: 2,
        orientation: "square",
        size: "small",
        color: "#FFF"
      } as const
      yield* Pexels.use(({ search }) => search(input))
      const [request] = (yield* PexelsTest).requests()
      expect(request!.headers).toMatchObject({ authorization: "canary-key", accept: "application/json" })
      expect(request!.headers["user-agent"]).toMatch(/^skippy\/\d/)
      expect(request!.query).toEqual({
        query: "black cat",
        orientation: "square",
        size: "small",
        color: "#ffffff",
        page: "2",
        per_page: "80"
      })
    })
  )

  test(
    "finds only what fits",
    {},
    Effect.gen(function* () {
      const all = (yield* PexelsTest).photos()
      const found = yield* Pexels.use(({ search }) =>
        search({ query: "ocean", perPage: 80, orientation: "portrait", size: "large" })
      )
      const expected = all.filter(
        ({ alt, height, width }) => alt.startsWith("Ocean") && height > width && height * width >= 24e6
      )
      expect(found.photos.map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
      expect(found).toMatchObject({ totalResults: expected.length, hasMore: false })
      const none = yield* Pexels.use(({ search }) => search({ query: "mountain" }))
      expect(none).toMatchObject({ photos: [], totalResults: 0, hasMore: false })
    })
  )

  test(
    "answers a search again from the cache, whatever its case and spaces",
    {},
    Effect.gen(function* () {
      const { search } = yield* Pexels
      const first = yield* search({ query: "black cat" })
      const again = yield* search({ query: " Black\t CAT ", perPage: 15 })
      expect(again).toMatchObject({ fromCache: true, stale: false })
      expect(again.photos).toEqual(first.photos)
      yield* search({ query: "black cat", page: 2 })
      yield* search({ query: "black cat", color: "#abc" })
      yield* search({ query: "black cat", color: "AABBCC" })
      expect(yield* log).toHaveLength(3)
    })
  )

  test(
    "goes through all pages of a search, and asks for a page when it is needed",
    {},
    Effect.gen(function* () {
      const { searchAll } = yield* Pexels
      const pages = yield* Stream.runCollect(searchAll({ query: "ocean", perPage: 15 }))
      expect(pages.map(({ page, photos }) => [page, photos.length])).toEqual([
        [1, 15],
        [2, 15],
        [3, 10]
      ])
      expect(new Set(pages.flatMap(({ photos }) => photos.map(({ id }) => id))).size).toBe(40)
      const [one] = yield* Stream.runCollect(Stream.take(searchAll({ query: "cat" }), 1))
      expect(one!.photos).toHaveLength(20)
      const { requests } = yield* PexelsTest
      expect(requests().map(({ query }) => [query["query"], query["page"], query["per_page"]])).toEqual([
        ["ocean", "1", "15"],
        ["ocean", "2", "15"],
        ["ocean", "3", "15"],
        ["cat", "1", "80"]
      ])
      yield* Stream.runCollect(Stream.take(searchAll({ query: "black", perPage: 5 }), 2))
      expect(requests()).toHaveLength(6)
    })
  )

  test(
    "gets a photo by its id",
    {},
    Effect.gen(function* () {
      const { getPhoto } = yield* Pexels
      const third = (yield* PexelsTest).photos()[2]!
      expect(yield* getPhoto(third.id)).toMatchObject({ id: third.id, alt: "Ocean 3", fromCache: false })
      expect(yield* getPhoto(third.id)).toMatchObject({ id: third.id, fromCache: true, stale: false })
      expect(yield* log).toEqual([`GET /v1/photos/${third.id} 200`])
    })
  )

  test(
    "gets the curated photos",
    {},
    Effect.gen(function* () {
      const { curated } = yield* Pexels
      const all = (yield* PexelsTest).photos()
      const page = yield* curated()
      expect(page.photos.map(({ id }) => id)).toEqual(all.slice(0, 15).map(({ id }) => id))
      const last = yield* curated({ page: 3, perPage: 25 })
      expect(last).toMatchObject({ page: 3, perPage: 25, hasMore: false, fromCache: false })
      expect(last.photos.map(({ id }) => id)).toEqual(all.slice(50).map(({ id }) => id))
      expect((yield* curated({ page: 1, perPage: 15 })).fromCache).toBe(true)
    })
  )
}
