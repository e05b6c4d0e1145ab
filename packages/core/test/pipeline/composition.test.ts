/** How the policies behave together: order, deadlines, cancellation, and what is given back. */
import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as Bulkhead from "../../src/policy/Bulkhead.ts"
import * as CircuitBreaker from "../../src/policy/CircuitBreaker.ts"
import type { Policy } from "../../src/policy/Policy.ts"
import * as RateLimiter from "../../src/policy/RateLimiter.ts"
import * as Retry from "../../src/policy/Retry.ts"
import * as Timeout from "../../src/policy/Timeout.ts"
import { type PolicyConfigInput } from "../../src/pipeline/PolicyConfig.ts"
import { Resilience, type ServiceState } from "../../src/pipeline/Resilience.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"
import * as Flaky from "../../src/testing/FlakyDependency.ts"

const off = {
  deadline: false,
  retry: false,
  budget: false,
  hedge: false,
  rateLimit: false,
  bulkhead: false,
  circuitBreaker: false,
  timeout: false,
  cache: false
} as const satisfies PolicyConfigInput

const retry = { baseDelay: "1 second", jitter: "none", maxAttempts: 3 } as const
const options = { service: "reports", operation: "fetch", idempotent: true } as const

const inPipeline = (config: PolicyConfigInput) => {
  const layer = Resilience.layer({ services: { reports: { ...off, ...config } } })
  return <A, E>(effect: Effect.Effect<A, E, Resilience>) => Effect.provide(effect, layer)
}

const state: Effect.Effect<ServiceState, unknown, Resilience> = Effect.flatMap(Resilience, (r) => r.state("reports"))

const pass = (millis: number) =>
  Effect.gen(function* () {
    for (let i = 0; i < millis; i += 250) yield* TestClock.adjust("250 millis")
  })

