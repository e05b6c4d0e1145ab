import { describe, expect, it } from "@effect/vitest"
import { Clock, Duration, Effect, Exit, Fiber, Random, Schedule } from "effect"
import { TestClock } from "effect/testing"
import { CallScope, makeCall } from "../../src/event/CurrentCall.ts"
import * as Backoff from "../../src/policy/Backoff.ts"
import * as Deadline from "../../src/policy/Deadline.ts"
import * as Retry from "../../src/policy/Retry.ts"
import * as RetryBudget from "../../src/policy/RetryBudget.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"
import * as Flaky from "../../src/testing/FlakyDependency.ts"
import { defectOf } from "../support.ts"

const plain = { base: "1 second", jitter: "none" } as const
const always = { name: "reports", idempotent: true, backoff: plain } as const

/** Runs an effect and lets the test clock go on until it is done. */
const toTheEnd = <A, E>(effect: Effect.Effect<A, E>, steps = 200) =>
  Effect.gen(function* () {
    const startedAt = yield* Clock.currentTimeMillis
    const fiber = yield* Effect.forkChild(
      Effect.flatMap(Effect.exit(effect), (exit) => Effect.map(Clock.currentTimeMillis, (at) => ({ exit, at })))
    )
    for (let i = 0; i < steps; i++) yield* TestClock.adjust("500 millis")
    const { at, exit } = yield* Fiber.join(fiber)
    return { exit, elapsed: at - startedAt }
  })

