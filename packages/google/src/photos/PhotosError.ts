/**
 * What the Photos Picker refuses, told so that people know what to do next.
 *
 * @module
 */
import { ErrorCategory, formatMillis, inRequest, requestField, withoutStack } from "@skippy/core"
import { Duration, Schema } from "effect"
import { adviceOf, PhotosErrorReason } from "./Reason.ts"

export { PhotosErrorReason } from "./Reason.ts"

/** The Photos Picker refused a request, or answered something that nothing can be done with. */
export class PhotosError extends Schema.TaggedError<PhotosError>()("PhotosError", {
  reason: PhotosErrorReason,
  category: ErrorCategory,
  /** What was done: `createSession`. */
  operation: Schema.String,
  sessionId: Schema.optionalKey(Schema.String),
  /** The item it is about. */
  mediaId: Schema.optionalKey(Schema.String),
  /** Of the answer. */
  status: Schema.optionalKey(Schema.Int),
  /** Google's own word for it: `FAILED_PRECONDITION`. */
  googleReason: Schema.optionalKey(Schema.String),
  /** What Google says, shortened. */
  said: Schema.optionalKey(Schema.String),
  /** How long Google asks to be left alone. */
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis),
  /** `false`: repeating it is pointless, or not safe. */
  retryable: Schema.optionalKey(Schema.Boolean),
  /** Whether a service account asked: the Photos Picker knows people only. */
  serviceAccount: Schema.optionalKey(Schema.Boolean),
  ...requestField
}) {
  override get message(): string {
    const about = this.mediaId ?? this.sessionId
    const what = about === undefined ? this.operation : `${this.operation} of ${about}`
    const said = this.said === undefined ? "" : ` ("${this.said}")`
    const later =
      this.retryAfter === undefined ? "" : `; try again in ${formatMillis(Duration.toMillis(this.retryAfter))}`
    const { fix, problem } = adviceOf(this.reason)
    const todo = this.serviceAccount === true ? "service accounts have no Google Photos: sign in as a person" : fix
    return `${what}: ${problem}${said}; ${todo}${later}${inRequest(this.requestId)}`
  }
}

/** The fields of an error; the category follows from the reason. */
export type Fields = Omit<ConstructorParameters<typeof PhotosError>[0], "category">

/** Makes an error. A stack would point at Skippy, never at a fault. */
export const make = (fields: Fields): PhotosError =>
  withoutStack(() => new PhotosError({ ...fields, category: adviceOf(fields.reason).category }))
