/**
 * An HTTP client that asks an emulator directly, without a socket: for test layers, which run anywhere and under the
 * `TestClock`. It answers, fails, waits and records as `EmulatorServer` does.
 *
 * @example
 * ```ts
 * import { EmulatorClient, Fault, type Emulator } from "@skippy/http/testing"
 * import { Effect } from "effect"
 *
 * const clock: Emulator = { handle: ({ url }) => ({ status: 200, body: `${url.pathname} is here` }) }
 *
 * const program = Effect.gen(function* () {
 *   const { client, requests } = EmulatorClient.make(clock, { faults: Fault.once(Fault.reset) })
 *   const failed = yield* Effect.flip(client.get("http://api.example/time"))
 *   const answer = yield* client.get("http://api.example/time")
 *   console.log(failed.reason._tag, "then", yield* answer.text)
 *   console.log(requests().map(({ carriedOut }) => carriedOut))
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * TransportError then /time is here
 * [ false, true ]
 * ```
 *
 * @module
 */
import { Effect, Stream } from "effect"
import { HttpClient, HttpClientError, type HttpClientRequest, HttpClientResponse } from "effect/http"
import type { Emulator, EmulatorRequest } from "./Emulator.ts"
import * as Exchange from "./Exchange.ts"

/** A client and what it was asked. */
export interface EmulatorClient extends Exchange.Served {
  readonly client: HttpClient.HttpClient
}

const encoder = new TextEncoder()

const unreadable = (request: HttpClientRequest.HttpClientRequest, cause: unknown) =>
  new HttpClientError.HttpClientError({ reason: new HttpClientError.EncodeError({ request, cause }) })

const rawBytes = (body: unknown): Effect.Effect<Uint8Array, string> =>
  body instanceof Uint8Array
    ? Effect.succeed(body)
    : typeof body === "string"
      ? Effect.succeed(encoder.encode(body))
      : Effect.fail("a raw body for an emulator is a text or bytes")

interface Sent {
  readonly bytes: Uint8Array
  /** Set when only the encoding knows it. */
  readonly contentType?: string | undefined
}

const formBytes = (form: FormData): Effect.Effect<Sent> =>
  Effect.suspend(() => {
    const response = new Response(form)
    return Effect.map(
      Effect.promise(() => response.arrayBuffer()),
      (buffer) => ({
        bytes: new Uint8Array(buffer),
        contentType: response.headers.get("content-type") ?? undefined
      })
    )
  })

const sentOf = (request: HttpClientRequest.HttpClientRequest): Effect.Effect<Sent, HttpClientError.HttpClientError> => {
  const { body } = request
  const failed = (cause: unknown) => unreadable(request, cause)
  switch (body._tag) {
    case "Empty":
      return Effect.succeed({ bytes: new Uint8Array() })
    case "Uint8Array":
      return Effect.succeed({ bytes: body.body })
    case "Raw":
      return rawBytes(body.body).pipe(
        Effect.map((bytes) => ({ bytes })),
        Effect.mapError(failed)
      )
    case "FormData":
      return formBytes(body.formData)
    case "Stream":
      return Stream.mkUint8Array(body.stream).pipe(
        Effect.map((bytes) => ({ bytes })),
        Effect.mapError(failed)
      )
  }
}

const requestOf = (
  { headers, method }: HttpClientRequest.HttpClientRequest,
  url: URL,
  { bytes, contentType }: Sent
): EmulatorRequest => {
  const framing: Record<string, string> = { host: url.host }
  if (bytes.length > 0) framing["content-length"] = String(bytes.length)
  if (contentType !== undefined) framing["content-type"] = contentType
  return { method, url, headers: { ...headers, ...framing }, body: bytes }
}

const connectionReset = (message: string): Error => Object.assign(new Error(message), { code: "ECONNRESET" })

/** Delivers what came and ends as the connection did: an error must not overtake the part before it. */
const cutBody = (part: Uint8Array, ending: "cut" | "hang"): ReadableStream<Uint8Array> => {
  let delivered = part.length === 0
  return new ReadableStream(
    {
      pull(controller) {
        if (!delivered) {
          delivered = true
          controller.enqueue(part)
        } else if (ending === "cut") controller.error(connectionReset("the connection ended in the middle of the body"))
        else return new Promise<void>(() => {})
        return undefined
      }
    },
    { highWaterMark: 0 }
  )
}

const responseOf = (
  request: HttpClientRequest.HttpClientRequest,
  { headers, status }: Exchange.WireAnswer,
  body: ReadableStream<Uint8Array> | Uint8Array | undefined
) =>
  HttpClientResponse.fromWeb(
    request,
    new Response(body instanceof Uint8Array ? new Uint8Array(body) : (body ?? null), { status, headers })
  )

const receive = (
  request: HttpClientRequest.HttpClientRequest,
  delivery: Exchange.Delivery
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError> => {
  switch (delivery._tag) {
    case "Whole":
      return Effect.sync(() => responseOf(request, delivery.answer, delivery.answer.body))
    case "Part":
      return Effect.sync(() => responseOf(request, delivery.answer, cutBody(delivery.part, delivery.ending)))
    case "Reset":
      return Effect.fail(
        new HttpClientError.HttpClientError({
          reason: new HttpClientError.TransportError({ request, cause: connectionReset("read ECONNRESET") })
        })
      )
    case "Hang":
      return Effect.never
  }
}

/**
 * Makes a client of an emulator. A reset is a `TransportError` whose cause has the code `ECONNRESET`, a truncated body a
 * `DecodeError` of whoever reads it, a hang never ends. It follows no redirects, as the clients of Node do not;
 * `HttpClient.followRedirects` does.
 */
export const make = (emulator: Emulator, options?: Exchange.ServeOptions): EmulatorClient => {
  const { clear, deliver, faults, requests } = Exchange.make(emulator, options)
  const client = HttpClient.make((request, url) =>
    Effect.flatMap(sentOf(request), (sent) =>
      Effect.flatMap(deliver(requestOf(request, url, sent)), (delivery) => receive(request, delivery))
    )
  )
  return { client, faults, requests, clear }
}
