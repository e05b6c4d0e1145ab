/**
 * Reading the text of answers with a bound, and that of refusals without waiting for it.
 *
 * @module
 */
import type { HttpError } from "@skippy/http"
import { BoundedBody } from "@skippy/http/authoring"
import { Effect } from "effect"
import type { HttpClientError, HttpClientResponse } from "effect/http"

/** A page of a thousand files is a tenth of it, and so is the largest export Google makes. */
const maxBytes = 64 * 1024 * 1024

/** No refusal is worth a longer wait for its text, nor more of it. */
const refusalMillis = 5000
const refusalBytes = 256 * 1024

/** The whole text of an answer. One of more than 64 MiB is an `HttpError` (`tooLarge`). */
export const textOf = (
  response: HttpClientResponse.HttpClientResponse,
  received: BoundedBody.Received
): Effect.Effect<string, HttpClientError.HttpClientError | HttpError> =>
  Effect.flatMap(BoundedBody.keep(response, maxBytes, received), ({ text }) => text)

/** The text of a refusal; empty when it cannot be read, because the status says enough. */
export const refusalOf = (
  response: HttpClientResponse.HttpClientResponse,
  received: BoundedBody.Received
): Effect.Effect<string> =>
  Effect.flatMap(BoundedBody.keep(response, refusalBytes, received), ({ text }) => text).pipe(
    Effect.timeout(refusalMillis),
    Effect.orElseSucceed(() => "")
  )