describe("the order of the pipeline", () => {
  it.effect("has the breaker inside retry: it counts attempts, and stops the retrying", () =>
    inPipeline({ retry: { ...retry, maxAttempts: 10 }, circuitBreaker: { consecutiveFailures: 2 } })(
      Effect.gen(function* () {
        const service = Flaky.make([Flaky.fail("down")])
        const fiber = yield* Effect.forkChild(Effect.exit(service.call.pipe(Resilience.call(options))))
        yield* pass(10_000)
        const exit = yield* Fiber.join(fiber)
        expect(service.stats().calls).toBe(2)
        // The open circuit refused the third attempt; the caller is told what is wrong with the service.
        expect(exit).toEqual(Exit.fail("down"))
        expect(yield* Effect.flip(service.call.pipe(Resilience.call(options)))).toMatchObject({
          _tag: "CircuitOpenError"
        })
      })
    )
  )

  it.effect("has the limiter inside retry: each attempt takes a token", () =>
    inPipeline({ retry, rateLimit: { limits: [{ algorithm: "fixedWindow", limit: 10, per: "1 day" }] } })(
      Effect.gen(function* () {
        const service = Flaky.make([Flaky.fail("down")])
        const fiber = yield* Effect.forkChild(Effect.exit(service.call.pipe(Resilience.call(options))))
        yield* pass(5000)
        yield* Fiber.join(fiber)
        expect((yield* state).limiter?.limits[0]?.remaining).toBe(7)
      })
    )
  )

  it.effect("refuses before anybody waits for a token when the circuit is open", () =>
    inPipeline({
      circuitBreaker: { consecutiveFailures: 1 },
      rateLimit: { limits: [{ algorithm: "tokenBucket", limit: 1, per: "1 minute" }], maxWait: "1 hour" }
    })(
      Effect.gen(function* () {
        yield* Effect.exit(Effect.fail("down").pipe(Resilience.call(options)))
        const refused = yield* Effect.flip(Effect.void.pipe(Resilience.call(options)))
        expect(refused._tag).toBe("CircuitOpenError")
        expect((yield* state).limiter?.waiting).toBe(0)
      })
    )
  )

  it.effect("asks the cache before anything that costs", () =>
    inPipeline({
      cache: { ttl: "1 hour" },
      rateLimit: { limits: [{ algorithm: "fixedWindow", limit: 1, per: "1 day" }], maxWait: 0 }
    })(
      Effect.gen(function* () {
        const service = Flaky.make([Flaky.succeed("one")])
        const call = service.call.pipe(Resilience.answer({ ...options, cacheKey: "today" }))
        expect((yield* call).provenance).toBe("live")
        for (let i = 0; i < 100; i++) expect((yield* call).provenance).toBe("fresh")
        expect(service.stats().calls).toBe(1)
      })
    )
  )

  it.effect("answers stale when all else failed, and a fallback when there is nothing stale", () =>
    inPipeline({ cache: { ttl: "1 minute", staleIfError: "1 hour" }, circuitBreaker: { consecutiveFailures: 1 } })(
      Effect.gen(function* () {
        const service = Flaky.make<string, string>([Flaky.succeed("one"), Flaky.fail("down")])
        const keyed = { ...options, cacheKey: "today" }
        yield* service.call.pipe(Resilience.call(keyed))
        yield* TestClock.adjust("2 minutes")
        const stale = yield* service.call.pipe(Resilience.answer(keyed))
        expect(stale).toEqual({ value: "one", provenance: "staleIfError", ageMillis: 120_000 })
        const refused = yield* service.call.pipe(Resilience.answer(keyed))
        expect(refused.provenance).toBe("staleIfError")
        const other = { ...options, cacheKey: "other", fallback: () => Effect.succeed("nothing") }
        expect(yield* service.call.pipe(Resilience.call(other))).toBe("nothing")
      })
    )
  )

  it.effect("keeps answers of different operations apart", () =>
    inPipeline({ cache: {} })(
      Effect.gen(function* () {
        const one = Effect.succeed(1).pipe(Resilience.call({ service: "reports", operation: "a", cacheKey: "k" }))
        const two = Effect.succeed(2).pipe(Resilience.call({ service: "reports", operation: "b", cacheKey: "k" }))
        expect([yield* one, yield* two]).toEqual([1, 2])
      })
    )
  )
})

describe("policies composed by hand, in any order", () => {
  const policies = {
    breaker: () => CircuitBreaker.make({ name: "b", consecutiveFailures: 100 }),
    limiter: () => RateLimiter.make({ name: "l", limits: RateLimiter.fixedWindow({ limit: 1000, per: "1 day" }) }),
    bulkhead: () => Bulkhead.make({ name: "k", concurrency: 1 }),
    timeout: () => Timeout.make({ name: "t", after: "10 seconds" })
  }
  const names = ["breaker", "limiter", "bulkhead", "timeout"] as const
  const orders = names.flatMap((a) =>
    names.flatMap((b) => names.flatMap((c) => (new Set([a, b, c]).size === 3 ? [[a, b, c] as const] : [])))
  )
  for (const order of orders) {
    it.effect(`keep success, error, defect and interruption as they are: ${order.join(" in ")}`, () =>
      Effect.gen(function* () {
        const made: Record<(typeof names)[number], Policy<unknown>> = {
          breaker: yield* policies.breaker(),
          limiter: yield* policies.limiter(),
          bulkhead: yield* policies.bulkhead(),
          timeout: yield* policies.timeout()
        }
        const through = <A, E>(effect: Effect.Effect<A, E>) =>
          order.reduce<Effect.Effect<A, unknown>>((inner, name) => made[name](inner), effect)
        expect(yield* through(Effect.succeed(1))).toBe(1)
        expect(yield* Effect.exit(through(Effect.fail("down")))).toEqual(Exit.fail("down"))
        expect(Exit.hasDies(yield* Effect.exit(through(Effect.die("bug"))))).toBe(true)
        const fiber = yield* Effect.forkChild(through(Effect.never))
        yield* TestClock.adjust("1 second")
        yield* Fiber.interrupt(fiber)
        expect(Exit.hasInterrupts(yield* Fiber.await(fiber))).toBe(true)
        expect(yield* through(Effect.succeed(2))).toBe(2)
      })
    )
  }

  it.effect("retry around timeout repeats a timed-out attempt; timeout around retry ends them all", () =>
    Effect.gen(function* () {
      const again = yield* Retry.make({ name: "r", idempotent: true, backoff: { base: "1 second", jitter: "none" } })
      const timeout = yield* Timeout.make({ name: "t", after: "2 seconds" })
      const inner = Flaky.make([Flaky.hang])
      yield* Effect.forkChild(Effect.exit(inner.call.pipe(timeout, again)))
      yield* pass(20_000)
      expect(inner.stats()).toMatchObject({ calls: 3, running: 0 })
      const outer = Flaky.make([Flaky.hang])
      yield* Effect.forkChild(Effect.exit(outer.call.pipe(again, timeout)))
      yield* pass(20_000)
      expect(outer.stats()).toMatchObject({ calls: 1, running: 0 })
    })
  )
})

