import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, PubSub, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as EventBus from "../../src/event/EventBus.ts"
import { ResilienceEvent } from "../../src/event/ResilienceEvent.ts"
import * as CircuitBreaker from "../../src/policy/CircuitBreaker.ts"

const event = (at: number): ResilienceEvent => ({ _tag: "CallStarted", at, policy: "reports" })

describe("the event bus", () => {
  it.effect("gives every listener every event, in order", () =>
    Effect.gen(function* () {
      const bus = yield* EventBus.make()
      const heard = yield* Effect.forEach([1, 2], () =>
        Effect.forkChild(bus.events.pipe(Stream.take(3), Stream.runCollect))
      )
      yield* TestClock.adjust(0)
      expect(bus.active).toBe(true)
      for (const at of [1, 2, 3]) bus.publishUnsafe(event(at))
      for (const fiber of heard) expect((yield* Fiber.join(fiber)).map(({ at }) => at)).toEqual([1, 2, 3])
      yield* TestClock.adjust(0)
      expect(bus.active).toBe(false)
    })
  )

  it.effect("never waits for a slow listener: it drops the oldest and counts them", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const bus = yield* EventBus.make({ capacity: 4 })
        const slow = yield* bus.subscribe
        for (let at = 1; at <= 10; at++) bus.publishUnsafe(event(at))
        expect(yield* bus.stats).toEqual({ published: 10, dropped: 6, listeners: 1 })
        expect((yield* PubSub.takeAll(slow)).map(({ at }) => at)).toEqual([7, 8, 9, 10])
      })
    )
  )

  it.effect("says how many events a flood has cost when there is room again", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const bus = yield* EventBus.make({ capacity: 4 })
        const slow = yield* bus.subscribe
        for (let at = 1; at <= 10; at++) bus.publishUnsafe(event(at))
        yield* PubSub.takeAll(slow)
        bus.publishUnsafe(event(11))
        bus.publishUnsafe(event(12))
        expect(yield* PubSub.takeAll(slow)).toMatchObject([
          { _tag: "EventsDropped", at: 11, policy: "event-bus", count: 6 },
          { at: 11 },
          { at: 12 }
        ])
      })
    )
  )

  it.effect("gives batches to those who listen, all that was published before they are asked", () =>
    Effect.gen(function* () {
      const bus = yield* EventBus.make({ capacity: 4 })
      const heard: Array<ReadonlyArray<unknown>> = []
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* bus.listen((events) => heard.push(events.map(({ _tag, at }) => (_tag === "CallStarted" ? at : _tag))))
          bus.publishUnsafe(event(1))
          bus.publishUnsafe(event(2))
          yield* bus.settled
          expect(heard).toEqual([[1, 2]])
          for (let at = 3; at <= 9; at++) bus.publishUnsafe(event(at))
          yield* TestClock.adjust(0)
          expect(heard[1]).toEqual([6, 7, 8, 9])
          bus.publishUnsafe(event(10))
        })
      )
      expect(heard[2]).toEqual(["EventsDropped", 10])
      expect(yield* bus.stats).toEqual({ published: 10, dropped: 3, listeners: 0 })
      expect(bus.active).toBe(false)
    })
  )

  it.effect("makes no listener deaf because another one died, and starts again when all had gone", () =>
    Effect.gen(function* () {
      const bus = yield* EventBus.make()
      const heard: Array<number> = []
      const round = (at: number) =>
        Effect.scoped(
          Effect.gen(function* () {
            yield* bus.listen(() => {
              throw new Error("boom")
            })
            yield* bus.listen((events) => heard.push(...events.map((one) => one.at)))
            bus.publishUnsafe(event(at))
          })
        )
      yield* round(1)
      bus.publishUnsafe(event(2))
      yield* round(3)
      expect(heard).toEqual([1, 3])
    })
  )

  it.effect("loses changes of state last", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const bus = yield* EventBus.make({ capacity: 4 })
        const heard: Array<string> = []
        yield* bus.listen((events) => heard.push(...events.map(({ _tag }) => _tag)))
        const closed: ResilienceEvent = {
          _tag: "CircuitTransition",
          at: 0,
          policy: "reports",
          key: "reports",
          from: "Open",
          to: "Closed",
          reason: "manual"
        }
        bus.publishUnsafe(closed)
        for (let at = 1; at <= 20; at++) bus.publishUnsafe(event(at))
        yield* bus.settled
        expect(heard).toEqual(["CircuitTransition", "CallStarted", "CallStarted", "CallStarted", "CallStarted"])
        expect((yield* bus.stats).dropped).toBe(16)
      })
    )
  )

  it.effect("costs nothing and counts nothing while nobody listens", () =>
    Effect.gen(function* () {
      const bus = yield* EventBus.make()
      bus.publishUnsafe(event(1))
      expect(yield* bus.stats).toEqual({ published: 0, dropped: 0, listeners: 0 })
    })
  )

  it.effect("is another one for everything built on its layer", () =>
    Effect.gen(function* () {
      const bus = yield* EventBus.Current
      expect(bus).toBe(yield* EventBus.Current)
      const fiber = yield* Effect.forkChild(EventBus.events.pipe(Stream.take(1), Stream.runCollect))
      yield* TestClock.adjust(0)
      const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1 })
      yield* Effect.exit(Effect.fail("down").pipe(breaker))
      const [transition] = yield* Fiber.join(fiber)
      expect(transition).toMatchObject({ _tag: "CircuitTransition", policy: "reports", to: "Open" })
      const json = yield* Schema.encodeUnknownEffect(Schema.fromJsonString(ResilienceEvent))(transition)
      expect(yield* Schema.decodeEffect(Schema.fromJsonString(ResilienceEvent))(json)).toEqual(transition)
    }).pipe(Effect.provide(EventBus.layer()))
  )
})
