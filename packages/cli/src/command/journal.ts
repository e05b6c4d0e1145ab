/**
 * `skippy journal`.
 *
 * @module
 */
import { Journal, ResilienceEvent, TraceStore } from "@skippy/core"
import { Clock, Duration, Effect, Schema, Stream } from "effect"
import { Flag } from "effect/cli"
import { exitCodes } from "../output/ExitCode.ts"
import { type Form, Output } from "../output/Output.ts"
import { Reported } from "../output/Reported.ts"
import { count, instantText, oneLine, type Style, table } from "../output/Style.ts"
import { answering, argument, group, maybe, telling, text } from "./Operation.ts"
import { summaries } from "./summaries.ts"
import { type Shape, World } from "./World.ts"

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

const record: Form<Journal.JournalRecord, Journal.JournalRecord> = {
  schema: Journal.JournalRecord,
  text: (one, style) => (one._tag === "Trace" ? traceText(one.trace, style) : eventText(one.event, style))
}

const service = text("service", "NAME", "Only of this service")

const since = maybe(
  Flag.String("since").pipe(Flag.withMetavar("DURATION"), Flag.withSchema(Schema.DurationFromString)),
  "Only of the last, such as '2 hours'"
)

const filterOf = (service: string | undefined, since: Duration.Duration | undefined) =>
  Effect.map(Clock.currentTimeMillis, (now): Journal.Filter => ({
    service,
    ...(since === undefined ? {} : { from: now - Duration.toMillis(since) })
  }))

const readAll = ({ journal }: Shape, filter: Journal.Filter) =>
  Effect.gen(function* () {
    const { note } = yield* Output
    const { broken, records } = yield* journal(filter)
    if (broken > 0) yield* note(`${count(broken, "line")} of the journal cannot be read`)
    return records
  })

const tail = telling(
  "tail",
  {
    summary: "Show the last calls, and what happened to them",
    examples: [
      ["journal tail", "the last 20"],
      ["journal tail -n 100 --service github --since '1 hour' --json", "as NDJSON"]
    ]
  },
  {
    lines: Flag.Int("lines").pipe(
      Flag.withAlias("n"),
      Flag.withDefault(20),
      Flag.withMetavar("N"),
      Flag.withDescription("How many; 20 by default")
    ),
    service,
    since
  },
  [{ schema: Journal.JournalRecord, many: true }],
  ({ lines, service, since }) =>
    Effect.gen(function* () {
      const output = yield* Output
      const all = yield* readAll(yield* World, yield* filterOf(service, since))
      const told = all.filter((one) => one._tag === "Trace" || one.event._tag !== "ServiceSampled")
      yield* output.each(record, Stream.fromIterable(lines <= 0 ? [] : told.slice(-lines)))
    })
)

const attemptText = ({ attempt, category, delayAfterMs, durationMs, error, outcome, waitMs }: Trace["lines"][number]) =>
  [
    `  attempt ${attempt}: ${outcome} after ${Math.round(durationMs)} ms`,
    ...(waitMs > 0 ? [`waited ${Math.round(waitMs)} ms`] : []),
    ...(category === undefined ? [] : [category]),
    ...(error === undefined ? [] : [oneLine(error)]),
    ...(delayAfterMs === undefined ? [] : [`again after ${Math.round(delayAfterMs)} ms`])
  ].join(", ")

const story: Form<Journal.JournalRecord, Journal.JournalRecord> = {
  schema: Journal.JournalRecord,
  text: (one, style) =>
    one._tag === "Trace"
      ? [record.text(one, style), ...one.trace.lines.map(attemptText)].join("\n")
      : record.text(one, style)
}

const show = telling(
  "show",
  {
    summary: "Show a call, attempt by attempt",
    examples: [["journal show REQUEST-ID", "the id that errors and journal tail tell"]]
  },
  { requestId: argument("request-id", "The id of the call, as errors tell it in brackets") },
  [{ schema: Journal.JournalRecord, many: true }],
  ({ requestId }) =>
    Effect.gen(function* () {
      const output = yield* Output
      const records = yield* readAll(yield* World, { requestId })
      if (records.length === 0)
        return yield* new Reported({ problem: `the journal has no call ${requestId}`, exitCode: exitCodes.notFound })
      return yield* output.each(story, Stream.fromIterable(records))
    })
)

const Sums = Schema.Struct({
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
type Sums = typeof Sums.Type

const quantile = (sorted: ReadonlyArray<number>, share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0

const sumsOf = (service: string, traces: ReadonlyArray<Trace>): Sums => {
  const durations = traces.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b)
  return {
    service,
    calls: traces.length,
    failures: traces.filter(({ success }) => !success).length,
    retries: traces.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0),
    stale: traces.filter(({ provenance }) => provenance === "stale").length,
    p50: quantile(durations, 0.5),
    p95: quantile(durations, 0.95)
  }
}

const sums: Form<ReadonlyArray<Sums>, ReadonlyArray<Sums>> = {
  schema: Schema.Array(Sums),
  text: (all, style) =>
    all.length === 0
      ? style.dim("the journal has no calls")
      : table([
          ["service", "calls", "failures", "retries", "stale", "p50 ms", "p95 ms"],
          ...all.map(({ service, calls, failures, retries, stale, p50, p95 }) =>
            [service, calls, failures, retries, stale, Math.round(p50), Math.round(p95)].map(String)
          )
        ])
}

const stats = answering(
  "stats",
  {
    summary: "Show sums of the calls of each service",
    examples: [["journal stats --since '1 day'", "calls, failures, retries, how long they took"]]
  },
  { service, since },
  sums,
  ({ service, since }, world) =>
    Effect.gen(function* () {
      const records = yield* readAll(world, yield* filterOf(service, since))
      const traces = records.flatMap((one) => (one._tag === "Trace" ? [one.trace] : []))
      return Array.from(
        Map.groupBy(traces, ({ service }) => service),
        ([service, own]) => sumsOf(service, own)
      )
    })
)

/** `skippy journal`. */
export const journal = group("journal", summaries.journal, [tail, show, stats])
