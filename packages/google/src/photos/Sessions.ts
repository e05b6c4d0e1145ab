/**
 * Picking sessions: creating, looking and deleting.
 *
 * Google offers nothing to recognize a session by whose answer was lost, so creating one is repeated only when the request
 * certainly was not carried out. What is lost ends by itself, and counts against the limit of sessions until then
 * (https://developers.google.com/photos/picker/guides/sessions#session-limits).
 *
 * @module
 */
import { categoryOf, certainlyNotCarriedOut, describeError } from "@skippy/core"
import { Effect } from "effect"
import type * as Answer from "./Answer.ts"
import { type Api, type Asked, type AttemptError, fail, type Failure } from "./Api.ts"
import type * as Input from "./Input.ts"
import * as Wire from "./Wire.ts"

/** What can be done with sessions. */
export interface Sessions {
  /** `attempts` goes around each attempt: told when one begins that may create a session. */
  readonly create: (
    input: Input.CreateSessionInput,
    attempts?: <A, E>(attempt: Effect.Effect<A, E>) => Effect.Effect<A, E>
  ) => Effect.Effect<Answer.PickerSession, Failure>
  readonly get: (operation: string, sessionId: string) => Effect.Effect<Answer.PickerSession, Failure>
  readonly delete: (sessionId: string) => Effect.Effect<Answer.DeletedSession, Failure>
  /** The same once, past the policies: for cleaning up while the circuit is open, when nobody will come back to it. */
  readonly deleteOnce: (sessionId: string) => Effect.Effect<Answer.DeletedSession, AttemptError>
}

/** Whether a session may have come about although there is no answer. */
const isUnknown = (error: Failure): boolean => categoryOf(error) === "transient" && !certainlyNotCarriedOut(error)

const isGone = (error: Failure): boolean => error._tag === "PhotosError" && error.reason === "notFound"

/** It is not there, so that is done: by an earlier attempt whose answer was lost, or by somebody else. */
const deleted = <E extends Failure>(
  sessionId: string,
  deleting: Effect.Effect<unknown, E>
): Effect.Effect<Answer.DeletedSession, E> =>
  Effect.as(
    Effect.catchIf(deleting, isGone, () => Effect.void),
    { sessionId }
  )

const deletionOf = (sessionId: string): Asked => ({
  operation: "deleteSession",
  method: "session",
  sessionId,
  idempotent: true
})

/** Makes it. */
export const make = ({ attempt, call, exchangeWith, requests, through }: Api): Sessions => {
  const createOnce = attempt(Wire.Session)
  const getSession = call(Wire.Session)
  // "An empty response indicates successful deletion", the reference says; what is in it does not matter.
  const deletion = (sessionId: string) =>
    exchangeWith(deletionOf(sessionId), requests.delete(sessionId), () => Effect.void)
  const asking: Asked = { operation: "createSession", method: "create", idempotent: false }

  return {
    create: ({ maxItemCount }, attempts = (attempt) => attempt) =>
      Effect.matchEffect(through(asking, attempts(createOnce(asking, requests.create(maxItemCount)))), {
        onSuccess: (session) => Effect.succeed(Wire.sessionOf(session)),
        onFailure: (error) =>
          isUnknown(error)
            ? fail(asking, "unknownOutcome", { retryable: false, said: describeError(error) })
            : Effect.fail(error)
      }),
    get: (operation, sessionId) =>
      Effect.map(
        getSession({ operation, method: "session", sessionId, idempotent: true }, requests.get(sessionId)),
        Wire.sessionOf
      ),
    delete: (sessionId) => deleted(sessionId, through(deletionOf(sessionId), deletion(sessionId))),
    deleteOnce: (sessionId) => deleted(sessionId, deletion(sessionId))
  }
}
