/**
 * Keeps errors of signing in apart from those of the service that is asked: they were retried where they happened, and say
 * nothing about the service's health. Its policies see them as final, and whoever called gets them as they are.
 *
 * @module
 */
import { withoutStack } from "@skippy/core"
import { Effect } from "effect"
import { AuthError } from "../auth/AuthError.ts"

/** What the policies of a service see. */
export class Apart extends Error {
  readonly _tag = "AuthError"
  readonly category = "auth"
  readonly retryable = false
  readonly error: AuthError

  constructor(error: AuthError) {
    super(error.message)
    this.error = error
  }
}

/** Sends an attempt through policies. */
export const through = <A, B, E, E2, R>(
  attempt: Effect.Effect<A, E | AuthError, R>,
  policies: (attempt: Effect.Effect<A, E | Apart, R>) => Effect.Effect<B, E | E2 | Apart, R>
): Effect.Effect<B, E | E2 | AuthError, R> =>
  Effect.mapError(
    policies(
      Effect.mapError(attempt, (error) => (error instanceof AuthError ? withoutStack(() => new Apart(error)) : error))
    ),
    (error) => (error instanceof Apart ? error.error : error)
  )
