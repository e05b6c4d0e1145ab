/** What belongs to a part of a service stays with it, and a lane leaves the rest of the service alone. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { Resilience } from "../../src/pipeline/Resilience.ts"
import type { Decision } from "../../src/store/Decision.ts"
import { type LimitCell, LimitStores, memory } from "../../src/store/LimitStore.ts"

describe("a part of a service without a name", () => {
  const services = { hosts: { retry: false, circuitBreaker: { consecutiveFailures: 2 } } } as const
  const down = Effect.flip(
    Effect.fail("down").pipe(Resilience.call({ service: "hosts", operation: "get", partition: "" }))
  )

  it.effect("is the service itself, before its circuits are brought back and after", () =>
    Effect.gen(function* () {
      const resilience = yield* Resilience
      yield* down
      yield* down
      expect((yield* resilience.state("hosts")).circuit?.state).toBe("Open")
      const kept = yield* resilience.snapshot
      yield* resilience.reset("hosts")
      yield* resilience.restore(kept)
      expect((yield* resilience.state("hosts")).circuit?.state).toBe("Open")
      expect(yield* down).toMatchObject({ _tag: "CircuitOpenError", key: "" })
    }).pipe(Effect.provide(Resilience.layer({ services })))
  )
})

describe("a lane with a pace", () => {
  const withLane = (lane: object) => ({
    hosts: {
      bulkhead: { concurrency: 2 },
      lanes: { slow: { rateLimit: { limits: [{ limit: 1, per: "1 second" }] }, ...lane } }
    }
  })
  const rulesOf = (lane: object) =>
    Effect.gen(function* () {
      const found = yield* (yield* Resilience).lint("hosts")
      return found.map(({ rule }) => rule)
    }).pipe(Effect.provide(Layer.orDie(Resilience.layer({ services: withLane(lane) }))))

  it.effect("is pointed out when those who wait for it can hold all permits of the service", () =>
    Effect.gen(function* () {
      expect(yield* rulesOf({})).toContain("lane-holds-the-bulkhead")
      expect(yield* rulesOf({ bulkhead: { concurrency: 2 } })).toContain("lane-holds-the-bulkhead")
      expect(yield* rulesOf({ bulkhead: { concurrency: 1 } })).not.toContain("lane-holds-the-bulkhead")
    })
  )
})

describe("a lane on a store that answers later", () => {
  const slowly = <A>(decision: () => Decision<A>): Effect.Effect<A> =>
    Effect.flatMap(Effect.sleep("1 milli"), () => {
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
    return { ...store, single: slowCell(store.single), cell: (key: string) => slowCell(store.cell(key)) }
  })
  const limits = { limits: [{ algorithm: "slidingWindow", limit: 5, per: "1 hour" }] } as const
  const services = {
    hosts: {
      retry: false,
      rateLimit: limits,
      bulkhead: { concurrency: 1 },
      lanes: { slow: { rateLimit: limits, bulkhead: { concurrency: 1 } } }
    }
  } as const

  it.effect.each([0, 1, 2, 3, 4, 5])("gives back what it took when its caller goes after %s ms", (millis) =>
    Effect.gen(function* () {
      let asked = 0
      const { stages } = (yield* Resilience).pipeline("hosts")
      const call = Effect.andThen(
        Effect.sync(() => void asked++),
        Effect.never
      ).pipe(Resilience.call({ service: "hosts", operation: "create", lane: "slow", partition: "a" }))
      const fiber = yield* Effect.forkChild(call)
      for (let passed = 0; passed < millis; passed++) yield* TestClock.adjust("1 milli")
      const ending = yield* Effect.forkChild(Fiber.interrupt(fiber))
      const reading = yield* Effect.forkChild(
        Effect.andThen(
          Fiber.join(ending),
          Effect.all([stages.limiter!.for("a").remaining, stages.lanes.get("slow")!.limiter!.remaining])
        )
      )
      for (let passed = 0; passed < 20; passed++) yield* TestClock.adjust("1 milli")
      const left = 5 - asked
      expect(yield* Fiber.join(reading)).toEqual([left, left])
      expect(yield* stages.bulkhead!.view).toMatchObject({ running: 0, waiting: 0 })
      expect(yield* stages.lanes.get("slow")!.bulkhead!.view).toMatchObject({ running: 0, waiting: 0 })
    }).pipe(Effect.provide(Resilience.layer({ services }).pipe(Layer.provide(slowStore))))
  )
})
