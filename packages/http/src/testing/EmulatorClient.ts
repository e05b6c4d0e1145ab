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
import { inPieces, pieceSize } from "./Body.ts"
import type { Emulator, EmulatorHead, Pieces } from "./Emulator.ts"
import * as Exchange from "./Exchange.ts"

/** A client and what it was asked. */
export interface EmulatorClient extends Exchange.Served {
  readonly client: HttpClient.HttpClient
}

const encoder = new TextEncoder()

const unreadable = (request: HttpClientRequest.HttpClientRequest, cause: unknown) =>
  new HttpClientError.HttpClientError({ reason: new HttpClientError.EncodeError({ request, cause }) })

const broken = (request: HttpClientRequest.HttpClientRequest, cause: unknown) =>
  new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })

const rawBytes = (body: unknown): Effect.Effect<Uint8Array, string> =>
  body instanceof Uint8Array
    ? Effect.succeed(body)
    : typeof body === "string"
      ? Effect.succeed(encoder.encode(body))
      : Effect.fail("a raw body for an emulator is a text or bytes")

/** A body as it is sent. */
interface Sent {
  readonly pieces: Stream.Stream<Uint8Array, unknown>
  /** In bytes, unless only the end of the stream tells. */
  readonly length: number | undefined
  /** Set when only the encoding knows it. */
  readonly contentType?: string | undefined
}

const whole = (bytes: Uint8Array, contentType?: string): Sent => ({
  pieces: bytes.length === 0 ? Stream.empty : Stream.succeed(bytes),
  length: bytes.length,
  contentType
})

const formOf = (form: FormData): Effect.Effect<Sent> =>
  Effect.suspend(() => {
    const response = new Response(form)
    return Effect.map(
      Effect.promise(() => response.arrayBuffer()),
      (buffer) => whole(new Uint8Array(buffer), response.headers.get("content-type") ?? undefined)
    )
  })

const sentOf = (request: HttpClientRequest.HttpClientRequest): Effect.Effect<Sent, HttpClientError.HttpClientError> => {
  const { body } = request
  switch (body._tag) {
    case "Empty":
      return Effect.succeed(whole(new Uint8Array()))
    case "Uint8Array":
      return Effect.succeed(whole(body.body))
    case "Raw":
      return rawBytes(body.body).pipe(
        Effect.map((bytes) => whole(bytes)),
        Effect.mapError((cause) => unreadable(request, cause))
      )
    case "FormData":
      return formOf(body.formData)
    case "Stream":
      return Effect.succeed({ pieces: body.stream, length: body.contentLength })
  }
}

const headOf = (
  { headers, method }: HttpClientRequest.HttpClientRequest,
  url: URL,
  { contentType, length }: Sent
): EmulatorHead => {
  const framing: Record<string, string> = { host: url.host }
  if (length === undefined) framing["transfer-encoding"] = "chunked"
  else if (length > 0) framing["content-length"] = String(length)
  if (contentType !== undefined) framing["content-type"] = contentType
  return { method, url, headers: { ...headers, ...framing } }
}

/** Brings a body piece by piece. One that fails, or has another length than it says, breaks the connection. */
const bring = (
  request: HttpClientRequest.HttpClientRequest,
  { length, pieces }: Sent,
  { write }: Exchange.Incoming
): Effect.Effect<void, HttpClientError.HttpClientError> =>
  Effect.suspend(() => {
    let brought = 0
    let cut = false
    const bringPiece = (piece: Uint8Array) =>
      Effect.sync(() => {
        brought += piece.length
        cut = !write(piece)
        return !cut
      })
    return Stream.runForEachWhile(pieces, bringPiece).pipe(
      Effect.mapError((cause) => unreadable(request, cause)),
      Effect.andThen(
        Effect.suspend(() =>
          cut || length === undefined || brought === length
            ? Effect.void
            : Effect.fail(broken(request, new Error(`the body has ${brought} bytes, not ${length} as it says`)))
        )
      )
    )
  })

const connectionReset = (message: string): Error => Object.assign(new Error(message), { code: "ECONNRESET" })

/** The first bytes of a body, each piece read when it is asked for; then the end the connection takes. */
const streamOf = (body: Pieces, length: number, ending: "cut" | "hang" | "whole"): ReadableStream<Uint8Array> => {
  const pieces = inPieces(body, length)
  return new ReadableStream(
    {
      pull(controller) {
        const { value } = pieces.next()
        // An empty piece is none: a pull has to bring something, or to end.
        if (value !== undefined && value.length > 0) controller.enqueue(new Uint8Array(value))
        else if (ending === "whole") controller.close()
        // An error must not overtake the pieces before it, so it has a pull of its own.
        else if (ending === "cut") controller.error(connectionReset("the connection ended in the middle of the body"))
        else return new Promise<void>(() => {})
        return undefined
      }
    },
    { highWaterMark: 0 }
  )
}

type Body = ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null

const bodyOf = (body: Pieces | undefined): Body => {
  if (body === undefined) return null
  return body.length > pieceSize ? streamOf(body, body.length, "whole") : new Uint8Array(body.read(0, body.length))
}

const receive = (
  request: HttpClientRequest.HttpClientRequest,
  delivery: Exchange.Delivery
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError> => {
  const answer = ({ headers, status }: Exchange.WireAnswer, body: Body) =>
    HttpClientResponse.fromWeb(request, new Response(body, { status, headers }))
  switch (delivery._tag) {
    case "Whole":
      return Effect.sync(() => answer(delivery.answer, bodyOf(delivery.answer.body)))
    case "Part":
      return Effect.sync(() => answer(delivery.answer, streamOf(delivery.body, delivery.length, delivery.ending)))
    case "Reset":
      return Effect.fail(broken(request, connectionReset("read ECONNRESET")))
    case "Hang":
      return Effect.never
  }
}

/**
 * Makes a client of an emulator. A reset is a `TransportError` whose cause has the code `ECONNRESET`, a truncated body a
 * `DecodeError` of whoever reads it, a hang never ends. Bodies go both ways as they do over sockets, piece by piece. It
 * follows no redirects, as the clients of Node do not; `HttpClient.followRedirects` does.
 */
export const make = (emulator: Emulator, options?: Exchange.ServeOptions): EmulatorClient => {
  const { begin, clear, faults, requests } = Exchange.make(emulator, options)
  const client = HttpClient.make((request, url) =>
    Effect.gen(function* () {
      const sent = yield* sentOf(request)
      const incoming = yield* begin(headOf(request, url, sent))
      const delivery = yield* bring(request, sent, incoming).pipe(
        Effect.andThen(incoming.end),
        Effect.ensuring(incoming.abort)
      )
      return yield* receive(request, delivery)
    })
  )
  return { client, faults, requests, clear }
}
