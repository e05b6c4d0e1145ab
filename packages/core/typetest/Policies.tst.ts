import {
  Bulkhead,
  CircuitBreaker,
  Deadline,
  Fallback,
  Hedge,
  RateLimiter,
  Resilience,
  type ResilienceError,
  Retry,
  StaleCache,
  Timeout
} from "@skippy/core"
import type { Effect } from "effect"
import { describe, expect, test } from "tstyche"

declare const call: Effect.Effect<number, "boom", "service">
declare const breaker: CircuitBreaker.CircuitBreaker
declare const breakers: CircuitBreaker.KeyedCircuitBreaker
declare const limiter: RateLimiter.RateLimiter
declare const limiters: RateLimiter.KeyedRateLimiter
declare const bulkhead: Bulkhead.Bulkhead
declare const timeout: Timeout.Timeout
declare const deadline: Deadline.Deadline
declare const retry: Retry.Retry
declare const hedge: Hedge.Hedge
declare const cache: StaleCache.StaleCache<number>

describe("a policy adds its own error and nothing else", () => {
  test("circuit breaker", () => {
    expect(call.pipe(breaker)).type.toBe<Effect.Effect<number, "boom" | CircuitBreaker.CircuitOpenError, "service">>()
    expect(call.pipe(breakers.for("host"))).type.toBe<
      Effect.Effect<number, "boom" | CircuitBreaker.CircuitOpenError, "service">
    >()
  })
  test("rate limiter", () => {
    expect(call.pipe(limiter)).type.toBe<Effect.Effect<number, "boom" | RateLimiter.RateLimitedError, "service">>()
    expect(call.pipe(limiters.for("tenant"))).type.toBe<
      Effect.Effect<number, "boom" | RateLimiter.RateLimitedError, "service">
    >()
    expect(call.pipe(limiter.weighted(2))).type.toBe<
      Effect.Effect<number, "boom" | RateLimiter.RateLimitedError, "service">
    >()
  })
  test("bulkhead, timeout and deadline", () => {
    expect(call.pipe(bulkhead, timeout, deadline)).type.toBe<
      Effect.Effect<
        number,
        "boom" | Bulkhead.BulkheadFullError | Timeout.AttemptTimeoutError | Deadline.DeadlineExceededError,
        "service"
      >
    >()
  })
  test("retry, hedge and cache add none", () => {
    expect(call.pipe(retry, hedge)).type.toBe<Effect.Effect<number, "boom", "service">>()
    expect(cache.get("key", call)).type.toBe<Effect.Effect<number, "boom", "service">>()
    expect(call.pipe(cache.through("key"))).type.toBe<Effect.Effect<number, "boom", "service">>()
  })
})

describe("a layer adds its service to what is needed", () => {
  test("protect", () => {
    expect(CircuitBreaker.protect(call)).type.toBe<
      Effect.Effect<number, "boom" | CircuitBreaker.CircuitOpenError, "service" | CircuitBreaker.Service>
    >()
    expect(Timeout.protect(call)).type.toBe<
      Effect.Effect<number, "boom" | Timeout.AttemptTimeoutError, "service" | Timeout.Service>
    >()
  })
})

describe("a fallback removes what it handles", () => {
  test("everything without a guard", () => {
    expect(call.pipe(Fallback.value("none"))).type.toBe<Effect.Effect<number | string, never, "service">>()
  })
  test("one type with a guard", () => {
    const isOpen = (error: unknown): error is CircuitBreaker.CircuitOpenError =>
      error instanceof CircuitBreaker.CircuitOpenError
    expect(call.pipe(breaker, Fallback.value(0, { when: isOpen }))).type.toBe<
      Effect.Effect<number, "boom", "service">
    >()
  })
  test("nothing for sure with a predicate", () => {
    expect(call.pipe(Fallback.value(0, { when: () => true }))).type.toBe<Effect.Effect<number, "boom", "service">>()
  })
})

describe("the pipeline", () => {
  test("adds its errors and its service", () => {
    expect(call.pipe(Resilience.call({ service: "reports", operation: "fetch" }))).type.toBe<
      Effect.Effect<number, "boom" | ResilienceError, "service" | Resilience>
    >()
  })
  test("with a fallback has only the errors of the fallback", () => {
    expect(
      call.pipe(
        Resilience.call({
          service: "reports",
          operation: "fetch",
          fallback: (error: "boom" | ResilienceError): Effect.Effect<string, "worse"> => {
            throw error
          }
        })
      )
    ).type.toBe<Effect.Effect<number | string, "worse", "service" | Resilience>>()
  })
})
