/**
 * Makes any Effect `HttpClient` a protected one: each request goes through the pipeline of its service, with a circuit and
 * counts for each origin.
 *
 * - 5xx, 408, broken connections and timeouts count against the circuit; other 4xx are answers. 429 is throttling: the
 *   limiter goes quiet for `Retry-After`. `RateLimit` and `X-RateLimit` headers feed the limiter, for the whole origin.
 * - GET, HEAD, OPTIONS, PUT, DELETE and requests with an `Idempotency-Key` are repeated; others only when they certainly
 *   were not carried out. A streamed body cannot be sent twice, so its request is not repeated once sending has begun.
 * - An attempt covers the whole answer: a body that breaks off or hangs is a failed attempt, and no connection stays open.
 *
 * Use it where no typed service of Skippy's fits. `layer` protects a whole program that knows only `HttpClient`.
 *
 * @example
 * ```ts
 * import { Resilience } from "@skippy/core"
 * import { ResilientHttpClient } from "@skippy/http"
 * import { Effect } from "effect"
 * import { HttpClient, HttpClientResponse } from "effect/http"
 *
 * let asked = 0
 * const flaky = HttpClient.make((request) =>
 *   Effect.sync(() => HttpClientResponse.fromWeb(request, new Response("42 rows", { status: ++asked < 3 ? 503 : 200 })))
 * )
 *
 * const program = Effect.gen(function* () {
 *   const { client } = yield* ResilientHttpClient.make()
 *   const response = yield* client.get("https://reports.example/today")
 *   console.log(yield* response.text, "after", asked, "attempts")
 * }).pipe(
 *   Effect.provide(Resilience.layer({ services: { http: { retry: { baseDelay: "10 millis" } } } })),
 *   Effect.provideService(HttpClient.HttpClient, flaky)
 * )
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * 42 rows after 3 attempts
 * ```
 *
 * @module
 */
import { type PipelineAnswer, Resilience, type ResilienceError } from "@skippy/core"
import { Effect, Layer } from "effect"
import { HttpClient, HttpClientError, type HttpClientRequest, type HttpClientResponse } from "effect/http"
import * as BoundedBody from "./BoundedBody.ts"
import * as HttpError from "./HttpError.ts"
import * as HttpExchange from "./HttpExchange.ts"
import * as RequestFacts from "./RequestFacts.ts"

/** How a client is protected. */
export interface Options {
  /** The service whose pipeline requests go through. Default `http`. */
  readonly service?: string | undefined
  /** Whether each origin has a circuit and counts of its own. Default `true`; say `false` for a service of one host. */
  readonly perOrigin?: boolean | undefined
  /** The most bytes of an answer that `client` keeps in memory; a larger one fails. Default 16 MiB. */
  readonly maxBodyBytes?: number | undefined
  /** Whether an answer of this status is read; others are failures. Default: all but 5xx, 408 and 429. */
  readonly accepts?: ((status: number) => boolean) | undefined
}

/** The defaults, in one place. */
export const defaults = { service: "http", perOrigin: true, maxBodyBytes: 16 * 1024 * 1024 } as const

/** What a caller says about one call. What is left out follows from the request. */
export interface CallOptions {
  /** What is done with the service. Default: the method. */
  readonly operation?: string | undefined
  /** Whether sending it twice does no harm. Default: by its method, or because it has an `Idempotency-Key`. */
  readonly idempotent?: boolean | undefined
  /** Keeps what was read under this key, within the operation. */
  readonly cacheKey?: string | undefined
  /** One of the service's lanes. */
  readonly lane?: string | undefined
  /** How much of the service's rate limit each attempt takes. Default 1. */
  readonly weight?: number | undefined
  /** Whether a streamed body gives the same bytes each time it is run, as that of a file does. Default `false`. */
  readonly repeatableBody?: boolean | undefined
}

/** What a protected call can fail with. */
export type CallError = HttpExchange.ExchangeError | ResilienceError

type OwnErrors<E> = Exclude<E, HttpClientError.HttpClientError>

/** A client whose requests are protected. */
export interface ResilientHttpClient {
  readonly service: string
  /**
   * The protected client, used as any other. The answer's whole body is read within the attempt and kept in memory. A
   * failing status (5xx, 408, 429) that stays is an `HttpError`.
   */
  readonly client: HttpClient.HttpClient.With<CallError>
  /** Sends a request and reads its answer, all within the attempt: for streams, and for answers that are judged. */
  readonly call: <A, E, R>(
    request: HttpClientRequest.HttpClientRequest,
    read: HttpExchange.Read<A, E, R>,
    options?: CallOptions
  ) => Effect.Effect<A, OwnErrors<E> | CallError, R>
  /** The same with provenance and age of what was read. */
  readonly answer: <A, E, R>(
    request: HttpClientRequest.HttpClientRequest,
    read: HttpExchange.Read<A, E, R>,
    options?: CallOptions
  ) => Effect.Effect<PipelineAnswer<A>, OwnErrors<E> | CallError, R>
  /** One exchange without the pipeline, for calls that are made of several: put them into `Resilience.call` together. */
  readonly exchange: HttpExchange.HttpExchange
}

