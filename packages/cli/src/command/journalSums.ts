/**
 * Sums of the calls of the journal, by service.
 *
 * @module
 */
import { type Journal, TraceStore } from "@skippy/core"
import { Schema } from "effect"
import { type Style, table } from "../output/Style.ts"

/** Sums of the calls of a service. */
export const Sums = Schema.Struct({
  service: Schema.String,
  calls: Schema.Int,
  failures: Schema.Int,
  /** Attempts beyond the first. */
  retries: Schema.Int,
  /** Answers that were kept, and given because the service could not be asked. */
  stale: Schema.Int,
  /** Half of the calls took at most so many milliseconds. */
  p50: Schema.Finite,
  /** 95 of 100 calls took at most so many milliseconds. */
  p95: Schema.Finite
})
/** Sums of the calls of a service. */
export type Sums = typeof Sums.Type

const sumOf = (service: string, traces: ReadonlyArray<TraceStore.RequestTrace>): Sums => {
  const durations = traces.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b)
  return {
    service,
    calls: traces.length,
    failures: traces.filter(({ success }) => !success).length,
    retries: traces.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0),
    stale: traces.filter(({ provenance }) => provenance === "stale").length,
    p50: TraceStore.quantile(durations, 0.5),
    p95: TraceStore.quantile(durations, 0.95)
  }
}

/** Sums for each service that was called. */
export const sumsOf = (records: ReadonlyArray<Journal.JournalRecord>): ReadonlyArray<Sums> => {
  const traces = records.flatMap((one) => (one._tag === "Trace" ? [one.trace] : []))
  return Array.from(
    Map.groupBy(traces, ({ service }) => service),
    ([service, own]) => sumOf(service, own)
  )
}

/** A line for each service, under a line of titles. */
export const sumsText = (all: ReadonlyArray<Sums>, style: Style): string =>
  all.length === 0
    ? style.dim("the journal has no calls")
    : table([
        ["service", "calls", "failures", "retries", "stale", "p50 ms", "p95 ms"],
        ...all.map(({ service, calls, failures, retries, stale, p50, p95 }) =>
          [service, calls, failures, retries, stale, Math.round(p50), Math.round(p95)].map(String)
        )
      ])
