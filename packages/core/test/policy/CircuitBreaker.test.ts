import { describe, expect, it } from "@effect/vitest"
import { Clock, Duration, Effect, Exit, Fiber, Layer, Option, Schedule, Schema } from "effect"
import { TestClock } from "effect/testing"
import * as CircuitBreaker from "../../src/policy/CircuitBreaker.ts"
import * as Outcome from "../../src/policy/Outcome.ts"
import { type CircuitCell, CircuitStores, memory } from "../../src/store/CircuitStore.ts"
import type { Decision } from "../../src/store/Decision.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"
import { defectOf } from "../support.ts"

/** A store whose every decision takes a turn of the scheduler, as a database would. */
const slowly = <A>(decision: () => Decision<A>): Effect.Effect<A> =>
  Effect.flatMap(Effect.yieldNow, () => {
    const value = decision()
    return Effect.isEffect(value) ? value : Effect.succeed(value)
  })

const slowCell = (cell: CircuitCell): CircuitCell => ({
  free: () => undefined,
  admit: (fiber) => slowly(() => cell.admit(fiber)),
  peek: (fiber) => slowly(() => cell.peek(fiber)),
  succeed: (admission, clock) => slowly(() => cell.succeed(admission, clock)),
  settle: (admission, report, fiber) => slowly(() => cell.settle(admission, report, fiber)),
  control: (command, openMillis, fiber) => slowly(() => cell.control(command, openMillis, fiber)),
  view: (now) => slowly(() => cell.view(now))
})

const slowStore = Layer.succeed(CircuitStores, (options) => {
  const store = memory(options)
  return {
    single: slowCell(store.single),
    cell: (key) => slowCell(store.cell(key)),
    keys: () => slowly(() => store.keys()),
    snapshot: (now) => slowly(() => store.snapshot(now)),
    restore: (snapshots, now) => slowly(() => store.restore(snapshots, now))
  }
})

const down = Effect.fail("down")
const fine = Effect.succeed("fine")

const failTimes = (breaker: CircuitBreaker.CircuitBreaker, times: number) =>
  Effect.replicateEffect(Effect.exit(down.pipe(breaker)), times, { discard: true })

const stateOf = (breaker: CircuitBreaker.CircuitBreaker) => Effect.map(breaker.view, (view) => view.state)

const isOpen = (error: unknown): error is CircuitBreaker.CircuitOpenError =>
  error instanceof CircuitBreaker.CircuitOpenError

const opened = (breaker: CircuitBreaker.CircuitBreaker, retryAfter: Duration.Input) =>
  Effect.gen(function* () {
    const refused = yield* Effect.flip(fine.pipe(breaker))
    expect(refused.state).toBe("Open")
    expect(refused.retryAfter).toEqual(Duration.fromInputUnsafe(retryAfter))
  })

