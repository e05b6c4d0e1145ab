/**
 * What a failure with one file means for it and for the rest of a batch. Pure.
 *
 * @module
 */
import { categoryOf, refusedBy } from "@skippy/core"
import { Predicate } from "effect"
import { DriveError, type DriveErrorReason } from "./DriveError.ts"
import type { ItemProblem } from "./Answer.ts"

/** Whatever it failed with. */
export interface Problem {
  readonly _tag: string
  readonly message: string
}

/** Refusals that the next request would meet too. */
const general: ReadonlySet<DriveErrorReason> = new Set<DriveErrorReason>([
  "signIn",
  "missingScope",
  "apiDisabled",
  "quotaExceeded"
])

/** Whether the rest of a batch would fail as well, so that it is better not tried: nobody is signed in, or the circuit is open. */
export const stops = (error: Problem): boolean =>
  error._tag === "AuthError" ||
  error._tag === "CircuitOpenError" ||
  (error instanceof DriveError && general.has(error.reason))

/** Whether the same may work later. */
const isRetryable = (error: Problem): boolean => {
  if (stops(error) || refusedBy(error) !== undefined) return true
  const isFinal = Predicate.hasProperty(error, "retryable") && error.retryable === false
  return !isFinal && ["transient", "throttled"].includes(categoryOf(error))
}

/** What is told of a failure. */
export const of = (error: Problem): ItemProblem => ({
  tag: error._tag,
  message: error.message,
  retryable: isRetryable(error)
})
