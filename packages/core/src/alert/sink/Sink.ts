/**
 * Where alerts go. A sink tells one notification to somebody; how it gets there is its own affair.
 *
 * @module
 */
import { type Effect, Schema } from "effect"
import { ErrorCategory } from "../../error/ErrorCategory.ts"
import type { AlertLevel } from "../Alert.ts"
import type { Notification } from "../AlertState.ts"

/** A sink could not hand a notification over. */
export class SinkError extends Schema.TaggedError<SinkError>()("SinkError", {
  sink: Schema.String,
  /** What went wrong; never an address that is a secret. */
  problem: Schema.String,
  category: ErrorCategory,
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis)
}) {
  override get message(): string {
    return `alerts do not reach ${this.sink}: ${this.problem}`
  }
}

/** One place alerts go to. */
export interface Sink {
  readonly name: string
  /**
   * `log` is told every change at once, silenced ones too; `notify` is told what a person should see, in groups and not
   * more often than needed.
   */
  readonly kind: "log" | "notify"
  /** Whether it depends on something outside of this machine. Such a sink is not told about sinks that fail. */
  readonly remote: boolean
  /** Alerts below it are left out. */
  readonly level: AlertLevel
  readonly send: (notification: Notification) => Effect.Effect<void, SinkError>
}

/** What all sinks can be told. */
export interface SinkOptions {
  /** Its name in metrics and alerts, when there are several of a kind. */
  readonly name?: string | undefined
  /** Alerts below it are left out. */
  readonly level?: AlertLevel | undefined
}