const suite = (provide: <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>) => {
  const test = (name: string, body: () => Effect.Effect<void, unknown>) => it.effect(name, () => provide(body()))

  test("opens after five failures in a row, and says when to come back", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({ name: "reports" })
      yield* failTimes(breaker, 4)
      expect(yield* fine.pipe(breaker)).toBe("fine")
      yield* failTimes(breaker, 4)
      expect(yield* stateOf(breaker)).toBe("Closed")
      yield* failTimes(breaker, 1)
      yield* TestClock.adjust("15 seconds")
      const refused = yield* Effect.flip(fine.pipe(breaker))
      expect(refused.message).toBe(`circuit "reports" is open; try again in 45 s`)
      expect(refused.retryAfter).toEqual(Duration.seconds(45))
      expect({ category: refused.category, refusedBy: refused.refusedBy }).toEqual({
        category: "transient",
        refusedBy: "circuitBreaker"
      })
      const view = yield* breaker.view
      expect(view.nextAttemptAt).toBe((yield* Clock.currentTimeMillis) + 45_000)
    }))

  test("lets one probe through, and closes after three that succeed", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1 })
      yield* failTimes(breaker, 1)
      yield* TestClock.adjust("60 seconds")
      const probe = yield* Effect.forkChild(Effect.delay(fine, "1 second").pipe(breaker))
      yield* TestClock.adjust("10 millis")
      const second = yield* Effect.flip(fine.pipe(breaker))
      expect(second.state).toBe("HalfOpen")
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(probe)).toBe("fine")
      expect(yield* stateOf(breaker)).toBe("HalfOpen")
      yield* fine.pipe(breaker)
      expect(yield* stateOf(breaker)).toBe("HalfOpen")
      yield* fine.pipe(breaker)
      expect(yield* stateOf(breaker)).toBe("Closed")
    }))

  test("opens again when a probe fails", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1 })
      yield* failTimes(breaker, 1)
      yield* TestClock.adjust("60 seconds")
      yield* failTimes(breaker, 1)
      yield* opened(breaker, "60 seconds")
    }))

  test("gives the slot of an interrupted probe to the next caller", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1, successThreshold: 1 })
      yield* failTimes(breaker, 1)
      yield* TestClock.adjust("60 seconds")
      const probe = yield* Effect.forkChild(Effect.never.pipe(breaker))
      yield* TestClock.adjust("1 millis")
      expect((yield* breaker.view).probesRunning).toBe(1)
      yield* Fiber.interrupt(probe)
      expect((yield* breaker.view).probesRunning).toBe(0)
      expect(yield* fine.pipe(breaker)).toBe("fine")
      expect(yield* stateOf(breaker)).toBe("Closed")
    }))

  test("gives back the probe slot when the probe dies", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1 })
      yield* failTimes(breaker, 1)
      yield* TestClock.adjust("60 seconds")
      const exit = yield* Effect.exit(Effect.die("bug").pipe(breaker))
      expect(Exit.hasDies(exit)).toBe(true)
      const view = yield* breaker.view
      expect([view.state, view.probesRunning]).toEqual(["Open", 0])
    }))

  test("reclaims a probe that never settles", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({
        name: "reports",
        consecutiveFailures: 1,
        successThreshold: 1,
        probeTimeout: "30 seconds"
      })
      yield* failTimes(breaker, 1)
      yield* TestClock.adjust("60 seconds")
      yield* Effect.forkChild(Effect.never.pipe(breaker))
      yield* TestClock.adjust("29 seconds")
      const refused = yield* Effect.flip(fine.pipe(breaker))
      expect(refused.retryAfter).toEqual(Duration.seconds(1))
      yield* TestClock.adjust("1 second")
      expect(yield* fine.pipe(breaker)).toBe("fine")
      expect(yield* stateOf(breaker)).toBe("Closed")
    }))

  test("runs as many probes at a time as it is told", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1, probes: 2 })
      yield* failTimes(breaker, 1)
      yield* TestClock.adjust("60 seconds")
      yield* Effect.forkChild(Effect.never.pipe(breaker))
      yield* Effect.forkChild(Effect.never.pipe(breaker))
      yield* TestClock.adjust("1 millis")
      expect((yield* breaker.view).probesRunning).toBe(2)
      expect((yield* Effect.flip(fine.pipe(breaker))).state).toBe("HalfOpen")
    }))

  test("opens on a failure rate, but not before enough calls were seen", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({
        name: "reports",
        failureRate: { threshold: 0.5, minimumCalls: 6 },
        window: { count: 10 }
      })
      yield* failTimes(breaker, 3)
      yield* fine.pipe(breaker)
      yield* fine.pipe(breaker)
      expect(yield* stateOf(breaker)).toBe("Closed")
      yield* failTimes(breaker, 1)
      expect(yield* stateOf(breaker)).toBe("Open")
    }))

  test("forgets what is older than a time window, however long nobody called", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({
        name: "reports",
        failureRate: { threshold: 0.5, minimumCalls: 4 },
        window: { duration: "10 seconds" }
      })
      yield* failTimes(breaker, 3)
      yield* TestClock.adjust("24 hours")
      expect((yield* breaker.view).calls).toBe(0)
      yield* failTimes(breaker, 3)
      expect(yield* stateOf(breaker)).toBe("Closed")
      yield* failTimes(breaker, 1)
      expect(yield* stateOf(breaker)).toBe("Open")
    }))

  test("opens on slow calls, and a slow probe opens it again", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({
        name: "reports",
        slowCallRate: { threshold: 1, slowerThan: "1 second", minimumCalls: 2 }
      })
      const slow = Effect.forkChild(Effect.delay(fine, "2 seconds").pipe(breaker, Effect.exit))
      const fibers = [yield* slow, yield* slow]
      yield* TestClock.adjust("2 seconds")
      yield* Fiber.awaitAll(fibers)
      const view = yield* breaker.view
      expect([view.state, view.openings]).toEqual(["Open", 1])
      yield* TestClock.adjust("60 seconds")
      const probe = yield* slow
      yield* TestClock.adjust("2 seconds")
      yield* Fiber.await(probe)
      expect(yield* stateOf(breaker)).toBe("Open")
    }))

  test("stays open longer when the service asked for it, up to a cap", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1, maxOpenFor: "10 minutes" })
      const busy = (retryAfter: Duration.Input) =>
        Effect.exit(Effect.fail({ retryAfter: Duration.fromInputUnsafe(retryAfter) }).pipe(breaker))
      yield* busy("5 minutes")
      yield* opened(breaker, "5 minutes")
      yield* breaker.reset
      yield* busy("2 days")
      yield* opened(breaker, "10 minutes")
    }))

  test("opens for longer each time by a schedule, until it stayed closed as long as it was open", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({
        name: "reports",
        consecutiveFailures: 1,
        successThreshold: 1,
        openFor: Schedule.exponential("10 seconds", 2)
      })
      yield* failTimes(breaker, 1)
      yield* opened(breaker, "10 seconds")
      yield* TestClock.adjust("10 seconds")
      yield* failTimes(breaker, 1)
      yield* opened(breaker, "20 seconds")
      yield* TestClock.adjust("20 seconds")
      yield* fine.pipe(breaker)
      yield* TestClock.adjust("19 seconds")
      yield* failTimes(breaker, 1)
      yield* opened(breaker, "40 seconds")
      yield* TestClock.adjust("40 seconds")
      yield* fine.pipe(breaker)
      yield* TestClock.adjust("40 seconds")
      yield* failTimes(breaker, 1)
      yield* opened(breaker, "10 seconds")
    }))

  test("ignores results of calls that started before the last transition", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 2, successThreshold: 1 })
      const late = yield* Effect.forkChild(Effect.delay(down, "90 seconds").pipe(breaker, Effect.exit))
      yield* TestClock.adjust("1 millis")
      yield* failTimes(breaker, 2)
      yield* TestClock.adjust("60 seconds")
      yield* fine.pipe(breaker)
      expect(yield* stateOf(breaker)).toBe("Closed")
      yield* TestClock.adjust("30 seconds")
      yield* Fiber.await(late)
      expect((yield* breaker.view).consecutiveFailures).toBe(0)
    }))

  test("does not count what says nothing about the service's health", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1 })
      for (const category of ["throttled", "auth", "notFound", "invalid", "conflict", "fatal"] as const) {
        yield* Effect.exit(Effect.fail({ category }).pipe(breaker))
      }
      yield* Effect.exit(Effect.fail({ category: "transient", refusedBy: "bulkhead" }).pipe(breaker))
      yield* Effect.exit(Effect.interrupt.pipe(breaker))
      expect(yield* stateOf(breaker)).toBe("Closed")
      yield* Effect.exit(Effect.die("bug").pipe(breaker))
      expect(yield* stateOf(breaker)).toBe("Open")
    }))

  test("asks a classifier, which sees values too", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({
        name: "reports",
        consecutiveFailures: 1,
        classify: (exit) => (Exit.isSuccess(exit) && exit.value === 503 ? Outcome.failure() : Outcome.success)
      })
      yield* Effect.exit(down.pipe(breaker))
      expect(yield* stateOf(breaker)).toBe("Closed")
      expect(yield* Effect.succeed(503).pipe(breaker)).toBe(503)
      expect(yield* stateOf(breaker)).toBe("Open")
    }))

  test("can be switched by hand", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1 })
      yield* breaker.isolate
      yield* TestClock.adjust("24 hours")
      const isolated = yield* Effect.flip(fine.pipe(breaker))
      expect(isolated.message).toContain("switched off by hand")
      expect(isolated.retryAfter).toBeUndefined()
      yield* breaker.close
      expect(yield* fine.pipe(breaker)).toBe("fine")
      yield* breaker.open
      yield* opened(breaker, "60 seconds")
      yield* breaker.disable
      yield* failTimes(breaker, 10)
      expect(yield* stateOf(breaker)).toBe("Disabled")
      yield* breaker.reset
      const view = yield* breaker.view
      expect([view.state, view.openings]).toEqual(["Closed", 0])
    }))

  test("only measures in MetricsOnly, and tells when it would have opened", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 2, mode: "metricsOnly" })
      yield* failTimes(breaker, 2)
      expect(yield* fine.pipe(breaker)).toBe("fine")
      expect(probe.of("CircuitWouldOpen").map((event) => event.reason)).toEqual(["consecutiveFailures"])
      expect(yield* stateOf(breaker)).toBe("MetricsOnly")
    }).pipe(probe.provide)
  })

  test("keeps a circuit for each key", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.makeKeyed({ name: "hosts", consecutiveFailures: 1 })
      yield* Effect.exit(down.pipe(breaker.for("a")))
      const refused = yield* Effect.flip(fine.pipe(breaker.for("a")))
      expect(refused.message).toBe(`circuit "hosts" for "a" is open; try again in 60 s`)
      expect(yield* fine.pipe(breaker.for("b"))).toBe("fine")
      expect(yield* breaker.keys).toEqual(["a", "b"])
    }))

  test("survives a restart through a snapshot", () =>
    Effect.gen(function* () {
      const options = {
        name: "reports",
        failureRate: { threshold: 0.5, minimumCalls: 4 },
        window: { duration: "10 seconds" }
      } as const
      const before = yield* CircuitBreaker.make(options)
      yield* failTimes(before, 3)
      const json = JSON.stringify(yield* Schema.encodeEffect(CircuitBreaker.Snapshot)(yield* before.snapshot))
      const after = yield* CircuitBreaker.make(options)
      yield* after.restore(yield* Schema.decodeUnknownEffect(CircuitBreaker.Snapshot)(JSON.parse(json)))
      expect((yield* after.view).failures).toBe(3)
      yield* failTimes(after, 1)
      expect(yield* stateOf(after)).toBe("Open")
      const openSnapshot = yield* after.snapshot
      const third = yield* CircuitBreaker.make(options)
      yield* third.restore(openSnapshot)
      yield* TestClock.adjust("59 seconds")
      expect((yield* Effect.flip(fine.pipe(third))).retryAfter).toEqual(Duration.seconds(1))
    }))

  test("publishes each transition with its reason, and each refusal", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1, successThreshold: 1 })
      yield* failTimes(breaker, 1)
      yield* Effect.exit(fine.pipe(breaker))
      yield* TestClock.adjust("60 seconds")
      yield* fine.pipe(breaker)
      expect(
        probe.of("CircuitTransition").map(({ from, openForMs, reason, to }) => [from, to, reason, openForMs])
      ).toEqual([
        ["Closed", "Open", "consecutiveFailures", 60_000],
        ["Open", "HalfOpen", "openElapsed", undefined],
        ["HalfOpen", "Closed", "probesSucceeded", undefined]
      ])
      expect(probe.of("CircuitRejected")).toMatchObject([{ policy: "reports", state: "Open", retryAfterMs: 60_000 }])
    }).pipe(probe.provide)
  })
}

