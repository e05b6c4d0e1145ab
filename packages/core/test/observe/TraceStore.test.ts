import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Schema } from "effect"
import { TestClock } from "effect/testing"
import * as EventBus from "../../src/event/EventBus.ts"
import * as TraceStore from "../../src/observe/TraceStore.ts"
import { Resilience } from "../../src/pipeline/Resilience.ts"
import * as Flaky from "../../src/testing/FlakyDependency.ts"

const services = {
  reports: {
    retry: { baseDelay: "1 second", jitter: "none" },
    rateLimit: { limits: [{ algorithm: "tokenBucket", limit: 1, per: "2 seconds" }] },
    cache: { ttl: "1 minute" }
  }
} as const

const live = (options?: TraceStore.Options) =>
  Layer.mergeAll(TraceStore.layer(options), Resilience.layer({ services })).pipe(Layer.provideMerge(EventBus.layer()))

const call = { service: "reports", operation: "fetch", idempotent: true } as const

const settle = TestClock.adjust(0)

describe("the trace store", () => {
  it.effect("tells a call attempt by attempt", () =>
    Effect.gen(function* () {
      const traces = yield* TraceStore.TraceStore
      const service = Flaky.make<string, string>([Flaky.fail("down", "200 millis"), Flaky.succeed("up", "300 millis")])
      const fiber = yield* Effect.forkChild(service.call.pipe(Resilience.call(call)))
      for (let i = 0; i < 40; i++) yield* TestClock.adjust("100 millis")
      yield* Fiber.join(fiber)
      const [trace] = yield* traces.recent()
      // The token comes back two seconds after the first was taken; the back-off of one second is part of that time.
      expect(trace).toMatchObject({
        service: "reports",
        operation: "fetch",
        durationMs: 2300,
        success: true,
        attempts: 2,
        provenance: "live",
        lines: [
          { attempt: 1, waitMs: 0, durationMs: 200, outcome: "failure", error: "down", delayAfterMs: 1000 },
          { attempt: 2, waitMs: 800, durationMs: 300, outcome: "success" }
        ]
      })
      expect(trace!.requestId).toMatch(/^req_\d{8}_\d{6}_[0-9a-z]{6}$/)
      expect(yield* traces.byId(trace!.requestId)).toBe(trace)
      const encoded = yield* Schema.encodeEffect(TraceStore.RequestTrace)(trace!)
      expect(JSON.parse(JSON.stringify(encoded))).toEqual(encoded)
    }).pipe(Effect.provide(live()))
  )

  it.effect("finds calls by service and by failure, newest first, and counts", () =>
    Effect.gen(function* () {
      const traces = yield* TraceStore.TraceStore
      const run = (service: string, effect: Effect.Effect<string, string>) =>
        Effect.exit(effect.pipe(Resilience.call({ service, operation: "fetch" })))
      yield* run("a", Effect.succeed("one"))
      yield* run("b", Effect.fail("first"))
      yield* run("b", Effect.fail("second"))
      yield* run("b", Effect.succeed("two"))
      yield* settle
      expect((yield* traces.byService("a")).length).toBe(1)
      expect((yield* traces.failed).map(({ error }) => error)).toEqual(["second", "first"])
      expect(yield* traces.statistics()).toMatchObject({ calls: 4, failed: 2, successRate: 0.5 })
      expect(yield* traces.statistics("b")).toMatchObject({ calls: 3, failed: 2 })
      expect(yield* traces.statistics("c")).toEqual({ calls: 0, failed: 0, successRate: 1, p50: 0, p95: 0, p99: 0 })
    }).pipe(Effect.provide(live()))
  )

  it.effect("says where an answer came from, and that nobody was asked for it", () =>
    Effect.gen(function* () {
      const traces = yield* TraceStore.TraceStore
      const keyed = Effect.succeed("one").pipe(Resilience.call({ ...call, cacheKey: "today" }))
      yield* keyed
      yield* keyed
      yield* settle
      expect((yield* traces.recent()).map(({ attempts, provenance }) => [attempts, provenance])).toEqual([
        [0, "fresh"],
        [1, "live"]
      ])
    }).pipe(Effect.provide(live()))
  )

  it.effect("keeps the last ones only", () =>
    Effect.gen(function* () {
      const traces = yield* TraceStore.TraceStore
      for (let i = 0; i < 25; i++) yield* Effect.void.pipe(Resilience.call({ service: "a", operation: `op-${i}` }))
      yield* settle
      const operations = (yield* traces.recent()).map(({ operation }) => operation)
      expect(operations).toEqual(Array.from({ length: 10 }, (_, i) => `op-${24 - i}`))
      expect((yield* traces.recent(3)).length).toBe(3)
    }).pipe(Effect.provide(live({ capacity: 10 })))
  )
})
