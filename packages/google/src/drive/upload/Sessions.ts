/**
 * The end of sessions nobody goes on with.
 *
 * Google does not document for Drive that a session can be ended; `DELETE` ends those of its other storage
 * (https://cloud.google.com/storage/docs/performing-resumable-uploads#cancel-upload). So it is asked for, and whatever the
 * answer is, it is no error: a session is over after a week anyway.
 *
 * @module
 */
import { Effect, Redacted } from "effect"
import { HttpClientRequest } from "effect/http"
import type { Api, Asked } from "../Api.ts"

/** Nobody waits longer for what is no longer needed. */
const patience = "10 seconds"

/** Ends a session, if that can be done. */
export const end = (api: Api, operation: string, session: Redacted.Redacted | undefined): Effect.Effect<void> => {
  if (session === undefined || !api.trusts(Redacted.value(session))) return Effect.void
  const asked: Asked = { operation, kind: "other", idempotent: false }
  const request = HttpClientRequest.delete(Redacted.value(session))
  const attempt = api.exchangeWith(
    asked,
    request,
    () => Effect.void,
    () => true
  )
  return Effect.ignore(Effect.timeout(api.through(asked, attempt), patience))
}