/** An exchange whose request can be sent once: what it failed with is what it fails with from then on. */
const sentOnce = <A, E, R>(
  exchange: Effect.Effect<A, E, R>,
  used: () => boolean
): Effect.Effect<A, E | HttpError.HttpError, R> => {
  let failed: Effect.Effect<never, E | HttpError.HttpError> | undefined
  const sending = Effect.catch(
    exchange,
    (error) => (failed = Effect.fail(used() ? HttpExchange.unrepeatable(error) : error))
  )
  return Effect.suspend(() => (failed !== undefined && used() ? failed : sending))
}

const build = (
  options: Options,
  failureBytes: number | undefined
): Effect.Effect<ResilientHttpClient, never, HttpClient.HttpClient | Resilience> =>
  Effect.gen(function* () {
    const { maxBodyBytes = defaults.maxBodyBytes, perOrigin = defaults.perOrigin, service = defaults.service } = options
    const resilience = yield* Resilience
    const partitionOf = (request: HttpClientRequest.HttpClientRequest): string | undefined =>
      perOrigin ? RequestFacts.originOf(request.url) : undefined
    const exchange = HttpExchange.make({
      client: yield* HttpClient.HttpClient,
      accepts: options.accepts,
      failureBytes,
      learn: (quotas, request) => resilience.pipeline(service).observe(quotas, partitionOf(request))
    })

    const prepare = <A, E, R>(
      request: HttpClientRequest.HttpClientRequest,
      read: HttpExchange.Read<A, E, R>,
      call: CallOptions
    ) => {
      const repeatable = call.repeatableBody ?? RequestFacts.isRepeatable(request)
      const info = {
        operation: call.operation ?? request.method,
        idempotent: repeatable && (call.idempotent ?? RequestFacts.isIdempotent(request)),
        cacheKey: call.cacheKey,
        lane: call.lane,
        weight: call.weight,
        partition: partitionOf(request)
      }
      if (repeatable) return { info, once: exchange(request, read) }
      const { request: watched, used } = RequestFacts.oneShot(request)
      return { info, once: sentOnce(exchange(watched, read), used) }
    }

    const send: ResilientHttpClient["call"] = (request, read, options = {}) => {
      const { info, once } = prepare(request, read, options)
      return resilience.pipeline(service).value(info, once)
    }
    const call: ResilientHttpClient["call"] = (request, read, options) =>
      Effect.suspend(() => send(request, read, options))
    const answer: ResilientHttpClient["answer"] = (request, read, options = {}) =>
      Effect.suspend(() => {
        const { info, once } = prepare(request, read, options)
        return resilience.pipeline(service).run(info, once)
      })
    const kept: HttpExchange.Read<
      HttpClientResponse.HttpClientResponse,
      HttpClientError.HttpClientError | HttpError.HttpError,
      never
    > = (response, received) => BoundedBody.keep(response, maxBodyBytes, received)
    return {
      service,
      call,
      answer,
      exchange,
      client: HttpClient.makeWith<never, never, CallError, never>(
        Effect.flatMap((request) => send(request, kept)),
        Effect.succeed
      )
    }
  })

/** Protects the `HttpClient` of the context. */
export const make = (
  options: Options = {}
): Effect.Effect<ResilientHttpClient, never, HttpClient.HttpClient | Resilience> => build(options, undefined)

/** What a program that knows only `HttpClient` sees of a failure: the answer itself, or an error of the client. */
const asClient = (
  request: HttpClientRequest.HttpClientRequest,
  error: CallError
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError> => {
  if (error._tag === "HttpError") {
    const response = HttpExchange.responseOf(error)
    if (response !== undefined) return Effect.succeed(response)
    const own = HttpExchange.clientErrorOf(error)
    if (own !== undefined) return Effect.fail(own)
  }
  return Effect.fail(
    new HttpClientError.HttpClientError({
      reason: new HttpClientError.TransportError({ request, cause: error, description: error.message })
    })
  )
}

/**
 * Replaces the `HttpClient` of a program by its protected self. An answer with a failing status that stays is given as the
 * answer it is, as any client does, with its body when that comes within a second; a refusal of the pipeline is the
 * `cause` of a `TransportError`.
 */
export const layer = (
  options: Options = {}
): Layer.Layer<HttpClient.HttpClient, never, HttpClient.HttpClient | Resilience> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(build(options, options.maxBodyBytes ?? defaults.maxBodyBytes), ({ client }) =>
      HttpClient.makeWith<never, never, HttpClientError.HttpClientError, never>(
        Effect.flatMap((request) => Effect.catch(client.execute(request), (error) => asClient(request, error))),
        Effect.succeed
      )
    )
  )
