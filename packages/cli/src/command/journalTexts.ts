/**
 * What people read of the journal.
 *
 * @module
 */
import type { Journal, ResilienceEvent, TraceStore } from "@skippy/core"
import { count, instantText, oneLine, type Style } from "../output/Style.ts"

type Trace = TraceStore.RequestTrace

const traceText = (trace: Trace, style: Style): string => {
  const { attempts, durationMs, error, operation, outcome, provenance, requestId, service, startedAt, success } = trace
  const end = success ? style.good(provenance === "live" ? "ok" : provenance) : style.bad(outcome)
  const why = error === undefined ? "" : `: ${oneLine(error)}`
  return `${instantText(startedAt)}  ${requestId}  ${service} ${operation}  ${end} after ${Math.round(durationMs)} ms, ${count(attempts, "attempt")}${why}`
}

/** What is told of an event beside its kind and its moment. */
const eventText = (event: ResilienceEvent.ResilienceEvent, style: Style): string => {
  const { _tag, at, policy, requestId, service, ...rest } = event
  const details = Object.entries(rest)
    .filter(([, value]) => ["boolean", "number", "string"].includes(typeof value))
    .map(([key, value]) => `${key} ${String(value)}`)
  return `${instantText(at)}  ${requestId ?? style.dim("-")}  ${service ?? policy} ${_tag}  ${oneLine(details.join(", "))}`
}

const attemptText = ({ attempt, category, delayAfterMs, durationMs, error, outcome, waitMs }: Trace["lines"][number]) =>
  [
    `  attempt ${attempt}: ${outcome} after ${Math.round(durationMs)} ms`,
    ...(waitMs > 0 ? [`waited ${Math.round(waitMs)} ms`] : []),
    ...(category === undefined ? [] : [category]),
    ...(error === undefined ? [] : [oneLine(error)]),
    ...(delayAfterMs === undefined ? [] : [`again after ${Math.round(delayAfterMs)} ms`])
  ].join(", ")

/** A record in one line. */
export const recordText = (one: Journal.JournalRecord, style: Style): string =>
  one._tag === "Trace" ? traceText(one.trace, style) : eventText(one.event, style)

/** A record, and if it is a call a line for each of its attempts. */
export const storyText = (one: Journal.JournalRecord, style: Style): string =>
  one._tag === "Trace"
    ? [recordText(one, style), ...one.trace.lines.map(attemptText)].join("\n")
    : recordText(one, style)

/** The records of a call as its story: the call first, with what it did inside, then what else happened, each in order. */
export const storyOf = (records: ReadonlyArray<Journal.JournalRecord>): ReadonlyArray<Journal.JournalRecord> => [
  ...records.filter(({ _tag }) => _tag === "Trace"),
  ...records.filter(({ _tag }) => _tag === "Event")
]

/** The last of them. What limiters and caches said now and then tells nothing of a call. */
export const lastOf = (
  records: ReadonlyArray<Journal.JournalRecord>,
  most: number
): ReadonlyArray<Journal.JournalRecord> =>
  most <= 0 ? [] : records.filter((one) => one._tag === "Trace" || one.event._tag !== "ServiceSampled").slice(-most)
