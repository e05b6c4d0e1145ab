/**
 * How long a request may wait without a byte being taken from it. An upload may take hours; one that stands still has failed.
 *
 * @module
 */
import { currentCall } from "@skippy/core"
import type { HttpError } from "@skippy/http"
import { HttpErrors, StallWatch } from "@skippy/http/authoring"
import { Effect } from "effect"
import type { HttpClientRequest } from "effect/http"

/** Watches one request at a time. */
export interface Patience {
  /** A byte was taken. */
  readonly touch: Effect.Effect<void>
  /** Ends an exchange when none was taken for too long; then it is as if the connection had broken. */
  readonly guard: <A, E, R>(
    request: HttpClientRequest.HttpClientRequest,
    exchange: Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E | HttpError, R>
}

const late = (request: HttpClientRequest.HttpClientRequest): Effect.Effect<never, HttpError> =>
  Effect.flatMap(currentCall, (call) =>
    Effect.fail(
      HttpErrors.make({
        ...HttpErrors.subjectOf(request, call?.requestId),
        reason: "connection",
        category: "transient",
        code: "ETIMEDOUT"
      })
    )
  )

/** Waits no longer than so many milliseconds. */
export const make = (idleMillis: number): Patience => {
  const { guard, touch } = StallWatch.make(idleMillis)
  return {
    touch,
    guard: (request, exchange) =>
      guard(
        exchange,
        Effect.suspend(() => late(request))
      )
  }
}
