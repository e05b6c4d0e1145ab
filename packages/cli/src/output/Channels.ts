/**
 * Where a command writes: the result to `out`, everything else to `err`. The runtime says what they are.
 *
 * @module
 */
import { Context, type Effect, Schema } from "effect"

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

/** Where a command writes. */
export interface Shape {
  /** Writes to stdout, and waits until the system has taken it. */
  readonly out: (text: string) => Effect.Effect<void, OutputClosed | OutputFailed>
  /** Writes to stderr; what cannot be written there is lost. */
  readonly err: (text: string) => Effect.Effect<void>
  readonly outIsTerminal: boolean
  readonly errIsTerminal: boolean
  /** Whether somebody can be asked: stdin and stdout are a terminal. */
  readonly canAsk: boolean
  /** Whether the environment forbids (`NO_COLOR`, `TERM=dumb`) or asks for (`FORCE_COLOR`) color. */
  readonly color: "always" | "auto" | "never"
}

/** Where a command writes. */
export class Channels extends Context.Service<Channels, Shape>()("@skippy/cli/output/Channels") {}