describe("the deadline goes through every wait", () => {
  it.effect("ends an attempt", () =>
    inPipeline({ deadline: "3 seconds" })(
      Effect.gen(function* () {
        const service = Flaky.make([Flaky.hang])
        const fiber = yield* Effect.forkChild(Effect.flip(service.call.pipe(Resilience.call(options))))
        yield* pass(3000)
        expect((yield* Fiber.join(fiber))._tag).toBe("DeadlineExceededError")
        expect(service.stats().interrupted).toBe(1)
      })
    )
  )

  it.effect("is no failure of the service when a timeout would have come later", () =>
    inPipeline({ deadline: "3 seconds", timeout: "5 seconds", circuitBreaker: { consecutiveFailures: 1 } })(
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(Effect.flip(Effect.never.pipe(Resilience.call(options))))
        yield* pass(3000)
        expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "DeadlineExceededError", within: Duration.seconds(3) })
        expect((yield* state).circuit?.state).toBe("Closed")
      })
    )
  )

  it.effect("is a failure of the service when there is no timeout", () =>
    inPipeline({ deadline: "3 seconds", circuitBreaker: { consecutiveFailures: 1 } })(
      Effect.gen(function* () {
        yield* Effect.forkChild(Effect.exit(Effect.never.pipe(Resilience.call(options))))
        yield* pass(3000)
        expect((yield* state).circuit?.state).toBe("Open")
      })
    )
  )

  it.effect("ends a background refresh too, counted from its own start", () =>
    inPipeline({ deadline: "3 seconds", cache: { ttl: "1 second", staleWhileRevalidate: "1 hour" } })(
      Effect.gen(function* () {
        const service = Flaky.make<string, string>([Flaky.succeed("one"), Flaky.hang])
        const call = service.call.pipe(Resilience.call({ ...options, cacheKey: "today" }))
        yield* call
        yield* pass(2000)
        expect(yield* call).toBe("one")
        yield* pass(2750)
        expect(service.stats().running).toBe(1)
        yield* pass(500)
        expect(service.stats()).toMatchObject({ running: 0, interrupted: 1 })
      })
    )
  )

  it.effect("leaves a fallback its time: another service can still answer", () =>
    inPipeline({ deadline: "3 seconds" })(
      Effect.gen(function* () {
        const other = Effect.delay(Effect.succeed("from the other"), "1 second").pipe(
          Resilience.call({ service: "other", operation: "fetch" })
        )
        const call = Effect.never.pipe(Resilience.call({ ...options, fallback: () => other }))
        const fiber = yield* Effect.forkChild(call)
        yield* pass(4000)
        expect(yield* Fiber.join(fiber)).toBe("from the other")
      })
    )
  )

  it.effect("is not slept past by a back-off: the last real error comes at once", () =>
    inPipeline({ deadline: "3 seconds", retry: { ...retry, baseDelay: "5 seconds" } })(
      Effect.gen(function* () {
        expect(yield* Effect.flip(Effect.fail("down").pipe(Resilience.call(options)))).toBe("down")
      })
    )
  )

  it.effect("keeps anybody from waiting for a token that comes too late", () =>
    inPipeline({
      deadline: "3 seconds",
      rateLimit: { limits: [{ algorithm: "tokenBucket", limit: 1, per: "1 minute" }], maxWait: "1 hour" }
    })(
      Effect.gen(function* () {
        yield* Effect.void.pipe(Resilience.call(options))
        expect(yield* Effect.flip(Effect.void.pipe(Resilience.call(options)))).toMatchObject({
          _tag: "RateLimitedError",
          reason: "deadline"
        })
      })
    )
  )

  it.effect("ends the wait for a permit", () =>
    inPipeline({ deadline: "3 seconds", bulkhead: { concurrency: 1, maxWait: "1 hour" } })(
      Effect.gen(function* () {
        yield* Effect.forkChild(Effect.exit(Effect.never.pipe(Resilience.call(options))))
        yield* TestClock.adjust("1 second")
        const waiter = yield* Effect.forkChild(Effect.exit(Effect.never.pipe(Resilience.call(options))))
        yield* pass(1750)
        expect((yield* state).bulkhead).toMatchObject({ running: 1, waiting: 1 })
        yield* pass(3000)
        expect((yield* state).bulkhead).toMatchObject({ running: 0, waiting: 0 })
        expect(Exit.isFailure(yield* Fiber.join(waiter))).toBe(true)
      })
    )
  )
})

