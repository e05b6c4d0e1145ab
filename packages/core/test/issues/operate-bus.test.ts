import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Scheduler } from "effect"
import { TestClock } from "effect/testing"
import * as AlertManager from "../../src/alert/AlertManager.ts"
import * as Outlet from "../../src/alert/Outlet.ts"
import type { Sink } from "../../src/alert/sink/Sink.ts"
import * as EventBus from "../../src/event/EventBus.ts"
import type { ResilienceEvent } from "../../src/event/ResilienceEvent.ts"

const event = (at: number): ResilienceEvent => ({ _tag: "CallStarted", at, policy: "reports" })

describe("lost events", () => {
  it.effect("make an alert although the listener that lost them never comes back", () =>
    Effect.gen(function* () {
      const bus = yield* EventBus.Current
      yield* bus.subscribe
      const alerts = yield* AlertManager.AlertManager
      for (let at = 0; at < 1000; at++) {
        bus.publishUnsafe(event(at))
        if (at % 10 === 0) yield* TestClock.adjust("1 second")
      }
      expect(bus.statsUnsafe().dropped).toBeGreaterThan(900)
      expect((yield* alerts.active).map(({ alert }) => alert.name)).toEqual(["EventsDropped"])
    }).pipe(
      Effect.scoped,
      Effect.provide(AlertManager.layer().pipe(Layer.provideMerge(EventBus.layer({ capacity: 16 }))))
    )
  )
})

describe("the way to a sink", () => {
  it.effect("misses no wake-up, whenever its fiber has to give way", () =>
    Effect.gen(function* () {
      const missed: Array<string> = []
      for (let ops = 5; ops < 30; ops++) {
        for (let turns = 0; turns < 12; turns++) {
          const sink: Sink = { name: "s", kind: "notify", remote: false, level: "DEBUG", send: () => Effect.void }
          yield* Effect.scoped(
            Effect.gen(function* () {
              const bus = yield* EventBus.make()
              const outlet = yield* Outlet.make(sink, bus, 1000).pipe(
                Effect.provideService(Scheduler.MaxOpsBeforeYield, ops)
              )
              const offer = (name: string) =>
                outlet.offer({
                  at: 0,
                  group: {},
                  reason: "changed",
                  alerts: [
                    {
                      at: 0,
                      status: "firing",
                      fingerprint: name,
                      alert: { name, level: "ERROR", title: name, message: name, labels: {} },
                      lasting: false,
                      startsAt: 0,
                      lastSeenAt: 0,
                      count: 1,
                      silenced: false
                    }
                  ]
                })
              offer("one")
              for (let n = 0; n < turns; n++) yield* Effect.yieldNow
              offer("two")
              yield* TestClock.adjust("1 hour")
              for (let n = 0; n < 20; n++) yield* Effect.yieldNow
              if (outlet.stats().waiting > 0) missed.push(`two after ${turns} turns, ${ops} steps a turn`)
            })
          )
        }
      }
      expect(missed).toEqual([])
    })
  )
})
