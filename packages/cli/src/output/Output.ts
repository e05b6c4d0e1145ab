/**
 * What a command says: its result on stdout, as text or as JSON, and notes on stderr.
 *
 * With `--json` every result is one line of JSON: one for a single result, one for each item of a stream (NDJSON).
 *
 * @module
 */
import { Clock, Context, Effect, Layer, Schema, Stream } from "effect"
import type { Reported } from "./Reported.ts"
import { Channels, type OutputClosed, type OutputFailed, type Shape as ChannelsShape } from "./Channels.ts"
import { oneLine, type Style, styleOf, tame } from "./Style.ts"
import { cut } from "./Width.ts"

/** What writing a result can fail with. */
export type OutputError = OutputClosed | OutputFailed

/** How results are written. */
export interface Options {
  readonly json: boolean
  readonly color: "always" | "auto" | "never"
}

/** How a result is told. */
export interface Form<A, I> {
  /** Of the JSON. */
  readonly schema: Schema.Codec<A, I>
  /** Of the text for people, without the end of the last line; an empty one is not written. */
  readonly text: (value: A, style: Style) => string
  /** Whether the text is the thing itself, which is written as it is where no person looks at it. */
  readonly exact?: boolean | undefined
  /** Whether the result is bad news: then the exit code is not 0, though the command did what it was asked for. */
  readonly verdict?: ((value: A) => Reported | undefined) | undefined
}

/** How much of something is done. */
export interface Done {
  readonly bytes: number
  readonly total?: number | undefined
}

/** What a command says. */
export interface Shape {
  readonly json: boolean
  /** Whether somebody can be asked. Never with `--json`: who wants JSON is a program. */
  readonly canAsk: boolean
  /** For texts on stdout. */
  readonly style: Style
  /** For texts on stderr. */
  readonly errStyle: Style
  readonly outIsTerminal: boolean
  /** The whole terminal, where there is one. Never with `--json`. */
  readonly screen: ChannelsShape["screen"]
  /** The result of a command. */
  readonly value: <A, I>(form: Form<A, I>, value: A) => Effect.Effect<void, OutputError>
  /** A result of many items, each written when it comes. */
  readonly each: <A, I, E, R>(
    form: Form<A, I>,
    items: Stream.Stream<A, E, R>
  ) => Effect.Effect<void, OutputError | E, R>
  /** A line on stderr. */
  readonly note: (text: string) => Effect.Effect<void>
  /**
   * Tells how far something is: on a terminal in one line that changes, elsewhere a line every five seconds; not at all with
   * `--json`.
   */
  readonly progress: (name: string) => (done: Done) => Effect.Effect<void>
  /** Ends the line of progress, so that the next text begins a new one. */
  readonly settle: Effect.Effect<void>
}

/** What a command says. */
export class Output extends Context.Service<Output, Shape>()("@skippy/cli/output/Output") {}

/** How often progress is a line of its own where no line can change. */
const quietMillis = 5000

const progressText = (of: string, { bytes, total }: Done): string => {
  const name = oneLine(of)
  const [done, all] = [bytes, total ?? 0].map((count) => (count / 1_000_000).toFixed(1))
  if (total === undefined) return `${name}: ${done} MB`
  const percent = total === 0 ? 100 : Math.floor((bytes / total) * 100)
  return `${name}: ${percent} % (${done} of ${all} MB)`
}

const isColored = (wanted: Options["color"], of: Options["color"], isTerminal: boolean): boolean => {
  const choice = wanted === "auto" ? of : wanted
  return choice === "auto" ? isTerminal : choice === "always"
}

/** The output of one command. */
export const layer = ({ color, json }: Options): Layer.Layer<Output, never, Channels> =>
  Layer.effect(
    Output,
    Effect.map(Channels, (channels): Shape => {
      const { errIsTerminal, outIsTerminal } = channels
      const style = styleOf(isColored(color, channels.color, outIsTerminal), outIsTerminal)
      const errStyle = styleOf(isColored(color, channels.color, errIsTerminal), errIsTerminal)
      let open = false
      let toldAt = Number.NEGATIVE_INFINITY
      const settle = Effect.suspend(() => {
        if (!open) return Effect.void
        open = false
        return channels.err("\n")
      })
      const write = <A, I>({ exact = false, schema, text }: Form<A, I>) => {
        const encode = Schema.encodeEffect(schema)
        return (value: A): Effect.Effect<void, OutputError> => {
          if (json)
            return Effect.flatMap(Effect.orDie(encode(value)), (encoded) =>
              channels.out(`${JSON.stringify(encoded)}\n`)
            )
          const told = text(value, style)
          if (told === "") return Effect.void
          if (exact && !outIsTerminal) return channels.out(told)
          return channels.out(tame(told.endsWith("\n") ? told : `${told}\n`))
        }
      }
      return {
        json,
        canAsk: channels.canAsk && !json,
        style,
        errStyle,
        outIsTerminal,
        screen: json ? undefined : channels.screen,
        value: (form, value) => Effect.andThen(settle, write(form)(value)),
        each: (form, items) => Stream.runForEach(items, write(form)),
        note: (text) => Effect.andThen(settle, channels.err(tame(`${text}\n`))),
        progress: (name) => (done) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => {
            if (json) return Effect.void
            const isEnd = done.bytes === done.total
            const columns = channels.errColumns()
            if (columns !== undefined) {
              open = true
              // A line that is broken in two cannot be written over; many terminals break it in the last column already.
              return channels.err(`\r\u001B[K${cut(progressText(name, done), columns - 1)}`)
            }
            if (now - toldAt < quietMillis && !isEnd) return Effect.void
            toldAt = now
            return channels.err(`${progressText(name, done)}\n`)
          }),
        settle
      }
    })
  )
