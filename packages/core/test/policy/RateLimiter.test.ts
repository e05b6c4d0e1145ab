import { describe, expect, it } from "@effect/vitest"
import { Clock, DateTime, Duration, Effect, Exit, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import * as Deadline from "../../src/policy/Deadline.ts"
import * as RateLimiter from "../../src/policy/RateLimiter.ts"
import type { Decision } from "../../src/store/Decision.ts"
import { type LimitCell, LimitStores, memory } from "../../src/store/LimitStore.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"
import { defectOf } from "../support.ts"

const slowly = <A>(decision: () => Decision<A>): Effect.Effect<A> =>
  Effect.flatMap(Effect.yieldNow, () => {
    const value = decision()
    return Effect.isEffect(value) ? value : Effect.succeed(value)
  })

const slowCell = (cell: LimitCell): LimitCell => ({
  take: (weight, now) => slowly(() => cell.take(weight, now)),
  estimate: (ahead, weight, now) => slowly(() => cell.estimate(ahead, weight, now)),
  giveBack: (taken, now) => slowly(() => cell.giveBack(taken, now)),
  penalize: (millis, now) => slowly(() => cell.penalize(millis, now)),
  observe: (quotas, now) => slowly(() => cell.observe(quotas, now)),
  view: (now) => slowly(() => cell.view(now))
})

const slowStore = Layer.succeed(LimitStores, (options) => {
  const store = memory(options)
  return {
    single: slowCell(store.single),
    cell: (key) => slowCell(store.cell(key)),
    keys: () => slowly(() => store.keys()),
    change: (limits) => slowly(() => store.change(limits))
  }
})

const tenPerSecond = RateLimiter.tokenBucket({ limit: 10, per: "1 second", burst: 2 })

/** Starts callers one by one and writes down who got through when. */
const race = (limiter: RateLimiter.RateLimiter, weights: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const log: Array<readonly [caller: number, at: number]> = []
    const startedAt = yield* Clock.currentTimeMillis
    const fibers: Array<Fiber.Fiber<void, RateLimiter.RateLimitedError>> = []
    for (const [caller, weight] of weights.entries()) {
      const call = Effect.map(Clock.currentTimeMillis, (now) => {
        log.push([caller, now - startedAt])
      })
      fibers.push(yield* Effect.forkChild(call.pipe(limiter.weighted(weight))))
      yield* TestClock.adjust(0)
    }
    return { log, fibers }
  })

