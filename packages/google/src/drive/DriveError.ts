/**
 * What Drive refuses, told so that people know what to do next.
 *
 * @module
 */
import { ErrorCategory, formatMillis, inRequest, requestField, withoutStack } from "@skippy/core"
import { Duration, Schema } from "effect"
import { adviceOf } from "./Advice.ts"
import { DriveErrorReason } from "./Reason.ts"

export { DriveErrorReason } from "./Reason.ts"

/** Drive refused a request, or answered something else than it documents. */
export class DriveError extends Schema.TaggedError<DriveError>()("DriveError", {
  reason: DriveErrorReason,
  category: ErrorCategory,
  /** What was done: `createFolder`. */
  operation: Schema.String,
  /** The file or folder it is about, as it was asked for. */
  fileId: Schema.optionalKey(Schema.String),
  /** Of the answer. */
  status: Schema.optionalKey(Schema.Int),
  /** Google's own word for it: `userRateLimitExceeded`. */
  googleReason: Schema.optionalKey(Schema.String),
  /** What Google says, shortened. */
  said: Schema.optionalKey(Schema.String),
  /** How long Google asks to be left alone. */
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis),
  ...requestField
}) {
  override get message(): string {
    const what = this.fileId === undefined ? this.operation : `${this.operation} of ${this.fileId}`
    const said = this.said === undefined ? "" : ` ("${this.said}")`
    const later =
      this.retryAfter === undefined ? "" : `; try again in ${formatMillis(Duration.toMillis(this.retryAfter))}`
    const { fix, problem } = adviceOf(this.reason)
    return `${what}: ${problem}${said}; ${fix}${later}${inRequest(this.requestId)}`
  }
}

/** Makes an error. A stack would point at Skippy, never at a fault. */
export const make = (fields: ConstructorParameters<typeof DriveError>[0]): DriveError =>
  withoutStack(() => new DriveError(fields))
