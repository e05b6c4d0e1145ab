/**
 * Drive as its API is: requests that are authorized, sent through the policies of the service `google-drive`, and judged.
 * Reads, changes and uploads are built on it.
 *
 * @module
 */
import { currentCall, type RateLimitedError, Resilience, type ResilienceError } from "@skippy/core"
import type { ExchangeError, Freshness } from "@skippy/http"
import { freshnessOf, type HttpExchange } from "@skippy/http/authoring"
import { Effect, Option, type Schema } from "effect"
import { type Headers, type HttpClient, type HttpClientError, HttpClientRequest } from "effect/http"
import type { AuthError } from "../auth/AuthError.ts"
import { TokenProvider } from "../auth/TokenProvider.ts"
import * as AnswerJson from "../client/AnswerJson.ts"
import * as AuthApart from "../client/AuthApart.ts"
import * as Bodies from "../client/Bodies.ts"
import * as Exchanges from "../client/Exchanges.ts"
import type { Connection } from "./Connection.ts"
import * as DriveError from "./DriveError.ts"
import { live } from "./Fresh.ts"
import * as Judge from "./Judge.ts"
import * as Quota from "./Quota.ts"
import * as Requests from "./Requests.ts"
import * as Turn from "./Turn.ts"
import * as Wire from "./Wire.ts"

/** The protected service. */
export const service = "google-drive"

/** What is asked. */
export interface Asked {
  /** What is done: `createFolder`. Errors and events name it. */
  readonly operation: string
  /** The file errors name. */
  readonly fileId?: string | undefined
  /** What it costs of the quota. */
  readonly kind: Quota.Kind
  /** Whether doing it twice is the same as doing it once. */
  readonly idempotent: boolean
  readonly lane?: "download" | "upload" | undefined
}

/** An answer that is no refusal. */
export interface Reply {
  readonly status: number
  readonly headers: Headers.Headers
  readonly text: string
}

/** What an attempt can fail with. */
export type AttemptError = DriveError.DriveError | ExchangeError | AuthError | RateLimitedError

/** What a call can fail with. */
export type Failure = AttemptError | ResilienceError

/** A value, and where it came from. */
export interface Known<A> {
  readonly value: A
  readonly freshness: Freshness
}

type Schemas = Schema.ConstraintDecoder<unknown>

/** Drive. */
export interface Api {
  /** One attempt: authorized, sent, judged; a refusal is a `DriveError`. 401 renews the token once, within. */
  readonly exchange: (asked: Asked, request: HttpClientRequest.HttpClientRequest) => Effect.Effect<Reply, AttemptError>
  /** The same for whoever reads the answer as a stream or judges other statuses: `accepts(status)`, by default 2xx. */
  readonly exchangeWith: <A, E>(
    asked: Asked,
    request: HttpClientRequest.HttpClientRequest,
    read: HttpExchange.Read<A, E, never>,
    accepts?: (status: number) => boolean
  ) => Effect.Effect<A, Exclude<E, HttpClientError.HttpClientError> | AttemptError>
  /** Runs an attempt through the policies of `google-drive`: retries, limits, circuit. */
  readonly through: <A, E>(
    asked: Asked,
    attempt: Effect.Effect<A, E>
  ) => Effect.Effect<A, E | AuthError | ResilienceError>
  /** `exchange` through the policies, and its JSON read. */
  readonly call: <S extends Schemas>(
    schema: S
  ) => (asked: Asked, request: HttpClientRequest.HttpClientRequest) => Effect.Effect<S["Type"], Failure>
  /** The same through the cache, for reads. */
  readonly cached: <S extends Schemas>(
    schema: S
  ) => (asked: Asked, request: HttpClientRequest.HttpClientRequest) => Effect.Effect<Known<S["Type"]>, Failure>
  /** An attempt through the policies and, with a key, through the cache. */
  readonly keeping: <A, E>(
    asked: Asked,
    key: string | undefined,
    attempt: Effect.Effect<A, E>
  ) => Effect.Effect<Known<A>, E | AuthError | ResilienceError>
  /** Reads the JSON of an answer. */
  readonly decode: <S extends Schemas>(
    schema: S
  ) => (asked: Asked, text: string) => Effect.Effect<S["Type"], DriveError.DriveError>
  readonly requests: Requests.Requests
  /** Metadata as it is now, uncached. */
  readonly file: (asked: Asked, fileId: string) => Effect.Effect<Wire.File, Failure>
  /** Forgets what was read, after a change: searches and lists may tell of anything. */
  readonly forget: Effect.Effect<void>
  /** Whether the token may be sent to an address, such as one of an answer. */
  readonly trusts: (url: string) => boolean
  /** Fails with what is found out here, and not told by Drive. */
  readonly fail: (
    asked: Asked,
    reason: DriveError.DriveErrorReason,
    said?: string
  ) => Effect.Effect<never, DriveError.DriveError>
}

