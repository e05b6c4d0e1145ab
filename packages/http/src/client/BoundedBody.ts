/**
 * Reading a body without ever holding more of it than allowed.
 *
 * @module
 */
import { currentCall } from "@skippy/core"
import { Effect, Stream } from "effect"
import { type HttpClientError, HttpClientResponse } from "effect/http"
import * as HttpError from "./HttpError.ts"

/** The beginning of a body, and whether that was all. */
export interface Beginning {
  readonly bytes: Uint8Array
  readonly isWhole: boolean
}

/** The length a body says it has; `undefined` when it does not, or when what arrives is decoded on the way. */
export const lengthOf = ({ headers }: HttpClientResponse.HttpClientResponse): number | undefined => {
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
  max: number
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
    return Effect.map(reading, () => ({ bytes: joined(chunks, Math.min(length, max)), isWhole: length <= max }))
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
  max: number
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError | HttpError.HttpError> => {
  const length = lengthOf(response)
  if (length !== undefined || response.request.method === "HEAD") {
    // The response remembers what was read once.
    return length !== undefined && length > max && response.request.method !== "HEAD"
      ? tooLarge(response)
      : Effect.as(response.arrayBuffer, response)
  }
  return Effect.flatMap(beginning(response, max), ({ bytes, isWhole }) =>
    isWhole ? Effect.succeed(withBody(response, bytes)) : tooLarge(response)
  )
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
