/** The layer for tests of programs that use Pexels. */
import { describe, expect, it } from "@effect/vitest"
import { Resilience } from "@skippy/core"
import { Effect, Layer } from "effect"
import { HttpClient } from "effect/http"
import { Pexels } from "../../src/pexels/Pexels.ts"
import { PexelsTest } from "../../src/pexels/PexelsTest.ts"
import * as Fault from "../../src/testing/Fault.ts"

const curated = Pexels.use((pexels) => pexels.curated())

describe("the test layer of Pexels", () => {
  it.effect("has the photos it is given, none without any, and shows them", () =>
    Effect.gen(function* () {
      const photos = yield* Effect.provide(
        Effect.gen(function* () {
          const found = yield* curated
          return [found.photos.map(({ id }) => id), (yield* PexelsTest).photos().map(({ id }) => id)]
        }),
        Pexels.layerTest({ photos: [{ topic: "sea", id: 7 }], topics: { ocean: 1 } })
      )
      expect(photos).toEqual([
        [7, 2014523],
        [7, 2014523]
      ])
      expect((yield* Effect.provide(curated, Pexels.layerTest())).photos).toEqual([])
    })
  )

  it.effect("never waits, neither to try again nor for a quota", () =>
    Effect.gen(function* () {
      const { requests, setLimits } = yield* PexelsTest
      expect(yield* curated).toMatchObject({ fromCache: false })
      expect(requests()).toHaveLength(3)
      setLimits({ perHour: 0 })
      const ask = Pexels.use(({ search }) => search({ query: "ocean" }))
      for (let i = 0; i < 3; i++) expect(yield* Effect.flip(ask)).toMatchObject({ reason: "rateLimited" })
      setLimits({ perHour: 10 })
      expect(yield* ask).toMatchObject({ fromCache: false })
    }).pipe(Effect.provide(Pexels.layerTest({ faults: Fault.sequence([Fault.status(503), Fault.reset]) })))
  )

  it.effect("asks with the key it is told to", () =>
    Effect.gen(function* () {
      const ask = (options: Parameters<typeof Pexels.layerTest>[0]) =>
        Effect.exit(Effect.provide(curated, Pexels.layerTest(options)))
      expect((yield* ask({ keys: ["one"] }))._tag).toBe("Success")
      expect((yield* ask({ keys: ["one"], key: "two" }))._tag).toBe("Failure")
      expect((yield* ask({ keys: [] }))._tag).toBe("Failure")
    })
  )

  it.effect("is of no use for anything else of the program", () =>
    Effect.gen(function* () {
      expect((yield* Effect.serviceOption(HttpClient.HttpClient))._tag).toBe("None")
      expect((yield* Effect.serviceOption(Resilience))._tag).toBe("None")
    }).pipe(Effect.provide(Layer.fresh(Pexels.layerTest())))
  )
})
