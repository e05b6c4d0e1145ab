import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Stream } from "effect"
import * as EventBus from "../../src/event/EventBus.ts"
import * as CircuitBreaker from "../../src/policy/CircuitBreaker.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"

const outage = Effect.gen(function* () {
  const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1 })
  yield* Effect.fail("down").pipe(breaker, Effect.ignore)
  yield* Effect.void.pipe(breaker, Effect.ignore)
})

describe("an event probe", () => {
  it.effect("has heard every event as soon as it happened", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      yield* outage
      expect(probe.tags()).toEqual(["CircuitTransition", "CircuitRejected"])
      expect(probe.of("CircuitTransition")).toMatchObject([{ policy: "reports", from: "Closed", to: "Open" }])
      expect(probe.of("CacheEvicted")).toEqual([])
      const before = probe.events()
      probe.clear()
      expect(probe.events()).toEqual([])
      expect(before).toHaveLength(2)
    }).pipe(probe.provide)
  })

  it.effect("loses nothing, however many events there are", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1 })
      yield* Effect.fail("down").pipe(breaker, Effect.ignore)
      yield* Effect.replicateEffect(Effect.void.pipe(breaker, Effect.ignore), 20_000, { discard: true })
      expect(probe.of("CircuitRejected")).toHaveLength(20_000)
    }).pipe(probe.provide)
  })

  it.effect("hears nothing of another probe", () => {
    const [mine, other] = [EventProbe.make(), EventProbe.make()]
    return Effect.gen(function* () {
      yield* Effect.provide(outage, mine.layer)
      expect(mine.events()).toHaveLength(2)
      expect(other.events()).toEqual([])
    }).pipe(other.provide)
  })

  it.effect("lets others listen as well", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const bus = yield* EventBus.Current
      const heard = yield* Effect.forkChild(Stream.runCollect(Stream.take(bus.events, 2)), { startImmediately: true })
      yield* outage
      expect(yield* Fiber.join(heard)).toEqual(probe.events())
    }).pipe(probe.provide)
  })
})