describe("what an attempt took is given back", () => {
  const limits = { limits: [{ algorithm: "fixedWindow" as const, limit: 5, per: "1 day" }], maxWait: 0 }
  const remaining = Effect.map(state, ({ limiter }) => limiter?.limits[0]?.remaining)

  it.effect("the token, when the bulkhead is full", () =>
    inPipeline({ rateLimit: limits, bulkhead: { concurrency: 1, maxQueue: 0 } })(
      Effect.gen(function* () {
        yield* Effect.forkChild(Effect.never.pipe(Resilience.call(options)))
        yield* TestClock.adjust(0)
        expect(yield* remaining).toBe(4)
        expect((yield* Effect.flip(Effect.void.pipe(Resilience.call(options))))._tag).toBe("BulkheadFullError")
        expect(yield* remaining).toBe(4)
      })
    )
  )

  it.effect("the token and the permit, when the circuit opened while the call waited", () =>
    inPipeline({ rateLimit: limits, bulkhead: { concurrency: 1 }, circuitBreaker: { consecutiveFailures: 1 } })(
      Effect.gen(function* () {
        yield* Effect.forkChild(
          Effect.exit(Effect.delay(Effect.fail("down"), "1 second").pipe(Resilience.call(options)))
        )
        yield* TestClock.adjust(0)
        const waiting = yield* Effect.forkChild(Effect.flip(Effect.void.pipe(Resilience.call(options))))
        yield* TestClock.adjust(0)
        expect(yield* remaining).toBe(3)
        yield* TestClock.adjust("1 second")
        expect((yield* Fiber.join(waiting))._tag).toBe("CircuitOpenError")
        expect(yield* remaining).toBe(4)
        expect((yield* state).bulkhead).toMatchObject({ running: 0, waiting: 0 })
      })
    )
  )

  it.effect("the token, when the caller goes away while it waits for a permit", () =>
    inPipeline({ rateLimit: limits, bulkhead: { concurrency: 1 } })(
      Effect.gen(function* () {
        yield* Effect.forkChild(Effect.never.pipe(Resilience.call(options)))
        yield* TestClock.adjust(0)
        const waiting = yield* Effect.forkChild(Effect.void.pipe(Resilience.call(options)))
        yield* TestClock.adjust(0)
        expect(yield* remaining).toBe(3)
        yield* Fiber.interrupt(waiting)
        expect(yield* remaining).toBe(4)
      })
    )
  )

  it.effect("nothing, when the service was asked: a failed attempt has cost its token", () =>
    inPipeline({ rateLimit: limits })(
      Effect.gen(function* () {
        yield* Effect.exit(Effect.fail("down").pipe(Resilience.call(options)))
        yield* Effect.exit(Effect.die("bug").pipe(Resilience.call(options)))
        expect(yield* remaining).toBe(3)
      })
    )
  )

  it.effect("all of it, wherever the caller is interrupted", () =>
    inPipeline({
      retry,
      rateLimit: { limits: [{ algorithm: "tokenBucket", limit: 4, per: "1 second", burst: 2 }] },
      bulkhead: { concurrency: 2 },
      circuitBreaker: { consecutiveFailures: 1, openFor: "2 seconds", successThreshold: 1 },
      timeout: "5 seconds",
      deadline: "1 minute"
    })(
      Effect.gen(function* () {
        for (let moment = 0; moment < 40; moment++) {
          const service = Flaky.make<string, string>((call) =>
            call % 3 === 0 ? Flaky.fail("down", "300 millis") : Flaky.succeed("up", "500 millis")
          )
          const call = service.call.pipe(Resilience.call(options), Effect.exit)
          const fibers = yield* Effect.forEach([1, 2, 3, 4, 5], () => Effect.forkChild(call))
          for (let i = 0; i < moment; i++) yield* TestClock.adjust("100 millis")
          yield* Fiber.interruptAll(fibers)
          const { bulkhead, circuit, limiter } = yield* state
          expect([bulkhead?.running, bulkhead?.waiting, limiter?.waiting, circuit?.probesRunning]).toEqual([0, 0, 0, 0])
          expect(service.stats().running).toBe(0)
          yield* TestClock.adjust("10 seconds")
        }
      })
    )
  )
})