describe("retry", () => {
  it.effect("makes three attempts in all, a second and two seconds apart", () =>
    Effect.gen(function* () {
      const service = Flaky.make([Flaky.fail("down")])
      const retry = yield* Retry.make(always)
      const { elapsed, exit } = yield* toTheEnd(service.call.pipe(retry))
      expect(exit).toEqual(Exit.fail("down"))
      expect([service.stats().calls, elapsed]).toEqual([3, 3000])
    })
  )

  it.effect("fails with the operation's own last error", () =>
    Effect.gen(function* () {
      const service = Flaky.make([Flaky.fail("first"), Flaky.fail("second"), Flaky.fail("third")])
      const retry = yield* Retry.make(always)
      expect((yield* toTheEnd(service.call.pipe(retry))).exit).toEqual(Exit.fail("third"))
    })
  )

  it.effect("never waits longer than the cap", () =>
    Effect.gen(function* () {
      const service = Flaky.make([Flaky.fail("down")])
      const retry = yield* Retry.make({ ...always, maxAttempts: 6, backoff: { ...plain, max: "3 seconds" } })
      expect((yield* toTheEnd(service.call.pipe(retry))).elapsed).toBe(1000 + 2000 + 3000 * 3)
    })
  )

  it.effect("does not repeat what is not idempotent, unless it certainly was not carried out", () =>
    Effect.gen(function* () {
      const retry = yield* Retry.make({ name: "reports", backoff: plain })
      const attemptsFor = (error: unknown) =>
        Effect.gen(function* () {
          const service = Flaky.make([Flaky.fail(error)])
          yield* toTheEnd(service.call.pipe(retry))
          return service.stats().calls
        })
      expect(yield* attemptsFor("connection reset")).toBe(1)
      expect(yield* attemptsFor({ category: "transient", delivered: false })).toBe(3)
      expect(yield* attemptsFor({ category: "throttled" })).toBe(3)
      expect(yield* attemptsFor({ category: "transient", refusedBy: "bulkhead" })).toBe(3)
    })
  )

  it.effect("believes the call about being idempotent", () =>
    Effect.gen(function* () {
      const retry = yield* Retry.make({ name: "reports", backoff: plain })
      const attemptsWhen = (idempotent: boolean) =>
        Effect.gen(function* () {
          const service = Flaky.make([Flaky.fail("down")])
          const call = makeCall({
            requestId: () => "req",
            service: "s",
            operation: "o",
            idempotent,
            weight: 1,
            startedAt: 0,
            deadline: Infinity
          })
          yield* toTheEnd(service.call.pipe(retry, Effect.provideService(CallScope, call)))
          return service.stats().calls
        })
      expect([yield* attemptsWhen(true), yield* attemptsWhen(false)]).toEqual([3, 1])
    })
  )

  it.effect("does not repeat errors that repeating cannot mend, nor defects", () =>
    Effect.gen(function* () {
      const retry = yield* Retry.make(always)
      for (const category of ["auth", "notFound", "invalid", "conflict", "fatal"] as const) {
        const service = Flaky.make([Flaky.fail({ category })])
        yield* toTheEnd(service.call.pipe(retry))
        expect(service.stats().calls).toBe(1)
      }
      const buggy = Flaky.make([Flaky.die("bug")])
      expect(Exit.hasDies((yield* toTheEnd(buggy.call.pipe(retry))).exit)).toBe(true)
      expect(buggy.stats().calls).toBe(1)
    })
  )

  it.effect("obeys Retry-After, and fails at once when it is above the cap", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const retry = yield* Retry.make({ ...always, maxAttempts: 2, maxRetryAfter: "30 seconds" })
      const busy = (seconds: number) =>
        Flaky.make([Flaky.fail({ category: "throttled", retryAfter: Duration.seconds(seconds) })])
      expect((yield* toTheEnd(busy(20).call.pipe(retry))).elapsed).toBe(20_000)
      const tooBusy = busy(31)
      expect((yield* toTheEnd(tooBusy.call.pipe(retry))).elapsed).toBe(0)
      expect(tooBusy.stats().calls).toBe(1)
      expect(probe.of("RetryStopped").at(-1)).toMatchObject({ reason: "retryAfterOverCap", retryAfterMs: 31_000 })
    }).pipe(probe.provide)
  })

  it.effect("never sleeps past the deadline: it fails at once with the last real error", () =>
    Effect.gen(function* () {
      const service = Flaky.make([Flaky.fail("down", "200 millis")])
      const retry = yield* Retry.make({ ...always, maxAttempts: 10 })
      const deadline = yield* Deadline.make({ name: "reports", within: "3 seconds" })
      const { elapsed, exit } = yield* toTheEnd(service.call.pipe(retry, deadline))
      // 200 + 1000 + 200, then two seconds do not fit into what is left.
      expect(exit).toEqual(Exit.fail("down"))
      expect([service.stats().calls, elapsed]).toEqual([2, 1500 - 100])
    })
  )

  it.effect("asks for the delay of an error, and for which errors are worth it", () =>
    Effect.gen(function* () {
      const service = Flaky.make([Flaky.fail("busy"), Flaky.fail("final")])
      const retry = yield* Retry.make({
        ...always,
        when: (error) => error === "busy",
        delayFor: (error, attempt) => (error === "busy" ? Duration.seconds(5 * attempt) : undefined)
      })
      const { elapsed, exit } = yield* toTheEnd(service.call.pipe(retry))
      expect([exit, elapsed]).toEqual([Exit.fail("final"), 5000])
    })
  )

  it.effect("ends when its schedule ends", () =>
    Effect.gen(function* () {
      const service = Flaky.make([Flaky.fail("down")])
      const schedule = Schedule.recurs(1)
      const retry = yield* Retry.make({ name: "reports", idempotent: true, maxAttempts: 10, schedule })
      yield* toTheEnd(service.call.pipe(retry))
      expect(service.stats().calls).toBe(2)
    })
  )

  it.effect("says what it does", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const retry = yield* Retry.make(always)
      yield* toTheEnd(Flaky.make([Flaky.fail("down")]).call.pipe(retry))
      expect(probe.of("RetryScheduled").map((event) => event.delayMs)).toEqual([1000, 2000])
      expect(probe.of("RetryStopped")).toMatchObject([{ reason: "attemptsExhausted", attempts: 3, error: "down" }])
    }).pipe(probe.provide)
  })

  it.effect("can be interrupted while it waits", () =>
    Effect.gen(function* () {
      const service = Flaky.make([Flaky.fail("down")])
      const retry = yield* Retry.make(always)
      const fiber = yield* Effect.forkChild(service.call.pipe(retry))
      yield* TestClock.adjust("500 millis")
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 minute")
      expect(service.stats().calls).toBe(1)
    })
  )

  it.effect("refuses impossible options", () =>
    Effect.gen(function* () {
      expect(yield* defectOf(Retry.make({ name: "r", maxAttempts: 0 }))).toContain(
        `option "maxAttempts" is 0; give a whole number of at least 1`
      )
      expect(yield* defectOf(Retry.make({ name: "r", schedule: Schedule.recurs(1), backoff: {} }))).toContain(
        "give one of them"
      )
      expect(yield* defectOf(Retry.make({ name: "r", when: [] }))).toContain(`set "maxAttempts" to 1`)
    })
  )
})

