/**
 * What can go wrong with signing in to Google, told so that people know what to do next. It names files and settings,
 * never a token, a key or a code.
 *
 * @module
 */
import { ErrorCategory, inRequest, requestField, withoutStack } from "@skippy/core"
import { Schema } from "effect"

/** Why there is no token. */
export const AuthErrorReason = Schema.Literals([
  /** Nothing says as whom Google is asked. */
  "noCredentials",
  /** The credentials cannot be read, or are none. */
  "badCredentials",
  /** Google does not accept the refresh token or the assertion any more (`invalid_grant`): sign in again. */
  "signInAgain",
  /** Google does not know the client, or refuses it (`invalid_client`, `unauthorized_client`). */
  "badClient",
  /** Whoever signs in said no, or took too long, or the answer was not the one that was asked for. */
  "signInFailed",
  /** The token of the environment is not accepted, and there is no way to get another. */
  "badToken",
  /** Google's token endpoint cannot be asked. */
  "unavailable",
  /** What is kept on disk cannot be written or read. */
  "storage"
])
/** Why there is no token. */
export type AuthErrorReason = typeof AuthErrorReason.Type

/** There is no token. */
export class AuthError extends Schema.TaggedError<AuthError>()("AuthError", {
  reason: AuthErrorReason,
  category: ErrorCategory,
  /** What it is about: a file, a setting, an endpoint. */
  subject: Schema.optionalKey(Schema.String),
  /** What Google says, shortened. */
  said: Schema.optionalKey(Schema.String),
  /** What to do. */
  fix: Schema.String,
  ...requestField
}) {
  /** Whoever asked for the token has tried often enough; nothing was sent to the service itself. */
  readonly retryable = false
  readonly delivered = false

  override get message(): string {
    const about = this.subject === undefined ? "" : ` (${this.subject})`
    const said = this.said === undefined ? "" : `; Google says "${this.said}"`
    return `no token for Google: ${this.reason}${about}${said}; ${this.fix}${inRequest(this.requestId)}`
  }
}

/** Makes an error. A stack would point at Skippy, never at a fault. */
export const make = (fields: ConstructorParameters<typeof AuthError>[0]): AuthError =>
  withoutStack(() => new AuthError(fields))
