/**
 * Where a command writes: the result to `out`, everything else to `err`. The runtime says what they are.
 *
 * @module
 */
import { Context, type Effect, Schema, type Scope, type Stream } from "effect"

/** Nobody reads the result any more, as after `| head`. That is no failure: who reads has what they wanted. */
export class OutputClosed extends Schema.TaggedError<OutputClosed>()("OutputClosed", {}) {
  override get message(): string {
    return "nobody reads the result any more"
  }
}

/** The result cannot be written, as on a full disk. */
export class OutputFailed extends Schema.TaggedError<OutputFailed>()("OutputFailed", {
  /** What the system says: `ENOSPC`. */
  code: Schema.String
}) {
  readonly category = "fatal"

  override get message(): string {
    return `the result cannot be written (${this.code}); free some space, or send it elsewhere`
  }
}

/** A whole terminal, for something that lives on it. */
export interface Screen {
  /** How large it is now. */
  readonly size: () => { readonly columns: number; readonly rows: number }
  /** Says so each time it has another size. */
  readonly resized: Stream.Stream<void>
  /**
   * What somebody types, a character or a sequence of a key at a time. Ctrl-C is none: it interrupts, as ever. `undefined`
   * where stdin is no terminal.
   */
  readonly keys: Stream.Stream<string> | undefined
  /** Writes to it, and waits until the system has taken it. */
  readonly write: (text: string) => Effect.Effect<void, OutputClosed | OutputFailed>
}

/** Where a command writes. */
export interface Shape {
  /** Writes to stdout, and waits until the system has taken it. */
  readonly out: (text: string) => Effect.Effect<void, OutputClosed | OutputFailed>
  /** Writes to stderr; what cannot be written there is lost. */
  readonly err: (text: string) => Effect.Effect<void>
  /** Waits until the system has taken all that was written to stdout, by whomever, and fails when it did not. */
  readonly flush: Effect.Effect<void, OutputClosed | OutputFailed>
  readonly outIsTerminal: boolean
  /**
   * Takes the whole terminal until the scope closes; then everything on it is as it was before, whatever ends the program.
   * `undefined` where there is none, or none that can move its cursor (`TERM=dumb`).
   */
  readonly screen: Effect.Effect<Screen, never, Scope.Scope> | undefined
  readonly errIsTerminal: boolean
  /** How wide the terminal of stderr is now; `undefined` when it is none, or cannot move its cursor (`TERM=dumb`). */
  readonly errColumns: () => number | undefined
  /** Whether somebody can be asked: stdin and stdout are a terminal. */
  readonly canAsk: boolean
  /** Whether the environment forbids (`NO_COLOR`, `TERM=dumb`) or asks for (`FORCE_COLOR`) color. */
  readonly color: "always" | "auto" | "never"
}

/** Where a command writes. */
export class Channels extends Context.Service<Channels, Shape>()("@skippy/cli/output/Channels") {}
