/**
 * What the exit code of a command says.
 *
 * @module
 */
import { categoryOf, refusedBy } from "@skippy/core"
import { Predicate } from "effect"

/** The exit codes there are. */
export const exitCodes = {
  /** It went well. */
  ok: 0,
  /** It went wrong in another way. */
  other: 1,
  /** The command line or the configuration is wrong. Nothing was sent. */
  usage: 2,
  /** What was asked for is not there. */
  notFound: 3,
  /** Somebody has to sign in, or to set a token or key. */
  signIn: 4,
  /** It may work later: retries are exhausted, a circuit is open, a limit is reached, it took too long. */
  temporary: 5,
  /** A policy refuses it: an address that is not public, or something nobody confirmed. */
  refused: 6,
  /** The service refuses it for good. */
  permanent: 7,
  /** Interrupted. */
  interrupted: 130
} as const

/** One of the exit codes. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** What the codes say, for help and documentation. */
export const meanings: ReadonlyArray<readonly [code: ExitCode, meaning: string]> = [
  [exitCodes.ok, "it went well"],
  [exitCodes.other, "it went wrong in another way"],
  [exitCodes.usage, "the command line or the configuration is wrong; nothing was sent"],
  [exitCodes.notFound, "what was asked for is not there"],
  [exitCodes.signIn, "sign in, or set a token or key"],
  [
    exitCodes.temporary,
    "it may work later: retries are exhausted, a circuit is open, a limit is reached, it took too long"
  ],
  [exitCodes.refused, "a policy refuses it: an address that is not public, or something nobody confirmed"],
  [exitCodes.permanent, "the service refuses it for good"],
  [exitCodes.interrupted, "interrupted"]
]

/** Why a URL is not called because of what it is; for the others a policy decides. */
const wrongUrls: ReadonlySet<unknown> = new Set(["invalidUrl", "scheme", "credentials"])

const isWrongUrl = (error: unknown): boolean =>
  Predicate.hasProperty(error, "reason") &&
  wrongUrls.has(error.reason) &&
  // Of a redirection nobody is to blame here.
  !(Predicate.hasProperty(error, "redirectedFrom") && error.redirectedFrom !== undefined)

/** Errors whose tag says what the code is, whatever their category. */
const byTag: Readonly<Record<string, ExitCode>> = {
  ShowHelp: exitCodes.usage,
  InvalidInputError: exitCodes.usage,
  InvalidOptionError: exitCodes.usage,
  ConfigError: exitCodes.usage,
  ConfigurationError: exitCodes.usage,
  PolicyConfigError: exitCodes.usage,
  TransportConfigError: exitCodes.usage,
  UnknownServiceError: exitCodes.usage,
  UsageError: exitCodes.usage,
  UrlRefusedError: exitCodes.refused,
  NotConfirmed: exitCodes.refused,
  OutputClosed: exitCodes.ok,
  OutputFailed: exitCodes.other,
  DownloadError: exitCodes.other,
  UploadError: exitCodes.other,
  DriveStorageError: exitCodes.other,
  StateStoreError: exitCodes.other,
  SqliteStoreError: exitCodes.other
}

const byCategory = {
  transient: exitCodes.temporary,
  throttled: exitCodes.temporary,
  auth: exitCodes.signIn,
  notFound: exitCodes.notFound,
  invalid: exitCodes.permanent,
  conflict: exitCodes.permanent,
  fatal: exitCodes.permanent
} as const

const hasCategory = (error: unknown): boolean => Predicate.hasProperty(error, "category")

/** The exit code for an error. */
export const exitCodeOf = (error: unknown): ExitCode => {
  if (Predicate.hasProperty(error, "exitCode") && isExitCode(error.exitCode)) return error.exitCode
  if (refusedBy(error) !== undefined) return exitCodes.temporary
  const tag = Predicate.hasProperty(error, "_tag") && Predicate.isString(error._tag) ? error._tag : ""
  const known = tag === "UrlRefusedError" && isWrongUrl(error) ? exitCodes.usage : byTag[tag]
  if (known !== undefined)
    return known === exitCodes.other && hasCategory(error) && categoryOf(error) === "transient"
      ? exitCodes.temporary
      : known
  // The files of a sign-in are on this machine, not at Google.
  if (tag === "AuthError" && categoryOf(error) === "fatal") return exitCodes.other
  return hasCategory(error) ? byCategory[categoryOf(error)] : exitCodes.other
}

const codes: ReadonlySet<unknown> = new Set(Object.values(exitCodes))

const isExitCode = (value: unknown): value is ExitCode => codes.has(value)
