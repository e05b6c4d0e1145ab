/**
 * Asks Google's token endpoint, through the policies of the service `http`: with retries, a circuit and counts of its own
 * for the endpoint's origin. Redirects are not followed, and of an answer nothing gets into an error.
 *
 * @module
 */
import { InvalidOptionError, type Resilience } from "@skippy/core"
import { type HttpError, ResilientHttpClient } from "@skippy/http"
import { BoundedBody, Credentials, HttpErrors, userAgent, withoutRedirects } from "@skippy/http/authoring"
import { Clock, Effect, Option, Redacted, Schema } from "effect"
import { type Headers, HttpClient, HttpClientRequest } from "effect/http"
import * as AuthError from "./AuthError.ts"
import * as TokenJudge from "./TokenJudge.ts"

/** Where Google's sign-in is. */
export interface Endpoints {
  readonly consent: string
  readonly token: string
  readonly revoke: string
}

/** Google's own (https://accounts.google.com/.well-known/openid-configuration). */
export const google: Endpoints = {
  consent: "https://accounts.google.com/o/oauth2/v2/auth",
  token: "https://oauth2.googleapis.com/token",
  revoke: "https://oauth2.googleapis.com/revoke"
}

/** All of it in one place, as an emulator has it. A base that makes no sense is a defect (`InvalidOptionError`). */
export const endpointsBelow = (base: string): Endpoints => {
  if (!Credentials.isBaseUrl(base)) {
    const fix = Credentials.baseUrlFix("http://127.0.0.1:8080")
    throw new InvalidOptionError({ policy: "Tokens", option: "authUrl", value: "not one", fix })
  }
  const url = Credentials.baseUrl(base)
  return { consent: `${url}/o/oauth2/v2/auth`, token: `${url}/token`, revoke: `${url}/revoke` }
}

/** The same, or Google's own without a base. */
export const endpointsOf = (base: string | undefined): Endpoints => (base === undefined ? google : endpointsBelow(base))

/** A request to the endpoint. */
export interface Ask {
  readonly kind: TokenJudge.Kind
  readonly url: string
  /** Sent as a form. Values are secrets. */
  readonly form: Readonly<Record<string, string>>
  /** What it is about, for errors: a file, an account. */
  readonly subject: string
}

/** What was granted. */
export interface Granted {
  readonly accessToken: Redacted.Redacted
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined
  readonly refreshToken: Redacted.Redacted | undefined
  /** `undefined` when Google does not say. */
  readonly scopes: ReadonlyArray<string> | undefined
}

/** The endpoint. */
export interface TokenEndpoint {
  readonly grant: (ask: Ask) => Effect.Effect<Granted, AuthError.AuthError>
  /** Ends tokens. Those that are not good any more count as ended. */
  readonly revoke: (ask: Ask) => Effect.Effect<void, AuthError.AuthError>
}

const maxBodyBytes = 256 * 1024

const Grant = Schema.fromJsonString(
  Schema.Struct({
    access_token: Schema.String.check(
      Schema.makeFilter((text: string) => text.trim() !== "" && Credentials.isSendable(text))
    ),
    expires_in: Schema.optionalKey(Schema.Finite),
    refresh_token: Schema.optionalKey(Schema.String),
    scope: Schema.optionalKey(Schema.String)
  })
)
const decodeGrant = Schema.decodeUnknownOption(Grant)

/** Statuses that are judged by their bodies; the others are trouble of the service. */
const accepts = (status: number): boolean => !HttpErrors.isTrouble(status)

/** An answer that is none of the endpoint's may be that of a proxy in between: another attempt may get through. */
const unreadable = (request: HttpClientRequest.HttpClientRequest, status: number): HttpError =>
  HttpErrors.make({ ...HttpErrors.subjectOf(request, undefined), reason: "body", category: "transient", status })

const skewOf = (headers: Headers.Headers, now: number): number => {
  const date = Date.parse(headers["date"] ?? "")
  return Number.isNaN(date) ? 0 : now - date
}

const unavailable = (subject: string, error: ResilientHttpClient.CallError): AuthError.AuthError =>
  AuthError.make({
    reason: "unavailable",
    category: error.category,
    subject: `${subject}: ${error.message}`,
    fix: "check the network and try again"
  })

/** Makes the endpoint. */
export const make: Effect.Effect<TokenEndpoint, never, HttpClient.HttpClient | Resilience> = Effect.gen(function* () {
  const client = withoutRedirects(yield* HttpClient.HttpClient)
  const http = yield* Effect.provideService(ResilientHttpClient.make({ accepts }), HttpClient.HttpClient, client)

  const send = <A>(
    ask: Ask,
    decode: (text: string, sentAt: number) => A | undefined
  ): Effect.Effect<A, AuthError.AuthError> =>
    // What is granted counts from before it was asked for: neither a slow answer nor a retry makes it live longer.
    Effect.flatMap(Clock.currentTimeMillis, (sentAt) => {
      const request = HttpClientRequest.post(ask.url).pipe(
        HttpClientRequest.acceptJson,
        HttpClientRequest.setHeader("user-agent", userAgent),
        HttpClientRequest.bodyUrlParams(ask.form)
      )
      const call = http.call(
        request,
        (response, received) =>
          Effect.gen(function* () {
            const kept = yield* BoundedBody.keep(response, maxBodyBytes, received)
            const text = yield* kept.text
            if (response.status === 200) return decode(text, sentAt) ?? (yield* unreadable(request, response.status))
            const now = yield* Clock.currentTimeMillis
            const refusal = TokenJudge.judge(ask.kind, text, { skew: skewOf(received.headers, now) })
            if (refusal === undefined) return yield* unreadable(request, response.status)
            return yield* AuthError.make({ ...refusal, subject: ask.subject })
          }),
        { operation: `${ask.kind}Token`, idempotent: ask.kind !== "exchange" }
      )
      return Effect.mapError(call, (error) => (error._tag === "AuthError" ? error : unavailable(ask.subject, error)))
    })

  return {
    grant: (ask) =>
      send(ask, (text, sentAt) => {
        const granted = Option.getOrUndefined(decodeGrant(text))
        return granted === undefined ? undefined : grantedOf(granted, sentAt)
      }),
    revoke: (ask) =>
      send(ask, () => true).pipe(
        Effect.asVoid,
        Effect.catchIf(
          ({ said }) => said?.startsWith("invalid_token") === true,
          () => Effect.void
        )
      )
  }
})

const grantedOf = ({ access_token, expires_in, refresh_token, scope }: typeof Grant.Type, sentAt: number): Granted => ({
  accessToken: Redacted.make(access_token.trim(), { label: "google.access_token" }),
  expiresAt: expires_in === undefined ? undefined : sentAt + expires_in * 1000,
  refreshToken:
    refresh_token === undefined ? undefined : Redacted.make(refresh_token, { label: "google.refresh_token" }),
  scopes: scope?.split(" ").filter((each) => each !== "")
})
