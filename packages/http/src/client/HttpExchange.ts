/**
 * One exchange: a request goes out once, its answer is read, and whatever happens the connection is given back. It judges
 * the answer, learns what its headers say of quotas, and says what it did on the span of the attempt; repeating, limiting
 * and refusing are the pipeline's.
 *
 * @module
 */
import { currentCall, type RateLimiter } from "@skippy/core"
import { Clock, Context, Effect, type Exit, type Fiber, Scope, Tracer } from "effect"
import {
  Headers,
  HttpClient,
  HttpClientError,
  type HttpClientRequest,
  HttpClientRequest as Request,
  type HttpClientResponse,
  HttpTraceContext
} from "effect/http"
import { refusalOf, type UrlRefusedError } from "../guard/UrlRefusedError.ts"
import * as BoundedBody from "./BoundedBody.ts"
import * as HttpError from "./HttpError.ts"
import { quotasOf, retryAfterOf } from "./RateHeaders.ts"
import * as RequestFacts from "./RequestFacts.ts"

/** What an exchange can fail with. */
export type ExchangeError = HttpError.HttpError | UrlRefusedError

/** How exchanges are made. */
export interface Options {
  readonly client: HttpClient.HttpClient
  /** Told what the headers of an answer say of quotas. */
  readonly learn?:
    | ((
        quotas: ReadonlyArray<RateLimiter.Quota>,
        request: HttpClientRequest.HttpClientRequest
      ) => Effect.Effect<void> | undefined)
    | undefined
  /** Whether an answer of this status is read; others are failures. Default: all but 5xx, 408 and 429. */
  readonly accepts?: ((status: number) => boolean) | undefined
  /** A failure's body up to this size is read, so that its connection can be used again. Default 64 KiB. */
  readonly failureBytes?: number | undefined
}

/** Reads an answer; what it says of `received` saves work. */
export type Read<A, E, R> = (
  response: HttpClientResponse.HttpClientResponse,
  received: BoundedBody.Received
) => Effect.Effect<A, E, R>

/** Sends a request once and reads its answer. */
export type HttpExchange = <A, E, R>(
  request: HttpClientRequest.HttpClientRequest,
  read: Read<A, E, R>
) => Effect.Effect<A, Exclude<E, HttpClientError.HttpClientError> | ExchangeError, R>

const defaultFailureBytes = 64 * 1024
/** No failure is worth a longer wait for its body. */
const failureMillis = 1000

const answers = new WeakMap<HttpError.HttpError, HttpClientResponse.HttpClientResponse>()
const causes = new WeakMap<HttpError.HttpError, HttpClientError.HttpClientError>()

/** The answer behind a failed status, its body read when it was small. Kept out of the error, which may be logged. */
export const responseOf = (error: HttpError.HttpError): HttpClientResponse.HttpClientResponse | undefined =>
  answers.get(error)

/** The client's own error behind an error. Kept out of it for the same reason. */
export const clientErrorOf = (error: HttpError.HttpError): HttpClientError.HttpClientError | undefined =>
  causes.get(error)

/** The same failure, with the word that its request cannot be sent again. */
export const unrepeatable = <E>(error: E): E | HttpError.HttpError => {
  if (!(error instanceof HttpError.HttpError)) return error
  const own = HttpError.make({ ...error, retryable: false })
  const answer = answers.get(error)
  if (answer !== undefined) answers.set(own, answer)
  const cause = causes.get(error)
  if (cause !== undefined) causes.set(own, cause)
  return own
}

/** Names as in https://opentelemetry.io/docs/specs/semconv/http/http-spans/ */
const describeRequest = (span: Tracer.Span, request: HttpClientRequest.HttpClientRequest): void => {
  span.attribute("http.request.method", request.method)
  span.attribute("url.full", HttpError.bareUrl(request.url))
  const server = RequestFacts.serverOf(request.url)
  if (server === undefined) return
  span.attribute("server.address", server.address)
  span.attribute("server.port", server.port)
}

const describeAnswer = (
  span: Tracer.Span,
  exit: Exit.Exit<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>
): void => {
  if (exit._tag === "Success") {
    const { status } = exit.value
    span.attribute("http.response.status_code", status)
    if (status >= 400) span.attribute("error.type", String(status))
    return
  }
  const failure = exit.cause.reasons.find((reason) => reason._tag === "Fail")
  if (failure === undefined) return
  span.attribute("error.type", HttpError.codeOf(failure.error) ?? failure.error.reason._tag)
}

/** The span of the attempt, unless it stands for another exchange already. */
const attemptSpan = ({ context }: Fiber.Fiber<unknown, unknown>): Tracer.Span | undefined => {
  const span = Context.getOrUndefined(context, Tracer.ParentSpan)
  return span?._tag === "Span" && span.kind === "client" && !span.attributes.has("http.request.method")
    ? span
    : undefined
}

const all = () => true

/** An exchange that is under way: closing its scope ends the connection. */
class Open implements BoundedBody.Received {
  readonly scope = Scope.makeUnsafe()
  headers: Headers.Headers = Headers.empty
  isRead = false

