/**
 * The Photos Picker as its API is: requests that are authorized, sent through the policies of the service `google-photos`,
 * and judged. Nothing is kept: sessions change while somebody picks, and the addresses of bytes are soon too old.
 *
 * @module
 */
import { currentCall, type RateLimitedError, Resilience, type ResilienceError } from "@skippy/core"
import type { ExchangeError } from "@skippy/http"
import type { HttpExchange } from "@skippy/http/authoring"
import { Effect, Option, Schema } from "effect"
import type { HttpClient, HttpClientError, HttpClientRequest } from "effect/http"
import type { AuthError } from "../auth/AuthError.ts"
import { TokenProvider } from "../auth/TokenProvider.ts"
import * as AnswerJson from "../client/AnswerJson.ts"
import * as Bodies from "../client/Bodies.ts"
import * as Exchanges from "../client/Exchanges.ts"
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
export type AttemptError = PhotosError.PhotosError | ExchangeError | AuthError | RateLimitedError

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
  const read = AnswerJson.decoderOf(schema)
  return (asked: Asked, text: string): Effect.Effect<S["Type"], PhotosError.PhotosError> => {
    const decoded = read(text)
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
    const isServiceAccount = Effect.match(tokens.identity, {
      onFailure: () => false,
      onSuccess: (identity) => identity.startsWith("service-account")
    })
    const exchanges = yield* Exchanges.make(
      connection.url,
      (asked: Asked, refusal, circumstances): Effect.Effect<never, PhotosError.PhotosError> =>
        Effect.flatMap(isServiceAccount, (isServiceAccount) =>
          Effect.fail(Judge.errorOf(asked, refusal, { ...circumstances, isServiceAccount }))
        ),
      ({ partition }) => Exchanges.turnOf(pipeline, 1, partition)
    )
    const { exchangeWith, trusts } = exchanges

    const through: Api["through"] = ({ idempotent, lane, operation, partition }, attempt) =>
      exchanges.through(attempt, (apart) => pipeline.value({ operation, idempotent, lane, partition }, apart))

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
