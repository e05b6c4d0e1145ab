/**
 * What a refusal of Google's token endpoint means, and what to do about it. Google tells it by `error` in the body, not by
 * the status (https://www.rfc-editor.org/rfc/rfc6749#section-5.2,
 * https://developers.google.com/identity/protocols/oauth2/service-account#error-codes).
 *
 * Of the body nothing is repeated but codes and sentences that are known: a server could say anything.
 *
 * @module
 */
import type { ErrorCategory } from "@skippy/core"
import { Option, Schema } from "effect"
import type { AuthErrorReason } from "./AuthError.ts"

/** What was asked for. */
export type Kind = "refresh" | "assertion" | "exchange" | "revoke"

/** A refusal, judged. */
export interface Refusal {
  readonly reason: AuthErrorReason
  readonly category: ErrorCategory
  readonly said: string
  readonly fix: string
}

const Body = Schema.fromJsonString(
  Schema.Struct({
    error: Schema.String.check(Schema.isPattern(/^[a-z][a-z_]{0,49}$/)),
    error_description: Schema.optionalKey(Schema.String),
    error_subtype: Schema.optionalKey(Schema.String)
  })
)
const decode = Schema.decodeUnknownOption(Body)

/** Beginnings of sentences Google is known to say; each tells something the code alone does not. */
const sentences = [
  "Token has been expired or revoked",
  "Invalid JWT: Token must be a short-lived token",
  "Invalid JWT: Failed audience check",
  "Invalid JWT Signature",
  "Invalid grant: account not found",
  "Not a valid email or user ID",
  "Missing code verifier",
  "Invalid code verifier",
  "Malformed auth code",
  "The OAuth client was not found",
  "The OAuth client was deleted",
  "The OAuth client was disabled",
  "Client is unauthorized to retrieve access tokens using this method",
  "client_secret is missing",
  "Account has been deleted",
  "reauth related error"
]

/** Codes that say the endpoint itself is in trouble. */
const troubles: ReadonlySet<string> = new Set(["internal_failure", "server_error", "temporarily_unavailable"])

/** Clocks that are further apart than this make assertions invalid. */
const skewMillis = 60_000

const clockFix = (skew: number): string =>
  Math.abs(skew) < skewMillis
    ? "set the clock of this machine: the assertion is not from now"
    : `set the clock of this machine: it is ${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? "ahead of" : "behind"} Google's`

/** https://developers.google.com/identity/protocols/oauth2#expiration; a changed password ends only tokens for Gmail. */
const signInAgain =
  'sign in again. Access was revoked or granted for a time only, nobody used it for 6 months, the account has more than 100 sign-ins with this client, or the app is "in testing", where it lasts 7 days: publish the app to end that'

const grantFix: Readonly<Record<Kind, string>> = {
  refresh: signInAgain,
  assertion: "check that the service account and its key exist, and make a new key if not",
  exchange: "sign in again: the code was used already, took too long, or was made for another client",
  revoke: "nothing is left to revoke"
}

/** How the clock of this machine and Google's differ, in milliseconds; positive when this one is ahead. */
export interface Circumstances {
  readonly skew: number
}

const invalidGrant = (kind: Kind, sentence: string, subtype: string | undefined, skew: number): string => {
  if (subtype === "invalid_rapt" || sentence.startsWith("reauth"))
    return "sign in again: the organization limits how long a sign-in lasts"
  if (sentence.includes("short-lived")) return clockFix(skew)
  if (sentence.includes("audience")) return "take token_uri from the key file as Google made it"
  if (sentence.includes("Signature")) return "make a new key: this one was deleted, or belongs to another account"
  if (sentence.includes("account not found")) return "check that the service account was not deleted"
  if (sentence.includes("user ID")) return "check SKIPPY_GOOGLE_SUBJECT: the organization has no such user"
  if (kind === "assertion" && Math.abs(skew) >= skewMillis) return clockFix(skew)
  return grantFix[kind]
}

const clientFix: Readonly<Record<Kind, string>> = {
  refresh: "check client id and secret of the credentials: sign in again with a client that exists",
  assertion: "check that the service account was not disabled",
  exchange: "check SKIPPY_GOOGLE_CLIENT_ID and SKIPPY_GOOGLE_CLIENT_SECRET: they are those of a desktop client",
  revoke: "check the client"
}

const unauthorizedFix = (kind: Kind): string =>
  kind === "assertion"
    ? "let an administrator allow the service account's client id exactly these scopes (domain-wide delegation), or leave the subject out"
    : "sign in again with the client the tokens are used with"

/** The refusal of an answer; `undefined` when it is none of the endpoint's, such as a page of a proxy. */
export const judge = (kind: Kind, text: string, { skew }: Circumstances): Refusal | undefined => {
  const body = Option.getOrUndefined(decode(text))
  if (body === undefined) return undefined
  const { error, error_description: description = "", error_subtype: subtype } = body
  const sentence = sentences.find((each) => description.startsWith(each)) ?? ""
  const said = sentence === "" ? error : `${error}: ${sentence}`
  if (troubles.has(error)) return { reason: "unavailable", category: "transient", said, fix: "try again later" }
  switch (error) {
    case "invalid_grant":
      return { reason: "signInAgain", category: "auth", said, fix: invalidGrant(kind, sentence, subtype, skew) }
    case "unauthorized_client":
      return { reason: "badClient", category: "auth", said, fix: unauthorizedFix(kind) }
    case "invalid_client":
    case "deleted_client":
    case "disabled_client":
      return { reason: "badClient", category: "auth", said, fix: clientFix[kind] }
    case "invalid_scope":
      return {
        reason: "badCredentials",
        category: "auth",
        said,
        fix: "check SKIPPY_GOOGLE_SCOPES: each is a name such as drive, or a scope written out"
      }
    case "access_denied":
    case "org_internal":
    case "admin_policy_enforced":
      return {
        reason: kind === "exchange" ? "signInFailed" : "badClient",
        category: "auth",
        said,
        fix: "ask the administrator of the organization to allow this app"
      }
    default:
      return { reason: "badCredentials", category: "auth", said, fix: "check the credentials, or sign in again" }
  }
}
