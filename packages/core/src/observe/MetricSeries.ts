/**
 * What events are counted as: the series of each metric, made when they are first needed.
 *
 * @module
 */
import { type Context, Metric } from "effect"
import { CircuitStateName, type ResilienceEvent } from "../event/ResilienceEvent.ts"
import { type MetricDefinition, type MetricKey, metrics, secondsBoundaries } from "./MetricNames.ts"

/** The operation of what is not told apart. */
const other = "other"

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
class Branch {
  handle: Handle | undefined
  /** What a counter has to be raised by at the end of the batch. */
  pending = 0
  private readonly next = new Map<string, Branch>()

  of(value: string | undefined): Branch {
    if (value === undefined) return this
    const known = this.next.get(value)
    if (known !== undefined) return known
    const made = new Branch()
    this.next.set(value, made)
    return made
  }
}

/** The series nearly every event needs, found once for each operation. */
interface OperationSeries {
  readonly calls: Branch
  readonly attempts: Branch
  readonly callDuration: Handle
  readonly attemptDuration: Handle
  readonly name: string
}

/** The series of all metrics, each made when it is first needed. */
export class Series {
  private readonly context: Context.Context<never>
  private readonly isPast: boolean
  private readonly roots = new Map<MetricKey, Branch>()
  private readonly operations = new Map<string, Map<string, OperationSeries>>()
  private operationCount = 0
  private raised: Array<Branch> = []

  /** Gauges are of now: where the past is counted they are left out. */
  constructor(context: Context.Context<never>, isPast = false) {
    this.context = context
    this.isPast = isPast
  }

  /** Counts up at the end of the batch, once for all events of it. Labels are in the order of their definition. */
  count(key: MetricKey, amount: number, a?: string, b?: string, c?: string): void {
    const at = this.root(key).of(a).of(b).of(c)
    at.handle ??= this.make(key, [a, b, c])
    this.raise(at, amount)
  }

  /** Sets a gauge, or adds to a histogram. */
  set(key: MetricKey, value: number, a?: string, b?: string): void {
    if (this.isPast && metrics[key].type === "gauge") return
    const at = this.root(key).of(a).of(b)
    at.handle ??= this.make(key, [a, b])
    this.update(at.handle, value)
  }

  update(handle: Handle, value: number): void {
    handle.updateUnsafe(value, this.context)
  }

  called({ calls, name }: OperationSeries, service: string, outcome: string, provenance: string): void {
    const at = calls.of(outcome).of(provenance)
    at.handle ??= this.make("calls", [service, name, outcome, provenance])
    this.raise(at, 1)
  }

  attempted({ attempts, name }: OperationSeries, service: string, outcome: string): void {
    const at = attempts.of(outcome)
    at.handle ??= this.make("attempts", [service, name, outcome])
    this.raise(at, 1)
  }

  /** Makes what was counted known. */
  flush(): void {
    for (const branch of this.raised) {
      branch.handle?.updateUnsafe(branch.pending, this.context)
      branch.pending = 0
    }
    this.raised = []
  }

  /** The series of an operation; above a number of operations all others share those of `other`. */
  operation(service: string, operation: string): OperationSeries {
    const known = this.operations.get(service)?.get(operation)
    if (known !== undefined) return known
    if (operation !== other && this.operationCount >= maxOperations) return this.operation(service, other)
    this.operationCount++
    const made: OperationSeries = {
      calls: this.root("calls").of(service).of(operation),
      attempts: this.root("attempts").of(service).of(operation),
      callDuration: this.make("callDuration", [service, operation]),
      attemptDuration: this.make("attemptDuration", [service, operation]),
      name: operation
    }
    const ofService = this.operations.get(service)
    if (ofService === undefined) this.operations.set(service, new Map([[operation, made]]))
    else ofService.set(operation, made)
    return made
  }

  private raise(branch: Branch, amount: number): void {
    if (branch.pending === 0) this.raised.push(branch)
    branch.pending += amount
  }

  private root(key: MetricKey): Branch {
    const known = this.roots.get(key)
    if (known !== undefined) return known
    const made = new Branch()
    this.roots.set(key, made)
    return made
  }

