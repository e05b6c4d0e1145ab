/** Many callers at once, through every policy that keeps state, while somebody is unkind to the store. */
import { Cause, Clock, Effect, Exit, Fiber, Stream } from "effect"
import * as EventBus from "../../../src/event/EventBus.ts"
import type { ResilienceEvent } from "../../../src/event/ResilienceEvent.ts"
import * as CircuitBreaker from "../../../src/policy/CircuitBreaker.ts"
import * as RateLimiter from "../../../src/policy/RateLimiter.ts"
import * as Retry from "../../../src/policy/Retry.ts"
import * as RetryBudget from "../../../src/policy/RetryBudget.ts"
import * as StaleCache from "../../../src/policy/StaleCache.ts"

/** What became of the calls. */
export interface Tally {
  readonly started: number
  readonly succeeded: number
  /** How others ended, in words. */
  readonly others: ReadonlyArray<string>
  readonly slowestMillis: number
}

/** Callers at the same time. */
export const callers = 300

/** A limit nobody reaches, so that every call that fails does so for the store's sake. */
export const limits = RateLimiter.slidingWindow({ limit: 10_000_000, per: "1 hour" })

/** Every policy that keeps state. */
export const guarded = Effect.gen(function* () {
  const limiter = yield* RateLimiter.make({ name: "load", limits })
  const breaker = yield* CircuitBreaker.make({ name: "load", failureRate: { threshold: 0.9, minimumCalls: 100 } })
  const budget = yield* RetryBudget.make({ name: "load", ratio: 1, minPerSecond: 100 })
  const retry = yield* Retry.make({ name: "load", idempotent: true, maxAttempts: 2, delayFor: () => 1, budget })
  const cache = yield* StaleCache.make<number>({ name: "load", ttl: "1 millis", capacity: 50 })
  const call = (n: number) => {
    let isFirst = true
    // Every third call fails at first: its result is booked, and it needs the budget for a retry.
    const attempt = Effect.suspend(() => {
      const fails = isFirst && n % 3 === 0
      isFirst = false
      return Effect.delay(fails ? Effect.fail({ category: "transient" }) : Effect.succeed(n), 1)
    })
    return cache.get(`key-${n % 100}`, attempt.pipe(breaker, limiter, retry))
  }
  return { call, limiter, breaker }
})

/** Lets all callers call again and again while `trouble` goes on, and tells what became of every call. */
export const underLoad = <R>(
  call: (n: number) => Effect.Effect<number, unknown>,
  trouble: Effect.Effect<void, never, R>
): Effect.Effect<Tally, never, R> =>
  Effect.gen(function* () {
    let started = 0
    let succeeded = 0
    let slowestMillis = 0
    let isOver = false
    const others: Array<string> = []
    const one = Effect.gen(function* () {
      const startedAt = yield* Clock.currentTimeMillis
      const exit = yield* Effect.exit(call(started++))
      slowestMillis = Math.max(slowestMillis, (yield* Clock.currentTimeMillis) - startedAt)
      if (Exit.isSuccess(exit)) succeeded++
      else if (others.length < 10) others.push(Cause.pretty(exit.cause))
      yield* Effect.sleep(200)
    })
    const caller = Effect.whileLoop({ while: () => !isOver, body: () => one, step: () => {} })
    const crowd = yield* Effect.forEach(Array.from({ length: callers }), () => Effect.forkChild(caller))
    yield* trouble
    isOver = true
    yield* Fiber.awaitAll(crowd)
    return { started, succeeded, others, slowestMillis }
  })

/** Waits for the next event of a kind, from the moment this effect is made part of a fiber of its own. */
export const heard = <T extends ResilienceEvent["_tag"]>(tag: T): Effect.Effect<void> =>
  EventBus.events.pipe(
    Stream.filter((event) => event._tag === tag),
    Stream.take(1),
    Stream.runDrain
  )
