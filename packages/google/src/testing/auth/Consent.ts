/**
 * The consent page, where somebody signs in and says yes at once
 * (https://developers.google.com/identity/protocols/oauth2/native-app#step-2:-send-a-request-to-googles-oauth-2.0-server).
 *
 * @module
 */
import type { EmulatorAnswer } from "@skippy/http/testing"

/** What was agreed to. */
export interface Agreed {
  readonly client: string
  readonly redirectUri: string
  readonly challenge: string | undefined
  readonly scopes: ReadonlyArray<string>
}

const page = (error: string): EmulatorAnswer => ({
  status: 400,
  headers: { "content-type": "text/html; charset=utf-8" },
  body: `<html><title>Error 400 (OAuth2 Error)!!1</title><p>Error 400: ${error}</p></html>`
})

/** Desktop clients get their answer on loopback, on any port. */
const isLoopback = (uri: string): boolean => {
  if (!URL.canParse(uri)) return false
  const { hostname, protocol } = new URL(uri)
  return protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(hostname)
}

const redirect = (uri: string, parameters: Readonly<Record<string, string | null>>): EmulatorAnswer => {
  const location = new URL(uri)
  for (const [name, value] of Object.entries(parameters)) if (value !== null) location.searchParams.set(name, value)
  return { status: 302, headers: { location: location.href } }
}

/** Answers the browser; `codeFor` makes the code of what was agreed to. */
export const answer = (
  url: URL,
  isKnown: (client: string) => boolean,
  codeFor: (agreed: Agreed) => { readonly code: string; readonly scopes: ReadonlyArray<string> } | undefined
): EmulatorAnswer => {
  const asked = url.searchParams
  const client = asked.get("client_id") ?? ""
  if (!isKnown(client)) return page("invalid_client")
  const redirectUri = asked.get("redirect_uri") ?? ""
  if (!isLoopback(redirectUri)) return page("redirect_uri_mismatch")
  if (asked.get("response_type") !== "code") return page("unsupported_response_type")
  const scopes = (asked.get("scope") ?? "").split(" ").filter((scope) => scope !== "")
  if (scopes.length === 0) return page("invalid_scope")
  const challenge = asked.get("code_challenge") ?? undefined
  if (challenge !== undefined && asked.get("code_challenge_method") !== "S256") return page("invalid_request")
  const state = asked.get("state")
  const agreed = codeFor({ client, redirectUri, challenge, scopes })
  return agreed === undefined
    ? redirect(redirectUri, { error: "access_denied", state })
    : redirect(redirectUri, { state, code: agreed.code, scope: agreed.scopes.join(" ") })
}
