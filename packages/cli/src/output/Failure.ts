/**
 * What people, and programs, are told when a command fails: what happened, and what to do next.
 *
 * @module
 */
import { categoryOf, errorOfCause, ErrorCategory, nearName, platformCodeOf, retryAfterOf } from "@skippy/core"
import { Cause, Duration, PlatformError, Predicate, Schema } from "effect"
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

/** What the system says when a disk, or what somebody may have of it, is full. */
const fullDisk: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"])

const diskHints = (code: string): ReadonlyArray<string> =>
  fullDisk.has(code) ? ["free some space, and run the same command again"] : []

/** Of a file of this machine: which, and what the system says. */
const platformText = (error: PlatformError.PlatformError): string => {
  const { reason } = error
  const at = reason._tag === "BadArgument" ? undefined : reason.pathOrDescriptor
  return `${at ?? reason.method} cannot be used (${platformCodeOf(error)})`
}

const messageOf = (error: unknown): string => {
  if (isNobody(error)) return "nobody is signed in to Google"
  return error instanceof PlatformError.PlatformError ? platformText(error) : (textAt(error, "message") ?? tagOf(error))
}

const isUnknownService = Schema.is(
  Schema.TaggedStruct("UnknownServiceError", { service: Schema.String, known: Schema.Array(Schema.String) })
)

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
    return host === undefined || code !== exitCodes.refused ? [] : [`to allow it: --set http.allow=${host}`]
  }
  if (tag === "DownloadError" && textAt(error, "reason") === "exists") return ["to replace it, add --overwrite"]
  if (tag === "DownloadError") return diskHints(textAt(error, "code") ?? "")
  if (error instanceof PlatformError.PlatformError) return diskHints(platformCodeOf(error))
  // By its tag: its class brings all pipelines with it, which no command has to load for its errors.
  if (isUnknownService(error)) {
    const near = nearName(error.service, error.known)
    return near === undefined ? [] : [`did you mean ${near}?`]
  }
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
  return {
    exitCode,
    report: {
      error: {
        tag: tagOf(error),
        message: messageOf(error),
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

/** A failure as lines for people. Whatever is in its message, only one line begins with the name of the program. */
export const failureText = ({ error }: FailureReport): string => {
  const [first = "", ...more] = error.message.split("\n").map(oneLine)
  return [
    `skippy: ${first}`,
    ...more.map((line) => (line.startsWith("  ") ? line : `  ${line}`)),
    ...error.hints.map((hint) => `  ${oneLine(hint)}`)
  ].join("\n")
}
