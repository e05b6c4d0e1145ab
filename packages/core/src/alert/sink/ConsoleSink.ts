/**
 * Alerts as lines on the console.
 *
 * @module
 */
import { Console, DateTime, Effect } from "effect"
import type { AlertInstance } from "../Alert.ts"
import type { Sink, SinkOptions } from "./Sink.ts"

const lineOf = ({ alert, at, endsAt, startsAt, status }: AlertInstance): string => {
  const time = DateTime.formatIso(DateTime.makeUnsafe(at))
  const over = status === "resolved" ? ` (over after ${((endsAt ?? at) - startsAt) / 1000} s)` : ""
  const line = `${time} ${status === "resolved" ? "RESOLVED" : alert.level} ${alert.title}: ${alert.message}${over}`
  // The text of an error must not be able to look like another line, or to talk to the terminal.
  return line.replaceAll(/\p{Cc}+/gu, " ")
}

/** Writes a line for each alert through Effect's `Console`. `level` is `WARNING` by default. */
export const make = ({ level = "WARNING", name = "console" }: SinkOptions = {}): Effect.Effect<Sink> =>
  Effect.map(Console.Console, (console): Sink => ({
    name,
    kind: "notify",
    remote: false,
    level,
    send: ({ alerts }) =>
      Effect.sync(() => {
        for (const alert of alerts) console.error(lineOf(alert))
      })
  }))