describe("the circuit breaker in memory", () => suite((effect) => effect))

describe("the circuit breaker on a store that answers later", () => suite(Effect.provide(slowStore)))

describe("the circuit breaker", () => {
  it.effect("forgets keys nobody uses, and never keeps more than it may", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.makeKeyed({ name: "hosts", idleTimeToLive: "1 minute", maxKeys: 500 })
      for (let i = 0; i < 20_000; i++) {
        yield* fine.pipe(breaker.for(`host-${i}`))
        if (i % 100 === 0) yield* TestClock.adjust("20 seconds")
      }
      expect((yield* breaker.keys).length).toBeLessThanOrEqual(500)
    })
  )

  it.effect("does not forget an open circuit for a flood of keys that are well", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.makeKeyed({ name: "hosts", consecutiveFailures: 1, maxKeys: 100 })
      yield* Effect.exit(down.pipe(breaker.for("bad")))
      for (let i = 0; i < 1000; i++) yield* fine.pipe(breaker.for(`host-${i}`))
      expect((yield* breaker.keys).length).toBe(100)
      expect((yield* breaker.for("bad").view).state).toBe("Open")
    })
  )

  it.effect("is not fooled by a clock that goes backward", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1 })
      yield* TestClock.setTime(10_000_000)
      yield* failTimes(breaker, 1)
      yield* TestClock.setTime(1_000_000)
      const refused = yield* Effect.flip(fine.pipe(breaker))
      expect(refused.retryAfter).toEqual(Duration.seconds(60))
    })
  )

  it.effect("protects through a layer", () =>
    Effect.gen(function* () {
      yield* Effect.exit(CircuitBreaker.protect(down))
      const error = yield* Effect.flip(CircuitBreaker.protect(fine))
      expect(isOpen(error)).toBe(true)
    }).pipe(Effect.provide(CircuitBreaker.layer({ name: "reports", consecutiveFailures: 1 })))
  )

  it.effect("peeks without taking a probe slot", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1 })
      expect(yield* Effect.option(breaker.peek)).toEqual(Option.some(undefined))
      yield* failTimes(breaker, 1)
      expect((yield* Effect.flip(breaker.peek)).state).toBe("Open")
      yield* TestClock.adjust("60 seconds")
      yield* breaker.peek
      expect((yield* breaker.view).probesRunning).toBe(0)
    })
  )

  const impossible: ReadonlyArray<readonly [Partial<CircuitBreaker.Options>, string]> = [
    [{ consecutiveFailures: 0 }, `option "consecutiveFailures" is 0; give a whole number of at least 1`],
    [{ failureRate: { threshold: 1.5 } }, `option "failureRate.threshold" is 1.5; give a share above 0 and up to 1`],
    [{ probes: 0 }, `option "probes" is 0`],
    [{ openFor: "-1 seconds" }, `option "openFor"`],
    [{ window: { count: 10 } }, `a window does nothing without "failureRate" or "slowCallRate"`],
    [{ consecutiveFailures: false }, `the circuit could never open`],
    [{ failureRate: { threshold: 0.5, minimumCalls: 50 }, window: { count: 10 } }, `the window holds only 10 calls`]
  ]
  for (const [options, message] of impossible) {
    it.effect(`refuses the impossible options ${JSON.stringify(options)}`, () =>
      Effect.gen(function* () {
        expect(yield* defectOf(CircuitBreaker.make({ name: "reports", ...options }))).toContain(message)
      })
    )
  }
})
