/**
 * What people, and programs, are told when a command fails: what happened, and what to do next.
 *
 * @module
 */
import { categoryOf, errorOfCause, ErrorCategory, retryAfterOf } from "@skippy/core"
import { Cause, Duration, Predicate, Schema } from "effect"
import { exitCodeOf, exitCodes, type ExitCode } from "./ExitCode.ts"
import { oneLine } from "./Style.ts"

/** Any error a command can fail with: what it is called, and what it says. */
export interface AnyFailure extends Error {
  readonly _tag: string
}

/** An error on stderr with `--json`: one line. */
export const FailureReport = Schema.Struct({
  error: Schema.Struct({
    /** The name of the error: `DriveError`. */
    tag: Schema.String,
    message: Schema.String,
    category: Schema.optionalKey(ErrorCategory),
    exitCode: Schema.Int,
    /** Whether the same command may work later. */
    retryable: Schema.Boolean,
    /** When that is known. */
    retryAfterMs: Schema.optionalKey(Schema.Finite),
    /** For `skippy journal show`. */
    requestId: Schema.optionalKey(Schema.String),
    /** What to do. */
    hints: Schema.Array(Schema.String)
  })
})
/** An error on stderr with `--json`. */
export type FailureReport = typeof FailureReport.Type

/** A command line that cannot be carried out, beside what the parser finds. */
export class UsageError extends Schema.TaggedError<UsageError>()("UsageError", {
  problem: Schema.String
}) {
  readonly category = "invalid"

  override get message(): string {
    return this.problem
  }
}

const textAt = (error: unknown, key: string): string | undefined => {
  if (!Predicate.hasProperty(error, key)) return undefined
  const value = error[key]
  return Predicate.isString(value) && value !== "" ? value : undefined
}

const tagOf = (error: unknown): string => textAt(error, "_tag") ?? "Error"

const tryIt = "to try without an account, add --sandbox"

const isNobody = (error: unknown): boolean =>
  tagOf(error) === "AuthError" && textAt(error, "reason") === "noCredentials"

const hintsOf = (error: unknown, code: ExitCode): ReadonlyArray<string> => {
  const tag = tagOf(error)
  if (isNobody(error))
    return [
      "sign in: skippy auth login",
      "or set SKIPPY_GOOGLE_CREDENTIALS to a file of credentials, or run: gcloud auth application-default login",
      tryIt
    ]
  if (tag === "AuthError" && code === exitCodes.signIn) return ["sign in: skippy auth login", tryIt]
  if (tag === "UrlRefusedError") {
    const host = textAt(error, "host")
    return host === undefined ? [] : [`to allow it: --set http.allow=${host}`]
  }
  if (tag === "DownloadError" && textAt(error, "reason") === "exists") return ["to replace it, add --overwrite"]
  if (tag === "PexelsError" && code === exitCodes.signIn) return [tryIt]
  if (tag === "GitHubError" && code === exitCodes.signIn) return ["see what is set: skippy auth status", tryIt]
  if (tag === "CircuitOpenError") return ["see all circuits: skippy breaker list"]
  if (tag === "RateLimitedError") return ["see what is left: skippy limit"]
  if (tag === "ConfigurationError") return ["see all problems: skippy config validate"]
  const requestId = textAt(error, "requestId")
  return requestId === undefined ? [] : [`see its attempts: skippy journal show ${requestId}`]
}

/** A failed command. */
export interface Failed {
  readonly exitCode: ExitCode
  /** Absent when there is nothing to say: help was shown, or nobody reads. */
  readonly report: FailureReport | undefined
}

const silent = (exitCode: ExitCode): Failed => ({ exitCode, report: undefined })

/** Errors of the parser are told together with the help. */
const isShown = (error: unknown): boolean => tagOf(error) === "ShowHelp" || tagOf(error) === "OutputClosed"

const isImplicitHelp = (error: unknown): boolean =>
  Predicate.hasProperty(error, "errors") && Array.isArray(error.errors) && error.errors.length === 0

/** What a cause comes to. */
export const failureOf = (cause: Cause.Cause<unknown>): Failed => {
  if (Cause.hasInterruptsOnly(cause))
    return {
      exitCode: exitCodes.interrupted,
      report: {
        error: {
          tag: "Interrupted",
          message: "interrupted",
          exitCode: exitCodes.interrupted,
          retryable: true,
          hints: []
        }
      }
    }
  const error = errorOfCause(cause)
  const exitCode = exitCodeOf(error)
  if (isShown(error)) return silent(isImplicitHelp(error) ? exitCodes.ok : exitCode)
  const retryAfter = retryAfterOf(error)
  const requestId = textAt(error, "requestId")
  const message = isNobody(error) ? "nobody is signed in to Google" : (textAt(error, "message") ?? tagOf(error))
  return {
    exitCode,
    report: {
      error: {
        tag: tagOf(error),
        message,
        ...(Predicate.hasProperty(error, "category") ? { category: categoryOf(error) } : {}),
        exitCode,
        retryable: exitCode === exitCodes.temporary,
        ...(retryAfter === undefined ? {} : { retryAfterMs: Duration.toMillis(retryAfter) }),
        ...(requestId === undefined ? {} : { requestId }),
        hints: hintsOf(error, exitCode)
      }
    }
  }
}

/** A failure as lines for people. */
export const failureText = ({ error }: FailureReport): string =>
  [`skippy: ${error.message.split("\n").map(oneLine).join("\n")}`, ...error.hints.map((hint) => `  ${hint}`)].join("\n")
