import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Schema, Stream, SubscriptionRef } from "effect"
import { TestClock } from "effect/testing"
import * as AlertManager from "../../src/alert/AlertManager.ts"
import * as EventBus from "../../src/event/EventBus.ts"
import * as TraceStore from "../../src/observe/TraceStore.ts"
import * as Health from "../../src/operate/Health.ts"
import * as Snapshot from "../../src/operate/Snapshot.ts"
import { Resilience } from "../../src/pipeline/Resilience.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"

const services = {
  reports: {
    retry: false,
    circuitBreaker: { consecutiveFailures: 2, openFor: "10 seconds" },
    rateLimit: { limits: [{ algorithm: "fixedWindow", limit: 10, per: "1 hour" }] },
    cache: { ttl: "1 hour" }
  },
  bare: { retry: false, circuitBreaker: false, bulkhead: false, cache: false, budget: false, timeout: false }
} as const

const full: Health.Check = {
  name: "disk",
  run: Effect.succeed({ status: "degraded", reason: "86 % full", advice: "Delete files." })
}

const everything = Snapshot.layer().pipe(
  Layer.provideMerge(
    Layer.mergeAll(
      TraceStore.layer(),
      AlertManager.layer(),
      Health.layer({ checks: [full], every: "never" }),
      Resilience.layer({ services })
    )
  ),
  Layer.provideMerge(EventBus.layer())
)

const call = (service: string, effect: Effect.Effect<string, string>, cacheKey?: string) =>
  Effect.exit(effect.pipe(Resilience.call({ service, operation: "fetch", idempotent: true, cacheKey })))

const picture = Effect.flatMap(Snapshot.Live, ({ current }) => current)

const of = ({ services }: Snapshot.Snapshot, name: string) => services.find(({ service }) => service === name)!

describe("the snapshot", () => {
  it.effect("shows breakers, limiters, caches, latencies, alerts, health and what to do", () =>
    Effect.gen(function* () {
      yield* call("reports", Effect.succeed("one"), "a")
      yield* call("reports", Effect.succeed("one"), "a")
      yield* call("reports", Effect.fail("down"))
      yield* call("reports", Effect.delay(Effect.fail("down"), 0))
      yield* Effect.flatMap(Health.Health, ({ check }) => check)
      yield* TestClock.adjust(0)
      const snapshot = yield* picture
      const reports = of(snapshot, "reports")
      expect(reports).toMatchObject({
        called: true,
        circuit: { state: "Open", nextAttemptAt: 10_000, openings: 1 },
        limiter: { limits: [{ remaining: 7 }], waiting: 0, penaltyMs: 0 },
        bulkhead: { running: 0, waiting: 0 },
        cache: { size: 1, hits: 1, misses: 1, hitRate: 0.5 },
        latency: { calls: 4, failed: 2, successRate: 0.5 }
      })
      expect(of(snapshot, "github")).toMatchObject({ called: false, circuit: { state: "Closed" } })
      expect(Object.keys(of(snapshot, "bare"))).toEqual(["service", "called"])
      expect(snapshot.alerts?.active.map(({ alert }) => alert.name)).toEqual(["CircuitOpen", "Unhealthy"])
      expect(snapshot.alerts?.recent).toHaveLength(2)
      expect(snapshot.health).toMatchObject({ status: "degraded" })
      expect(snapshot.recommendations.map(({ source }) => source)).toEqual(["health", "alert"])
      expect(snapshot.recommendations[0]!.text).toBe("Delete files.")
    }).pipe(Effect.provide(everything))
  )

  it.effect("is plain data that survives JSON", () =>
    Effect.gen(function* () {
      yield* call("reports", Effect.fail("down"))
      yield* call("reports", Effect.fail("down"))
      yield* TestClock.adjust(0)
      const snapshot = yield* picture
      const Json = Schema.fromJsonString(Snapshot.Snapshot)
      expect(yield* Schema.decodeEffect(Json)(yield* Schema.encodeEffect(Json)(snapshot))).toEqual(snapshot)
    }).pipe(Effect.provide(everything))
  )

  it.effect("shows only what is there", () =>
    Effect.gen(function* () {
      const snapshot = yield* picture
      expect(Object.keys(snapshot)).toEqual(["at", "services", "events", "recommendations"])
    }).pipe(Effect.provide(Snapshot.layer().pipe(Layer.provideMerge(Resilience.layer()))))
  )

  it.effect("is a live reference that changes every second, and whenever somebody looks", () =>
    Effect.gen(function* () {
      const { changes, ref } = yield* Snapshot.Live
      const seen = yield* Effect.forkChild(
        changes.pipe(
          Stream.map((one) => [one.at, of(one, "reports").circuit?.state]),
          Stream.take(4),
          Stream.runCollect
        )
      )
      yield* TestClock.adjust("1 second")
      yield* call("reports", Effect.fail("down"))
      yield* call("reports", Effect.fail("down"))
      yield* picture
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(seen)).toEqual([
        [0, "Closed"],
        [1000, "Closed"],
        [1000, "Open"],
        [2000, "Open"]
      ])
      expect((yield* SubscriptionRef.get(ref)).at).toBe(2000)
    }).pipe(Effect.provide(everything))
  )

  it.effect(
    "tells the bus what limiters and caches hold, of services that were called, and once more at the end",
    () => {
      const probe = EventProbe.make()
      return Effect.gen(function* () {
        const context = yield* Layer.build(Snapshot.layer().pipe(Layer.provideMerge(Resilience.layer({ services }))))
        yield* TestClock.adjust("10 seconds")
        expect(probe.of("ServiceSampled")).toEqual([])
        yield* Effect.provideContext(call("reports", Effect.succeed("one"), "a"), context)
        yield* TestClock.adjust("10 seconds")
        expect(probe.of("ServiceSampled")).toMatchObject([
          { service: "reports", limiter: { remaining: 9, waiting: 0 }, cache: { size: 1, misses: 1, hits: 0 } }
        ])
      }).pipe(
        Effect.scoped,
        Effect.andThen(Effect.sync(() => expect(probe.of("ServiceSampled")).toHaveLength(2))),
        Effect.provide(probe.layer)
      )
    }
  )
})
