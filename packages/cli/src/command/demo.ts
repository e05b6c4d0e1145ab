/**
 * `skippy demo`.
 *
 * @module
 */
import { Clock, Effect, Stream } from "effect"
import { Flag } from "effect/cli"
import { DemoEvent } from "../demo/DemoEvent.ts"
import { onScreen } from "../demo/Live.ts"
import { parts } from "../demo/Parts.ts"
import { play } from "../demo/Play.ts"
import * as Text from "../demo/Text.ts"
import { exitCodes } from "../output/ExitCode.ts"
import { type Form, Output } from "../output/Output.ts"
import { Reported } from "../output/Reported.ts"
import { count } from "../output/Style.ts"
import { telling, text } from "./Operation.ts"
import { summaries } from "./summaries.ts"
import { World } from "./World.ts"

const formOf = (startedAt: number): Form<DemoEvent, DemoEvent> => ({
  schema: DemoEvent,
  text: (event, style) => Text.textOf(event, startedAt, style)
})

/** Hands events on; answers the last one. */
const lastOf = <E, R>(
  events: Stream.Stream<DemoEvent>,
  hand: (events: Stream.Stream<DemoEvent>) => Effect.Effect<void, E, R>
) =>
  Effect.gen(function* () {
    let last: DemoEvent | undefined
    const keep = (event: DemoEvent) =>
      Effect.sync(() => {
        last = event
      })
    yield* hand(Stream.tap(events, keep))
    return last
  })

/** `skippy demo`. */
export const demo = telling(
  "demo",
  {
    summary: summaries.demo,
    more: "It uploads, searches, puts in order and downloads a few documents, next to calls of GitHub, Pexels and HTTP, while faults come and go: emulators on loopback, so nothing leaves this machine and no account is needed. The files are those of docs below the working directory, or of the directory itself; they are only read. Everything it keeps is in a folder of its own below the sandbox. The exit code is 1 when something it promises is not so at the end.",
    examples: [
      ["demo", "about half a minute"],
      ["demo --files ~/Documents", "with other files"],
      ["demo --json", "what happens, one line of JSON for each thing"]
    ]
  },
  {
    files: text("files", "DIR", "Whose documents are uploaded: at most 24, each of 1 MB at most"),
    seed: Flag.Int("seed").pipe(
      Flag.withDefault(7),
      Flag.withMetavar("N"),
      Flag.withDescription("From which the mishaps are drawn; 7 by default")
    )
  },
  [{ schema: DemoEvent, many: true }],
  (asked) =>
    Effect.gen(function* () {
      const { each, note, screen, style } = yield* Output
      const startedAt = yield* Clock.currentTimeMillis
      const { program, stage } = yield* (yield* World).demo(asked)
      const { events, numbers } = yield* play(stage, parts, program)
      const form = formOf(startedAt)
      const stopped = Effect.suspend(() => note(Text.stoppedText(numbers(), stage.journal)))
      const ended = Effect.gen(function* () {
        if (screen === undefined) return yield* lastOf(events, (told) => each(form, told))
        const said = yield* onScreen(screen, stage, events, { startedAt, style })
        const kept = said.filter(({ _tag }) => _tag === "PromiseChecked" || _tag === "DemoDone")
        return yield* lastOf(Stream.fromIterable(kept), (told) => each(form, told))
      })
      const done = yield* Effect.onInterrupt(ended, () => stopped)
      // Who presses q has seen enough.
      if (done?._tag !== "DemoDone") return yield* stopped
      if (done.kept) return undefined
      return yield* new Reported({
        problem: `${count(done.broken.length, "promise")} not kept`,
        exitCode: exitCodes.other
      })
    })
)
