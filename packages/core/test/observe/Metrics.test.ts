import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Metric } from "effect"
import { PrometheusMetrics } from "effect/observability"
import { TestClock } from "effect/testing"
import * as EventBus from "../../src/event/EventBus.ts"
import { metrics } from "../../src/observe/MetricNames.ts"
import * as Metrics from "../../src/observe/Metrics.ts"
import { Resilience } from "../../src/pipeline/Resilience.ts"
import * as CircuitBreaker from "../../src/policy/CircuitBreaker.ts"
import * as Flaky from "../../src/testing/FlakyDependency.ts"

const services = { reports: { retry: { baseDelay: "1 second", jitter: "none" } } } as const

const live = Layer.mergeAll(Metrics.layer, Resilience.layer({ services })).pipe(
  Layer.provideMerge(EventBus.layer()),
  Layer.provideMerge(Layer.sync(Metric.MetricRegistry, () => new Map()))
)

const lines = Effect.map(PrometheusMetrics.format(), (text) => text.split("\n"))

describe("the metrics", () => {
  it.effect("count calls, attempts and retries, and time them in seconds", () =>
    Effect.gen(function* () {
      const service = Flaky.make<string, string>([Flaky.fail("down"), Flaky.succeed("up", "300 millis")])
      const fiber = yield* Effect.forkChild(
        service.call.pipe(Resilience.call({ service: "reports", operation: "fetch", idempotent: true }))
      )
      for (let i = 0; i < 20; i++) yield* TestClock.adjust("100 millis")
      yield* Fiber.join(fiber)
      yield* TestClock.adjust(0)
      const text = yield* lines
      const fetch = `service="reports",operation="fetch"`
      expect(text).toContain(`skippy_calls_total{${fetch},outcome="success",provenance="live"} 1`)
      expect(text).toContain(`skippy_attempts_total{${fetch},outcome="failure"} 1`)
      expect(text).toContain(`skippy_attempts_total{${fetch},outcome="success"} 1`)
      expect(text).toContain(`skippy_retries_total{${fetch}} 1`)
      expect(text).toContain(`skippy_call_duration_seconds_sum{${fetch}} 1.3`)
      expect(text).toContain(`skippy_call_duration_seconds_bucket{${fetch},le="1"} 0`)
      expect(text).toContain(`skippy_call_duration_seconds_bucket{${fetch},le="2.5"} 1`)
      expect(text).toContain("# TYPE skippy_calls_total counter")
      expect(text).toContain("# TYPE skippy_call_duration_seconds histogram")
    }).pipe(Effect.provide(live))
  )

  it.effect("show the state a circuit is in", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1 })
      yield* Effect.exit(Effect.fail("down").pipe(breaker))
      yield* Effect.exit(Effect.void.pipe(breaker))
      yield* TestClock.adjust(0)
      const text = yield* lines
      expect(text).toContain(`skippy_circuit_state{service="reports",state="Open"} 1`)
      expect(text).toContain(`skippy_circuit_state{service="reports",state="Closed"} 0`)
      expect(text).toContain(`skippy_circuit_rejections_total{service="reports"} 1`)
    }).pipe(Effect.provide(live))
  )

  it.effect("show whether a shared store is away, how often it was, and for how long", () =>
    Effect.gen(function* () {
      const bus = yield* EventBus.Current
      const common = { policy: "redis", store: "redis" } as const
      bus.publishUnsafe({ _tag: "StoreAway", at: 0, ...common, error: "timeout" })
      yield* TestClock.adjust(0)
      const during = yield* lines
      expect(during).toContain(`skippy_store_away{store="redis"} 1`)
      bus.publishUnsafe({ _tag: "StoreBack", at: 1500, ...common, awayMs: 1500 })
      yield* TestClock.adjust(0)
      const after = yield* lines
      expect(after).toContain(`skippy_store_away{store="redis"} 0`)
      expect(after).toContain(`skippy_store_outages_total{store="redis"} 1`)
      expect(after).toContain(`skippy_store_outage_duration_seconds_sum{store="redis"} 1.5`)
    }).pipe(Effect.provide(live))
  )

  it.effect("do not grow with names that come from outside", () =>
    Effect.gen(function* () {
      for (let i = 0; i < 700; i++) {
        yield* Effect.void.pipe(Resilience.call({ service: "reports", operation: `file-${i}` }))
      }
      yield* TestClock.adjust(0)
      const text = yield* lines
      expect(text.filter((line) => line.startsWith("skippy_calls_total"))).toHaveLength(501)
      expect(text).toContain(
        `skippy_calls_total{service="reports",operation="other",outcome="success",provenance="live"} 200`
      )
    }).pipe(Effect.provide(live))
  )

  it.effect("have names, units and labels as Prometheus wants them", () =>
    Effect.sync(() => {
      for (const { labels, name, type } of Object.values(metrics)) {
        expect(name).toMatch(/^skippy_[a-z_]+$/)
        expect(name.endsWith("_total")).toBe(type === "counter")
        expect(name.endsWith("_seconds")).toBe(type === "histogram")
        expect(labels.filter((label) => /id|url|key/.test(label))).toEqual([])
      }
    })
  )
})
