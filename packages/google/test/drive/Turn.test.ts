/** Waiting for one's turn: what is waited for, how long, and what is told as it is. */
import { describe, expect, it } from "@effect/vitest"
import { BulkheadFullError, RateLimitedError } from "@skippy/core"
import { Duration, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as Turn from "../../src/drive/Turn.ts"

const limited = (reason: RateLimitedError["reason"], millis?: number) =>
  new RateLimitedError({
    limiter: "google-drive",
    key: "",
    limit: "60 per 1m",
    reason,
    ...(millis === undefined ? {} : { retryAfter: Duration.millis(millis) })
  })
const full = new BulkheadFullError({ bulkhead: "google-drive", reason: "queueFull", concurrency: 10, waiting: 100 })

/** A call that is refused so often, and then answers how often it was made. */
const call = <E>(times: number, error: E) => {
  let calls = 0
  return Turn.inTurn(Effect.suspend(() => (++calls > times ? Effect.succeed(calls) : Effect.fail(error))))
}

describe("a call", () => {
  it.effect("of no batch is told at once that there is no room", () =>
    Effect.gen(function* () {
      const error = limited("maxWait", 10)
      expect(yield* Effect.flip(call(1, error))).toBe(error)
      expect(yield* Effect.flip(call(1, full))).toBe(full)
    })
  )

  it.effect.each([
    ["the rate limit has room again, however often it takes", limited("maxWait", 60_000), 60_000],
    ["the line is shorter", limited("queueFull", 0), 1],
    ["the deadline is not in the way", limited("deadline", Turn.longestMillis), Turn.longestMillis],
    ["the bulkhead has room again", full, 1000]
  ] as const)("of a batch waits until %s", ([, error, millis]) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Turn.patiently(call(3, error)), { startImmediately: true })
      yield* TestClock.adjust(3 * millis - 1)
      expect(fiber.pollUnsafe()).toBe(undefined)
      yield* TestClock.adjust(1)
      expect(yield* Fiber.join(fiber)).toBe(4)
    })
  )

  it.effect.each([
    ["the wait is long, as Google may ask for", limited("maxWait", Turn.longestMillis + 1)],
    ["no waiting is wanted", limited("exceeded", 10)],
    ["there will never be room", limited("neverFits")],
    ["it failed for another reason", new Error("no connection")]
  ] as const)("of a batch is told as it is when %s", ([, error]) =>
    Effect.gen(function* () {
      expect(yield* Effect.flip(Turn.patiently(call(1, error)))).toBe(error)
    })
  )
})
