/**
 * Everything the policies say, as one tagged union of plain data. Stages publish these and know no listener; metrics,
 * journal, traces, alerts and dashboards only listen.
 *
 * @module
 */
import { Schema } from "effect"
import { ErrorCategory } from "../error/ErrorCategory.ts"

/** Fields every event has: when, which policy instance, and for which call (absent outside a pipeline). */
const common = {
  /** Milliseconds since the epoch, from `Clock`. */
  at: Schema.Finite,
  /** The name of the policy instance that speaks, usually the service's. */
  policy: Schema.String,
  requestId: Schema.optionalKey(Schema.String),
  service: Schema.optionalKey(Schema.String),
  operation: Schema.optionalKey(Schema.String),
  attempt: Schema.optionalKey(Schema.Finite)
}

/** The states a circuit can be in. */
export const CircuitStateName = Schema.Literals(["Closed", "Open", "HalfOpen", "ForcedOpen", "Disabled", "MetricsOnly"])
/** One of the six states. */
export type CircuitStateName = typeof CircuitStateName.Type

/** A store several processes share. */
export const SharedStoreName = Schema.Literals(["sqlite", "redis"])
/** A store several processes share. */
export type SharedStoreName = typeof SharedStoreName.Type

/** Who decided where state is shared: the shared store, or this process by itself (`local`) because the store is away. */
export const DecidedBy = Schema.Literals(["sqlite", "redis", "local"])
/** Who decided where state is shared. */
export type DecidedBy = typeof DecidedBy.Type

/** How an attempt or a call ended. */
export const EndedAs = Schema.Literals(["success", "failure", "defect", "interrupted"])
/** How an attempt or a call ended. */
export type EndedAs = typeof EndedAs.Type

/** What an error looked like, without its fields (they may hold secrets). */
const failure = {
  error: Schema.optionalKey(Schema.String),
  category: Schema.optionalKey(ErrorCategory)
}

