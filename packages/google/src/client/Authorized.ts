/**
 * One exchange with Google as whoever the tokens say. A token that Google does not accept (401) is renewed once, and the
 * request is sent again with the new one. The token goes to no address it is not for.
 *
 * Sources: https://developers.google.com/workspace/drive/api/guides/handle-errors (401 is answered by a new token),
 * https://cloud.google.com/apis/docs/system-parameters (`x-goog-user-project` is the project whose quota is used).
 *
 * @module
 */
import type { ExchangeError } from "@skippy/http"
import { type BoundedBody, type HttpExchange, userAgent } from "@skippy/http/authoring"
import { Effect, Redacted } from "effect"
import { type HttpClientError, HttpClientRequest, type HttpClientResponse } from "effect/http"
import type { AuthError } from "../auth/AuthError.ts"
import type { AccessToken, TokenProvider } from "../auth/TokenProvider.ts"
import * as Bodies from "./Bodies.ts"

/** What exchanges are made with. */
export interface Options {
  /** One that gives every status to be read. */
  readonly exchange: HttpExchange.HttpExchange
  readonly tokens: TokenProvider["Service"]
  /** Which addresses may see the token. The others are asked without one. */
  readonly trusts: (url: string) => boolean
}

/** Goes before a request that is sent a second time, which costs the quota of the service once more. */
export type Again<E> = Effect.Effect<void, E>

/** Reads an answer; `secret` is the token that was sent, to be left out of everything that is told. */
export type Read<A, E> = (
  response: HttpClientResponse.HttpClientResponse,
  received: BoundedBody.Received,
  secret: string | undefined
) => Effect.Effect<A, E>

/**
 * Sends a request once, or twice when the first token is not accepted, and reads the answer. A body that is a stream has to
 * give the same bytes each time.
 */
export type Authorized = <A, E, E2 = never>(
  request: HttpClientRequest.HttpClientRequest,
  read: Read<A, E>,
  again?: Again<E2>
) => Effect.Effect<A, Exclude<E, HttpClientError.HttpClientError> | ExchangeError | AuthError | E2>

/** What an exchange came to. */
type Step<A> = { readonly _tag: "Read"; readonly value: A } | { readonly _tag: "Rejected" }

const rejected: Step<never> = { _tag: "Rejected" }

const signed = (request: HttpClientRequest.HttpClientRequest, { quotaProject, value }: AccessToken) =>
  HttpClientRequest.setHeaders(request, {
    authorization: `Bearer ${Redacted.value(value)}`,
    ...(quotaProject === undefined ? {} : { "x-goog-user-project": quotaProject })
  })

/** Makes authorized exchanges. */
export const make = ({ exchange, tokens, trusts }: Options): Authorized => {
  return <A, E, E2 = never>(
    plain: HttpClientRequest.HttpClientRequest,
    read: Read<A, E>,
    again: Again<E2> | undefined = undefined
  ) => {
    const request = HttpClientRequest.setHeader(plain, "user-agent", userAgent)
    if (!trusts(request.url)) return exchange(request, (response, received) => read(response, received, undefined))

    const last = (token: AccessToken) =>
      exchange(signed(request, token), (response, received) => read(response, received, Redacted.value(token.value)))

    const first = (token: AccessToken) =>
      exchange(signed(request, token), (response, received): Effect.Effect<Step<A>, E> =>
        response.status === 401
          ? Effect.as(Bodies.refusalOf(response, received), rejected)
          : Effect.map(read(response, received, Redacted.value(token.value)), (value) => ({ _tag: "Read", value }))
      )

    return Effect.flatMap(tokens.get, (token) =>
      Effect.flatMap(first(token), (step) =>
        step._tag === "Read"
          ? Effect.succeed(step.value)
          : // Renewing takes its time, so the second request waits for its turn after it.
            Effect.flatMap(tokens.renew(token), (renewed) => Effect.andThen(again ?? Effect.void, last(renewed)))
      )
    )
  }
}
