/**
 * Reading a body without ever holding more of it than allowed.
 *
 * @module
 */
import { currentCall } from "@skippy/core"
import { Effect, Stream } from "effect"
import type { Headers, HttpClientError, HttpClientResponse } from "effect/http"
import * as HttpError from "./HttpError.ts"
import * as KeptResponse from "./KeptResponse.ts"
import type { HeaderMap } from "./RateHeaders.ts"

/** The beginning of a body, and whether that was all. */
export interface Beginning {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly isWhole: boolean
}

/** What an exchange knows of an answer, and is told by whoever reads it. */
export interface Received {
  /** Read once: each look at a response's own headers may parse them anew. */
  readonly headers: Headers.Headers
  /** The body was read to its end, so that nothing of it is still on the way. */
  isRead: boolean
}

/** Whether the bytes that come are not those of the content: asked for or not, some servers compress. */
export const isEncoded = (headers: HeaderMap): boolean => (headers["content-encoding"] ?? "identity") !== "identity"

/** The length a body says it has; `undefined` when it does not, or when what arrives is decoded on the way. */
export const lengthOf = (headers: HeaderMap): number | undefined => {
  const text = headers["content-length"]
  if (text === undefined || !/^\d{1,15}$/.test(text) || isEncoded(headers)) return undefined
  return Number(text)
}

const joined = (chunks: ReadonlyArray<Uint8Array>, length: number): Uint8Array<ArrayBuffer> => {
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
    // Some clients take an answer without a body for a body that cannot be read.
    const read = Effect.catchIf(
      reading,
      ({ reason }) => reason._tag === "EmptyBodyError",
      () => Effect.void
    )
    return Effect.map(read, () => {
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

/** Statuses of answers that never have a body, whatever their headers say of one. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304])

/** The same response with its whole body in memory; fails when that is more than `max` bytes. */
export const keep = (
  response: HttpClientResponse.HttpClientResponse,
  max: number,
  received: Received
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError | HttpError.HttpError> => {
  const { request, status } = response
  const length = request.method === "HEAD" || bodiless.has(status) ? 0 : lengthOf(received.headers)
  if (length === undefined) {
    return Effect.flatMap(beginning(response, max, received), ({ bytes, isWhole }) =>
      isWhole ? Effect.succeed(KeptResponse.make(response, received.headers, bytes.buffer)) : tooLarge(response)
    )
  }
  if (length > max) return tooLarge(response)
  return Effect.flatMap(response.arrayBuffer, (body) => {
    received.isRead = true
    return body.byteLength > max
      ? tooLarge(response)
      : Effect.succeed(KeptResponse.make(response, received.headers, body))
  })
}
