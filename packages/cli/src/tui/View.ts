/**
 * What somebody who watches sees at one moment: the services with what they did in the last minute, alerts, the last calls,
 * and what to do. Plain data; its Schema is that of the lines of `skippy status --watch --json`.
 *
 * Times are milliseconds since the epoch, durations milliseconds.
 *
 * @module
 */
import { Alert, ResilienceEvent, Snapshot } from "@skippy/core"
import { Schema } from "effect"

const opt = Schema.optionalKey

const { cache, circuit, limiter, partitions, service } = Snapshot.ServicePicture.fields

/** What the calls of a service did in the last minute. */
export const LastMinute = Schema.Struct({
  calls: Schema.Int,
  /** Calls that failed in the end; those that were interrupted are none. */
  failures: Schema.Int,
  /** Attempts beyond the first. */
  retries: Schema.Int,
  /** Answers of the cache, without asking the service. */
  hits: Schema.Int,
  /** Old answers of the cache, or others, because the service could not be asked. */
  stale: Schema.Int,
  /** 95 of 100 calls took at most so many milliseconds; of the last 1,000 calls at most. Absent without calls. */
  p95: opt(Schema.Finite),
  /** Calls in each five seconds, the oldest first: twelve numbers. */
  history: Schema.Array(Schema.Int)
})
/** What the calls of a service did in the last minute. */
export type LastMinute = typeof LastMinute.Type

/** One service. What its configuration leaves out is absent. */
export const ServiceView = Schema.Struct({
  service,
  circuit,
  /** The parts of the service whose circuit does not just let calls through. */
  partitions,
  limiter,
  /** How many answers are kept. */
  kept: opt(cache.schema.fields.size),
  lastMinute: LastMinute
})
/** One service. */
export type ServiceView = typeof ServiceView.Type

/** A call that has ended. */
export const CallEnded = Schema.TaggedStruct("Call", {
  at: Schema.Finite,
  service: Schema.String,
  operation: Schema.String,
  /** For `skippy journal show`. */
  requestId: Schema.String,
  outcome: ResilienceEvent.EndedAs,
  provenance: Schema.Literals(["live", "fresh", "stale", "fallback"]),
  durationMs: Schema.Finite,
  attempts: Schema.Finite,
  error: opt(Schema.String)
})

/** A circuit that changed its state. */
export const CircuitChanged = Schema.TaggedStruct("Circuit", {
  at: Schema.Finite,
  service: Schema.String,
  /** The part of the service it is of; empty for the service itself. */
  key: Schema.String,
  from: ResilienceEvent.CircuitStateName,
  to: ResilienceEvent.CircuitStateName,
  reason: ResilienceEvent.CircuitTransitionReason
})

/** Something that happened. */
export const Happening = Schema.Union([CallEnded, CircuitChanged])
/** Something that happened. */
export type Happening = typeof Happening.Type

/** What somebody who watches sees at one moment. */
export const View = Schema.Struct({
  at: Schema.Finite,
  /** The folder that is watched. */
  path: Schema.String,
  sandbox: Schema.Boolean,
  services: Schema.Array(ServiceView),
  alerts: Schema.Struct({
    /** Those that last now, the newest first. */
    active: Schema.Array(Alert.AlertInstance),
    /** The last change of the others in the last 24 hours, the newest first. */
    recent: Schema.Array(Alert.AlertInstance)
  }),
  /** The last fifty things that happened, the oldest first. In the lines of `--watch` only those since the line before. */
  happenings: Schema.Array(Happening),
  /** How many things that happened were read so far, the older ones of the journal included. */
  seen: Schema.Int,
  /** Advice, the most urgent first. */
  recommendations: Schema.Array(Snapshot.Recommendation)
})
/** What somebody who watches sees at one moment. */
export type View = typeof View.Type
