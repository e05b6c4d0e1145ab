import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as Deadline from "../../src/policy/Deadline.ts"
import * as Timeout from "../../src/policy/Timeout.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"
import { defectOf } from "../support.ts"

describe("the timeout", () => {
  it.effect("interrupts an attempt that takes too long, and waits for its finalizers", () =>
    Effect.gen(function* () {
      const timeout = yield* Timeout.make({ name: "reports", after: "5 seconds" })
      const said: Array<string> = []
      const attempt = Effect.never.pipe(
        Effect.onInterrupt(() =>
          Effect.andThen(
            Effect.sleep("1 second"),
            Effect.sync(() => said.push("cleaned up"))
          )
        )
      )
      const fiber = yield* Effect.forkChild(Effect.flip(attempt.pipe(timeout)))
      yield* TestClock.adjust("5 seconds")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 second")
      const error = yield* Fiber.join(fiber)
      expect(said).toEqual(["cleaned up"])
      expect(error.message).toBe(`"reports" did not answer within 5 s; it may have been carried out`)
      expect([error.category, error.after]).toEqual(["transient", Duration.seconds(5)])
    })
  )

  it.effect("leaves results, errors and defects alone", () =>
    Effect.gen(function* () {
      const timeout = yield* Timeout.make({ name: "reports" })
      expect(yield* Effect.succeed(1).pipe(timeout)).toBe(1)
      expect(yield* Effect.flip(Effect.fail("down").pipe(timeout))).toBe("down")
      expect(Exit.hasDies(yield* Effect.exit(Effect.die("bug").pipe(timeout)))).toBe(true)
      const late = yield* Effect.forkChild(Effect.delay(Effect.succeed(2), "29 seconds").pipe(timeout))
      yield* TestClock.adjust("29 seconds")
      expect(yield* Fiber.join(late)).toBe(2)
    })
  )

  it.effect("passes an interruption from outside on to the attempt, and does not call it a timeout", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const timeout = yield* Timeout.make({ name: "reports" })
      let interrupted = false
      const attempt = Effect.never.pipe(
        Effect.onInterrupt(() =>
          Effect.sync(() => {
            interrupted = true
          })
        )
      )
      const fiber = yield* Effect.forkChild(attempt.pipe(timeout))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 minute")
      expect(interrupted).toBe(true)
      expect(probe.tags()).toEqual([])
    }).pipe(probe.provide)
  })

  it.effect("tells of it, and refuses impossible options", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const timeout = yield* Timeout.make({ name: "reports", after: "1 second" })
      yield* Effect.forkChild(Effect.exit(Effect.never.pipe(timeout)))
      yield* TestClock.adjust("1 second")
      expect(probe.of("TimedOut")).toMatchObject([{ policy: "reports", kind: "attempt", afterMs: 1000 }])
      expect(yield* defectOf(Timeout.make({ name: "t", after: 0 }))).toContain(`option "after" is 0`)
    }).pipe(probe.provide)
  })
})

describe("the deadline", () => {
  it.effect("is visible to all that is inside, and the nearest one counts", () =>
    Effect.gen(function* () {
      const outer = yield* Deadline.make({ name: "outer", within: "10 seconds" })
      const inner = yield* Deadline.make({ name: "inner", within: "1 minute" })
      const left = yield* Effect.delay(Deadline.remaining, "4 seconds").pipe(inner, outer, Effect.forkChild)
      yield* TestClock.adjust("4 seconds")
      expect(yield* Fiber.join(left)).toEqual(Duration.seconds(6))
      expect(Duration.isFinite(yield* Deadline.remaining)).toBe(false)
    })
  )

  it.effect("ends what still runs, and decides when it is nearer than a timeout", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const deadline = yield* Deadline.make({ name: "reports", within: "3 seconds" })
      const timeout = yield* Timeout.make({ name: "reports", after: "5 seconds" })
      const fiber = yield* Effect.forkChild(Effect.flip(Effect.never.pipe(timeout, deadline)))
      yield* TestClock.adjust("3 seconds")
      const error = yield* Fiber.join(fiber)
      expect(error._tag).toBe("DeadlineExceededError")
      expect(error.message).toContain("was not done within 3 s")
      expect(probe.of("TimedOut").map((event) => event.kind)).toEqual(["deadline"])
    }).pipe(probe.provide)
  })
})
