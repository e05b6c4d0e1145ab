/**
 * One request to GitHub and what its answer means. It remembers how often in a row a secondary limit was met.
 *
 * @module
 */
import { currentCall } from "@skippy/core"
import { Clock, Effect, Option, Redacted, Schema } from "effect"
import type { HttpClientError, HttpClientRequest, HttpClientResponse } from "effect/http"
import * as BoundedBody from "../client/BoundedBody.ts"
import type { ExchangeError, HttpExchange } from "../client/HttpExchange.ts"
import type { Connection } from "./Connection.ts"
import * as GitHubError from "./GitHubError.ts"
import * as Judge from "./Judge.ts"
import * as Limits from "./Limits.ts"
import * as Wire from "./Wire.ts"

/** An answer that is no refusal. */
export type Answer =
  /** What was asked for. */
  | {
      readonly _tag: "Done"
      readonly headers: HttpClientResponse.HttpClientResponse["headers"]
      readonly text: string
    }
  /** It is as it was (304). */
  | { readonly _tag: "Unchanged" }
  /** It is elsewhere. */
  | { readonly _tag: "Moved"; readonly location: string }

/** What a request can fail with. */
export type Failure = ExchangeError | GitHubError.GitHubError

/** What the last answer told of the primary limit. */
export interface LastUsage {
  readonly usage: Wire.Usage
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Sends a request once. */
export interface Exchange {
  readonly send: (request: HttpClientRequest.HttpClientRequest, asked: Judge.Asked) => Effect.Effect<Answer, Failure>
  readonly lastUsage: () => LastUsage | undefined
}

/** A hundred issues with the longest bodies there are fit in. */
const maxBodyBytes = 64 * 1024 * 1024

/** Which statuses are judged here; the others are failures of the service. */
export const accepts = (status: number): boolean => status < 500 && status !== 408

const textOf = (response: HttpClientResponse.HttpClientResponse, received: BoundedBody.Received) =>
  Effect.flatMap(BoundedBody.keep(response, maxBodyBytes, received), ({ text }) => text)

/** No refusal is worth a longer wait for its text. */
const refusalMillis = 5000

/** The body of a success. Of other answers the status says enough when the body cannot be read. */
const bodyOf = (
  response: HttpClientResponse.HttpClientResponse,
  received: BoundedBody.Received
): Effect.Effect<string, ExchangeError | HttpClientError.HttpClientError> => {
  if (response.status < 300) return textOf(response, received)
  if (response.status !== 304)
    return Effect.orElseSucceed(Effect.timeout(textOf(response, received), refusalMillis), () => "")
  received.isRead = true
  return Effect.succeed("")
}

type Told = Pick<GitHubError.GitHubError, "category" | "reason" | "renamedTo" | "said">

/** Fails with what is found out here, and not told by GitHub. */
export const fail = (
  { operation, repository }: Judge.Asked,
  told: Told
): Effect.Effect<never, GitHubError.GitHubError> =>
  Effect.flatMap(currentCall, (call) =>
    Effect.fail(
      GitHubError.make({
        operation,
        details: [],
        ...told,
        ...(repository === undefined ? {} : { repository }),
        ...(call === undefined ? {} : { requestId: call.requestId })
      })
    )
  )

/** Fails because of an answer that is none of GitHub's. */
export const unexpected = (asked: Judge.Asked, said: string): Effect.Effect<never, GitHubError.GitHubError> =>
  fail(asked, { reason: "unexpectedAnswer", category: "fatal", said })

/** Makes exchanges as whoever has the token. */
export const make = (exchange: HttpExchange, { token }: Connection): Exchange => {
  const secret = token === undefined ? undefined : Redacted.value(token)
  // Reading goes on while creating is held back, and must not make that look like a new beginning.
  const backoffs = { reads: Limits.rested, writes: Limits.rested }
  let last: LastUsage | undefined

  const judge = (asked: Judge.Asked, reply: Judge.Reply): Effect.Effect<GitHubError.GitHubError | undefined> =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const call = yield* currentCall
      const usage = Wire.usageOfHeaders(reply.headers)
      if (usage !== undefined) last = { usage, at: now }
      const said = Judge.read(reply, secret)
      const kind = asked.writes ? "writes" : "reads"
      const [refusal, backoff] = Limits.judge({ ...reply, message: Judge.wordsOf(said) }, now, backoffs[kind])
      backoffs[kind] = backoff
      if (reply.status < 400) return undefined
      const circumstances = { hasToken: secret !== undefined, requestId: call?.requestId }
      return Judge.errorOf(asked, reply, said, refusal, circumstances)
    })

  const read = (
    asked: Judge.Asked,
    response: HttpClientResponse.HttpClientResponse,
    received: BoundedBody.Received
  ): Effect.Effect<Answer, Failure | HttpClientError.HttpClientError> =>
    Effect.gen(function* () {
      const { status } = response
      const { headers } = received
      const text = yield* bodyOf(response, received)
      const refused = yield* judge(asked, { status, headers, text })
      if (refused !== undefined) return yield* refused
      if (status === 304) return { _tag: "Unchanged" }
      if (status < 300) return { _tag: "Done", headers, text }
      const { location } = headers
      if (location === undefined) return yield* unexpected(asked, `status ${status} without a location`)
      return { _tag: "Moved", location }
    })

  return {
    send: (request, asked) => exchange(request, (response, received) => read(asked, response, received)),
    lastUsage: () => last
  }
}

/** Reads the JSON of an answer. */
export type Decode<A> = (asked: Judge.Asked, text: string) => Effect.Effect<A, GitHubError.GitHubError>

/** Reads JSON with a schema. */
export const decode = <S extends Schema.ConstraintDecoder<unknown>>(schema: S): Decode<S["Type"]> => {
  const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(schema))
  return (asked, text) => {
    const decoded = decodeJson(text)
    return Option.isSome(decoded) ? Effect.succeed(decoded.value) : unexpected(asked, "it has not the documented form")
  }
}
