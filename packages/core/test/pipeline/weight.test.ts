/** How much of a rate limit a call takes, where a provider counts units and not calls. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { currentCall } from "../../src/event/CurrentCall.ts"
import * as Snapshot from "../../src/operate/Snapshot.ts"
import type { PolicyConfigInput } from "../../src/pipeline/PolicyConfig.ts"
import { Resilience } from "../../src/pipeline/Resilience.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"
import * as Flaky from "../../src/testing/FlakyDependency.ts"
import { defectOf } from "../support.ts"

const off = {
  deadline: false,
  retry: false,
  budget: false,
  hedge: false,
  bulkhead: false,
  circuitBreaker: false,
  timeout: false,
  cache: false
} as const satisfies PolicyConfigInput

const rateLimit = { limits: [{ algorithm: "fixedWindow", limit: 100, per: "1 day" }], maxWait: 0 } as const
const options = { service: "reports", operation: "list", idempotent: true } as const

const layerOf = (config: PolicyConfigInput) =>
  Resilience.layer({ services: { reports: { ...off, rateLimit, ...config } } })

const inPipeline = (config: PolicyConfigInput) => {
  const layer = layerOf(config)
  return <A, E>(effect: Effect.Effect<A, E, Resilience>) => Effect.provide(effect, layer)
}

const state = Effect.flatMap(Resilience, (resilience) => resilience.state("reports"))
const remaining = Effect.map(state, ({ limiter }) => limiter?.limits[0]?.remaining)

describe("the weight of a call", () => {
  it.effect("is what each of its attempts takes from the limiter, 1 by default", () =>
    inPipeline({ retry: { maxAttempts: 3, baseDelay: 0 } })(
      Effect.gen(function* () {
        const service = Flaky.make([Flaky.fail("down"), Flaky.succeed("rows")])
        yield* service.call.pipe(Resilience.call({ ...options, weight: 20 }))
        expect(yield* remaining).toBe(60)
        yield* Effect.void.pipe(Resilience.call(options))
        expect(yield* remaining).toBe(59)
      })
    )
  )

  it.effect("can be read within the call", () =>
    inPipeline({})(
      Effect.gen(function* () {
        const weight = Effect.map(currentCall, (call) => call?.weight)
        expect(yield* weight.pipe(Resilience.call({ ...options, weight: 20 }))).toBe(20)
        expect(yield* weight.pipe(Resilience.call(options))).toBe(1)
      })
    )
  )

  it.effect("has to fit, now or within the wait, or ever", () =>
    inPipeline({})(
      Effect.gen(function* () {
        yield* Effect.void.pipe(Resilience.call({ ...options, weight: 90 }))
        const late = yield* Effect.flip(Effect.void.pipe(Resilience.call({ ...options, weight: 11 })))
        expect(late).toMatchObject({ _tag: "RateLimitedError", reason: "exceeded" })
        const never = yield* Effect.flip(Effect.void.pipe(Resilience.call({ ...options, weight: 101 })))
        expect(never).toMatchObject({ _tag: "RateLimitedError", reason: "neverFits" })
        yield* Effect.void.pipe(Resilience.call({ ...options, weight: 10 }))
        expect(yield* remaining).toBe(0)
      })
    )
  )

  it.effect("is given back wholly when the attempt is refused before the service was asked", () =>
    inPipeline({ bulkhead: { concurrency: 1, maxQueue: 0 } })(
      Effect.gen(function* () {
        yield* Effect.forkChild(Effect.never.pipe(Resilience.call({ ...options, weight: 30 })))
        yield* TestClock.adjust(0)
        expect(yield* remaining).toBe(70)
        const refused = yield* Effect.flip(Effect.void.pipe(Resilience.call({ ...options, weight: 50 })))
        expect(refused._tag).toBe("BulkheadFullError")
        expect(yield* remaining).toBe(70)
      })
    )
  )

  it.effect("is given back wholly when the caller goes away while it waits for a permit", () =>
    inPipeline({ bulkhead: { concurrency: 1 } })(
      Effect.gen(function* () {
        yield* Effect.forkChild(Effect.never.pipe(Resilience.call(options)))
        yield* TestClock.adjust(0)
        const waiting = yield* Effect.forkChild(Effect.void.pipe(Resilience.call({ ...options, weight: 50 })))
        yield* TestClock.adjust(0)
        expect(yield* remaining).toBe(49)
        yield* Fiber.interrupt(waiting)
        expect(yield* remaining).toBe(99)
      })
    )
  )

  it.effect("is nothing to the limit of a lane, which counts calls", () =>
    inPipeline({
      lanes: { slow: { rateLimit: { limits: [{ algorithm: "fixedWindow", limit: 2, per: "1 day" }], maxWait: 0 } } }
    })(
      Effect.gen(function* () {
        const call = Effect.void.pipe(Resilience.call({ ...options, weight: 30, lane: "slow" }))
        yield* call
        yield* call
        expect((yield* Effect.flip(call))._tag).toBe("RateLimitedError")
        // What the lane refused, the service's own limit has back.
        expect(yield* remaining).toBe(40)
      })
    )
  )

  it.effect("is nothing to an answer from the cache", () =>
    inPipeline({ cache: { ttl: "1 hour" } })(
      Effect.gen(function* () {
        const call = Effect.succeed("rows").pipe(Resilience.call({ ...options, weight: 60, cacheKey: "all" }))
        yield* call
        yield* call
        expect(yield* remaining).toBe(40)
      })
    )
  )

  it.effect("counts again when the cache asks anew in the background", () =>
    inPipeline({ cache: { ttl: "1 minute", staleWhileRevalidate: "1 hour" } })(
      Effect.gen(function* () {
        const call = Effect.succeed("rows").pipe(Resilience.call({ ...options, weight: 40, cacheKey: "all" }))
        yield* call
        yield* TestClock.adjust("2 minutes")
        yield* call
        yield* TestClock.adjust(0)
        expect(yield* remaining).toBe(20)
      })
    )
  )

  it.effect.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("cannot be %d", (weight) =>
    inPipeline({})(
      Effect.gen(function* () {
        expect(yield* defectOf(Effect.void.pipe(Resilience.call({ ...options, weight })))).toContain(
          `option "weight" is ${weight}; give a whole number of at least 1`
        )
        expect(yield* remaining).toBe(100)
      })
    )
  )

  it.effect("shows in what the snapshot and the samples for the metrics say remains", () => {
    const probe = EventProbe.make()
    const everything = Snapshot.layer({ sampleEvery: "10 seconds" }).pipe(
      Layer.provideMerge(layerOf({})),
      Layer.provideMerge(probe.layer)
    )
    return Effect.gen(function* () {
      yield* Effect.void.pipe(Resilience.call({ ...options, weight: 25 }))
      const { services } = yield* Effect.flatMap(Snapshot.Live, ({ current }) => current)
      expect(services.find(({ service }) => service === "reports")?.limiter?.limits[0]).toMatchObject({ remaining: 75 })
      yield* TestClock.adjust("10 seconds")
      expect(probe.of("ServiceSampled")).toMatchObject([{ service: "reports", limiter: { remaining: 75, waiting: 0 } }])
    }).pipe(Effect.provide(everything))
  })
})
