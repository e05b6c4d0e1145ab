/**
 * How an API of Google is asked: authorized, without following redirects, through the policies of its service, and with
 * its refusals judged by whoever knows the API.
 *
 * @module
 */
import { currentCall, type Pipeline, type RateLimitedError, type ResilienceError } from "@skippy/core"
import type { ExchangeError, RateHeaders } from "@skippy/http"
import { type BoundedBody, HttpExchange, withoutRedirects } from "@skippy/http/authoring"
import { Clock, Effect } from "effect"
import { HttpClient, type HttpClientError, type HttpClientRequest, type HttpClientResponse } from "effect/http"
import type { AuthError } from "../auth/AuthError.ts"
import { TokenProvider } from "../auth/TokenProvider.ts"
import * as AuthApart from "./AuthApart.ts"
import * as Authorized from "./Authorized.ts"
import * as Bodies from "./Bodies.ts"
import * as Endpoint from "./Endpoint.ts"
import * as ErrorBody from "./ErrorBody.ts"

/** An answer that is a refusal. */
export interface Refusal {
  readonly status: number
  readonly headers: RateHeaders.HeaderMap
  readonly said: ErrorBody.Said
}

/** When it came, and to which call. */
export interface Circumstances {
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly requestId: string | undefined
}

/** Judges the refusal of what was asked. */
export type Judge<Asked, E> = (asked: Asked, refusal: Refusal, circumstances: Circumstances) => Effect.Effect<never, E>

/** The ways to ask. */
export interface Exchanges<Asked, E> {
  /** One attempt: authorized, sent, and read when the status is accepted, by default 2xx; else judged. */
  readonly exchangeWith: <A, E2>(
    asked: Asked,
    request: HttpClientRequest.HttpClientRequest,
    read: HttpExchange.Read<A, E2, never>,
    accepts?: (status: number) => boolean
  ) => Effect.Effect<
    A,
    | Exclude<E, HttpClientError.HttpClientError>
    | Exclude<E2, HttpClientError.HttpClientError>
    | ExchangeError
    | AuthError
    | RateLimitedError
  >
  /** Runs an attempt through policies. Signing in takes its time, which is none of an attempt's. */
  readonly through: <A, B, E2>(
    attempt: Effect.Effect<A, E2 | AuthError>,
    policies: (
      attempt: Effect.Effect<A, E2 | AuthApart.Apart>
    ) => Effect.Effect<B, E2 | ResilienceError | AuthApart.Apart>
  ) => Effect.Effect<B, E2 | ResilienceError | AuthError>
  /** Whether the token may be sent to an address, such as one of an answer. */
  readonly trusts: (url: string) => boolean
}

/** Takes `weight` from the limit of a service, or of a part of it, when there is one. */
export const turnOf = (
  { stages: { limiter } }: Pipeline,
  weight: number,
  partition: string | undefined = undefined
): Authorized.Again<RateLimitedError> => {
  const own = partition === undefined ? limiter : limiter?.for(partition)
  return Effect.asVoid(own?.acquire(weight) ?? Effect.void)
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300

/**
 * Makes them for an API below an address, over the `HttpClient` and the tokens of the context. `again` takes from the limit
 * of the service for a request that is sent a second time within its attempt, because its token was not accepted.
 */
export const make = <Asked, E>(
  url: string,
  judge: Judge<Asked, E>,
  again: (asked: Asked) => Authorized.Again<RateLimitedError>
): Effect.Effect<Exchanges<Asked, E>, never, HttpClient.HttpClient | TokenProvider> =>
  Effect.gen(function* () {
    const tokens = yield* TokenProvider
    const client = withoutRedirects(yield* HttpClient.HttpClient)
    const trusts = Endpoint.trusts(url)
    const exchange = HttpExchange.make({ client, accepts: () => true })
    const authorized = Authorized.make({ exchange, tokens, trusts })

    const refused = (
      asked: Asked,
      response: HttpClientResponse.HttpClientResponse,
      received: BoundedBody.Received,
      secret: string | undefined
    ): Effect.Effect<never, E> =>
      Effect.gen(function* () {
        const said = ErrorBody.read(yield* Bodies.refusalOf(response, received), secret)
        const now = yield* Clock.currentTimeMillis
        const call = yield* currentCall
        const refusal = { status: response.status, headers: received.headers, said }
        return yield* judge(asked, refusal, { now, requestId: call?.requestId })
      })

    const exchangeWith = <A, E2>(
      asked: Asked,
      request: HttpClientRequest.HttpClientRequest,
      read: HttpExchange.Read<A, E2, never>,
      accepts: (status: number) => boolean = isSuccess
    ) =>
      authorized(
        request,
        (response, received, secret): Effect.Effect<A, E | E2> =>
          accepts(response.status) ? read(response, received) : refused(asked, response, received, secret),
        again(asked)
      )

    return {
      exchangeWith,
      through: (attempt, policies) => Effect.andThen(tokens.get, AuthApart.through(attempt, policies)),
      trusts
    }
  })
