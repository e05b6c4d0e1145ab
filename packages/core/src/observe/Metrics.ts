/**
 * Counts what the events say as Effect metrics, for Prometheus (`effect/observability/PrometheusMetrics`), OTLP
 * (`OtlpMetrics`) or anything else that reads Effect's registry.
 *
 * @example
 * ```ts
 * import { EventBus, Metrics, Resilience } from "@skippy/core"
 * import { Effect, Layer } from "effect"
 * import { PrometheusMetrics } from "effect/observability"
 *
 * const program = Effect.gen(function* () {
 *   yield* Effect.succeed("report").pipe(Resilience.call({ service: "reports", operation: "fetch" }))
 *   yield* Effect.yieldNow
 *   const text = yield* PrometheusMetrics.format()
 *   console.log(text.split("\n").filter((line) => line.includes("skippy_calls_total")).join("\n"))
 * })
 *
 * const layer = Layer.mergeAll(Metrics.layer, Resilience.layer()).pipe(Layer.provideMerge(EventBus.layer()))
 *
 * await Effect.runPromise(program.pipe(Effect.provide(layer)))
 * ```
 *
 * ```text
 * # HELP skippy_calls_total Calls that ended.
 * # TYPE skippy_calls_total counter
 * skippy_calls_total{service="reports",operation="fetch",outcome="success",provenance="live"} 1
 * ```
 *
 * @module
 */
import { Effect, Layer } from "effect"
import * as EventBus from "../event/EventBus.ts"
import { listen } from "../event/Listener.ts"
import { record, Series } from "./MetricSeries.ts"

export { type MetricDefinition, type MetricKey, metrics, secondsBoundaries } from "./MetricNames.ts"

/** Counts the events of the current bus in the current metric registry, from the moment the layer is built. */
export const layer: Layer.Layer<never> = Layer.effectDiscard(
  Effect.gen(function* () {
    const series = new Series(yield* Effect.context<never>())
    const bus = yield* EventBus.Current
    // What was lost before is counted already, or belongs to nobody.
    let { dropped } = bus.statsUnsafe()
    yield* listen((events) => {
      for (const event of events) record(series, event)
      const now = bus.statsUnsafe().dropped
      if (now !== dropped) series.count("eventsDropped", now - dropped)
      dropped = now
      series.flush()
    })
  })
)
