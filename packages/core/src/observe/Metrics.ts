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
import { type Context, Effect, Layer, Metric } from "effect"
import * as EventBus from "../event/EventBus.ts"
import { CircuitStateName, type ResilienceEvent } from "../event/ResilienceEvent.ts"
import { listen } from "../event/Listener.ts"
import { type MetricDefinition, type MetricKey, metrics, secondsBoundaries } from "./MetricNames.ts"

export { type MetricDefinition, type MetricKey, metrics, secondsBoundaries } from "./MetricNames.ts"

/** Above this many operations the rest is counted as `other`: names may come from outside, and series stay for good. */
const maxOperations = 500

const make = ({ help, name, type }: MetricDefinition, attributes: Metric.Metric.AttributeSet) => {
  switch (type) {
    case "counter":
      return Metric.counter(name, { description: help, attributes, incremental: true })
    case "gauge":
      return Metric.gauge(name, { description: help, attributes })
    case "histogram":
      return Metric.histogram(name, {
        description: help,
        attributes,
        boundaries: Metric.boundariesFromIterable(secondsBoundaries)
      })
  }
}

type Handle = Metric.Metric<number, unknown>

/** The series of one metric, by the values of its labels. */
interface Branch {
  handle: Handle | undefined
  readonly next: Map<string, Branch>
}

const branch = (): Branch => ({ handle: undefined, next: new Map() })

/** The series of all metrics, each made when it is first needed. */
class Series {
  private readonly context: Context.Context<never>
  private readonly roots = new Map<MetricKey, Branch>()
  private readonly operations = new Map<string, Set<string>>()
  private operationCount = 0

  constructor(context: Context.Context<never>) {
    this.context = context
  }

  add(key: MetricKey, values: ReadonlyArray<string>, amount: number): void {
    let at: Branch = this.roots.get(key) ?? branch()
    if (at.handle === undefined && at.next.size === 0) this.roots.set(key, at)
    for (const value of values) {
      const next: Branch = at.next.get(value) ?? branch()
      if (next.handle === undefined && next.next.size === 0) at.next.set(value, next)
      at = next
    }
    at.handle ??= this.make(key, values)
    at.handle.updateUnsafe(amount, this.context)
  }

  /** The operation as a label. */
  operation(service: string, operation: string): string {
    const known = this.operations.get(service)
    if (known?.has(operation) === true) return operation
    if (this.operationCount >= maxOperations) return "other"
    this.operationCount++
    if (known === undefined) this.operations.set(service, new Set([operation]))
    else known.add(operation)
    return operation
  }

  private make(key: MetricKey, values: ReadonlyArray<string>): Handle {
    const definition: MetricDefinition = metrics[key]
    return make(definition, Object.fromEntries(definition.labels.map((label, index) => [label, values[index] ?? ""])))
  }
}

const healthValue = { ok: 1, degraded: 0.5, down: 0 } as const

type Sample = Extract<ResilienceEvent, { readonly _tag: "ServiceSampled" }>

const sampled = (series: Series, service: string, { bulkhead, cache, limiter }: Sample): void => {
  if (limiter !== undefined) {
    series.add("limiterRemaining", [service], limiter.remaining)
    series.add("limiterWaiting", [service], limiter.waiting)
  }
  if (bulkhead !== undefined) series.add("bulkheadRunning", [service], bulkhead.running)
  if (cache !== undefined) series.add("cacheEntries", [service], cache.size)
}

const record = (series: Series, event: ResilienceEvent): void => {
  const service = event.service ?? event.policy
  const count = (key: MetricKey, ...labels: ReadonlyArray<string>) => series.add(key, [service, ...labels], 1)
  const time = (key: MetricKey, millis: number, ...labels: ReadonlyArray<string>) =>
    series.add(key, [service, ...labels], millis / 1000)
  switch (event._tag) {
    case "CallDone": {
      const operation = series.operation(service, event.operation ?? "")
      count("calls", operation, event.outcome, event.provenance)
      return time("callDuration", event.durationMs, operation)
    }
    case "AttemptDone": {
      const operation = series.operation(service, event.operation ?? "")
      count("attempts", operation, event.outcome)
      return time("attemptDuration", event.durationMs, operation)
    }
    case "RetryScheduled":
      return count("retries", series.operation(service, event.operation ?? ""))
    case "RetryStopped":
      return count("retriesStopped", event.reason)
    case "BudgetExhausted":
      return count("budgetExhausted", event.kind)
    case "CircuitTransition":
      for (const state of CircuitStateName.literals) {
        series.add("circuitState", [service, state], state === event.to ? 1 : 0)
      }
      return count("circuitTransitions", event.to, event.reason)
    case "CircuitRejected":
      return count("circuitRejections")
    case "LimiterWaited":
      return time("limiterWait", event.waitMs)
    case "LimiterRejected":
      return count("limiterRejections", event.reason)
    case "LimiterPenalized":
      return count("limiterPenalties")
    case "BulkheadWaited":
      return time("bulkheadWait", event.waitMs)
    case "BulkheadRejected":
      return count("bulkheadRejections", event.reason)
    case "TimedOut":
      return count("timeouts", event.kind)
    case "HedgeStarted":
      return count("hedges")
    case "HedgeWon":
      return event.hedge === 0 ? undefined : count("hedgesWon")
    case "CacheAnswered":
      return count("cacheAnswers", event.provenance)
    case "CacheRefreshFailed":
      return count("cacheRefreshFailures")
    case "CacheEvicted":
      return series.add("cacheEvictions", [service, event.reason], event.count)
    case "FallbackUsed":
      return count("fallbacks")
    case "ChaosInjected":
      return count("chaosInjected", event.kind)
    case "ServiceSampled":
      return sampled(series, service, event)
    case "AlertChanged":
      return count("alerts", event.level, event.status)
    case "AlertSinkFailed":
      return series.add("alertSinkFailures", [event.sink], 1)
    case "HealthChanged":
      return series.add("health", [event.component], healthValue[event.to])
    case "JournalFailed":
      return series.add("journalFailures", [], 1)
    case "CallStarted":
    case "CircuitWouldOpen":
    case "ProbeReclaimed":
    case "AlertSinkRecovered":
    case "JournalRecovered":
    case "EventsDropped":
      return undefined
  }
}

/** Counts the events of the current bus in the current metric registry, from the moment the layer is built. */
export const layer: Layer.Layer<never> = Layer.effectDiscard(
  Effect.gen(function* () {
    const series = new Series(yield* Effect.context<never>())
    const bus = yield* EventBus.Current
    let dropped = 0
    yield* listen((events) => {
      for (const event of events) record(series, event)
      const now = bus.statsUnsafe().dropped
      if (now === dropped) return
      series.add("eventsDropped", [], now - dropped)
      dropped = now
    })
  })
)
