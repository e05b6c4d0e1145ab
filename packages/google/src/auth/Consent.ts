/**
 * The address of Google's consent page, and what its answer means.
 *
 * @module
 */
import { Redacted } from "effect"
import type { Judge, Page } from "./Loopback.ts"
import * as Pkce from "./Pkce.ts"

/** What is asked for. */
export interface Asked {
  readonly clientId: string
  readonly redirectUri: string
  readonly scopes: ReadonlyArray<string>
  readonly pkce: Pkce.Pkce
  readonly loginHint: string | undefined
}

/** What somebody answered. */
export type Answer =
  | { readonly _tag: "Agreed"; readonly code: Redacted.Redacted }
  /** A code such as `access_denied`. */
  | { readonly _tag: "Denied"; readonly error: string }

/**
 * The address. A refresh token comes with `access_type=offline`, and again for whoever agreed before with `prompt=consent`
 * (https://developers.google.com/identity/protocols/oauth2/web-server#offline).
 */
export const urlOf = (endpoint: string, { clientId, loginHint, pkce, redirectUri, scopes }: Asked): string => {
  const url = new URL(endpoint)
  const parameters = {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: scopes.join(" "),
    state: Redacted.value(pkce.state),
    code_challenge: pkce.challenge,
    code_challenge_method: "S256",
    access_type: "offline",
    prompt: "consent",
    ...(loginHint === undefined ? {} : { login_hint: loginHint })
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

const done: Page = { status: 200, title: "Signed in", text: "You can close this window and go back to the program." }
const denied: Page = {
  status: 200,
  title: "Not signed in",
  text: "The program was not let in. You can close this window."
}
const strange: Page = { status: 400, title: "Not expected", text: "This is not the answer to the present sign-in." }

const codePattern = /^[a-z][a-z_]{0,49}$/

/** Judges what the browser brings. Whatever has not our state is not from Google: it is refused, and the wait goes on. */
export const judge =
  (state: Redacted.Redacted): Judge<Answer> =>
  ({ code, error, state: brought = "" }) => {
    if (!Pkce.isSame(state, brought)) return { page: strange }
    if (error !== undefined)
      return { page: denied, result: { _tag: "Denied", error: codePattern.test(error) ? error : "an error" } }
    return code === undefined || code === ""
      ? { page: strange }
      : { page: done, result: { _tag: "Agreed", code: Redacted.make(code) } }
  }

/** What to do about an answer that is no code. */
export const fixOf = (error: string): string => {
  switch (error) {
    case "access_denied":
      return "sign in again and agree; of an app in testing only its test users can"
    case "admin_policy_enforced":
    case "org_internal":
      return "ask the administrator of the organization to allow this app"
    default:
      return "sign in again"
  }
}