const suite = (provide: <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>) => {
  const test = (name: string, body: () => Effect.Effect<void, unknown>) => it.effect(name, () => provide(body()))

  test("lets a burst through and then one call for each refill, in the order of arrival", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({ name: "reports", limits: tenPerSecond })
      const { log } = yield* race(limiter, [1, 1, 1, 1, 1])
      for (let i = 0; i < 40; i++) yield* TestClock.adjust("10 millis")
      expect(log).toEqual([
        [0, 0],
        [1, 0],
        [2, 100],
        [3, 200],
        [4, 300]
      ])
    }))

  test("does not let a light call overtake a heavy one", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({ name: "reports", limits: tenPerSecond })
      const { log } = yield* race(limiter, [2, 2, 1])
      for (let i = 0; i < 40; i++) yield* TestClock.adjust("10 millis")
      expect(log).toEqual([
        [0, 0],
        [1, 200],
        [2, 300]
      ])
    }))

  test("takes several limits together or not at all", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({
        name: "reports",
        limits: [
          RateLimiter.fixedWindow({ limit: 3, per: "1 day" }),
          RateLimiter.fixedWindow({ limit: 2, per: "1 minute" })
        ],
        maxWait: 0
      })
      const one = Effect.void.pipe(limiter)
      yield* one
      yield* one
      const refused = yield* Effect.flip(one)
      expect([refused.limit, refused.reason]).toEqual(["2 per 1m", "exceeded"])
      const { limits } = yield* limiter.view
      expect(limits.map(({ remaining }) => remaining)).toEqual([1, 0])
    }))

  test("fails at once with tryAcquire, and takes by hand with acquire", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({ name: "reports", limits: tenPerSecond })
      const permit = yield* limiter.acquire(2)
      const refused = yield* Effect.flip(limiter.tryAcquire())
      expect(refused.reason).toBe("exceeded")
      expect(refused.retryAfter).toEqual(Duration.millis(100))
      yield* permit.giveBack
      yield* permit.giveBack
      expect(yield* limiter.remaining).toBe(2)
      yield* limiter.tryAcquire(2)
      expect(yield* limiter.remaining).toBe(0)
      expect(yield* limiter.resetAfter).toEqual(Duration.millis(200))
    }))

  test("refuses a wait that is longer than allowed without starting it", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({
        name: "reports",
        limits: RateLimiter.tokenBucket({ limit: 1, per: "1 minute" }),
        maxWait: "30 seconds"
      })
      yield* Effect.void.pipe(limiter)
      const refused = yield* Effect.flip(Effect.void.pipe(limiter))
      expect(refused.message).toBe(
        `limiter "reports": the wait for 1 per 1m would be longer than allowed; try again in 60 s`
      )
    }))

  test("refuses a wait that does not fit into the deadline without starting it", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({
        name: "reports",
        limits: RateLimiter.tokenBucket({ limit: 1, per: "1 minute" }),
        maxWait: "5 minutes"
      })
      const deadline = yield* Deadline.make({ name: "reports", within: "10 seconds" })
      yield* Effect.void.pipe(limiter)
      const refused = yield* Effect.flip(Effect.void.pipe(limiter, deadline))
      expect(refused).toMatchObject({ _tag: "RateLimitedError", reason: "deadline" })
    }))

  test("refuses when too many wait, and a weight that never fits", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({ name: "reports", limits: tenPerSecond, maxQueue: 1 })
      yield* race(limiter, [2, 1])
      expect((yield* limiter.view).waiting).toBe(1)
      expect((yield* Effect.flip(Effect.void.pipe(limiter))).reason).toBe("queueFull")
      const never = yield* Effect.flip(Effect.void.pipe(limiter.weighted(3)))
      expect([never.reason, never.retryAfter, never.retryable]).toEqual(["neverFits", undefined, false])
    }))

  test("gives the place of an interrupted waiter to the next", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({ name: "reports", limits: tenPerSecond })
      const { fibers, log } = yield* race(limiter, [2, 1, 1])
      yield* TestClock.adjust("50 millis")
      yield* Fiber.interrupt(fibers[1]!)
      for (let i = 0; i < 30; i++) yield* TestClock.adjust("10 millis")
      expect(log).toEqual([
        [0, 0],
        [2, 100]
      ])
      expect((yield* limiter.view).waiting).toBe(0)
    }))

  test("is quiet after a penalty, which never shortens", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({ name: "reports", limits: tenPerSecond, maxWait: "1 minute" })
      yield* limiter.penalize("20 seconds")
      yield* limiter.penalize(DateTime.makeUnsafe((yield* Clock.currentTimeMillis) + 5000))
      expect(yield* limiter.remaining).toBe(0)
      const refused = yield* Effect.flip(limiter.tryAcquire())
      expect([refused.limit, refused.retryAfter]).toEqual(["penalty", Duration.seconds(20)])
      const fiber = yield* Effect.forkChild(Effect.void.pipe(limiter))
      yield* TestClock.adjust("19 seconds")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.await(fiber)).toEqual(Exit.void)
    }))

  test("can be changed while it runs: what was taken counts on, and those who wait profit", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({
        name: "reports",
        limits: RateLimiter.fixedWindow({ limit: 2, per: "1 minute" }),
        maxWait: "2 minutes"
      })
      yield* Effect.void.pipe(limiter.weighted(2))
      const waiter = yield* Effect.forkChild(Effect.void.pipe(limiter))
      yield* TestClock.adjust(0)
      expect(waiter.pollUnsafe()).toBeUndefined()
      yield* limiter.change(RateLimiter.fixedWindow({ limit: 3, per: "1 minute" }))
      yield* TestClock.adjust(0)
      expect(waiter.pollUnsafe()).toEqual(Exit.void)
      expect(yield* limiter.remaining).toBe(0)
    }))

  test("believes what the service says of its quotas, no longer than maxPenalty, and lets waiters through on better news", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({
        name: "reports",
        limits: RateLimiter.slidingWindow({ limit: 100, per: "1 minute" }),
        maxPenalty: "1 minute",
        maxWait: "10 minutes"
      })
      yield* limiter.observe([{ name: "monthly", remaining: 1, resetAfterMillis: 3_600_000 }])
      yield* Effect.void.pipe(limiter)
      const { limits } = yield* limiter.view
      expect(limits.at(-1)).toEqual({ limit: "monthly", remaining: 0, resetAfterMillis: 60_000 })
      const waiter = yield* Effect.forkChild(Effect.void.pipe(limiter))
      yield* TestClock.adjust("10 seconds")
      expect(waiter.pollUnsafe()).toBeUndefined()
      yield* limiter.observe([{ name: "monthly", remaining: 5, resetAfterMillis: 20_000 }])
      yield* TestClock.adjust(0)
      expect(waiter.pollUnsafe()).toEqual(Exit.void)
      expect(yield* limiter.remaining).toBe(4)
      const refused = yield* Effect.flip(limiter.tryAcquire(5))
      expect([refused.limit, refused.retryAfter]).toEqual(["monthly", Duration.seconds(20)])
    }))

  test("keeps counts for each key", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.makeKeyed({ name: "tenants", limits: tenPerSecond, maxWait: 0 })
      yield* Effect.void.pipe(limiter.for("a").weighted(2))
      expect((yield* Effect.flip(Effect.void.pipe(limiter.for("a")))).message).toContain(`"tenants" for "a"`)
      yield* Effect.void.pipe(limiter.for("b"))
    }))
}

