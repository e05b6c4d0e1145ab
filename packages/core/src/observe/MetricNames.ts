/**
 * Every metric Skippy has: name, type, unit, help and labels. Dashboards, alert rules and the documentation are made from
 * this file.
 *
 * Labels are closed sets and the names of services and operations; never an id, a key or a URL, whose number has no end.
 *
 * @module
 */

/** What a metric is. */
export interface MetricDefinition {
  readonly type: "counter" | "gauge" | "histogram"
  readonly name: string
  readonly help: string
  readonly labels: ReadonlyArray<string>
}

const counter = (name: string, help: string, labels: ReadonlyArray<string>): MetricDefinition => ({
  type: "counter",
  name: `skippy_${name}_total`,
  help,
  labels
})

const gauge = (name: string, help: string, labels: ReadonlyArray<string>): MetricDefinition => ({
  type: "gauge",
  name: `skippy_${name}`,
  help,
  labels
})

const seconds = (name: string, help: string, labels: ReadonlyArray<string>): MetricDefinition => ({
  type: "histogram",
  name: `skippy_${name}_seconds`,
  help,
  labels
})

/** The buckets of all histograms, in seconds: from a cache hit to a call that used up its deadline. */
export const secondsBoundaries: ReadonlyArray<number> = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120
]

/** All metrics by the name the code uses for them. */
export const metrics = {
  calls: counter("calls", "Calls that ended.", ["service", "operation", "outcome", "provenance"]),
  callDuration: seconds("call_duration", "Time of calls, waits and retries included.", ["service", "operation"]),
  attempts: counter("attempts", "Attempts that ended, refused ones included.", ["service", "operation", "outcome"]),
  attemptDuration: seconds("attempt_duration", "Time of attempts, waits included.", ["service", "operation"]),
  retries: counter("retries", "Attempts after the first.", ["service", "operation"]),
  retriesStopped: counter("retries_stopped", "Failures that were not retried any further.", ["service", "reason"]),
  budgetExhausted: counter("budget_exhausted", "Retries and hedges a budget did not allow.", ["service", "kind"]),
  circuitState: gauge(
    "circuit_state",
    "1 for the state a circuit is in, 0 for the others; circuits with keys are not told apart.",
    ["service", "state"]
  ),
  circuitTransitions: counter("circuit_transitions", "State changes of circuits.", ["service", "to", "reason"]),
  circuitRejections: counter("circuit_rejections", "Calls refused by an open circuit.", ["service"]),
  limiterWait: seconds("limiter_wait", "Time calls waited for a limiter.", ["service"]),
  limiterRejections: counter("limiter_rejections", "Calls refused by a limiter.", ["service", "reason"]),
  limiterPenalties: counter("limiter_penalties", "Quiet times a service asked for.", ["service"]),
  bulkheadWait: seconds("bulkhead_wait", "Time calls waited for a bulkhead.", ["service"]),
  bulkheadRejections: counter("bulkhead_rejections", "Calls refused by a bulkhead.", ["service", "reason"]),
  timeouts: counter("timeouts", "Attempts and calls that ran out of time.", ["service", "kind"]),
  hedges: counter("hedges", "Requests sent beside a slow one.", ["service"]),
  hedgesWon: counter("hedges_won", "Hedged calls a hedge answered first.", ["service"]),
  cacheAnswers: counter("cache_answers", "What caches had for a call.", ["service", "provenance"]),
  cacheRefreshFailures: counter("cache_refresh_failures", "Refreshes that failed; the good value stayed.", ["service"]),
  cacheEvictions: counter("cache_evictions", "Entries that left a cache.", ["service", "reason"]),
  fallbacks: counter("fallbacks", "Calls a fallback answered.", ["service"]),
  chaosInjected: counter("chaos_injected", "Harm done on purpose.", ["service", "kind"]),
  limiterRemaining: gauge("limiter_remaining", "Calls the tightest limit allows now.", ["service"]),
  limiterWaiting: gauge("limiter_waiting", "Callers in the queue of a limiter.", ["service"]),
  bulkheadRunning: gauge("bulkhead_running", "Calls inside of a bulkhead.", ["service"]),
  cacheEntries: gauge("cache_entries", "Answers a cache holds.", ["service"]),
  alerts: counter("alerts", "Alerts that began to fire or were resolved.", ["service", "level", "status"]),
  alertSinkFailures: counter("alert_sink_failures", "Times a sink began to fail.", ["sink"]),
  health: gauge("health", "How well a component is: 1 ok, 0.5 degraded, 0 down.", ["component"]),
  journalFailures: counter("journal_failures", "Times a journal began to fail.", []),
  storeAway: gauge("store_away", "1 while a shared store does not answer, else 0.", ["store"]),
  storeOutages: counter("store_outages", "Times a shared store went away.", ["store"]),
  storeOutageDuration: seconds("store_outage_duration", "Time a shared store was away.", ["store"]),
  eventsDropped: counter("events_dropped", "Events a listener lost because it was too slow.", [])
} as const satisfies Readonly<Record<string, MetricDefinition>>

/** The name the code uses for a metric. */
export type MetricKey = keyof typeof metrics
