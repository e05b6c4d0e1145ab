/**
 * The one picture of a running program that terminal, web page, MCP and `--json` show. Plain data with a Schema; times are
 * milliseconds since the epoch, durations milliseconds, and `…Rate` shares from 0 to 1.
 *
 * @module
 */
import { Schema } from "effect"
import { AlertInstance } from "../alert/Alert.ts"
import { CircuitStateName } from "../event/ResilienceEvent.ts"
import { TraceStatistics } from "../observe/TraceStore.ts"
import { HealthNode } from "./HealthTree.ts"

const opt = Schema.optionalKey

/** What a circuit says. */
export const CircuitPicture = Schema.Struct({
  state: CircuitStateName,
  since: Schema.Finite,
  /** When the next probe is possible; absent unless it is open. */
  nextAttemptAt: opt(Schema.Finite),
  openings: Schema.Finite,
  consecutiveFailures: Schema.Finite,
  calls: Schema.Finite,
  failures: Schema.Finite,
  slow: Schema.Finite,
  failureRate: Schema.Finite,
  slowCallRate: Schema.Finite,
  probesRunning: Schema.Finite
})

/** What a limiter says: what remains and what waits. */
export const LimiterPicture = Schema.Struct({
  limits: Schema.Array(
    Schema.Struct({
      limit: Schema.String,
      remaining: Schema.Finite,
      /** What remains of it when nothing was taken; absent for quotas the service told of. */
      capacity: opt(Schema.Finite),
      resetAfterMs: Schema.Finite
    })
  ),
  /** What is left of a quiet time the service asked for. */
  penaltyMs: Schema.Finite,
  waiting: Schema.Finite
})

/** What a bulkhead says. */
export const BulkheadPicture = Schema.Struct({
  concurrency: Schema.Finite,
  running: Schema.Finite,
  waiting: Schema.Finite
})

/** What a cache says. */
export const CachePicture = Schema.Struct({
  size: Schema.Finite,
  hits: Schema.Finite,
  misses: Schema.Finite,
  staleWhileRevalidate: Schema.Finite,
  staleIfError: Schema.Finite,
  refreshFailures: Schema.Finite,
  evictions: Schema.Finite,
  /** Answers without waiting for the service, of all; 0 before the first. */
  hitRate: Schema.Finite
})

/** One protected service. What its configuration leaves out is absent. */
export const ServicePicture = Schema.Struct({
  service: Schema.String,
  /** Whether anything was called since the program began. */
  called: Schema.Boolean,
  circuit: opt(CircuitPicture),
  limiter: opt(LimiterPicture),
  bulkhead: opt(BulkheadPicture),
  cache: opt(CachePicture),
  /** The parts of the service, such as origins, whose circuit does not just let calls through. */
  partitions: opt(Schema.Array(Schema.Struct({ partition: Schema.String, circuit: CircuitPicture }))),
  /** Retries and hedges that may be made now. */
  retryBudget: opt(Schema.Finite),
  /** Counts and latencies of the calls that are remembered. */
  latency: opt(TraceStatistics)
})
/** One protected service. */
export type ServicePicture = typeof ServicePicture.Type

/** What a person should do, the most urgent first. */
export const Recommendation = Schema.Struct({
  /** Where it comes from: a component of health, an alert, or a combination of policies. */
  source: Schema.Literals(["health", "alert", "policies"]),
  service: opt(Schema.String),
  text: Schema.String
})
/** What a person should do. */
export type Recommendation = typeof Recommendation.Type

/** The one picture of a running program. What is not watched is absent. */
export const Snapshot = Schema.Struct({
  at: Schema.Finite,
  services: Schema.Array(ServicePicture),
  alerts: opt(
    Schema.Struct({
      /** Those that last now, the newest first. */
      active: Schema.Array(AlertInstance),
      /** What changed in the last 24 hours, the oldest first, the last fifty. */
      recent: Schema.Array(AlertInstance)
    })
  ),
  health: opt(HealthNode),
  events: Schema.Struct({ published: Schema.Finite, dropped: Schema.Finite, listeners: Schema.Finite }),
  journal: opt(
    Schema.Struct({
      written: Schema.Finite,
      waiting: Schema.Finite,
      lost: Schema.Finite,
      failure: opt(Schema.String)
    })
  ),
  recommendations: Schema.Array(Recommendation)
})
/** The one picture of a running program. */
export type Snapshot = typeof Snapshot.Type
