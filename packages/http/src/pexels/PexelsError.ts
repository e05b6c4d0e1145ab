/**
 * What Pexels refuses, told so that people know what to do next.
 *
 * @module
 */
import { ErrorCategory, inRequest, requestField, withoutStack } from "@skippy/core"
import { Duration, Schema } from "effect"

/** Why Pexels refused. */
export const PexelsErrorReason = Schema.Literals([
  /** There is no key. */
  "missingKey",
  /** Pexels does not know the key. */
  "badKey",
  /** Not allowed for another reason (403). */
  "forbidden",
  /** There is no such photo. */
  "notFound",
  /** One of the quotas is used up: `quota`, `retryAfter`. */
  "rateLimited",
  /** Refused with another status. */
  "refused",
  /** The answer is not one of Pexels. */
  "unexpectedAnswer"
])
/** Why Pexels refused. */
export type PexelsErrorReason = typeof PexelsErrorReason.Type

/** Where keys are made. */
const keyPage = "https://www.pexels.com/api/new/"

/** Pexels refused a request, or answered something else than it documents. */
export class PexelsError extends Schema.TaggedError<PexelsError>()("PexelsError", {
  reason: PexelsErrorReason,
  category: ErrorCategory,
  /** What was done: `search`. */
  operation: Schema.String,
  photoId: Schema.optionalKey(Schema.Int),
  /** Of the answer. */
  status: Schema.optionalKey(Schema.Int),
  /** What Pexels says, shortened. */
  said: Schema.optionalKey(Schema.String),
  /** Which quota is used up. Pexels does not tell; this is what follows from its last answers. */
  quota: Schema.optionalKey(Schema.Literals(["hour", "month"])),
  /** How long to leave Pexels alone. */
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis),
  ...requestField
}) {
  override get message(): string {
    return `${this.operation}: ${this.advice()}${inRequest(this.requestId)}`
  }

  private advice(): string {
    const said = this.said === undefined ? "" : ` ("${this.said}")`
    switch (this.reason) {
      case "missingKey":
        return `there is no key for Pexels; make one at ${keyPage} and set SKIPPY_PEXELS_API_KEY`
      case "badKey":
        return `Pexels does not accept the key${said}; look it up or make one at ${keyPage} and set SKIPPY_PEXELS_API_KEY`
      case "forbidden":
        return `Pexels does not allow this${said}; check the key at ${keyPage}, and whether a proxy or a firewall is in the way`
      case "notFound":
        return this.photoId === undefined
          ? `Pexels has no such thing${said}; check SKIPPY_PEXELS_URL`
          : `Pexels has no photo ${this.photoId}; search for another one`
      case "rateLimited":
        return `the quota of the ${this.quota ?? "hour"} is used up${this.later()}`
      case "refused":
        return `Pexels answered ${this.status ?? 0}${said}; see https://www.pexels.com/api/documentation/`
      case "unexpectedAnswer":
        return `the answer is not one of Pexels${said}; check SKIPPY_PEXELS_URL and what stands between`
    }
  }

  private later(): string {
    if (this.retryAfter === undefined) return ""
    const seconds = Math.ceil(Duration.toSeconds(this.retryAfter))
    return `; try again in ${Duration.format(Duration.seconds(seconds))}`
  }
}

/** Makes an error. A stack would point at Skippy, never at a fault. */
export const make = (fields: ConstructorParameters<typeof PexelsError>[0]): PexelsError =>
  withoutStack(() => new PexelsError(fields))
