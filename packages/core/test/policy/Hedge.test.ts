import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as Hedge from "../../src/policy/Hedge.ts"
import * as RetryBudget from "../../src/policy/RetryBudget.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"
import * as Flaky from "../../src/testing/FlakyDependency.ts"
import { defectOf } from "../support.ts"

const options = { name: "reports", after: "1 second", idempotent: true } as const

describe("the hedge", () => {
  it.effect("takes the first answer and interrupts the loser", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const hedge = yield* Hedge.make(options)
      const service = Flaky.make([Flaky.hang, Flaky.succeed("second", "500 millis")])
      const fiber = yield* Effect.forkChild(service.call.pipe(hedge))
      yield* TestClock.adjust("1 second")
      yield* TestClock.adjust("500 millis")
      expect(yield* Fiber.join(fiber)).toBe("second")
      expect(service.stats()).toMatchObject({ calls: 2, interrupted: 1, running: 0 })
      expect(probe.of("HedgeStarted")).toMatchObject([{ hedge: 1, delayMs: 1000 }])
      expect(probe.of("HedgeWon")).toMatchObject([{ hedge: 1 }])
    }).pipe(probe.provide)
  })

  it.effect("sends nothing when the first request is quick", () =>
    Effect.gen(function* () {
      const hedge = yield* Hedge.make(options)
      const service = Flaky.make([Flaky.succeed("first", "900 millis")])
      const fiber = yield* Effect.forkChild(service.call.pipe(hedge))
      yield* TestClock.adjust("900 millis")
      expect(yield* Fiber.join(fiber)).toBe("first")
      yield* TestClock.adjust("1 minute")
      expect(service.stats().calls).toBe(1)
    })
  )

  it.effect("waits for the other when one fails, and fails with the error of the first", () =>
    Effect.gen(function* () {
      const hedge = yield* Hedge.make(options)
      const saved = Flaky.make([Flaky.fail("first", "2 seconds"), Flaky.succeed("second", "3 seconds")])
      const fiber = yield* Effect.forkChild(saved.call.pipe(hedge))
      for (let i = 0; i < 8; i++) yield* TestClock.adjust("500 millis")
      expect(yield* Fiber.join(fiber)).toBe("second")
      const lost = Flaky.make([Flaky.fail("first", "3 seconds"), Flaky.fail("second", "1 second")])
      const failing = yield* Effect.forkChild(lost.call.pipe(hedge, Effect.exit))
      for (let i = 0; i < 8; i++) yield* TestClock.adjust("500 millis")
      expect(yield* Fiber.join(failing)).toEqual(Exit.fail("first"))
    })
  )

  it.effect("never hedges what is not idempotent", () =>
    Effect.gen(function* () {
      const hedge = yield* Hedge.make({ name: "reports", after: "1 second" })
      const service = Flaky.make([Flaky.succeed("done", "5 seconds")])
      const fiber = yield* Effect.forkChild(service.call.pipe(hedge))
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.join(fiber)
      expect(service.stats().calls).toBe(1)
    })
  )

  it.effect("sends as many as it may, and no more than the budget allows", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const budget = yield* RetryBudget.make({ name: "reports", ratio: 0, minPerSecond: 0.1 })
      const hedge = yield* Hedge.make({ ...options, max: 5, budget })
      const service = Flaky.make([Flaky.hang])
      const fiber = yield* Effect.forkChild(service.call.pipe(hedge))
      for (let i = 0; i < 10; i++) yield* TestClock.adjust("1 second")
      expect(service.stats().calls).toBe(2)
      expect(probe.of("BudgetExhausted")).toMatchObject([{ kind: "hedge" }])
      yield* Fiber.interrupt(fiber)
      expect(service.stats().running).toBe(0)
    }).pipe(probe.provide)
  })

  it.effect("follows a quantile of the latencies it has seen", () =>
    Effect.gen(function* () {
      const hedge = yield* Hedge.make({
        name: "reports",
        idempotent: true,
        after: { quantile: 0.9, minimumSamples: 20 }
      })
      const run = (delay: number) =>
        Effect.gen(function* () {
          const service = Flaky.make([Flaky.succeed("done", delay)])
          const fiber = yield* Effect.forkChild(service.call.pipe(hedge))
          for (let i = 0; i < delay; i += 50) yield* TestClock.adjust("50 millis")
          yield* Fiber.join(fiber)
          return service.stats().calls
        })
      expect(yield* run(5000)).toBe(1)
      for (let i = 0; i < 40; i++) yield* run(100)
      expect(yield* run(100)).toBe(1)
      expect(yield* run(5000)).toBe(2)
    })
  )

  it.effect("learns nothing from quick failures", () =>
    Effect.gen(function* () {
      const hedge = yield* Hedge.make({
        name: "reports",
        idempotent: true,
        after: { quantile: 0.5, minimumSamples: 5 }
      })
      const slow = Flaky.make([Flaky.succeed("done", "1 second")])
      for (let i = 0; i < 5; i++) {
        const fiber = yield* Effect.forkChild(slow.call.pipe(hedge))
        yield* TestClock.adjust("1 second")
        yield* Fiber.join(fiber)
      }
      for (let i = 0; i < 20; i++) yield* Effect.exit(Effect.fail("refused").pipe(hedge))
      const service = Flaky.make([Flaky.succeed("done", "900 millis")])
      const fiber = yield* Effect.forkChild(service.call.pipe(hedge))
      yield* TestClock.adjust("900 millis")
      yield* Fiber.join(fiber)
      expect(service.stats().calls).toBe(1)
    })
  )

  it.effect("is gone with its caller", () =>
    Effect.gen(function* () {
      const hedge = yield* Hedge.make(options)
      const service = Flaky.make([Flaky.hang])
      const fiber = yield* Effect.forkChild(service.call.pipe(hedge))
      yield* TestClock.adjust("2 seconds")
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 minute")
      expect(service.stats()).toMatchObject({ calls: 2, running: 0, interrupted: 2 })
    })
  )

  it.effect("refuses impossible options", () =>
    Effect.gen(function* () {
      expect(yield* defectOf(Hedge.make({ ...options, max: 0 }))).toContain(`option "max" is 0`)
      const sure = Hedge.make({ name: "h", after: { quantile: 1 } })
      expect(yield* defectOf(Effect.suspend(() => sure))).toContain(`option "after.quantile" is 1`)
    })
  )
})
