/**
 * The requests that are sent, as Google documents them.
 *
 * Source: https://developers.google.com/photos/picker/reference/rest
 *
 * @module
 */
import { HttpClientRequest } from "effect/http"
import type { Connection } from "./Connection.ts"

/** Makes requests for one connection. */
export interface Requests {
  /** A number of 64 bits is written as text. */
  readonly create: (maxItemCount: number | undefined) => HttpClientRequest.HttpClientRequest
  readonly get: (sessionId: string) => HttpClientRequest.HttpClientRequest
  readonly delete: (sessionId: string) => HttpClientRequest.HttpClientRequest
  readonly list: (
    sessionId: string,
    pageSize: number,
    pageToken: string | undefined
  ) => HttpClientRequest.HttpClientRequest
}

const headers = { accept: "application/json" }

/** Makes requests for a connection. */
export const make = ({ url }: Connection): Requests => {
  const sessionUrl = (sessionId: string): string => `${url}/v1/sessions/${encodeURIComponent(sessionId)}`
  return {
    create: (maxItemCount) =>
      HttpClientRequest.bodyJsonUnsafe(
        HttpClientRequest.post(`${url}/v1/sessions`, { headers }),
        maxItemCount === undefined ? {} : { pickingConfig: { maxItemCount: String(maxItemCount) } }
      ),
    get: (sessionId) => HttpClientRequest.get(sessionUrl(sessionId), { headers }),
    delete: (sessionId) => HttpClientRequest.delete(sessionUrl(sessionId), { headers }),
    list: (sessionId, pageSize, pageToken) =>
      HttpClientRequest.get(`${url}/v1/mediaItems`, {
        headers,
        urlParams: { sessionId, pageSize, ...(pageToken === undefined ? {} : { pageToken }) }
      })
  }
}
