/**
 * How an attempt counts: `Success`, `Failure` or `Ignored`. One classifier serves every policy that has to judge a
 * result, and it sees values as well as errors.
 *
 * @module
 */
import { Cause, type Duration, type Exit } from "effect"
import { categoryOf, errorOfCause, refusedBy, retryAfterOf } from "../error/ErrorCategory.ts"

/** How one attempt counts. */
export type Outcome =
  | { readonly _tag: "Success" }
  | { readonly _tag: "Failure"; readonly retryAfter?: Duration.Duration | undefined }
  | { readonly _tag: "Ignored" }

/** Judges the result of an attempt. */
export type Classifier = (exit: Exit.Exit<unknown, unknown>) => Outcome

/** The service did its work. */
export const success: Outcome = { _tag: "Success" }

/** The attempt says nothing about the service's health. */
export const ignored: Outcome = { _tag: "Ignored" }

const plainFailure: Outcome = { _tag: "Failure" }

/** The service failed; `retryAfter` is how long it asked to be left alone. */
export const failure = (retryAfter?: Duration.Duration): Outcome =>
  retryAfter === undefined ? plainFailure : { _tag: "Failure", retryAfter }

/**
 * The default classifier. A success counts as success. Of errors only `transient` ones and defects count as failures:
 * a 404, a wrong request or missing permission say nothing about health, and a throttled call is the limiter's matter.
 * Refusals by other policies and interruptions are ignored.
 */
export const classify: Classifier = (exit) => {
  if (exit._tag === "Success") return success
  if (Cause.hasInterruptsOnly(exit.cause)) return ignored
  const error = errorOfCause(exit.cause)
  if (refusedBy(error) !== undefined) return ignored
  if (Cause.hasDies(exit.cause)) return plainFailure
  return categoryOf(error) === "transient" ? failure(retryAfterOf(error)) : ignored
}
