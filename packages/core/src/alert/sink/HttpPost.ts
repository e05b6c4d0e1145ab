/**
 * Posting JSON to an address that is a secret: it is in no error, and its requests make no spans that would name it.
 *
 * @module
 */
import { Duration, Effect, type Redacted } from "effect"
import { HttpClient, type HttpClientError, HttpClientRequest, type HttpClientResponse } from "effect/http"
import * as Secret from "effect/Redacted"
import type { ErrorCategory } from "../../error/ErrorCategory.ts"
import { SinkError } from "./Sink.ts"

const categoryOf = (status: number): ErrorCategory => {
  if (status === 429) return "throttled"
  if (status === 401 || status === 403) return "auth"
  if (status === 404 || status === 410) return "notFound"
  return status >= 500 || status === 408 ? "transient" : "invalid"
}

/** A code such as Slack's `invalid_payload`. Anything longer may quote the address, as many servers do. */
const code = /^[a-z_]{3,60}$/

/** What an answer that is no success says. */
const refused = (sink: string, { headers, status }: HttpClientResponse.HttpClientResponse, body: string): SinkError => {
  const seconds = Number(headers["retry-after"] ?? Number.NaN)
  const said = code.test(body.trim()) ? body.trim() : ""
  return new SinkError({
    sink,
    problem: `the receiver answered ${status}${said === "" ? "" : `: ${said}`}`,
    category: categoryOf(status),
    ...(seconds >= 0 ? { retryAfter: Duration.seconds(seconds) } : {})
  })
}

/** The message of a transport error names the address, so only its kind is kept. */
const unreachable = (sink: string, error: HttpClientError.HttpClientError): SinkError =>
  new SinkError({ sink, problem: `the receiver cannot be reached (${error.reason._tag})`, category: "transient" })

/** Sends `body` to `url`; any 2xx is a success. */
export const post = (
  sink: string,
  client: HttpClient.HttpClient,
  url: Redacted.Redacted,
  body: unknown
): Effect.Effect<void, SinkError> =>
  Effect.suspend(() => {
    const request = HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(Secret.value(url)), body)
    return Effect.scoped(
      Effect.gen(function* () {
        const response = yield* client.execute(request)
        const text = yield* response.text
        if (response.status >= 200 && response.status < 300) return
        return yield* refused(sink, response, text)
      })
    ).pipe(
      Effect.mapError((error) => (error._tag === "SinkError" ? error : unreachable(sink, error))),
      // A client that dies may quote the address in its last words.
      Effect.catchDefect(() =>
        Effect.fail(new SinkError({ sink, problem: "the HTTP client failed", category: "transient" }))
      ),
      Effect.withTracerEnabled(false)
    )
  })