describe("the back-off", () => {
  const delays = (options: Backoff.Options, count: number) =>
    Effect.gen(function* () {
      const step = yield* Schedule.toStep(Backoff.exponential(options))
      const all: Array<number> = []
      for (let i = 0; i < count; i++) all.push(Duration.toMillis((yield* step(0, undefined))[1]))
      return all
    })

  it.effect("spreads each kind of jitter within its bounds, and not always the same", () =>
    Effect.gen(function* () {
      for (let seed = 0; seed < 50; seed++) {
        const drawn = (jitter: Backoff.Jitter) => Random.withSeed(delays({ base: 100, max: 1000, jitter }, 8), seed)
        const limits = yield* delays({ base: 100, max: 1000, jitter: "none" }, 8)
        expect(limits).toEqual([100, 200, 400, 800, 1000, 1000, 1000, 1000])
        for (const [index, delay] of (yield* drawn("full")).entries()) {
          expect(delay).toBeLessThanOrEqual(limits[index]!)
          expect(delay).toBeGreaterThanOrEqual(0)
        }
        for (const [index, delay] of (yield* drawn("equal")).entries()) {
          expect(delay).toBeLessThanOrEqual(limits[index]!)
          expect(delay).toBeGreaterThanOrEqual(limits[index]! / 2)
        }
        let previous = 100
        for (const delay of yield* drawn("decorrelated")) {
          expect(delay).toBeGreaterThanOrEqual(100)
          expect(delay).toBeLessThanOrEqual(Math.min(1000, previous * 3))
          previous = delay
        }
      }
      const [one] = yield* Random.withSeed(delays({ base: 100 }, 1), 1)
      const [two] = yield* Random.withSeed(delays({ base: 100 }, 1), 2)
      expect(one).not.toBe(two)
    })
  )
})

describe("the retry budget", () => {
  it.effect("allows a share of the calls and a floor, and refuses above", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const budget = yield* RetryBudget.make({ name: "reports", ratio: 0.2, minPerSecond: 0, timeToLive: "10 seconds" })
      const retry = yield* Retry.make({ ...always, maxAttempts: 2, budget })
      const service = Flaky.make([Flaky.fail("down")])
      for (let call = 0; call < 10; call++) yield* toTheEnd(service.call.pipe(retry), 4)
      // Ten calls within the life of a token earn two retries; calls and tokens age alike.
      expect(service.stats().calls).toBeLessThanOrEqual(12)
      expect(probe.of("BudgetExhausted").length).toBeGreaterThan(0)
      expect(probe.of("RetryStopped").some((event) => event.reason === "budget")).toBe(true)
    }).pipe(probe.provide)
  })

  it.effect("lets quiet clients retry, and forgets after its time", () =>
    Effect.gen(function* () {
      const budget = yield* RetryBudget.make({ name: "reports", ratio: 0.5, minPerSecond: 1, timeToLive: "10 seconds" })
      expect(yield* budget.balance).toBe(10)
      for (let i = 0; i < 10; i++) yield* budget.recordCall
      expect(yield* budget.balance).toBe(15)
      yield* TestClock.adjust("11 seconds")
      expect(yield* budget.balance).toBe(10)
    })
  )

  it.effect("gets back what an interrupted retry had taken", () =>
    Effect.gen(function* () {
      const budget = yield* RetryBudget.make({ name: "reports", ratio: 1, minPerSecond: 0 })
      const retry = yield* Retry.make({ ...always, budget })
      const fiber = yield* Effect.forkChild(Flaky.make([Flaky.fail("down")]).call.pipe(retry))
      yield* TestClock.adjust("500 millis")
      expect(yield* budget.balance).toBe(0)
      yield* Fiber.interrupt(fiber)
      expect(yield* budget.balance).toBe(1)
    })
  )
})