/** A call entered the pipeline. */
export const CallStarted = Schema.TaggedStruct("CallStarted", common)
/** A call left the pipeline. */
export const CallDone = Schema.TaggedStruct("CallDone", {
  ...common,
  ...failure,
  outcome: EndedAs,
  attempts: Schema.Finite,
  durationMs: Schema.Finite,
  provenance: Schema.Literals(["live", "fresh", "stale", "fallback"])
})
/** One attempt at the service ended. */
export const AttemptDone = Schema.TaggedStruct("AttemptDone", {
  ...common,
  ...failure,
  outcome: EndedAs,
  durationMs: Schema.Finite
})
/** Another attempt follows after a wait. */
export const RetryScheduled = Schema.TaggedStruct("RetryScheduled", {
  ...common,
  ...failure,
  delayMs: Schema.Finite,
  retryAfterMs: Schema.optionalKey(Schema.Finite)
})
/** Why no further attempt was made. */
export const RetryStopReason = Schema.Literals([
  "attemptsExhausted",
  "notRetryable",
  "notIdempotent",
  "retryAfterOverCap",
  "deadline",
  "budget",
  "scheduleDone"
])
/** Why no further attempt was made. */
export type RetryStopReason = typeof RetryStopReason.Type
/** No further attempt is made; the call fails with the operation's own error. */
export const RetryStopped = Schema.TaggedStruct("RetryStopped", {
  ...common,
  ...failure,
  reason: RetryStopReason,
  attempts: Schema.Finite,
  retryAfterMs: Schema.optionalKey(Schema.Finite)
})
/** A retry or hedge was not allowed because its budget is used up. */
export const BudgetExhausted = Schema.TaggedStruct("BudgetExhausted", {
  ...common,
  kind: Schema.Literals(["retry", "hedge"])
})
/** Why a circuit changed its state. */
export const CircuitTransitionReason = Schema.Literals([
  "consecutiveFailures",
  "failureRate",
  "slowCallRate",
  "openElapsed",
  "probeFailed",
  "probeSlow",
  "probesSucceeded",
  "manual",
  "restored"
])
/** Why a circuit changed its state. */
export type CircuitTransitionReason = typeof CircuitTransitionReason.Type
/** A circuit changed its state. */
export const CircuitTransition = Schema.TaggedStruct("CircuitTransition", {
  ...common,
  key: Schema.String,
  from: CircuitStateName,
  to: CircuitStateName,
  reason: CircuitTransitionReason,
  openForMs: Schema.optionalKey(Schema.Finite),
  /** Who decided, where state is shared. */
  store: Schema.optionalKey(DecidedBy)
})
/** A circuit refused a call. */
export const CircuitRejected = Schema.TaggedStruct("CircuitRejected", {
  ...common,
  key: Schema.String,
  state: CircuitStateName,
  retryAfterMs: Schema.optionalKey(Schema.Finite),
  /** Who decided, where state is shared. */
  store: Schema.optionalKey(DecidedBy)
})
/** A circuit that only measures would have opened. */
export const CircuitWouldOpen = Schema.TaggedStruct("CircuitWouldOpen", {
  ...common,
  key: Schema.String,
  reason: CircuitTransitionReason
})
/** A probe never settled within its time limit; its slot was given to somebody else. */
export const ProbeReclaimed = Schema.TaggedStruct("ProbeReclaimed", {
  ...common,
  key: Schema.String,
  probes: Schema.Finite
})
/** A limiter let a call through after a wait. */
export const LimiterWaited = Schema.TaggedStruct("LimiterWaited", {
  ...common,
  key: Schema.String,
  waitMs: Schema.Finite,
  /** Who decided, where state is shared. */
  store: Schema.optionalKey(DecidedBy)
})
/** Why a limiter refused. */
export const LimiterRejectReason = Schema.Literals(["exceeded", "maxWait", "queueFull", "deadline", "neverFits"])
/** Why a limiter refused. */
export type LimiterRejectReason = typeof LimiterRejectReason.Type
/** A limiter refused a call. */
export const LimiterRejected = Schema.TaggedStruct("LimiterRejected", {
  ...common,
  key: Schema.String,
  limit: Schema.String,
  reason: LimiterRejectReason,
  retryAfterMs: Schema.optionalKey(Schema.Finite),
  /** Who decided, where state is shared. */
  store: Schema.optionalKey(DecidedBy)
})
/** A limiter was told to be quiet until a moment, because the service said so. */
export const LimiterPenalized = Schema.TaggedStruct("LimiterPenalized", {
  ...common,
  key: Schema.String,
  until: Schema.Finite
})
/** A bulkhead let a call through after a wait. */
export const BulkheadWaited = Schema.TaggedStruct("BulkheadWaited", { ...common, waitMs: Schema.Finite })
/** Why a bulkhead refused. */
export const BulkheadRejectReason = Schema.Literals(["queueFull", "maxWait", "deadline"])
/** Why a bulkhead refused. */
export type BulkheadRejectReason = typeof BulkheadRejectReason.Type
/** A bulkhead refused a call. */
export const BulkheadRejected = Schema.TaggedStruct("BulkheadRejected", { ...common, reason: BulkheadRejectReason })
/** An attempt or a whole call ran out of time. */
export const TimedOut = Schema.TaggedStruct("TimedOut", {
  ...common,
  kind: Schema.Literals(["attempt", "deadline"]),
  afterMs: Schema.Finite
})
/** A second request was started beside a slow first one. */
export const HedgeStarted = Schema.TaggedStruct("HedgeStarted", {
  ...common,
  hedge: Schema.Finite,
  delayMs: Schema.Finite
})
/** A hedged request answered first (0 is the original). */
export const HedgeWon = Schema.TaggedStruct("HedgeWon", { ...common, hedge: Schema.Finite })
/** A cache answered, or had nothing to answer. */
export const CacheAnswered = Schema.TaggedStruct("CacheAnswered", {
  ...common,
  provenance: Schema.Literals(["fresh", "staleWhileRevalidate", "staleIfError", "miss"]),
  ageMs: Schema.optionalKey(Schema.Finite)
})
/** A refresh failed; the good value stays. */
export const CacheRefreshFailed = Schema.TaggedStruct("CacheRefreshFailed", {
  ...common,
  ...failure,
  background: Schema.Boolean
})
/** Entries left a cache. */
export const CacheEvicted = Schema.TaggedStruct("CacheEvicted", {
  ...common,
  reason: Schema.Literals(["capacity", "expired", "invalidated"]),
  count: Schema.Finite
})
/** A fallback answered instead of the service. */
export const FallbackUsed = Schema.TaggedStruct("FallbackUsed", { ...common, ...failure })
/** Chaos did something to a call on purpose. */
export const ChaosInjected = Schema.TaggedStruct("ChaosInjected", {
  ...common,
  kind: Schema.Literals(["fault", "latency", "outcome"]),
  delayMs: Schema.optionalKey(Schema.Finite)
})

