/**
 * Questions to Pexels, and what its answers mean. It remembers what was seen of the quotas.
 *
 * @module
 */
import { currentCall, type Resilience, type ResilienceError } from "@skippy/core"
import { Clock, Duration, Effect, Option, Predicate, Redacted, Schema } from "effect"
import { HttpClient, HttpClientRequest, type HttpClientResponse } from "effect/http"
import * as BoundedBody from "../client/BoundedBody.ts"
import * as HttpError from "../client/HttpError.ts"
import type { ExchangeError } from "../client/HttpExchange.ts"
import { withoutRedirects } from "../client/ManualRedirects.ts"
import * as ResilientHttpClient from "../client/ResilientHttpClient.ts"
import { userAgent } from "../client/UserAgent.ts"
import { type Freshness, freshnessOf } from "../Freshness.ts"
import type { Connection } from "./Connection.ts"
import * as PexelsError from "./PexelsError.ts"
import * as Quota from "./Quota.ts"

/** The protected service. */
export const service = "pexels"
/** That of the images. Their host is not the API: it gets no key, and its answers count against no quota. */
export const imageService = "http"

/** What all calls can fail with. */
export type Failure = ExchangeError | PexelsError.PexelsError | ResilienceError

/** What is asked. */
export interface Question {
  readonly operation: string
  readonly path: string
  /** What tells it from other questions, in their one order. */
  readonly query?: Readonly<Record<string, string | number>> | undefined
  readonly photoId?: number | undefined
}

/** An answer, and what is known of it. */
export interface Known<A> {
  readonly value: A
  readonly freshness: Freshness
}

/** Asks Pexels. */
export type Ask<A> = (question: Question) => Effect.Effect<Known<A>, Failure>

/** A page of 80 photos is a tenth of it. */
const maxBodyBytes = 4 * 1024 * 1024

/** No refusal is worth a longer wait for its text. */
const refusalMillis = 1000
const longestText = 200

/** The other statuses are failures of the service. */
const isJudged = (status: number): boolean => status < 500 && status !== 408

const textOf = (response: HttpClientResponse.HttpClientResponse, received: BoundedBody.Received) =>
  Effect.flatMap(BoundedBody.keep(response, maxBodyBytes, received), ({ text }) => text)

const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))

/** What a refusal says, on one line and without the key, should a proxy repeat it. */
const saidIn = (text: string, secret: string): string | undefined => {
  const body = Option.getOrUndefined(decodeJson(text))
  const said = [Predicate.hasProperty(body, "code") && body.code, Predicate.hasProperty(body, "error") && body.error]
    .find((value) => Predicate.isString(value))
    ?.toString()
    .replaceAll(secret, "<redacted>")
    .replaceAll(/[\s\p{C}]+/gu, " ")
  return said !== undefined && said.length > longestText ? `${said.slice(0, longestText)}…` : said
}

const reasons: Readonly<Record<number, PexelsError.PexelsErrorReason>> = {
  401: "badKey",
  403: "forbidden",
  404: "notFound",
  429: "rateLimited"
}

/** Makes questions. */
export interface Exchange {
  /** A question whose answer is read with a schema, made into what is kept, and kept for a day. */
  readonly ask: <S extends Schema.ConstraintDecoder<unknown>, A>(schema: S, shape: (json: S["Type"]) => A) => Ask<A>
  /** The error for an answer that is none of Pexels'. */
  readonly unexpected: (question: Question, said: string) => Effect.Effect<never, PexelsError.PexelsError>
}

const subjectOf = ({ operation, photoId }: Question) =>
  Effect.map(currentCall, (call) => ({
    operation,
    ...(photoId === undefined ? {} : { photoId }),
    ...(call === undefined ? {} : { requestId: call.requestId })
  }))

const unexpected: Exchange["unexpected"] = (question, said) =>
  Effect.flatMap(subjectOf(question), (subject) =>
    Effect.fail(PexelsError.make({ ...subject, reason: "unexpectedAnswer", category: "fatal", said }))
  )

/** Makes questions over the `HttpClient` of the context. */
export const make = ({ key, url }: Connection): Effect.Effect<Exchange, never, HttpClient.HttpClient | Resilience> =>
  Effect.gen(function* () {
    const { answer } = yield* Effect.updateService(
      ResilientHttpClient.make({ service, perOrigin: false, accepts: isJudged }),
      HttpClient.HttpClient,
      withoutRedirects
    )
    const secret = Redacted.value(key)
    const headers = { accept: "application/json", authorization: secret, "user-agent": userAgent }
    let memory = Quota.nothing

    const refusalOf = (question: Question, { headers, status }: HttpClientResponse.HttpClientResponse, text: string) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const said = saidIn(text, secret)
        const common = {
          ...(yield* subjectOf(question)),
          reason: reasons[status] ?? "refused",
          category: HttpError.categoryOfStatus(status),
          status,
          ...(said === undefined ? {} : { said })
        } as const
        if (status !== 429) return PexelsError.make(common)
        const [{ quota, waitMillis }, next] = Quota.refuse(memory, headers, now)
        memory = next
        return PexelsError.make({ ...common, quota, retryAfter: Duration.millis(waitMillis) })
      })

    const read = <S extends Schema.ConstraintDecoder<unknown>, A>(schema: S, shape: (json: S["Type"]) => A) => {
      const decode = Schema.decodeUnknownOption(Schema.fromJsonString(schema))
      return Effect.fnUntraced(function* (
        question: Question,
        response: HttpClientResponse.HttpClientResponse,
        received: BoundedBody.Received
      ) {
        const { headers, status } = response
        if (status >= 400) {
          const text = yield* Effect.orElseSucceed(Effect.timeout(textOf(response, received), refusalMillis), () => "")
          return yield* yield* refusalOf(question, response, text)
        }
        if (status !== 200) return yield* unexpected(question, `status ${status}`)
        memory = Quota.succeed(memory, headers, yield* Clock.currentTimeMillis)
        const decoded = decode(yield* textOf(response, received))
        return Option.isSome(decoded)
          ? shape(decoded.value)
          : yield* unexpected(question, "it has not the documented form")
      })
    }

    const ask: Exchange["ask"] = (schema, shape) => {
      const readAnswer = read(schema, shape)
      return (question) => {
        const { operation, path, query = {} } = question
        const request = HttpClientRequest.get(`${url}${path}`, { headers, urlParams: query })
        const cacheKey = `${url}${path} ${JSON.stringify(Object.entries(query))}`
        return Effect.map(
          answer(request, (response, received) => readAnswer(question, response, received), { operation, cacheKey }),
          (found) => ({ value: found.value, freshness: freshnessOf(found) })
        )
      }
    }

    return { ask, unexpected }
  })
