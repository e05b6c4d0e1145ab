/**
 * Follows redirects. Every request on the way is checked, and goes through the policies of its own origin.
 *
 * @module
 */
import { ErrorCategory, withoutStack } from "@skippy/core"
import { Effect, Schema } from "effect"
import { type HttpBody, HttpClientRequest, type HttpClientResponse, type HttpMethod } from "effect/http"
import * as BoundedBody from "../client/BoundedBody.ts"
import { bareUrl } from "../client/HttpError.ts"
import type { Read } from "../client/HttpExchange.ts"
import { type UrlGuard, UrlRefusedError } from "../UrlGuard.ts"
import * as Redirects from "./Redirects.ts"

/** Redirects that lead nowhere. */
export class RedirectError extends Schema.TaggedError<RedirectError>()("RedirectError", {
  /** `tooMany`: there are more than allowed. `loop`: they go in a circle. `location`: the next address is no URL. */
  reason: Schema.Literals(["tooMany", "loop", "location"]),
  category: ErrorCategory,
  /** Scheme, host, port and path of who redirected last. */
  url: Schema.String,
  /** How many were followed. */
  redirects: Schema.Int
}) {
  readonly retryable = false

  override get message(): string {
    switch (this.reason) {
      case "tooMany":
        return `${this.url} redirects once more after ${this.redirects} redirects; raise maxRedirects, or give the last address`
      case "loop":
        return `${this.url} redirects to an address that was called before; give another one`
      case "location":
        return `${this.url} redirects to something that is no URL; give another address`
    }
  }
}

/** What an exchange on the way came to. */
export type Turn<A> =
  | { readonly _tag: "Arrived"; readonly value: A }
  | { readonly _tag: "Moved"; readonly status: number; readonly location: string }

/** A redirect's own body up to this size is read, so that the connection can be used again. */
const drainedBytes = 16 * 1024
/** It is worth no longer a wait. */
const drainedMillis = 1000

const drain = (response: HttpClientResponse.HttpClientResponse, received: BoundedBody.Received): Effect.Effect<void> =>
  (BoundedBody.lengthOf(received.headers) ?? Infinity) <= drainedBytes
    ? Effect.ignore(Effect.timeoutOption(BoundedBody.keep(response, drainedBytes, received), drainedMillis))
    : Effect.void

/** Reads an answer unless it is a redirect. */
export const unlessMoved =
  <A, E>(read: Read<A, E, never>): Read<Turn<A>, E, never> =>
  (response, received) => {
    const { status } = response
    const location = Redirects.locationOf(status, received.headers)
    return location === undefined
      ? Effect.map(read(response, received), (value) => ({ _tag: "Arrived", value }))
      : Effect.as(drain(response, received), { _tag: "Moved", status, location })
  }

/** A request of this service. */
export interface Hop extends Redirects.Hop<HttpBody.HttpBody> {
  readonly method: HttpMethod.HttpMethod
}

/** How redirects are followed. */
export interface Options<A, E, R> {
  readonly guard: UrlGuard
  readonly maxRedirects: number
  /** Headers that are for the first origin only, in lower case. */
  readonly sensitive: ReadonlyArray<string>
  /** Sends a request through the policies of its origin. */
  readonly send: (request: HttpClientRequest.HttpClientRequest) => Effect.Effect<Turn<A>, E, R>
}

/** What was answered, by whom. */
export interface Followed<A> {
  readonly value: A
  /** The last address, with its query and fragment. */
  readonly url: string
  readonly redirects: number
}

/** Text, because a `URL` would have its query written anew, and signatures are of the query as it stands. */
const requestOf = ({ body, headers, method, url }: Redirects.Hop<HttpBody.HttpBody>, type: HttpMethod.HttpMethod) => {
  const { hash, href } = url
  const address = href.slice(0, href.length - hash.length)
  return HttpClientRequest.make(method === type ? type : "GET")(address, {
    headers,
    ...(body === undefined ? {} : { body })
  })
}

const refused = (error: UrlRefusedError, from: URL | undefined): UrlRefusedError =>
  from === undefined ? error : withoutStack(() => new UrlRefusedError({ ...error, redirectedFrom: bareUrl(from.href) }))

const lost = (reason: RedirectError["reason"], url: URL, redirects: number): RedirectError => {
  const category = reason === "location" ? "invalid" : "fatal"
  return withoutStack(() => new RedirectError({ reason, category, url: bareUrl(url.href), redirects }))
}

/** Sends a request, and follows where it leads. */
export const follow = <A, E, R>(
  first: Hop,
  { guard, maxRedirects, send, sensitive }: Options<A, E, R>
): Effect.Effect<Followed<A>, E | RedirectError | UrlRefusedError, R> => {
  const go = (
    hop: Redirects.Hop<HttpBody.HttpBody>,
    from: URL | undefined,
    seen: ReadonlySet<string>
  ): Effect.Effect<Followed<A>, E | RedirectError | UrlRefusedError, R> =>
    Effect.gen(function* () {
      const redirects = seen.size
      const url = yield* Effect.mapError(guard.check(hop.url), (error) => refused(error, from))
      const checked = { ...hop, url }
      const turn = yield* Effect.mapError(send(requestOf(checked, first.method)), (error) =>
        error instanceof UrlRefusedError ? refused(error, from) : error
      )
      if (turn._tag === "Arrived") return { value: turn.value, url: url.href, redirects }
      if (redirects >= maxRedirects) return yield* lost("tooMany", url, redirects)
      const next = Redirects.next(checked, turn.status, turn.location, sensitive)
      if (next === undefined) return yield* lost("location", url, redirects)
      const known = new Set(seen).add(Redirects.identityOf(checked))
      if (known.has(Redirects.identityOf(next))) return yield* lost("loop", url, redirects)
      return yield* go(next, url, known)
    })

  return go(first, undefined, new Set())
}
