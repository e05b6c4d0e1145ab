/**
 * The requests that are sent, as GitHub documents them.
 *
 * Source: https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#headers,
 * https://docs.github.com/en/rest/about-the-rest-api/api-versions
 *
 * @module
 */
import { Redacted } from "effect"
import { HttpClientRequest } from "effect/http"
import { userAgent } from "../client/UserAgent.ts"
import type { Connection } from "./Connection.ts"

/** The version of GitHub's API this is written for. */
export const apiVersion = "2022-11-28"

/** Names and values of a query, in their order. */
export type Query = Readonly<Record<string, string | number>>

/** Makes requests for one connection. */
export interface Requests {
  readonly get: (path: string, query?: Query) => HttpClientRequest.HttpClientRequest
  readonly post: (path: string, body: object) => HttpClientRequest.HttpClientRequest
  /** Reads a URL that GitHub gave; `undefined` when it leads elsewhere, where the token must not go. */
  readonly follow: (url: string) => HttpClientRequest.HttpClientRequest | undefined
}

/** The path of a repository. */
export const repositoryPath = (repository: string): string => {
  const [owner = "", name = ""] = repository.split("/")
  return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`
}

/** Makes requests for a connection. */
export const make = ({ token, url: base }: Connection): Requests => {
  const headers = {
    accept: "application/vnd.github+json",
    "x-github-api-version": apiVersion,
    "user-agent": userAgent,
    ...(token === undefined ? {} : { authorization: `Bearer ${Redacted.value(token)}` })
  }
  const { origin, pathname } = new URL(`${base}/`)
  return {
    get: (path, query = {}) => HttpClientRequest.get(base + path, { headers, urlParams: query }),
    post: (path, body) => HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(base + path, { headers }), body),
    follow: (url) => {
      const target = URL.canParse(url, `${base}/`) ? new URL(url, `${base}/`) : undefined
      return target === undefined || target.origin !== origin || !target.pathname.startsWith(pathname)
        ? undefined
        : HttpClientRequest.get(target, { headers })
    }
  }
}

/** The address of the next page, from a `link` header (https://www.rfc-editor.org/rfc/rfc8288). */
export const nextLink = (header: string | undefined): string | undefined =>
  /<([^<>]*)>\s*;(?:[^<]*;)?\s*rel="?next"?(?=[\s;,]|$)/.exec(header ?? "")?.[1]
