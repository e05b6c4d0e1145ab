/**
 * `skippy journal`.
 *
 * @module
 */
import { Catalog, Journal, UnknownServiceError } from "@skippy/core"
import { Clock, Duration, Effect, Schema, Stream } from "effect"
import { Flag } from "effect/cli"
import { exitCodes } from "../output/ExitCode.ts"
import { UsageError } from "../output/Failure.ts"
import { type Form, Output } from "../output/Output.ts"
import { Reported } from "../output/Reported.ts"
import { count } from "../output/Style.ts"
import { Sums, sumsOf, sumsText } from "./journalSums.ts"
import { lastOf, recordText, storyOf, storyText } from "./journalTexts.ts"
import { answering, argument, group, maybe, telling, text } from "./Operation.ts"
import { summaries } from "./summaries.ts"
import { type Shape, World } from "./World.ts"

const record: Form<Journal.JournalRecord, Journal.JournalRecord> = {
  schema: Journal.JournalRecord,
  text: recordText
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

/** A service nobody knows has no records; that it was misspelled must not look like peace. */
const checkService = (service: string): Effect.Effect<void, UnknownServiceError> => {
  const known = Object.keys(Catalog.services)
  return known.includes(service) ? Effect.void : Effect.fail(new UnknownServiceError({ service, known }))
}

const readAll = (world: Shape, filter: Journal.Filter) =>
  Effect.gen(function* () {
    const { note } = yield* Output
    const { broken, records } = yield* world.journal(filter)
    if (records.length === 0 && filter.service !== undefined) yield* checkService(filter.service)
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
      if (lines < 0) return yield* new UsageError({ problem: `--lines is ${lines}; give a whole number of at least 0` })
      const output = yield* Output
      const all = yield* readAll(yield* World, yield* filterOf(service, since))
      return yield* output.each(record, Stream.fromIterable(lastOf(all, lines)))
    })
)

const story: Form<Journal.JournalRecord, Journal.JournalRecord> = {
  schema: Journal.JournalRecord,
  text: storyText
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
      if (requestId.trim() === "")
        return yield* new UsageError({
          problem: "request-id is empty; give the id of a call, see: skippy journal tail"
        })
      const records = storyOf(yield* readAll(yield* World, { requestId }))
      if (records.length === 0)
        return yield* new Reported({ problem: `the journal has no call ${requestId}`, exitCode: exitCodes.notFound })
      return yield* output.each(story, Stream.fromIterable(records))
    })
)

const sums: Form<ReadonlyArray<Sums>, ReadonlyArray<Sums>> = {
  schema: Schema.Array(Sums),
  text: sumsText
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
      return sumsOf(yield* readAll(world, yield* filterOf(service, since)))
    })
)

/** `skippy journal`. */
export const journal = group("journal", summaries.journal, [tail, show, stats])
