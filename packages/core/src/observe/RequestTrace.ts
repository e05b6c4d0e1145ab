/**
 * The story of one call, put together from its events: when, how long, how it ended, and a line for each attempt.
 *
 * @module
 */
import { Schema } from "effect"
import { ErrorCategory } from "../error/ErrorCategory.ts"
import { CacheAnswered, EndedAs, type ResilienceEvent } from "../event/ResilienceEvent.ts"

/** One attempt. Durations are milliseconds. */
export const AttemptTrace = Schema.Struct({
  attempt: Schema.Finite,
  /** Waiting for the limiter and the bulkhead. */
  waitMs: Schema.Finite,
  /** From the end of the wait to the end of the attempt. */
  durationMs: Schema.Finite,
  outcome: EndedAs,
  error: Schema.optionalKey(Schema.String),
  category: Schema.optionalKey(ErrorCategory),
  /** The back-off after it; absent after the last. */
  delayAfterMs: Schema.optionalKey(Schema.Finite)
})
/** One attempt. */
export type AttemptTrace = typeof AttemptTrace.Type

/** One call. Times are milliseconds since the epoch. */
export const RequestTrace = Schema.Struct({
  requestId: Schema.String,
  service: Schema.String,
  operation: Schema.String,
  startedAt: Schema.Finite,
  endedAt: Schema.Finite,
  durationMs: Schema.Finite,
  success: Schema.Boolean,
  outcome: EndedAs,
  /** Attempts at the service, hedges included; refused ones are not. */
  attempts: Schema.Finite,
  provenance: Schema.Literals(["live", "fresh", "stale", "fallback"]),
  /** What a cache had for it; absent when none was asked. */
  cache: Schema.optionalKey(CacheAnswered.fields.provenance),
  error: Schema.optionalKey(Schema.String),
  category: Schema.optionalKey(ErrorCategory),
  /** A line for each attempt, refused ones included. */
  lines: Schema.Array(AttemptTrace)
})
/** One call. */
export type RequestTrace = typeof RequestTrace.Type

interface OpenTrace {
  readonly startedAt: number
  readonly lines: Array<AttemptTrace>
  waitMs: number
  cache: RequestTrace["cache"]
}

/** Calls that have started and not ended. */
export interface Assembly {
  readonly open: Map<string, OpenTrace>
}

/** Calls whose end was lost by the bus are forgotten above this many. */
const maxOpen = 10_000

/** Nothing has started. */
export const assembly = (): Assembly => ({ open: new Map() })

/** Nearly everything succeeds, so a copy is made only for a failure. */
const withFailure = <A extends object>({ category, error }: Pick<AttemptTrace, "category" | "error">, of: A): A =>
  error === undefined && category === undefined
    ? of
    : { ...of, ...(error === undefined ? {} : { error }), ...(category === undefined ? {} : { category }) }

const begin = ({ open }: Assembly, requestId: string, startedAt: number): void => {
  open.set(requestId, { startedAt, lines: [], waitMs: 0, cache: undefined })
  if (open.size <= maxOpen) return
  const [oldest] = open.keys()
  if (oldest !== undefined) open.delete(oldest)
}

/** Takes an event in; answers the trace of a call that has ended with it. */
export const add = (assembly: Assembly, event: ResilienceEvent): RequestTrace | undefined => {
  const { requestId } = event
  if (requestId === undefined) return undefined
  if (event._tag === "CallStarted") {
    begin(assembly, requestId, event.at)
    return undefined
  }
  const trace = assembly.open.get(requestId)
  if (trace === undefined) return undefined
  switch (event._tag) {
    case "LimiterWaited":
    case "BulkheadWaited":
      trace.waitMs += event.waitMs
      return undefined
    case "AttemptDone":
      trace.lines.push(
        withFailure(event, {
          attempt: event.attempt ?? trace.lines.length + 1,
          waitMs: trace.waitMs,
          durationMs: Math.max(0, event.durationMs - trace.waitMs),
          outcome: event.outcome
        })
      )
      trace.waitMs = 0
      return undefined
    case "RetryScheduled": {
      const last = trace.lines.pop()
      if (last !== undefined) trace.lines.push({ ...last, delayAfterMs: event.delayMs })
      return undefined
    }
    case "CacheAnswered":
      trace.cache = event.provenance
      return undefined
    case "CallDone":
      assembly.open.delete(requestId)
      return withFailure(event, {
        requestId,
        service: event.service ?? event.policy,
        operation: event.operation ?? "",
        startedAt: trace.startedAt,
        endedAt: event.at,
        durationMs: event.durationMs,
        success: event.outcome === "success",
        outcome: event.outcome,
        attempts: event.attempts,
        provenance: event.provenance,
        ...(trace.cache === undefined ? {} : { cache: trace.cache }),
        lines: trace.lines
      })
    default:
      return undefined
  }
}

/** The events a trace was put together from, but for those that have records of their own. */
export const eventsOf = (trace: RequestTrace): ReadonlyArray<ResilienceEvent> => {
  const { attempts, cache, durationMs, endedAt: at, operation, outcome, provenance, requestId, service } = trace
  const call = { at, policy: service, requestId, service, operation }
  return [
    ...trace.lines.flatMap((line): ReadonlyArray<ResilienceEvent> => {
      const { attempt, delayAfterMs, outcome } = line
      const done = { ...call, attempt, outcome, durationMs: line.waitMs + line.durationMs }
      return [
        withFailure(line, { ...done, _tag: "AttemptDone" as const }),
        ...(delayAfterMs === undefined
          ? []
          : [{ ...call, attempt, delayMs: delayAfterMs, _tag: "RetryScheduled" as const }])
      ]
    }),
    ...(cache === undefined || cache === "staleIfError"
      ? []
      : [{ ...call, provenance: cache, _tag: "CacheAnswered" as const }]),
    withFailure(trace, { ...call, outcome, attempts, durationMs, provenance, _tag: "CallDone" as const })
  ]
}
