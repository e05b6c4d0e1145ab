/**
 * Tokens of a service account: it says who it is in a text it signs, and gets an access token for it
 * (https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests).
 *
 * @module
 */
import { Credentials } from "@skippy/http/authoring"
import { Clock, Effect, Redacted } from "effect"
import * as AuthError from "./AuthError.ts"
import type { ServiceAccount } from "./CredentialsFile.ts"
import { google, type Granted, type TokenEndpoint } from "./TokenEndpoint.ts"

/** What is asked for. */
export interface Asked {
  /** The file the key is in, for errors. */
  readonly subject: string
  readonly scopes: ReadonlyArray<string>
  /** The user it acts for (domain-wide delegation). */
  readonly actsFor: string | undefined
  /** Where tokens come from, whatever the key file says. Default: its `token_uri`. */
  readonly tokenUrl: string | undefined
}

/** The longest Google takes. */
const lifeSeconds = 3600

const jwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer"

const badKey = (subject: string, fix: string) =>
  AuthError.make({ reason: "badCredentials", category: "auth", subject, fix })

/** Assertions go nowhere anybody could listen. */
const isSafe = (url: string): boolean => {
  if (!Credentials.isBaseUrl(url)) return false
  const { hostname, protocol } = new URL(url)
  return protocol === "https:" || (protocol === "http:" && (hostname === "127.0.0.1" || hostname === "localhost"))
}

/** In variables line breaks are often written out. */
const pemOf = (key: Redacted.Redacted): string => Redacted.value(key).replaceAll("\\n", "\n").trim()

interface Claims {
  readonly iss: string
  readonly scope: string
  readonly aud: string
  readonly iat: number
  readonly exp: number
  readonly sub?: string
}

const signed = (key: ServiceAccount, claims: Claims, subject: string): Effect.Effect<string, AuthError.AuthError> =>
  Effect.tryPromise({
    // Whoever has no service account does not load it.
    try: () =>
      import("jose").then(({ importPKCS8, SignJWT }) =>
        importPKCS8(pemOf(key.private_key), "RS256").then((privateKey) => {
          const kid = key.private_key_id === undefined ? {} : { kid: key.private_key_id }
          return new SignJWT({ ...claims }).setProtectedHeader({ alg: "RS256", typ: "JWT", ...kid }).sign(privateKey)
        })
      ),
    // What it says could quote the key.
    catch: () => badKey(subject, "private_key is no RSA key in PEM (PKCS 8): take the file as Google made it")
  })

/** Gets a token. */
export const grant = (
  endpoint: TokenEndpoint,
  key: ServiceAccount,
  { actsFor, scopes, subject, tokenUrl = key.token_uri ?? google.token }: Asked
): Effect.Effect<Granted, AuthError.AuthError> =>
  Effect.gen(function* () {
    if (!isSafe(tokenUrl))
      return yield* badKey(subject, "token_uri must be an https URL: take the file as Google made it")
    const iat = Math.floor((yield* Clock.currentTimeMillis) / 1000)
    const claims: Claims = {
      iss: key.client_email,
      scope: scopes.join(" "),
      aud: tokenUrl,
      iat,
      exp: iat + lifeSeconds,
      ...(actsFor === undefined ? {} : { sub: actsFor })
    }
    const assertion = yield* signed(key, claims, subject)
    return yield* endpoint.grant({
      kind: "assertion",
      url: tokenUrl,
      form: { grant_type: jwtBearer, assertion },
      subject
    })
  })