  private make(key: MetricKey, values: ReadonlyArray<string | undefined>): Handle {
    const definition: MetricDefinition = metrics[key]
    return make(definition, Object.fromEntries(definition.labels.map((label, index) => [label, values[index] ?? ""])))
  }
}

const healthValue = { ok: 1, degraded: 0.5, down: 0 } as const

/** Sets the state a circuit is in. */
export const setCircuit = (series: Series, service: string, is: CircuitStateName): void => {
  for (const state of CircuitStateName.literals) series.set("circuitState", state === is ? 1 : 0, service, state)
}

type Sample = Extract<ResilienceEvent, { readonly _tag: "ServiceSampled" }>

const sampled = (series: Series, service: string, { bulkhead, cache, limiter }: Sample): void => {
  if (limiter !== undefined) {
    series.set("limiterRemaining", limiter.remaining, service)
    series.set("limiterWaiting", limiter.waiting, service)
  }
  if (bulkhead !== undefined) series.set("bulkheadRunning", bulkhead.running, service)
  if (cache !== undefined) series.set("cacheEntries", cache.size, service)
}

/** Counts an event. */
export const record = (series: Series, event: ResilienceEvent): void => {
  const service = event.service ?? event.policy
  switch (event._tag) {
    case "CallDone": {
      const operation = series.operation(service, event.operation ?? "")
      series.called(operation, service, event.outcome, event.provenance)
      return series.update(operation.callDuration, event.durationMs / 1000)
    }
    case "AttemptDone": {
      const operation = series.operation(service, event.operation ?? "")
      series.attempted(operation, service, event.outcome)
      return series.update(operation.attemptDuration, event.durationMs / 1000)
    }
    case "RetryScheduled":
      return series.count("retries", 1, service, series.operation(service, event.operation ?? "").name)
    case "RetryStopped":
      return series.count("retriesStopped", 1, service, event.reason)
    case "BudgetExhausted":
      return series.count("budgetExhausted", 1, service, event.kind)
    case "CircuitTransition":
      setCircuit(series, service, event.to)
      return series.count("circuitTransitions", 1, service, event.to, event.reason)
    case "CircuitRejected":
      return series.count("circuitRejections", 1, service)
    case "LimiterWaited":
      return series.set("limiterWait", event.waitMs / 1000, service)
    case "LimiterRejected":
      return series.count("limiterRejections", 1, service, event.reason)
    case "LimiterPenalized":
      return series.count("limiterPenalties", 1, service)
    case "BulkheadWaited":
      return series.set("bulkheadWait", event.waitMs / 1000, service)
    case "BulkheadRejected":
      return series.count("bulkheadRejections", 1, service, event.reason)
    case "TimedOut":
      return series.count("timeouts", 1, service, event.kind)
    case "HedgeStarted":
      return series.count("hedges", 1, service)
    case "HedgeWon":
      return event.hedge === 0 ? undefined : series.count("hedgesWon", 1, service)
    case "CacheAnswered":
      return series.count("cacheAnswers", 1, service, event.provenance)
    case "CacheRefreshFailed":
      return series.count("cacheRefreshFailures", 1, service)
    case "CacheEvicted":
      return series.count("cacheEvictions", event.count, service, event.reason)
    case "FallbackUsed":
      return series.count("fallbacks", 1, service)
    case "ChaosInjected":
      return series.count("chaosInjected", 1, service, event.kind)
    case "ServiceSampled":
      return sampled(series, service, event)
    case "AlertChanged":
      return series.count("alerts", 1, service, event.level, event.status)
    case "AlertSinkFailed":
      return series.count("alertSinkFailures", 1, event.sink)
    case "HealthChanged":
      return series.set("health", healthValue[event.to], event.component)
    case "JournalFailed":
      return series.count("journalFailures", 1)
    case "StoreAway":
      series.set("storeAway", 1, event.store)
      return series.count("storeOutages", 1, event.store)
    case "StoreBack":
      series.set("storeAway", 0, event.store)
      return series.set("storeOutageDuration", event.awayMs / 1000, event.store)
    case "CallStarted":
    case "CircuitWouldOpen":
    case "ProbeReclaimed":
    case "AlertSinkRecovered":
    case "JournalRecovered":
    case "EventsDropped":
      return undefined
  }
}