  /** A connection whose answer was read to its end is used again, and ending it would cost more than the exchange. */
  close(exit: Exit.Exit<unknown, unknown>): Effect.Effect<void> | undefined {
    return this.isRead ? undefined : Scope.close(this.scope, exit)
  }
}

/** Makes exchanges over a client. */
export const make = ({ accepts, client, failureBytes = defaultFailureBytes, learn }: Options): HttpExchange => {
  const scoped = HttpClient.withScope(client)
  const isAnswer = accepts ?? ((status: number) => !HttpError.isTrouble(status))

  const send = (
    request: HttpClientRequest.HttpClientRequest,
    scope: Scope.Scope
  ): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError> =>
    Effect.withFiber((fiber) => {
      // Each exchange sends an object of its own: the client knows by it what to end.
      const execute = (headers: Headers.Input, isSpanned = false) =>
        Effect.updateContext(scoped.execute(Request.setHeaders(request, headers)), (context: Context.Context<never>) =>
          Context.add(
            isSpanned ? Context.add(context, HttpClient.TracerDisabledWhen, all) : context,
            Scope.Scope,
            scope
          )
        )
      if (fiber.getRef(Tracer.DisablePropagation) || fiber.getRef(HttpClient.TracerDisabledWhen)(request)) {
        return execute({})
      }
      const propagates = fiber.getRef(HttpClient.TracerPropagationEnabled)
      // The client's own span would show the query.
      const inSpan = (span: Tracer.Span) => {
        describeRequest(span, request)
        const sent = execute(propagates ? HttpTraceContext.toHeaders(span) : {}, true)
        return Effect.onExitPrimitive(sent, (exit) => {
          describeAnswer(span, exit)
          return undefined
        })
      }
      const own = attemptSpan(fiber)
      return own === undefined
        ? Effect.useSpan(fiber.getRef(HttpClient.SpanNameGenerator)(request), { kind: "client" }, inSpan)
        : inSpan(own)
    })

  const failed = (
    request: HttpClientRequest.HttpClientRequest,
    error: HttpClientError.HttpClientError
  ): Effect.Effect<never, ExchangeError> => {
    const refusal = refusalOf(error)
    if (refusal !== undefined) return Effect.fail(refusal)
    return Effect.gen(function* () {
      const call = yield* currentCall
      const now = yield* Clock.currentTimeMillis
      const own = HttpError.ofClientError(HttpError.subjectOf(request, call?.requestId), error, now)
      causes.set(own, error)
      return yield* own
    })
  }

  const told = <E>(
    request: HttpClientRequest.HttpClientRequest,
    error: E | HttpClientError.HttpClientError
  ): Effect.Effect<never, Exclude<E, HttpClientError.HttpClientError> | ExchangeError> =>
    HttpClientError.isHttpClientError(error)
      ? failed(request, error)
      : // The guard excludes it, which the compiler does not see of a type parameter.
        Effect.fail(error as Exclude<E, HttpClientError.HttpClientError>)

  const refused = (
    request: HttpClientRequest.HttpClientRequest,
    response: HttpClientResponse.HttpClientResponse,
    received: BoundedBody.Received
  ): Effect.Effect<never, HttpError.HttpError> =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const call = yield* currentCall
      const keeping = Effect.timeout(BoundedBody.keep(response, failureBytes, received), failureMillis)
      const kept = yield* Effect.orElseSucceed(keeping, () => response)
      const subject = HttpError.subjectOf(request, call?.requestId)
      const error = HttpError.ofStatus(subject, response, retryAfterOf(received.headers, now))
      answers.set(error, kept)
      return yield* error
    })

  const judge = <A, E, R>(
    request: HttpClientRequest.HttpClientRequest,
    response: HttpClientResponse.HttpClientResponse,
    read: Read<A, E, R>,
    received: BoundedBody.Received
  ): Effect.Effect<A, E | HttpError.HttpError | HttpClientError.HttpClientError, R> => {
    const next: Effect.Effect<A, E | HttpError.HttpError | HttpClientError.HttpClientError, R> = isAnswer(
      response.status
    )
      ? read(response, received)
      : refused(request, response, received)
    if (learn === undefined || !speaksOfQuota(received.headers)) return next
    return Effect.flatMap(
      Effect.clockWith(
        (clock) => learn(quotasOf(received.headers, clock.currentTimeMillisUnsafe()), request) ?? Effect.void
      ),
      () => next
    )
  }

  return (request, read) =>
    Effect.suspend(() => {
      const open = new Open()
      return Effect.onExitPrimitive(
        Effect.catch(
          Effect.flatMap(send(request, open.scope), (response) => {
            open.headers = response.headers
            return judge(request, response, read, open)
          }),
          (error) => told(request, error)
        ),
        (exit) => open.close(exit)
      )
    })
}

const speaksOfQuota = (headers: Headers.Headers): boolean =>
  headers["x-ratelimit-remaining"] !== undefined ||
  headers["ratelimit"] !== undefined ||
  headers["ratelimit-remaining"] !== undefined
