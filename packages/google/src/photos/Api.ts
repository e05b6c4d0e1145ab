/**
 * The Photos Picker as its API is: requests that are authorized, sent through the policies of the service `google-photos`,
 * and judged. Nothing is kept: sessions change while somebody picks, and the addresses of bytes are soon too old.
 *
 * @module
 */
import { currentCall, Resilience, type ResilienceError } from "@skippy/core"
import type { ExchangeError } from "@skippy/http"
import { type BoundedBody, HttpExchange, withoutRedirects } from "@skippy/http/authoring"
import { Clock, Effect, Option, Schema } from "effect"
import { HttpClient, type HttpClientError, type HttpClientRequest, type HttpClientResponse } from "effect/http"
import type { AuthError } from "../auth/AuthError.ts"
import { TokenProvider } from "../auth/TokenProvider.ts"
import * as AuthApart from "../client/AuthApart.ts"
import * as Authorized from "../client/Authorized.ts"
import * as Bodies from "../client/Bodies.ts"
import * as Endpoint from "../client/Endpoint.ts"
import * as ErrorBody from "../client/ErrorBody.ts"
import type { Connection } from "./Connection.ts"
import * as Judge from "./Judge.ts"
import * as PhotosError from "./PhotosError.ts"
import * as Requests from "./Requests.ts"

/** The protected service. */
export const service = "google-photos"

/** What is asked. */
export interface Asked extends Judge.Subject {
  /** Whether doing it twice is the same as doing it once. */
  readonly idempotent: boolean
  readonly lane?: "download" | undefined
  /** Which circuit it belongs to. Default: that of the API. */
  readonly partition?: string | undefined
}

/** What an attempt can fail with. */
export type AttemptError = PhotosError.PhotosError | ExchangeError | AuthError

/** What a call can fail with. */
export type Failure = AttemptError | ResilienceError

/** The Photos Picker. */
export interface Api {
  /** One attempt: authorized, sent, and read when the status is accepted; else it is a `PhotosError`. */
  readonly exchangeWith: <A, E>(
    asked: Asked,
    request: HttpClientRequest.HttpClientRequest,
    read: HttpExchange.Read<A, E, never>,
    accepts?: (status: number) => boolean
  ) => Effect.Effect<A, Exclude<E, HttpClientError.HttpClientError> | AttemptError>
  /** Runs an attempt through the policies of the service. */
  readonly through: <A, E>(
    asked: Asked,
    attempt: Effect.Effect<A, E>
  ) => Effect.Effect<A, E | AuthError | ResilienceError>
  /** One attempt, whose JSON is read. */
  readonly attempt: <S extends Schema.ConstraintDecoder<unknown>>(
    schema: S
  ) => (asked: Asked, request: HttpClientRequest.HttpClientRequest) => Effect.Effect<S["Type"], AttemptError>
  /** The same through the policies. */
  readonly call: <S extends Schema.ConstraintDecoder<unknown>>(
    schema: S
  ) => (asked: Asked, request: HttpClientRequest.HttpClientRequest) => Effect.Effect<S["Type"], Failure>
  /** Whether the token may be sent to an address, such as one of an answer. */
  readonly trusts: (url: string) => boolean
  readonly requests: Requests.Requests
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300

/** Fails with what is found out here, and not told by Google. */
export const fail = (
  { mediaId, operation, sessionId }: Judge.Subject,
  reason: PhotosError.PhotosErrorReason,
  more: Pick<PhotosError.Fields, "retryable" | "said"> = {}
): Effect.Effect<never, PhotosError.PhotosError> =>
  Effect.flatMap(currentCall, (call) =>
    Effect.fail(
      PhotosError.make({
        reason,
        operation,
        ...(sessionId === undefined ? {} : { sessionId }),
        ...(mediaId === undefined ? {} : { mediaId }),
        ...more,
        ...(call === undefined ? {} : { requestId: call.requestId })
      })
    )
  )

const decodeWith = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(schema))
  return (asked: Asked, text: string): Effect.Effect<S["Type"], PhotosError.PhotosError> => {
    const decoded = decodeJson(text)
    return Option.isSome(decoded)
      ? Effect.succeed(decoded.value)
      : fail(asked, "unexpectedAnswer", { said: "it has not the documented form" })
  }
}

/** Makes it for a connection, over the `HttpClient`, the tokens and the policies of the context. */
export const make = (
  connection: Connection
): Effect.Effect<Api, never, HttpClient.HttpClient | Resilience | TokenProvider> =>
  Effect.gen(function* () {
    const pipeline = (yield* Resilience).pipeline(service)
    const tokens = yield* TokenProvider
    const client = withoutRedirects(yield* HttpClient.HttpClient)
    const trusts = Endpoint.trusts(connection.url)
    const authorized = Authorized.make({
      exchange: HttpExchange.make({ client, accepts: () => true }),
      tokens,
      trusts
    })
    const isServiceAccount = Effect.match(tokens.identity, {
      onFailure: () => false,
      onSuccess: (identity) => identity.startsWith("service-account")
    })

    const refused = (
      asked: Asked,
      response: HttpClientResponse.HttpClientResponse,
      received: BoundedBody.Received,
      secret: string | undefined
    ): Effect.Effect<never, PhotosError.PhotosError> =>
      Effect.gen(function* () {
        const said = ErrorBody.read(yield* Bodies.refusalOf(response, received), secret)
        const call = yield* currentCall
        const circumstances = {
          now: yield* Clock.currentTimeMillis,
          isServiceAccount: yield* isServiceAccount,
          requestId: call?.requestId
        }
        return yield* Judge.errorOf(asked, { status: response.status, headers: received.headers, said }, circumstances)
      })

    const exchangeWith = <A, E>(
      asked: Asked,
      request: HttpClientRequest.HttpClientRequest,
      read: HttpExchange.Read<A, E, never>,
      accepts: (status: number) => boolean = isSuccess
    ) =>
      authorized(request, (response, received, secret): Effect.Effect<A, E | PhotosError.PhotosError> =>
        accepts(response.status) ? read(response, received) : refused(asked, response, received, secret)
      )

    const through: Api["through"] = ({ idempotent, lane, operation, partition }, attempt) =>
      // Signing in takes its time, which is none of an attempt's.
      Effect.andThen(
        tokens.get,
        AuthApart.through(attempt, (apart) => pipeline.value({ operation, idempotent, lane, partition }, apart))
      )

    const attempt: Api["attempt"] = (schema) => {
      const decode = decodeWith(schema)
      return (asked, request) =>
        Effect.flatMap(exchangeWith(asked, request, Bodies.textOf), (text) => decode(asked, text))
    }

    return {
      exchangeWith,
      through,
      attempt,
      call: (schema) => {
        const once = attempt(schema)
        return (asked, request) => through(asked, once(asked, request))
      },
      trusts,
      requests: Requests.make(connection)
    }
  })
