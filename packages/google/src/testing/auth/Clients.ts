/**
 * Whether a request to the token endpoint comes from a client that is known
 * (https://www.rfc-editor.org/rfc/rfc6749#section-5.2).
 *
 * @module
 */
import type { EmulatorAnswer } from "@skippy/http/testing"
import type { Client } from "./TokenOptions.ts"
import { refuse } from "./TokenReply.ts"

/** The refusal; `undefined` when it may go on. Without a list every client is known. */
export const refusalOf = (
  form: URLSearchParams,
  clients: ReadonlyArray<Client> | undefined
): EmulatorAnswer | undefined => {
  const id = form.get("client_id")
  if (id === null) return refuse(400, "invalid_request", "Could not determine client ID from request.")
  if (clients === undefined) return undefined
  const client = clients.find((each) => each.id === id)
  if (client === undefined) return refuse(401, "invalid_client", "The OAuth client was not found.")
  if (client.secret === undefined || client.secret === form.get("client_secret")) return undefined
  return form.has("client_secret")
    ? refuse(401, "invalid_client", "Unauthorized")
    : refuse(400, "invalid_request", "client_secret is missing.")
}