const fail: Api["fail"] = ({ fileId, operation }, reason, said) =>
  Effect.flatMap(currentCall, (call) =>
    Effect.fail(
      DriveError.make({
        reason,
        category: Judge.categoryOf(reason),
        operation,
        ...(fileId === undefined ? {} : { fileId }),
        ...(said === undefined ? {} : { said }),
        ...(call === undefined ? {} : { requestId: call.requestId })
      })
    )
  )

const decode: Api["decode"] = (schema) => {
  const read = AnswerJson.decoderOf(schema)
  return (asked, text) => {
    const decoded = read(text)
    return Option.isSome(decoded)
      ? Effect.succeed(decoded.value)
      : fail(asked, "unexpectedAnswer", "it has not the documented form")
  }
}

const addressOf = (request: HttpClientRequest.HttpClientRequest): string =>
  Option.getOrUndefined(HttpClientRequest.toUrl(request))?.href ?? request.url

/** Makes it for a connection, over the `HttpClient`, the tokens and the policies of the context. */
export const make = (
  connection: Connection
): Effect.Effect<Api, never, HttpClient.HttpClient | Resilience | TokenProvider> =>
  Effect.gen(function* () {
    const resilience = yield* Resilience
    const tokens = yield* TokenProvider
    const weightOf = ({ kind }: Asked) => (connection.quota === "units" ? Quota.costs[kind] : undefined)
    const exchanges = yield* Exchanges.make(
      connection.url,
      (asked: Asked, refusal, circumstances): Effect.Effect<never, DriveError.DriveError> =>
        Effect.fail(Judge.errorOf(asked, refusal, circumstances)),
      (asked) => Exchanges.turnOf(resilience.pipeline(service), weightOf(asked) ?? 1)
    )
    const { exchangeWith, trusts } = exchanges
    const requests = Requests.make(connection)

    const exchange: Api["exchange"] = (asked, request) =>
      exchangeWith(asked, request, (response, received) =>
        Effect.map(Bodies.textOf(response, received), (text) => ({
          status: response.status,
          headers: received.headers,
          text
        }))
      )

    const infoOf = (asked: Asked) => ({
      operation: asked.operation,
      idempotent: asked.idempotent,
      lane: asked.lane,
      weight: weightOf(asked)
    })

    const through: Api["through"] = (asked, attempt) =>
      Turn.inTurn(exchanges.through(attempt, (apart) => resilience.pipeline(service).value(infoOf(asked), apart)))

    const keeping: Api["keeping"] = (asked, key, attempt) => {
      if (key === undefined) return Effect.map(through(asked, attempt), (value) => ({ value, freshness: live }))
      // Without a token there is nothing to be kept, and one that is kept needs no token.
      return Effect.flatMap(tokens.identity, (identity) => {
        const info = { ...infoOf(asked), cacheKey: `${identity} ${key}` }
        const answer = AuthApart.through(attempt, (apart) => resilience.pipeline(service).run(info, apart))
        return Effect.map(answer, (found) => ({ value: found.value, freshness: freshnessOf(found) }))
      })
    }

    const read = <S extends Schemas>(schema: S) => {
      const decodeText = decode(schema)
      return (asked: Asked, request: HttpClientRequest.HttpClientRequest) =>
        Effect.flatMap(exchange(asked, request), ({ text }) => decodeText(asked, text))
    }

    const cached: Api["cached"] = (schema) => {
      const attempt = read(schema)
      return (asked, request) => keeping(asked, addressOf(request), attempt(asked, request))
    }

    const call: Api["call"] = (schema) => {
      const attempt = read(schema)
      return (asked, request) => through(asked, attempt(asked, request))
    }

    const readFile = call(Wire.File)

    return {
      exchange,
      exchangeWith,
      through,
      call,
      cached,
      keeping,
      decode,
      requests,
      file: (asked, fileId) =>
        readFile(
          { ...asked, fileId, kind: "get", idempotent: true, lane: undefined },
          requests.get(Requests.pathOf(fileId))
        ),
      forget: Effect.asVoid(resilience.pipeline(service).invalidate({ operation: "*", cacheKey: "*" })),
      trusts,
      fail
    }
  })
