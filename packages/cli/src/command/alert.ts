/**
 * `skippy alert`.
 *
 * @module
 */
import { Alert, AlertManager, SinkError } from "@skippy/core"
import { Duration, Effect, Schema, Stream } from "effect"
import { Argument, Flag } from "effect/cli"
import { exitCodes } from "../output/ExitCode.ts"
import { UsageError } from "../output/Failure.ts"
import { type Form, Output } from "../output/Output.ts"
import { Reported } from "../output/Reported.ts"
import { count, instantText, oneLine, table } from "../output/Style.ts"
import { alertText, sentText } from "./alertTexts.ts"
import { matchersOf, matchersText } from "./matchers.ts"
import { answering, argument, group, maybe, on, telling, text } from "./Operation.ts"
import { summaries } from "./summaries.ts"
import { World } from "./World.ts"

const levels = Alert.AlertLevel.literals

const list = telling(
  "list",
  {
    summary: "List alerts: what began to fire, and what ended",
    alias: "ls",
    more: "Those of all commands and programs of the same folder, the oldest first.",
    examples: [
      ["alert list", "of the last 24 hours"],
      ["alert list --active", "what lasts now, however long ago it began"],
      ["alert list --hours 168 --level ERROR --service github --json", "of a week, as NDJSON"]
    ]
  },
  {
    hours: Flag.Finite("hours").pipe(
      Flag.withDefault(24),
      Flag.withMetavar("N"),
      Flag.withDescription("Of so many hours; 24 by default")
    ),
    level: maybe(Flag.Literals("level", levels), "At least so urgent"),
    service: text("service", "NAME", "Only of this service"),
    active: on("active", "Only what lasts now")
  },
  [{ schema: Alert.AlertInstance, many: true }],
  ({ hours, ...filter }) =>
    Effect.gen(function* () {
      if (hours <= 0) return yield* new UsageError({ problem: `--hours is ${hours}; give a number above 0` })
      const output = yield* Output
      const { alerts, broken } = yield* (yield* World).alerts({ hours, ...filter })
      if (broken > 0) yield* output.note(`${count(broken, "line")} of the log of alerts cannot be read`)
      return yield* output.each({ schema: Alert.AlertInstance, text: alertText }, Stream.fromIterable(alerts))
    })
)

const sent: Form<AlertManager.Sent, typeof AlertManager.Sent.Encoded> = { schema: AlertManager.Sent, text: sentText }

const send = telling(
  "send",
  {
    summary: "Send an alert to everybody who is configured, and say who took it",
    more: "Where alerts go is in the settings that begin with alerts. In the sandbox it is the terminal and a file. The exit code says what became of the first that failed.",
    examples: [
      ["alert send 'Backup failed' --message 'no space left' --level ERROR", "to all who want errors"],
      ["alert send 'Is this on?' --level CRITICAL --json", "who took it, and who did not and why"]
    ]
  },
  {
    title: argument("title", "What happened, in a few words"),
    message: text("message", "TEXT", "More about it"),
    level: Flag.Literals("level", levels).pipe(
      Flag.withDefault("WARNING" as const),
      Flag.withDescription("How urgent it is; WARNING by default")
    ),
    service: text("service", "NAME", "The service it is about")
  },
  [{ schema: AlertManager.Sent, many: false }],
  ({ level, message = "sent by hand", service, title }) =>
    Effect.gen(function* () {
      if (title.trim() === "") return yield* new UsageError({ problem: "the title is empty; say what happened" })
      const output = yield* Output
      const result = yield* (yield* World).sendAlert({ title, message, level, service })
      yield* output.value(sent, result)
      for (const { category = "fatal", problem, sink } of result.deliveries)
        if (problem !== undefined) return yield* new SinkError({ sink, problem, category })
      return undefined
    })
)

const Silence = AlertManager.Silence
type Silence = AlertManager.Silence

const rowOf = ({ comment, endsAt, id, matchers }: Silence) => [
  id,
  matchersText(matchers),
  `until ${instantText(endsAt)}`,
  comment
]

const silence = answering(
  "silence",
  {
    summary: "Keep alerts from being told for some time",
    more: "They are still in the list and in the file. It counts for all commands and programs of the same folder. A matcher is the name of an alert or LABEL=TEXT, where * stands for anything; an alert is silenced when all of them fit.",
    examples: [
      ["alert silence service=google-drive --for '2 hours' --comment maintenance", "all of a service"],
      ["alert silence CircuitOpen 'service=google-*' --for '30 minutes'", "one kind, of some services"],
      ["alert silence level=WARNING --for '1 day'", "all of a level"]
    ]
  },
  {
    matchers: Argument.String("matcher").pipe(
      Argument.atLeast(1),
      Argument.withDescription("The name of an alert, or LABEL=TEXT: service, level, name or any other label")
    ),
    for: Flag.String("for").pipe(
      Flag.withSchema(Schema.DurationFromString),
      Flag.withMetavar("DURATION"),
      Flag.withDescription("How long, such as '2 hours'")
    ),
    comment: Flag.String("comment").pipe(
      Flag.withDefault(""),
      Flag.withMetavar("TEXT"),
      Flag.withDescription("Why, for whoever finds it")
    )
  },
  { schema: Silence, text: (one) => rowOf(one).map(oneLine).join("  ").trimEnd() },
  ({ comment, for: duration, matchers }, { silences }) =>
    Effect.gen(function* () {
      if (!Duration.between(duration, { minimum: Duration.millis(1), maximum: AlertManager.longestSilence }))
        return yield* new UsageError({
          problem: `--for is ${Duration.format(duration)}; give a time such as '2 hours', 36500 days at most`
        })
      const input = { matchers: yield* matchersOf(matchers), for: duration, comment }
      return yield* (yield* silences).silence(input)
    })
)

const silences = answering(
  "silences",
  {
    summary: "List the silences that are not over",
    examples: [["alert silences", "what each is about, until when, and its id"]]
  },
  {},
  {
    schema: Schema.Array(Silence),
    text: (all, style) => (all.length === 0 ? style.dim("there are no silences") : table(all.map(rowOf)))
  },
  (_, { silences }) => Effect.flatMap(silences, (one) => one.silences)
)

const Ended = Schema.Struct({ id: Schema.String, ended: Schema.Literal(true) })

const unsilence = answering(
  "unsilence",
  {
    summary: "End a silence before its time",
    more: "What it kept quiet and still fires is told by the programs that run.",
    examples: [["alert unsilence silence_mb2x1k_3f9a", "the id that alert silences tells"]]
  },
  { id: argument("id", "The id of the silence") },
  { schema: Ended, text: (_, style) => style.good("ended") },
  ({ id }, { silences }) =>
    Effect.gen(function* () {
      if (yield* (yield* silences).unsilence(id)) return { id, ended: true as const }
      return yield* new Reported({
        problem: `there is no silence ${id}; see them: skippy alert silences`,
        exitCode: exitCodes.notFound
      })
    })
)

/** `skippy alert`. */
export const alert = group("alert", summaries.alert, [list, send, silence, silences, unsilence])
