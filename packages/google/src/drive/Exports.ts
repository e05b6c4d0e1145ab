/**
 * Exports of documents of Google's. Those larger than 10 MB are brought by the link the document has for its format.
 *
 * Source: https://developers.google.com/workspace/drive/api/guides/manage-downloads
 *
 * @module
 */
import type { ExchangeError } from "@skippy/http"
import type { HttpExchange } from "@skippy/http/authoring"
import { Effect, Schema } from "effect"
import { type HttpClientError, HttpClientRequest } from "effect/http"
import type { Api, Asked, AttemptError, Failure } from "./Api.ts"
import type { DriveError } from "./DriveError.ts"
import * as Bodies from "../client/Bodies.ts"
import type { Item } from "./Items.ts"
import * as Requests from "./Requests.ts"

/** Makes exports. */
export interface Exports {
  readonly request: (item: Item, mimeType: string) => HttpClientRequest.HttpClientRequest
  /** The same by the link of the document; the error itself when it has none. */
  readonly linkOf: (
    asked: Asked,
    item: Item,
    mimeType: string,
    error: DriveError
  ) => Effect.Effect<HttpClientRequest.HttpClientRequest, Failure>
  /** One attempt that follows redirects, within what is Google's. */
  readonly follow: <A, E>(
    asked: Asked,
    request: HttpClientRequest.HttpClientRequest,
    read: HttpExchange.Read<A, E, never>,
    accepts: (status: number) => boolean
  ) => Effect.Effect<A, Exclude<E, HttpClientError.HttpClientError> | AttemptError>
}

const Links = Schema.Struct({ exportLinks: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)) })

/** Links lead on a few times at most. */
const maxRedirects = 5

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status)

/** The same request for another address, whose query is all of it: addresses may be signed. */
const at = ({ headers }: HttpClientRequest.HttpClientRequest, address: string): HttpClientRequest.HttpClientRequest =>
  HttpClientRequest.get(address, { headers })

/** What an exchange came to. */
type Step<A> =
  | { readonly _tag: "Read"; readonly value: A }
  | { readonly _tag: "Moved"; readonly to: string | undefined }

/** Whether an export is too large, in what a call failed with. */
export const isTooLarge = (error: { readonly _tag: string; readonly reason?: unknown }): error is DriveError =>
  error._tag === "DriveError" && error.reason === "exportTooLarge"

/** Makes it. */
export const make = ({ call, exchangeWith, fail, requests, trusts }: Api): Exports => {
  const readLinks = call(Links)

  const follow = <A, E>(
    asked: Asked,
    request: HttpClientRequest.HttpClientRequest,
    read: HttpExchange.Read<A, E, never>,
    accepts: (status: number) => boolean,
    redirects = 0
  ): Effect.Effect<A, Exclude<E, HttpClientError.HttpClientError> | AttemptError> => {
    const exchange = exchangeWith(
      asked,
      request,
      (response, received): Effect.Effect<Step<A>, E | HttpClientError.HttpClientError | ExchangeError> =>
        isRedirect(response.status)
          ? Effect.as(Bodies.refusalOf(response, received), {
              _tag: "Moved",
              to: received.headers["location"]
            })
          : Effect.map(read(response, received), (value) => ({ _tag: "Read", value })),
      (status) => accepts(status) || isRedirect(status)
    )
    return Effect.flatMap(
      exchange,
      (step): Effect.Effect<A, Exclude<E, HttpClientError.HttpClientError> | AttemptError> => {
        if (step._tag === "Read") return Effect.succeed(step.value)
        const { to } = step
        const target = to !== undefined && URL.canParse(to, request.url) ? new URL(to, request.url).href : undefined
        if (target === undefined || !trusts(target))
          return fail(asked, "unexpectedAnswer", "its export is at an address that is none of Google's")
        if (redirects >= maxRedirects) return fail(asked, "unexpectedAnswer", "its export leads on and on")
        return follow(asked, at(request, target), read, accepts, redirects + 1)
      }
    )
  }

  return {
    request: ({ file, keys }, mimeType) =>
      Requests.withResourceKeys(requests.get(Requests.pathOf(file.id, "export"), { mimeType }), keys),
    linkOf: (asked, { file, keys }, mimeType, error) =>
      Effect.flatMap(
        readLinks(
          { ...asked, kind: "get", lane: undefined },
          Requests.withResourceKeys(requests.get(Requests.pathOf(file.id), { fields: "exportLinks" }), keys)
        ),
        ({ exportLinks = {} }) => {
          const link = exportLinks[mimeType]
          if (link === undefined) return Effect.fail(error)
          // The token must not go anywhere else.
          return trusts(link)
            ? Effect.succeed(HttpClientRequest.get(link))
            : fail(asked, "unexpectedAnswer", "its export is at an address that is none of Google's")
        }
      ),
    follow
  }
}