describe("the rate limiter in memory", () => suite((effect) => effect))

describe("the rate limiter on a store that answers later", () => suite(Effect.provide(slowStore)))

describe("the rate limiter", () => {
  it.effect("lets handles of the same key wait in one line", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.makeKeyed({ name: "tenants", limits: tenPerSecond })
      const order: Array<string> = []
      const enter = (name: string) => Effect.sync(() => void order.push(name)).pipe(limiter.for("a"))
      yield* Effect.void.pipe(limiter.for("a").weighted(2))
      for (const name of ["one", "two", "three"]) {
        yield* Effect.forkChild(enter(name))
        yield* TestClock.adjust(0)
      }
      expect((yield* limiter.for("a").view).waiting).toBe(3)
      for (let i = 0; i < 40; i++) yield* TestClock.adjust("10 millis")
      expect(order).toEqual(["one", "two", "three"])
    })
  )

  it.effect("forgets keys that have all their tokens back", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.makeKeyed({ name: "tenants", limits: tenPerSecond })
      for (let i = 0; i < 10_000; i++) {
        yield* Effect.void.pipe(limiter.for(`tenant-${i}`))
        if (i % 10 === 0) yield* TestClock.adjust("100 millis")
      }
      expect((yield* limiter.keys).length).toBeLessThan(200)
    })
  )

  it.effect("tells of waits, refusals and penalties", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({ name: "reports", limits: tenPerSecond, maxQueue: 1 })
      yield* race(limiter, [2, 1, 1])
      for (let i = 0; i < 20; i++) yield* TestClock.adjust("10 millis")
      yield* limiter.penalize("1 second")
      expect(probe.of("LimiterWaited")).toMatchObject([{ policy: "reports", waitMs: 100 }])
      expect(probe.of("LimiterRejected")).toMatchObject([{ reason: "queueFull", limit: "10 per 1s" }])
      expect(probe.of("LimiterPenalized")).toHaveLength(1)
    }).pipe(probe.provide)
  })

  it.effect("does not believe in endless penalties", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({ name: "reports", limits: tenPerSecond, maxPenalty: "10 minutes" })
      yield* limiter.penalize("30 days")
      expect((yield* limiter.view).penaltyMillis).toBe(600_000)
    })
  )

  it.effect("goes on when the clock goes backward", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({ name: "reports", limits: tenPerSecond, maxWait: "1 second" })
      yield* TestClock.setTime(10_000_000)
      yield* Effect.void.pipe(limiter.weighted(2))
      yield* TestClock.setTime(1_000_000)
      const waiter = yield* Effect.forkChild(Effect.void.pipe(limiter))
      yield* TestClock.adjust("100 millis")
      expect(waiter.pollUnsafe()).toEqual(Exit.void)
    })
  )

  it.effect("spends no token for a call that fails, and gives none back either: the call was made", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({ name: "reports", limits: tenPerSecond })
      yield* Effect.exit(Effect.fail("down").pipe(limiter))
      yield* Effect.exit(Effect.die("bug").pipe(limiter))
      expect(yield* limiter.remaining).toBe(0)
    })
  )

  it.effect("refuses impossible options", () =>
    Effect.gen(function* () {
      const negative = Effect.suspend(() =>
        RateLimiter.make({ name: "r", limits: RateLimiter.fixedWindow({ limit: -1, per: "1 second" }) })
      )
      expect(yield* defectOf(negative)).toContain(`option "limit" is -1; give a whole number of at least 1`)
      expect(yield* defectOf(RateLimiter.make({ name: "r", limits: [] }))).toContain("give at least one limit")
      const weightless = Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({ name: "r", limits: tenPerSecond })
        return yield* Effect.void.pipe(limiter.weighted(0))
      })
      expect(yield* defectOf(weightless)).toContain(`option "weight" is 0`)
    })
  )
})
