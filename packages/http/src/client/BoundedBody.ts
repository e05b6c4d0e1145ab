/**
 * Reading a body without ever holding more of it than allowed.
 *
 * @module
 */
import { currentCall } from "@skippy/core"
import { Effect, Stream } from "effect"
import { type Headers, type HttpClientError, HttpClientResponse } from "effect/http"
import * as HttpError from "./HttpError.ts"

/** The beginning of a body, and whether that was all. */
export interface Beginning {
  readonly bytes: Uint8Array
  readonly isWhole: boolean
}

/** What an exchange knows of an answer, and is told by whoever reads it. */
export interface Received {
  /** Read once: each look at a response's own headers may parse them anew. */
  readonly headers: Headers.Headers
  /** The body was read to its end, so that nothing of it is still on the way. */
  isRead: boolean
}

/** The length a body says it has; `undefined` when it does not, or when what arrives is decoded on the way. */
export const lengthOf = (headers: Headers.Headers): number | undefined => {
  const length = Number(headers["content-length"] ?? Number.NaN)
  return Number.isSafeInteger(length) && length >= 0 && headers["content-encoding"] === undefined ? length : undefined
}

const joined = (chunks: ReadonlyArray<Uint8Array>, length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    const part = chunk.subarray(0, length - at)
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Reads up to `max` bytes and leaves the rest. */
export const beginning = (
  response: HttpClientResponse.HttpClientResponse,
  max: number,
  received?: Received
): Effect.Effect<Beginning, HttpClientError.HttpClientError> =>
  Effect.suspend(() => {
    const chunks: Array<Uint8Array> = []
    let length = 0
    const reading = Stream.runForEachWhile(response.stream, (chunk) =>
      Effect.sync(() => {
        chunks.push(chunk)
        length += chunk.length
        return length <= max
      })
    )
    return Effect.map(reading, () => {
      const isWhole = length <= max
      if (isWhole && received !== undefined) received.isRead = true
      return { bytes: joined(chunks, Math.min(length, max)), isWhole }
    })
  })

const tooLarge = ({
  request,
  status
}: HttpClientResponse.HttpClientResponse): Effect.Effect<never, HttpError.HttpError> =>
  Effect.flatMap(currentCall, (call) =>
    Effect.fail(
      HttpError.make({
        ...HttpError.subjectOf(request, call?.requestId),
        reason: "tooLarge",
        category: "fatal",
        status
      })
    )
  )

/** The same response with its whole body in memory; fails when that is more than `max` bytes. */
export const keep = (
  response: HttpClientResponse.HttpClientResponse,
  max: number,
  received: Received
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError | HttpError.HttpError> => {
  const isHead = response.request.method === "HEAD"
  const length = isHead ? 0 : lengthOf(received.headers)
  if (length === undefined) {
    return Effect.flatMap(beginning(response, max, received), ({ bytes, isWhole }) =>
      isWhole ? Effect.succeed(withBody(response, bytes)) : tooLarge(response)
    )
  }
  if (length > max) return tooLarge(response)
  // The response remembers what was read once.
  return Effect.map(response.arrayBuffer, () => {
    received.isRead = true
    return response
  })
}

/** Statuses a web response with a body cannot have. */
const bodiless: ReadonlySet<number> = new Set([101, 204, 205, 304])

const withBody = (
  { headers, request, status }: HttpClientResponse.HttpClientResponse,
  bytes: Uint8Array
): HttpClientResponse.HttpClientResponse => {
  const body = bodiless.has(status) ? null : Uint8Array.from(bytes)
  return HttpClientResponse.fromWeb(request, new Response(body, { status, headers: Object.entries(headers) }))
}
