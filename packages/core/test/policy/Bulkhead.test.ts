import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as Bulkhead from "../../src/policy/Bulkhead.ts"
import * as Deadline from "../../src/policy/Deadline.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"
import { defectOf } from "../support.ts"

const busy = (bulkhead: Bulkhead.Bulkhead, times: number) =>
  Effect.forEach(Array.from({ length: times }), () => Effect.forkChild(Effect.never.pipe(bulkhead)))

const settle = TestClock.adjust(0)

describe("the bulkhead", () => {
  it.effect("runs as many as it may, lets some wait and refuses the rest", () =>
    Effect.gen(function* () {
      const bulkhead = yield* Bulkhead.make({ name: "reports", concurrency: 2, maxQueue: 3 })
      yield* busy(bulkhead, 5)
      yield* settle
      expect(yield* bulkhead.view).toEqual({ concurrency: 2, running: 2, waiting: 3 })
      const refused = yield* Effect.flip(Effect.void.pipe(bulkhead))
      expect(refused.message).toBe(
        `bulkhead "reports": all 2 permits are taken and 3 callers wait; try again later, or raise "concurrency" or "maxQueue"`
      )
      expect([refused.category, refused.refusedBy]).toEqual(["transient", "bulkhead"])
    })
  )

  it.effect("lets those who wait in by the order of their arrival", () =>
    Effect.gen(function* () {
      const bulkhead = yield* Bulkhead.make({ name: "reports", concurrency: 1 })
      const order: Array<number> = []
      const call = (n: number) =>
        Effect.delay(
          Effect.sync(() => order.push(n)),
          "1 second"
        ).pipe(bulkhead)
      for (const n of [1, 2, 3]) {
        yield* Effect.forkChild(call(n))
        yield* settle
      }
      yield* TestClock.adjust("3 seconds")
      expect(order).toEqual([1, 2, 3])
    })
  )

  it.effect("gives the permit back after success, failure, defect and interruption", () =>
    Effect.gen(function* () {
      const bulkhead = yield* Bulkhead.make({ name: "reports", concurrency: 1 })
      yield* Effect.void.pipe(bulkhead)
      yield* Effect.exit(Effect.fail("down").pipe(bulkhead))
      yield* Effect.exit(Effect.die("bug").pipe(bulkhead))
      const [fiber] = yield* busy(bulkhead, 1)
      yield* settle
      yield* Fiber.interrupt(fiber!)
      expect((yield* bulkhead.view).running).toBe(0)
    })
  )

  it.effect("lets a waiter go without a trace, and passes on a permit granted in that moment", () =>
    Effect.gen(function* () {
      const bulkhead = yield* Bulkhead.make({ name: "reports", concurrency: 1 })
      const [running, first, second] = yield* busy(bulkhead, 3)
      yield* settle
      yield* Fiber.interrupt(first!)
      expect((yield* bulkhead.view).waiting).toBe(1)
      // The permit goes to the second waiter and in the same turn the waiter is interrupted.
      yield* Effect.sync(() => {
        running!.interruptUnsafe()
        second!.interruptUnsafe()
      })
      yield* Fiber.awaitAll([running!, second!])
      expect(yield* bulkhead.view).toEqual({ concurrency: 1, running: 0, waiting: 0 })
      expect(yield* Effect.exit(Effect.void.pipe(bulkhead))).toEqual(Exit.void)
    })
  )

  it.effect("does not let anybody wait longer than allowed, or than the deadline", () =>
    Effect.gen(function* () {
      const bulkhead = yield* Bulkhead.make({ name: "reports", concurrency: 1, maxWait: "5 seconds" })
      const deadline = yield* Deadline.make({ name: "reports", within: "2 seconds" })
      yield* busy(bulkhead, 1)
      const long = yield* Effect.forkChild(Effect.flip(Effect.void.pipe(bulkhead)))
      const short = yield* Effect.forkChild(Effect.flip(Effect.void.pipe(bulkhead, deadline)))
      yield* TestClock.adjust("2 seconds")
      expect((yield* Fiber.join(short))._tag).toMatch(/BulkheadFullError|DeadlineExceededError/)
      expect(long.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("3 seconds")
      expect((yield* Fiber.join(long)).reason).toBe("maxWait")
      expect((yield* bulkhead.view).waiting).toBe(0)
    })
  )

  it.effect("can be resized: more permits go to those who wait, fewer stop nobody", () =>
    Effect.gen(function* () {
      const bulkhead = yield* Bulkhead.make({ name: "reports", concurrency: 1 })
      const fibers = yield* busy(bulkhead, 4)
      yield* settle
      yield* bulkhead.resize(3)
      expect(yield* bulkhead.view).toEqual({ concurrency: 3, running: 3, waiting: 1 })
      yield* bulkhead.resize(1)
      expect((yield* bulkhead.view).running).toBe(3)
      yield* Fiber.interrupt(fibers[0]!)
      expect(yield* bulkhead.view).toEqual({ concurrency: 1, running: 2, waiting: 1 })
      expect(yield* defectOf(bulkhead.resize(0))).toContain(`option "concurrency" is 0`)
    })
  )

  it.effect("tells of waits and refusals", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const bulkhead = yield* Bulkhead.make({ name: "reports", concurrency: 1, maxQueue: 1 })
      yield* Effect.forkChild(Effect.sleep("1 second").pipe(bulkhead))
      yield* settle
      yield* Effect.forkChild(Effect.void.pipe(bulkhead))
      yield* settle
      yield* Effect.exit(Effect.void.pipe(bulkhead))
      yield* TestClock.adjust("1 second")
      expect(probe.of("BulkheadRejected").map((event) => event.reason)).toEqual(["queueFull"])
      expect(probe.of("BulkheadWaited").map((event) => event.waitMs)).toEqual([1000])
    }).pipe(probe.provide)
  })

  it.effect("protects through a layer, and refuses impossible options", () =>
    Effect.gen(function* () {
      expect(yield* Bulkhead.protect(Effect.succeed(1))).toBe(1)
      expect(yield* defectOf(Bulkhead.make({ name: "b", concurrency: 0 }))).toContain(`option "concurrency" is 0`)
      expect(yield* defectOf(Bulkhead.make({ name: "b", maxQueue: -1 }))).toContain(`option "maxQueue" is -1`)
    }).pipe(Effect.provide(Bulkhead.layer({ name: "reports" })))
  )
})
