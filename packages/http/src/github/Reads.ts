/**
 * What is asked of GitHub without changing anything: through the cache, confirmed by etag when it is past its time, and
 * led on when a repository has another name.
 *
 * Source: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate,
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
 *
 * @module
 */
import { Resilience, type ResilienceError } from "@skippy/core"
import { Effect, Option, Schema } from "effect"
import { HttpClientRequest } from "effect/http"
import { type Freshness, freshnessOf } from "../Freshness.ts"
import * as Exchange from "./Exchange.ts"
import type { Asked } from "./Judge.ts"
import { nextLink, type Requests } from "./Requests.ts"

/** The protected service. */
export const service = "github"

/** What all calls can fail with. */
export type Failure = Exchange.Failure | ResilienceError

/** An answer that was read. */
export interface Page<A> {
  readonly value: A
  /** The address of the next page. */
  readonly next: string | undefined
  readonly freshness: Freshness
}

/** Reads one page of something. */
export type Read<A> = (asked: Asked, request: HttpClientRequest.HttpClientRequest) => Effect.Effect<Page<A>, Failure>

/** Makes reads. */
export interface Reads {
  readonly of: <A, I>(schema: Schema.Codec<A, I>) => Read<A>
  /** The same for what must be known as it is now; nothing is kept. */
  readonly uncached: <S extends Schema.ConstraintDecoder<unknown>>(
    schema: S
  ) => (asked: Asked, request: HttpClientRequest.HttpClientRequest) => Effect.Effect<S["Type"], Failure>
  /** Forgets what an operation read about a repository. */
  readonly forget: (operation: string, repository: string) => Effect.Effect<void>
}

/** What is kept: JSON, so that other processes can read it too. Of the answer it is what the schema knows, encoded. */
type Kept =
  | { readonly _tag: "Found"; readonly value: unknown; readonly etag?: string; readonly next?: string }
  | { readonly _tag: "Moved"; readonly location: string }

/** A repository is renamed, and renamed again, but not for ever. */
const maxRedirects = 3

/** An answer of now. */
export const live: Freshness = { fromCache: false, ageSeconds: 0, stale: false }

/** GitHub does not mind the case of names. */
const named = (repository: string | undefined): string => (repository ?? "").toLowerCase()

/** `scope` tells apart whoever asks: what one token may see is not for another one. */
export const make = (
  exchange: Exchange.Exchange,
  requests: Requests,
  resilience: Resilience["Service"],
  scope: string
): Reads => {
  const keyOf = ({ repository }: Asked, request: HttpClientRequest.HttpClientRequest): string => {
    const url = Option.getOrUndefined(HttpClientRequest.toUrl(request))
    return `${scope} ${named(repository)} ${url?.href ?? request.url}`
  }

  const read = <A, I>(schema: Schema.Codec<A, I>): Read<A> => {
    const decode = Exchange.decode(schema)
    const encode = Schema.encodeEffect(schema)
    const decodeKept = Schema.decodeUnknownOption(schema)

    const found = (value: A, { headers }: Extract<Exchange.Answer, { readonly _tag: "Done" }>): Effect.Effect<Kept> => {
      const [etag, next] = [headers["etag"], nextLink(headers["link"])]
      return Effect.map(Effect.orDie(encode(value)), (value) => ({
        _tag: "Found",
        value,
        ...(etag === undefined ? {} : { etag }),
        ...(next === undefined ? {} : { next })
      }))
    }

    const ask = (
      asked: Asked,
      request: HttpClientRequest.HttpClientRequest,
      known: Kept | undefined
    ): Effect.Effect<Kept, Exchange.Failure> => {
      const etag = known?._tag === "Found" ? known.etag : undefined
      const conditional = etag === undefined ? request : HttpClientRequest.setHeader(request, "if-none-match", etag)
      return Effect.flatMap(exchange.send(conditional, asked), (answer): Effect.Effect<Kept, Exchange.Failure> => {
        switch (answer._tag) {
          case "Moved":
            return Effect.succeed(answer)
          case "Unchanged":
            return known === undefined ? Exchange.unexpected(asked, "304 to a first request") : Effect.succeed(known)
          case "Done":
            return Effect.flatMap(decode(asked, answer.text), (value) => found(value, answer))
        }
      })
    }

    const through = (asked: Asked, request: HttpClientRequest.HttpClientRequest) => {
      const call = { service, operation: asked.operation, cacheKey: keyOf(asked, request) }
      const known = Effect.map(Resilience.peek<Kept>(call), Option.getOrUndefined)
      const answered = Effect.flatMap(known, (answer) => ask(asked, request, answer?.value)).pipe(
        Resilience.answer({ ...call, idempotent: true }),
        Effect.provideService(Resilience, resilience)
      )
      return { answered, forget: resilience.pipeline(service).invalidate(call) }
    }

    const follow = (
      asked: Asked,
      request: HttpClientRequest.HttpClientRequest,
      redirects: number
    ): Effect.Effect<Page<A>, Failure> => {
      const { answered, forget } = through(asked, request)
      return Effect.flatMap(answered, (answer) => {
        const { value: kept } = answer
        if (kept._tag === "Found") {
          const value = decodeKept(kept.value)
          if (Option.isSome(value))
            return Effect.succeed({ value: value.value, next: kept.next, freshness: freshnessOf(answer) })
          // Another version of the program may have kept it, in another form.
          return redirects < maxRedirects
            ? Effect.andThen(forget, follow(asked, request, redirects + 1))
            : Exchange.unexpected(asked, "what is kept of it cannot be read")
        }
        const target = redirects < maxRedirects ? requests.follow(kept.location) : undefined
        return target === undefined
          ? Exchange.unexpected(asked, redirects < maxRedirects ? "it leads to another host" : "it leads on and on")
          : follow(asked, target, redirects + 1)
      })
    }

    return (asked, request) => follow(asked, request, 0)
  }

  const uncached: Reads["uncached"] = (schema) => {
    const decode = Exchange.decode(schema)
    return (asked, request) =>
      resilience.pipeline(service).value(
        { operation: asked.operation, idempotent: true },
        Effect.flatMap(exchange.send(request, asked), (answer) =>
          answer._tag === "Done"
            ? decode(asked, answer.text)
            : Exchange.unexpected(asked, "a redirect where none is expected")
        )
      )
  }

  return {
    of: read,
    uncached,
    forget: (operation, repository) =>
      Effect.asVoid(resilience.pipeline(service).invalidate({ operation, cacheKey: `* ${named(repository)} *` }))
  }
}
