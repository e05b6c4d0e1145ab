import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import * as AlertManager from "../../src/alert/AlertManager.ts"
import type { Sink } from "../../src/alert/sink/Sink.ts"
import * as EventBus from "../../src/event/EventBus.ts"
import * as CircuitBreaker from "../../src/policy/CircuitBreaker.ts"

const live = (options: AlertManager.Options = {}) =>
  AlertManager.layer(options).pipe(Layer.provideMerge(EventBus.layer()))

describe("the alert of an open circuit", () => {
  it.effect("ends when the circuit of a key is forgotten and the key works again", () =>
    Effect.gen(function* () {
      const alerts = yield* AlertManager.AlertManager
      const breakers = yield* CircuitBreaker.makeKeyed({
        name: "hosts",
        consecutiveFailures: 1,
        idleTimeToLive: "1 hour"
      })
      yield* Effect.exit(Effect.fail("down").pipe(breakers.for("a")))
      expect(yield* alerts.active).toHaveLength(1)
      yield* TestClock.adjust("3 hours")
      for (let n = 0; n < 100; n++) {
        yield* Effect.succeed("ok").pipe(breakers.for("b"))
        yield* Effect.succeed("ok").pipe(breakers.for("a"))
      }
      yield* TestClock.adjust("1 day")
      expect(yield* alerts.active).toEqual([])
    }).pipe(Effect.provide(live()))
  )
  it.effect("ends when the circuit of a key is forgotten", () =>
    Effect.gen(function* () {
      const alerts = yield* AlertManager.AlertManager
      const breakers = yield* CircuitBreaker.makeKeyed({
        name: "hosts",
        consecutiveFailures: 1,
        idleTimeToLive: "1 hour"
      })
      yield* Effect.exit(Effect.fail("down").pipe(breakers.for("a")))
      yield* TestClock.adjust("3 hours")
      for (let n = 0; n < 100; n++) yield* Effect.succeed("ok").pipe(breakers.for("b"))
      expect(yield* breakers.keys).toEqual(["b"])
      yield* Effect.succeed("ok").pipe(breakers.for("a"))
      yield* TestClock.adjust("1 day")
      expect(yield* alerts.active).toEqual([])
    }).pipe(Effect.provide(live()))
  )
})

describe("shutdown", () => {
  it.live("takes no longer than it may although a sink cannot be interrupted", () => {
    const stuck: Sink = {
      name: "stuck",
      kind: "notify",
      remote: true,
      level: "DEBUG",
      send: () => Effect.uninterruptible(Effect.sleep("4 seconds"))
    }
    return Effect.gen(function* () {
      const start = performance.now()
      yield* Effect.gen(function* () {
        const alerts = yield* AlertManager.AlertManager
        yield* alerts.alert({ level: "ERROR", title: "x", message: "x" })
      }).pipe(Effect.provide(live({ sinks: [Effect.succeed(stuck)], shutdownTimeout: "100 millis" })))
      expect(performance.now() - start).toBeLessThan(2000)
    })
  })
})
