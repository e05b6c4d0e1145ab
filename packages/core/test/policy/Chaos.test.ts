import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Random, Ref } from "effect"
import { TestClock } from "effect/testing"
import * as Chaos from "../../src/policy/Chaos.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"
import * as Flaky from "../../src/testing/FlakyDependency.ts"
import { defectOf } from "../support.ts"

const draws = (seed: number) =>
  Effect.gen(function* () {
    const chaos = yield* Chaos.make({ name: "drill", seed, fault: { rate: 0.3, error: () => "broken" } })
    return yield* Effect.replicateEffect(Effect.exit(Effect.succeed("ok").pipe(chaos)), 1000)
  })

describe("chaos", () => {
  it.effect("fails as often as it is told, in the same way for the same seed", () =>
    Effect.gen(function* () {
      const first = yield* draws(1)
      expect(yield* draws(1)).toEqual(first)
      expect(yield* draws(2)).not.toEqual(first)
      const failed = first.filter((exit) => exit._tag === "Failure").length
      expect(failed).toBeGreaterThan(240)
      expect(failed).toBeLessThan(360)
    })
  )

  it.effect("delays, and answers wrongly", () =>
    Effect.gen(function* () {
      const late = yield* Chaos.make({
        name: "drill",
        latency: { rate: 1, delay: { from: "1 second", to: "2 seconds" } }
      })
      const fiber = yield* Effect.forkChild(Effect.andThen(Effect.void.pipe(late), Clock.currentTimeMillis))
      const startedAt = yield* Clock.currentTimeMillis
      for (let i = 0; i < 25; i++) yield* TestClock.adjust("100 millis")
      const took = (yield* Fiber.join(fiber)) - startedAt
      expect(took).toBeGreaterThanOrEqual(1000)
      expect(took).toBeLessThanOrEqual(2000)
      const wrong = yield* Chaos.make({ name: "drill", outcome: { rate: 1, value: () => "garbage" } })
      expect(yield* Effect.succeed("truth").pipe(wrong)).toBe("garbage")
    })
  )

  it.effect("can be switched on and off while it runs", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const enabled = yield* Ref.make(false)
      const chaos = yield* Chaos.make({
        name: "drill",
        enabled: Ref.get(enabled),
        fault: { rate: 1, error: () => "broken" }
      })
      expect(yield* Effect.succeed("ok").pipe(chaos)).toBe("ok")
      yield* Ref.set(enabled, true)
      expect(yield* Effect.flip(Effect.succeed("ok").pipe(chaos))).toBe("broken")
      expect(probe.events()).toMatchObject([{ _tag: "ChaosInjected", kind: "fault" }])
    }).pipe(probe.provide)
  })

  it.effect("leaves a call as it is when it is off", () =>
    Effect.gen(function* () {
      const chaos = yield* Chaos.make({ name: "drill", enabled: false, fault: { rate: 1, error: () => "broken" } })
      const call = Effect.succeed("ok")
      expect(call.pipe(chaos)).toBe(call)
    })
  )

  it.effect("draws from the caller's generator when it has no seed, and from its own when it has one", () =>
    Effect.gen(function* () {
      const run = (seed: number | undefined, outside: number) =>
        Effect.gen(function* () {
          const chaos = yield* Chaos.make({ name: "drill", seed, fault: { rate: 0.5, error: () => "broken" } })
          return yield* Effect.replicateEffect(Effect.exit(Effect.void.pipe(chaos)), 50)
        }).pipe(Random.withSeed(outside))
      expect(yield* run(undefined, 1)).toEqual(yield* run(undefined, 1))
      expect(yield* run(undefined, 1)).not.toEqual(yield* run(undefined, 2))
      expect(yield* run(7, 1)).toEqual(yield* run(7, 2))
    })
  )

  it.effect("lets a call be interrupted while it is delayed", () =>
    Effect.gen(function* () {
      const chaos = yield* Chaos.make({ name: "drill", latency: { rate: 1, delay: "1 hour" } })
      const service = Flaky.make([Flaky.succeed("ok")])
      const fiber = yield* Effect.forkChild(service.call.pipe(chaos))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.interrupt(fiber)
      expect(service.stats().calls).toBe(0)
    })
  )

  it.effect("refuses impossible options", () =>
    Effect.gen(function* () {
      expect(yield* defectOf(Chaos.make({ name: "c" }))).toContain("nothing would ever go wrong")
      expect(yield* defectOf(Chaos.make({ name: "c", fault: { rate: 2, error: () => "x" } }))).toContain(
        `option "fault.rate" is 2; give a number from 0 to 1`
      )
    })
  )
})
