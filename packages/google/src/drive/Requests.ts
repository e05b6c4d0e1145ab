/**
 * The requests that are sent, as Google documents them: always with a mask of fields, and always for shared drives too.
 *
 * Sources: https://developers.google.com/workspace/drive/api/reference/rest/v3,
 * https://developers.google.com/workspace/drive/api/guides/enable-shareddrives,
 * https://developers.google.com/workspace/drive/api/guides/fields-parameter,
 * https://developers.google.com/workspace/drive/api/guides/resource-keys
 *
 * @module
 */
import { HttpClientRequest } from "effect/http"
import type { HttpBody } from "effect/http"
import type { Connection } from "./Connection.ts"
import * as Wire from "./Wire.ts"

/** Names and values of a query, in their order; what is `undefined` is left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** Makes requests for one connection. Paths begin with a slash; ids in them are encoded by `pathOf`. */
export interface Requests {
  /** Below `<url>/drive/v3`. */
  readonly get: (path: string, query?: Query) => HttpClientRequest.HttpClientRequest
  readonly post: (path: string, query?: Query, body?: object) => HttpClientRequest.HttpClientRequest
  readonly patch: (path: string, query?: Query, body?: object) => HttpClientRequest.HttpClientRequest
  /** Below `<url>/upload/drive/v3`. */
  readonly upload: (
    method: "POST" | "PATCH" | "PUT",
    path: string,
    query?: Query,
    body?: HttpBody.HttpBody
  ) => HttpClientRequest.HttpClientRequest
}

/** The path of a file, or of something below it: `pathOf(id, "permissions")`. */
export const pathOf = (fileId: string, ...below: ReadonlyArray<string>): string =>
  ["/files", ...[fileId, ...below].map(encodeURIComponent)].join("/")

/** Methods of files that are no file: https://developers.google.com/workspace/drive/api/reference/rest/v3/files */
const noFile = /^\/files\/(?:generateIds|trash|generateCseToken)$/

/** A file, or one that comes to be. */
const isFilePath = (path: string): boolean => /^\/files\/[^/]+(?:\/copy)?$/.test(path) && !noFile.test(path)

/** Exports, ids and operations do not know the parameter. */
const takesAllDrives = (path: string): boolean =>
  path === "/files" || isFilePath(path) || /^\/files\/[^/]+\/permissions(?:\/[^/]+)?$/.test(path)

/** What is always asked with. Media have no fields. */
const common = (method: string, path: string, query: Query): Query => {
  const answersFile = isFilePath(path) || (path === "/files" && method === "POST")
  return {
    ...(takesAllDrives(path) ? { supportsAllDrives: true } : {}),
    ...(answersFile && query["alt"] !== "media" ? { fields: Wire.fileFields } : {})
  }
}

const withQuery = (method: string, path: string, query: Query) =>
  Object.entries({ ...common(method, path, query), ...query }).filter(
    (entry): entry is [string, string | number | boolean] => entry[1] !== undefined
  )

/** Makes requests for a connection. */
export const make = ({ url }: Connection): Requests => {
  const made =
    (method: "GET" | "POST" | "PATCH") =>
    (path: string, query: Query = {}, body?: object): HttpClientRequest.HttpClientRequest => {
      const request = HttpClientRequest.make(method)(`${url}/drive/v3${path}`, {
        headers: query["alt"] === "media" ? {} : { accept: "application/json" },
        urlParams: withQuery(method, path, query)
      })
      return body === undefined ? request : HttpClientRequest.bodyJsonUnsafe(request, body)
    }
  return {
    get: made("GET"),
    post: made("POST"),
    patch: made("PATCH"),
    upload: (method, path, query = {}, body) => {
      const request = HttpClientRequest.make(method)(`${url}/upload/drive/v3${path}`, {
        headers: { accept: "application/json" },
        urlParams: withQuery(method, path, query)
      })
      return body === undefined ? request : HttpClientRequest.setBody(request, body)
    }
  }
}

/** An item that is shared by a link, and the key that link has. */
export interface ResourceKey {
  readonly fileId: string
  readonly key: string | undefined
}

/** The request with the keys of the items it is about; without any it stays as it is. */
export const withResourceKeys = (
  request: HttpClientRequest.HttpClientRequest,
  keys: ReadonlyArray<ResourceKey>
): HttpClientRequest.HttpClientRequest => {
  const pairs = keys.flatMap(({ fileId, key }) => (key === undefined ? [] : [`${fileId}/${key}`]))
  return pairs.length === 0
    ? request
    : HttpClientRequest.setHeader(request, "x-goog-drive-resource-keys", pairs.join(","))
}
