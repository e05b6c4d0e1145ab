/**
 * Whole policies under random arrivals, interruptions, failures and time steps: whatever happens, everything is given back,
 * nobody is forgotten, and the limits hold.
 */
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, type Exit, Fiber, Random } from "effect"
import { TestClock } from "effect/testing"
import * as Bulkhead from "../../src/policy/Bulkhead.ts"
import * as CircuitBreaker from "../../src/policy/CircuitBreaker.ts"
import type { Policy } from "../../src/policy/Policy.ts"
import * as RateLimiter from "../../src/policy/RateLimiter.ts"
import * as StaleCache from "../../src/policy/StaleCache.ts"
import * as Model from "../../src/testing/RateLimiterModel.ts"

const rounds = 150
const stepsPerRound = 250

/** What the body of a call may do. */
const bodies = [
  Effect.void,
  Effect.sleep("30 millis"),
  Effect.sleep("170 millis"),
  Effect.delay(Effect.fail("down"), "40 millis"),
  Effect.delay(Effect.die("bug"), "10 millis"),
  Effect.never
] as const

/** Plays a random round against a policy; all calls are over or interrupted when it ends. */
const play = (policy: Policy<unknown>, onStart: Effect.Effect<void> = Effect.void) =>
  Effect.gen(function* () {
    let running: Array<Fiber.Fiber<Exit.Exit<void, unknown>>> = []
    for (let step = 0; step < stepsPerRound; step++) {
      const chance = yield* Random.next
      if (chance < 0.5) {
        const body = bodies[yield* Random.nextIntBetween(0, bodies.length - 1)] ?? Effect.void
        running.push(yield* Effect.forkChild(Effect.exit(Effect.andThen(onStart, body).pipe(policy))))
      } else if (chance < 0.7) {
        const which = yield* Random.nextIntBetween(0, Math.max(0, running.length - 1))
        // Not awaited: the interruption may fall into any moment of what follows.
        running[which]?.interruptUnsafe()
      } else {
        yield* TestClock.adjust((yield* Random.nextIntBetween(0, 80)) * (chance > 0.97 ? 50 : 1))
        running = running.filter((fiber) => fiber.pollUnsafe() === undefined)
      }
    }
    yield* Fiber.interruptAll(running)
  })

const eachRound = (name: string, round: Effect.Effect<void>) =>
  it.effect(name, () =>
    Effect.gen(function* () {
      for (let seed = 0; seed < rounds; seed++) yield* Random.withSeed(round, seed)
    })
  )

describe("under random arrivals, interruptions and time", () => {
  eachRound(
    "the bulkhead never runs too many and gives every permit back",
    Effect.gen(function* () {
      const bulkhead = yield* Bulkhead.make({ name: "b", concurrency: 3, maxQueue: 5, maxWait: "100 millis" })
      let most = 0
      const look = Effect.flatMap(bulkhead.view, ({ running }) =>
        Effect.sync(() => {
          most = Math.max(most, running)
        })
      )
      yield* play(bulkhead, look)
      expect(most).toBeLessThanOrEqual(3)
      expect(yield* bulkhead.view).toEqual({ concurrency: 3, running: 0, waiting: 0 })
      yield* Effect.void.pipe(bulkhead, Effect.orDie)
    })
  )

  eachRound(
    "the limiter keeps its promise and forgets no waiter",
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({
        name: "l",
        limits: [
          RateLimiter.tokenBucket({ limit: 10, per: "1 second", burst: 4 }),
          RateLimiter.slidingWindow({ limit: 8, per: "1 second" })
        ],
        maxWait: "1 second",
        maxQueue: 6
      })
      const grants: Array<Model.Grant> = []
      const note = Effect.map(Clock.currentTimeMillis, (at) => {
        grants.push({ at, weight: 1 })
      })
      yield* play(limiter, note)
      expect(Model.keepsTokenBucket(grants, 10, 1000, 4)).toBe(true)
      expect(Model.keepsSlidingWindow(grants, 8, 1000)).toBe(true)
      expect((yield* limiter.view).waiting).toBe(0)
      yield* TestClock.adjust("2 seconds")
      expect(yield* limiter.remaining).toBe(4)
    })
  )

  eachRound(
    "the breaker holds no probe slot of a call that is gone, and can always recover",
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({
        name: "c",
        consecutiveFailures: 2,
        openFor: "100 millis",
        probes: 2,
        successThreshold: 2
      })
      yield* play(breaker)
      expect((yield* breaker.view).probesRunning).toBe(0)
      yield* TestClock.adjust("1 minute")
      yield* Effect.replicateEffect(Effect.void.pipe(breaker, Effect.orDie), 3)
      expect((yield* breaker.view).state).toBe("Closed")
    })
  )

  eachRound(
    "the cache leaves no lookup behind",
    Effect.gen(function* () {
      const cache = yield* StaleCache.make<void>({
        name: "s",
        ttl: "50 millis",
        staleIfError: "100 millis",
        capacity: 2
      })
      let lookups = 0
      const through: Policy<unknown> = (effect) => {
        const counted = Effect.acquireUseRelease(
          Effect.sync(() => {
            lookups++
          }),
          () => Effect.asVoid(effect),
          () =>
            Effect.sync(() => {
              lookups--
            })
        )
        return Effect.andThen(cache.get("key", counted), effect)
      }
      yield* play(through)
      yield* TestClock.adjust(0)
      expect(lookups).toBe(0)
    })
  )
})