/** How urgent an alert is, the least urgent first. */
export const AlertLevel = Schema.Literals(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
/** How urgent an alert is. */
export type AlertLevel = typeof AlertLevel.Type
/** An alert began to fire, or is over. */
export const AlertChanged = Schema.TaggedStruct("AlertChanged", {
  ...common,
  status: Schema.Literals(["firing", "resolved"]),
  alert: Schema.String,
  level: AlertLevel,
  title: Schema.String,
  message: Schema.String,
  /** What makes two alerts the same. */
  fingerprint: Schema.String
})
/** A sink could not hand alerts over; said once until it can again. */
export const AlertSinkFailed = Schema.TaggedStruct("AlertSinkFailed", {
  ...common,
  ...failure,
  sink: Schema.String
})
/** A sink hands alerts over again; `lost` notifications never arrived. */
export const AlertSinkRecovered = Schema.TaggedStruct("AlertSinkRecovered", {
  ...common,
  sink: Schema.String,
  lost: Schema.Finite
})
/** How well a part of the system is. */
export const HealthStatus = Schema.Literals(["ok", "degraded", "down"])
/** How well a part of the system is. */
export type HealthStatus = typeof HealthStatus.Type
/** A component is not as well, or as unwell, as it was. */
export const HealthChanged = Schema.TaggedStruct("HealthChanged", {
  ...common,
  component: Schema.String,
  from: HealthStatus,
  to: HealthStatus,
  reason: Schema.optionalKey(Schema.String)
})
/** A journal cannot be written; said once until it can again. */
export const JournalFailed = Schema.TaggedStruct("JournalFailed", {
  ...common,
  directory: Schema.String,
  error: Schema.String
})
/** A journal is written again; `lost` records are in no file. */
export const JournalRecovered = Schema.TaggedStruct("JournalRecovered", {
  ...common,
  directory: Schema.String,
  lost: Schema.Finite
})
/** A shared store does not answer; what was configured for that decides until it does. Said once until it is back. */
export const StoreAway = Schema.TaggedStruct("StoreAway", {
  ...common,
  store: SharedStoreName,
  /** What the system says: `ECONNREFUSED`, `SQLITE_BUSY`, `timeout`. */
  error: Schema.String
})
/** A shared store answers again, and decides. */
export const StoreBack = Schema.TaggedStruct("StoreBack", {
  ...common,
  store: SharedStoreName,
  awayMs: Schema.Finite
})
/** The bus itself lost events, because a listener was too slow; said when there is room again. */
export const EventsDropped = Schema.TaggedStruct("EventsDropped", { ...common, count: Schema.Finite })
/** What the limiter, the bulkhead and the cache of a service said when somebody looked. */
export const ServiceSampled = Schema.TaggedStruct("ServiceSampled", {
  ...common,
  limiter: Schema.optionalKey(
    Schema.Struct({ remaining: Schema.Finite, waiting: Schema.Finite, resetAfterMs: Schema.Finite })
  ),
  bulkhead: Schema.optionalKey(
    Schema.Struct({ concurrency: Schema.Finite, running: Schema.Finite, waiting: Schema.Finite })
  ),
  cache: Schema.optionalKey(
    Schema.Struct({
      size: Schema.Finite,
      hits: Schema.Finite,
      misses: Schema.Finite,
      stale: Schema.Finite,
      evictions: Schema.Finite
    })
  )
})

/** Every event there is. */
export const ResilienceEvent = Schema.Union([
  CallStarted,
  CallDone,
  AttemptDone,
  RetryScheduled,
  RetryStopped,
  BudgetExhausted,
  CircuitTransition,
  CircuitRejected,
  CircuitWouldOpen,
  ProbeReclaimed,
  LimiterWaited,
  LimiterRejected,
  LimiterPenalized,
  BulkheadWaited,
  BulkheadRejected,
  TimedOut,
  HedgeStarted,
  HedgeWon,
  CacheAnswered,
  CacheRefreshFailed,
  CacheEvicted,
  FallbackUsed,
  ChaosInjected,
  AlertChanged,
  AlertSinkFailed,
  AlertSinkRecovered,
  HealthChanged,
  JournalFailed,
  JournalRecovered,
  StoreAway,
  StoreBack,
  EventsDropped,
  ServiceSampled
])
/** Every event there is. */
export type ResilienceEvent = typeof ResilienceEvent.Type

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** What a policy supplies of an event; the publisher adds time and call. */
export type EventBody = DistributiveOmit<
  ResilienceEvent,
  "at" | "policy" | "requestId" | "service" | "operation" | "attempt"
>