describe("the events of a call", () => {
  it.effect("tell its story in order, under one request id", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const service = Flaky.make<string, string>([Flaky.fail("down"), Flaky.succeed("up")])
      const fiber = yield* Effect.forkChild(
        service.call.pipe(Resilience.call(options), inPipeline({ retry, timeout: "5 seconds" }))
      )
      yield* pass(2000)
      yield* Fiber.join(fiber)
      expect(probe.tags()).toEqual(["CallStarted", "AttemptDone", "RetryScheduled", "AttemptDone", "CallDone"])
      const ids = new Set(probe.events().map((event) => event.requestId))
      expect(ids.size).toBe(1)
      expect(Array.from(ids)[0]).toMatch(/^req_\d{8}_\d{6}_[0-9a-z]{6}$/)
      expect(probe.of("AttemptDone").map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
        [1, "failure"],
        [2, "success"]
      ])
      expect(probe.of("CallDone")).toMatchObject([
        {
          service: "reports",
          operation: "fetch",
          attempts: 2,
          durationMs: 1000,
          outcome: "success",
          provenance: "live"
        }
      ])
    }).pipe(probe.provide)
  })

  it.effect("leave the limiter quiet for as long as the service asked", () =>
    inPipeline({ rateLimit: { limits: [{ limit: 10, per: "1 minute" }], maxWait: 0 } })(
      Effect.gen(function* () {
        yield* Effect.exit(Effect.fail({ category: "throttled", retryAfter: 30_000 }).pipe(Resilience.call(options)))
        expect(yield* Effect.flip(Effect.void.pipe(Resilience.call(options)))).toMatchObject({ limit: "penalty" })
        yield* TestClock.adjust("30 seconds")
        yield* Effect.void.pipe(Resilience.call(options))
      })
    )
  )
})
