/**
 * `skippy status`.
 *
 * @module
 */
import { Snapshot } from "@skippy/core"
import { Duration, Effect, Schema, Stream } from "effect"
import { Flag } from "effect/cli"
import { UsageError } from "../output/Failure.ts"
import { type Form, Output } from "../output/Output.ts"
import { fresh, linesOf, onScreen } from "../tui/Live.ts"
import { View } from "../tui/View.ts"
import { maybe, on, telling } from "./Operation.ts"
import { statusText } from "./pictures.ts"
import { summaries } from "./summaries.ts"
import { type Shape, World } from "./World.ts"

const once: Form<Snapshot.Snapshot, Snapshot.Snapshot> = { schema: Snapshot.Snapshot, text: statusText }

/** Views are plain data: as they are, they are JSON. */
const json: Form<View, View> = { schema: View, text: (view) => JSON.stringify(view) }

const lines: Form<string, string> = { schema: Schema.String, text: (lines) => lines }

const leastMillis = 100

const everyOf = (watch: boolean, every: Duration.Duration | undefined) => {
  if (every === undefined) return Effect.succeed(Duration.seconds(1))
  const millis = Duration.toMillis(every)
  if (!watch) return Effect.fail(new UsageError({ problem: "--every says how often --watch looks; add --watch" }))
  return Number.isFinite(millis) && millis >= leastMillis
    ? Effect.succeed(every)
    : Effect.fail(
        new UsageError({
          problem: `--every is ${Duration.format(every)}; give a duration from '${leastMillis} millis' on that ends`
        })
      )
}

/** A picture that changes on a terminal, lines where none can change, and JSON for programs. */
const watching = (world: Shape, every: Duration.Duration) =>
  Effect.gen(function* () {
    const { each, json: wantsJson, outIsTerminal, screen, style } = yield* Output
    const views = world.watch(every)
    if (screen !== undefined) return yield* onScreen(screen, views, { style, title: "skippy status" })
    const news = fresh(views)
    if (wantsJson || !outIsTerminal) return yield* each(json, news)
    const changes = Stream.mapAccum(
      news,
      (): View | undefined => undefined,
      (before, now) => [now, [linesOf(before, now, style).join("\n")]]
    )
    return yield* each(lines, changes)
  })

/** `skippy status`. */
export const status = telling(
  "status",
  {
    summary: summaries.status,
    more: "Circuits, limits and what is kept are those of all commands of the same folder. With --watch, calls and alerts are those of all programs of the folder too: a picture that changes on a terminal (q ends it), a line of JSON each time elsewhere.",
    examples: [
      ["status", "a line for each service"],
      ["status --json", "everything that is known"],
      ["status --watch", "live, until q or Ctrl-C"],
      ["status --watch --every '10 seconds' --json", "as NDJSON: the picture, and what happened since the line before"]
    ]
  },
  {
    watch: on("watch", "Go on until q or Ctrl-C"),
    every: maybe(
      Flag.String("every").pipe(Flag.withMetavar("DURATION"), Flag.withSchema(Schema.DurationFromString)),
      "How often --watch looks, such as '10 seconds'; every second by default"
    )
  },
  [
    { schema: Snapshot.Snapshot, many: false },
    { when: "with --watch", schema: View, many: true }
  ],
  ({ every, watch }) =>
    Effect.gen(function* () {
      const world = yield* World
      const pause = yield* everyOf(watch, every)
      if (watch) return yield* watching(world, pause)
      const { value } = yield* Output
      // Its advice is that of health.
      return yield* value(once, yield* Effect.andThen(world.health, world.snapshot))
    })
)
