/** How the service keeps to the quotas of Pexels, under the clock of the test and the policies of the catalog. */
import { describe, expect, it } from "@effect/vitest"
import { type PolicyConfig, Resilience } from "@skippy/core"
import { Duration, Effect, type Layer } from "effect"
import { TestClock } from "effect/testing"
import { Pexels } from "../../src/pexels/Pexels.ts"
import { PexelsTest, type TestOptions } from "../../src/pexels/PexelsTest.ts"
import * as Fault from "../../src/testing/Fault.ts"
import { inMemory, log } from "./support.ts"

const now = 1_790_000_000_000

/** Runs a test in a world of today. */
const test = (
  sentence: string,
  options: TestOptions & { readonly policies?: PolicyConfig.PolicyConfigInput },
  body: Effect.Effect<void, unknown, Layer.Success<ReturnType<typeof inMemory>>>
) =>
  it.effect(sentence, () =>
    Effect.andThen(TestClock.setTime(now), body).pipe(Effect.provide(inMemory({ topics: { ocean: 300 }, ...options })))
  )

/** A question nobody asked before. */
const ask = (page: number) => Pexels.use(({ curated }) => curated({ page, perPage: 1 }))

const refused = (page: number) => Effect.flip(ask(page))

const requestsSoFar = Effect.map(log, (lines) => lines.length)

/** What is said of a wait, in minutes. */
const minutes = (error: object): number =>
  "retryAfter" in error && Duration.isDuration(error.retryAfter) ? Duration.toMinutes(error.retryAfter) : Number.NaN

describe("the quota of the month", () => {
  test(
    "is learned from every success",
    { limits: { perMonth: 500, month: "10 days" } },
    Effect.gen(function* () {
      yield* ask(1)
      yield* ask(2)
      const { limiter } = yield* Effect.flatMap(Resilience, ({ state }) => state("pexels"))
      expect(limiter!.limits).toEqual([
        expect.objectContaining({ limit: "200 per 1h", remaining: 198 }),
        expect.objectContaining({ limit: "20000 per 31d", remaining: 19_998 }),
        { limit: "X-RateLimit", remaining: 498, resetAfterMillis: Duration.toMillis("10 days") }
      ])
    })
  )

  test(
    "refuses at once when nothing is left, until it ends",
    { limits: { perMonth: 2, month: "10 days" } },
    Effect.gen(function* () {
      yield* ask(1)
      yield* TestClock.adjust("1 day")
      yield* ask(2)
      const error = yield* refused(3)
      expect(error).toMatchObject({ _tag: "RateLimitedError", limit: "X-RateLimit", category: "throttled" })
      expect(minutes(error)).toBe(9 * 24 * 60)
      yield* TestClock.adjust(Duration.minutes(9 * 24 * 60 - 2))
      yield* refused(3)
      expect(yield* requestsSoFar).toBe(2)
      yield* TestClock.adjust("2 minutes")
      yield* ask(3)
      expect(yield* requestsSoFar).toBe(3)
    })
  )

  test(
    "leaves what is kept: fresh for a day, and after that better than nothing",
    { limits: { perMonth: 1, month: "10 days" } },
    Effect.gen(function* () {
      yield* ask(1)
      yield* TestClock.adjust("23 hours")
      expect(yield* ask(1)).toMatchObject({ fromCache: true, stale: false, ageSeconds: 23 * 3600 })
      yield* TestClock.adjust("2 hours")
      expect(yield* ask(1)).toMatchObject({ fromCache: true, stale: true, ageSeconds: 25 * 3600 })
      expect(yield* requestsSoFar).toBe(1)
    })
  )

  test(
    "is what a 429 means when nothing of it was left, as when another program shares the key",
    { limits: { perMonth: 1, month: "10 days" }, policies: { rateLimit: false } },
    Effect.gen(function* () {
      yield* ask(1)
      yield* TestClock.adjust("1 day")
      const error = yield* refused(2)
      expect(error).toMatchObject({ _tag: "PexelsError", reason: "rateLimited", quota: "month" })
      expect(minutes(error)).toBe(9 * 24 * 60)
      expect(error.message).toContain("the quota of the month is used up; try again in 9d")
    })
  )
})

describe("the quota of the hour", () => {
  test(
    "lets 200 requests through in any hour, and sends no more",
    {},
    Effect.gen(function* () {
      for (let page = 1; page <= 100; page++) yield* ask(page)
      yield* TestClock.adjust("30 minutes")
      for (let page = 101; page <= 200; page++) yield* ask(page)
      const error = yield* refused(201)
      expect(error).toMatchObject({ _tag: "RateLimitedError", limit: "200 per 1h" })
      expect(minutes(error)).toBeGreaterThan(29)
      expect(minutes(error)).toBeLessThan(31)
      expect(yield* requestsSoFar).toBe(200)
      yield* TestClock.adjust("31 minutes")
      for (let page = 201; page <= 300; page++) yield* ask(page)
      yield* refused(301)
      expect(yield* requestsSoFar).toBe(300)
    })
  )

  test(
    "is waited for longer and longer when Pexels says it is used up, until there is a success",
    { limits: { perHour: 1 } },
    Effect.gen(function* () {
      yield* ask(1)
      for (const wait of [5, 10, 20]) {
        const before = yield* requestsSoFar
        const error = yield* refused(2)
        expect(error).toMatchObject({ _tag: "PexelsError", reason: "rateLimited", quota: "hour" })
        expect(minutes(error)).toBe(wait)
        // Everybody is refused meanwhile, and nothing is sent: not again by this call, and not by another one.
        yield* TestClock.adjust(Duration.minutes(wait - 2))
        const next = yield* refused(3)
        expect(next).toMatchObject({ _tag: "RateLimitedError", limit: "penalty" })
        expect(minutes(next)).toBeCloseTo(2)
        expect(yield* requestsSoFar).toBe(before + 1)
        yield* TestClock.adjust("2 minutes")
      }
      yield* TestClock.adjust("25 minutes")
      yield* ask(2)
      const error = yield* refused(3)
      expect(minutes(error)).toBe(5)
    })
  )

  test(
    "is refused once when many requests are refused together",
    { faults: Fault.always(Fault.status(429)) },
    Effect.gen(function* () {
      const errors = yield* Effect.forEach([1, 2, 3, 4, 5], refused, { concurrency: "unbounded" })
      expect(errors.map(minutes)).toEqual([5, 5, 5, 5, 5])
      yield* TestClock.adjust("5 minutes")
      expect(minutes(yield* refused(6))).toBe(10)
    })
  )

  test(
    "opens no circuit: Pexels is well",
    { faults: Fault.always(Fault.status(429)), policies: { rateLimit: false } },
    Effect.gen(function* () {
      for (let page = 1; page <= 10; page++) yield* refused(page)
      const { circuit } = yield* Effect.flatMap(Resilience, ({ state }) => state("pexels"))
      expect(circuit!.state).toBe("Closed")
      expect(yield* requestsSoFar).toBe(10)
    })
  )

  test(
    "is waited for as long as a Retry-After says, should there be one",
    { faults: Fault.once(Fault.status(429, { headers: { "retry-after": "120" } })) },
    Effect.gen(function* () {
      expect(minutes(yield* refused(1))).toBe(2)
      yield* TestClock.adjust("2 minutes")
      yield* ask(1)
      const { requests } = yield* PexelsTest
      expect(requests().map(({ status }) => status)).toEqual([429, 200])
    })
  )
})
