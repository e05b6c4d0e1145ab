/**
 * Doing something that must not be done twice, and cannot be told apart by Drive: when it is not known whether it was done,
 * it is looked for, and done again only when it is not there. Each request is a call of its own, so that all are counted by
 * the limits; a look that works shows that Drive answers, so there is no further wait.
 *
 * @module
 */
import { categoryOf, certainlyNotCarriedOut } from "@skippy/core"
import { Effect, Predicate } from "effect"
import type { Api, Asked, AttemptError, Failure } from "../Api.ts"

/** How often it is tried, the first time included; attempts that certainly did nothing are those of the pipeline. */
export const maxTries = 3

/** What is done, and how it is found again. */
export interface Careful<A> {
  /** One attempt. */
  readonly send: Effect.Effect<A, AttemptError>
  /** What an earlier attempt did; `undefined` when it did nothing. */
  readonly look: Effect.Effect<A | undefined, Failure>
}

/** Whether it may have been done, and may work when it is tried again. */
const isUnsure = (error: Failure): boolean =>
  categoryOf(error) === "transient" &&
  !certainlyNotCarriedOut(error) &&
  !(Predicate.hasProperty(error, "retryable") && error.retryable === false)

/** Does it once; fails with the last failure of it, or of the look. */
export const run = <A>(api: Api, asked: Asked, { look, send }: Careful<A>): Effect.Effect<A, Failure> => {
  const once = api.through({ ...asked, idempotent: false }, send)
  const tried = (tries: number): Effect.Effect<A, Failure> =>
    Effect.catchIf(once, isUnsure, (error) =>
      Effect.filterOrElse(
        look,
        (found) => found !== undefined,
        () => (tries < maxTries ? tried(tries + 1) : Effect.fail(error))
      )
    )
  return tried(1)
}
