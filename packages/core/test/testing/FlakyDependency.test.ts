import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as Flaky from "../../src/testing/FlakyDependency.ts"
import { defectOf } from "../support.ts"

const exits = <A, E>(service: Flaky.FlakyDependency<A, E>, times: number) =>
  Effect.replicateEffect(Effect.exit(service.call), times)

describe("a flaky dependency", () => {
  it.effect("goes through its steps in order and repeats the last", () =>
    Effect.gen(function* () {
      const service = Flaky.make([
        ...Flaky.repeat(Flaky.fail("reset"), 2),
        Flaky.die("bug"),
        Flaky.succeed("one"),
        Flaky.succeed("two")
      ])
      expect(yield* exits(service, 6)).toEqual([
        Exit.fail("reset"),
        Exit.fail("reset"),
        Exit.die("bug"),
        Exit.succeed("one"),
        Exit.succeed("two"),
        Exit.succeed("two")
      ])
      expect(service.stats()).toEqual({
        calls: 6,
        running: 0,
        mostRunning: 1,
        succeeded: 3,
        failed: 3,
        interrupted: 0
      })
    })
  )

  it.effect("begins again after the last step of a cycle", () =>
    Effect.gen(function* () {
      const service = Flaky.make(Flaky.cycle([Flaky.fail("odd"), Flaky.succeed("even")]))
      expect(yield* exits(service, 5)).toEqual([
        Exit.fail("odd"),
        Exit.succeed("even"),
        Exit.fail("odd"),
        Exit.succeed("even"),
        Exit.fail("odd")
      ])
    })
  )

  it.effect("is down from one moment until another, counted from the first call", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("1 hour")
      const service = Flaky.make(
        Flaky.between("1 minute", "3 minutes", Flaky.fail("down" as const), Flaky.succeed("up" as const))
      )
      const seen: Array<string> = []
      for (let half = 0; half < 8; half++) {
        seen.push(yield* Effect.catch(service.call, Effect.succeed))
        yield* TestClock.adjust("30 seconds")
      }
      expect(seen).toEqual(["up", "up", "down", "down", "down", "down", "up", "up"])
    })
  )

  it.effect("counts who runs at the same time and who is interrupted, hanging or delayed", () =>
    Effect.gen(function* () {
      const service = Flaky.make([Flaky.hang, Flaky.succeed("late", "1 minute"), Flaky.succeed("soon", "1 second")])
      const fibers = yield* Effect.forEach([1, 2, 3], () => Effect.forkChild(service.call))
      yield* TestClock.adjust("1 second")
      expect(service.stats()).toMatchObject({ calls: 3, running: 2, mostRunning: 3, succeeded: 1 })
      yield* Fiber.interruptAll(fibers)
      expect(service.stats()).toMatchObject({ running: 0, mostRunning: 3, succeeded: 1, failed: 0, interrupted: 2 })
    })
  )

  it.effect("says what is wrong with a script that has no steps, and counts a script that throws as a failure", () =>
    Effect.gen(function* () {
      expect(yield* defectOf(Flaky.make([]).call)).toContain("needs at least one step")
      expect(yield* defectOf(Flaky.make(Flaky.cycle([])).call)).toContain("needs at least one step")
      const broken = Flaky.make((): Flaky.Step<string, never> => {
        throw new Error("no such step")
      })
      expect(yield* defectOf(broken.call)).toContain("no such step")
      expect(broken.stats()).toMatchObject({ calls: 1, running: 0, failed: 1 })
    })
  )
})
