/**
 * What a service account says of itself (a JSON Web Token), and whether it is believed
 * (https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests).
 *
 * @module
 */
import type { EmulatorAnswer } from "@skippy/http/testing"
import { Option, Result, Schema } from "effect"
import { Base64Url } from "effect/encoding"
import { isSignedBy } from "../DigestsNode.ts"
import type { ServiceAccount } from "./TokenOptions.ts"
import { invalidGrant, refuse } from "./TokenReply.ts"

const Header = Schema.fromJsonString(Schema.Struct({ alg: Schema.Literal("RS256") }))
const Claims = Schema.fromJsonString(
  Schema.Struct({
    iss: Schema.String,
    aud: Schema.String,
    iat: Schema.Finite,
    exp: Schema.Finite,
    scope: Schema.String,
    sub: Schema.optionalKey(Schema.String)
  })
)

const decodeHeader = Schema.decodeUnknownOption(Header)
const decodeClaims = Schema.decodeUnknownOption(Claims)

/** Who is let in. */
export interface Believed {
  readonly email: string
  readonly scopes: ReadonlyArray<string>
}

/** What an assertion is judged by. */
export interface Circumstances {
  /** Those that are known; `undefined`: all are. */
  readonly accounts: ReadonlyArray<ServiceAccount> | undefined
  /** The endpoint it was sent to. */
  readonly audience: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Google's own address is right wherever the emulator runs. */
const google = "https://oauth2.googleapis.com/token"
const longestSeconds = 3600
/** How far clocks may be apart. */
const skewSeconds = 300

const textOf = (part: string): string => Result.getOrElse(Base64Url.decodeString(part), () => "")

const isTimely = (iat: number, exp: number, now: number): boolean => {
  const seconds = now / 1000
  return exp > iat && exp - iat <= longestSeconds && iat <= seconds + skewSeconds && exp > seconds - skewSeconds
}

const badTime =
  "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim."
const unauthorized =
  "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested."

/** Judges an assertion: whom it lets in, or the refusal. */
export const judge = (
  assertion: string,
  { accounts, audience, now }: Circumstances
): Result.Result<Believed, EmulatorAnswer> => {
  const [header = "", payload = "", signature = "", ...rest] = assertion.split(".")
  const claims = Option.getOrUndefined(decodeClaims(textOf(payload)))
  if (claims === undefined || rest.length > 0 || Option.isNone(decodeHeader(textOf(header))))
    return Result.fail(invalidGrant("Invalid JWT: cannot be read."))
  const { aud, exp, iat, iss, scope, sub } = claims
  if (aud !== google && aud !== audience) return Result.fail(invalidGrant("Invalid JWT: Failed audience check."))
  if (!isTimely(iat, exp, now)) return Result.fail(invalidGrant(badTime))
  const account = accounts === undefined ? { email: iss } : accounts.find(({ email }) => email === iss)
  if (account === undefined) return Result.fail(invalidGrant("Invalid grant: account not found"))
  if (account.key !== undefined && !isSignedBy(account.key, `${header}.${payload}`, signature))
    return Result.fail(invalidGrant("Invalid JWT Signature."))
  const scopes = scope.split(" ").filter((each) => each !== "")
  if (scopes.length === 0)
    return Result.fail(refuse(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided."))
  const mayActFor = sub === undefined || sub === iss || accounts === undefined || account.subjects?.includes(sub)
  const mayAsk = scopes.every((each) => account.scopes?.includes(each) ?? true)
  return mayActFor && mayAsk
    ? Result.succeed({ email: sub ?? iss, scopes })
    : Result.fail(refuse(401, "unauthorized_client", unauthorized))
}
