/**
 * An answer whose body is in memory, so that it can be read at any time, in every way and more than once.
 *
 * @module
 */
import { Effect, Inspectable, type Option, Pipeable, Stream } from "effect"
import {
  type Cookies,
  type Headers,
  HttpClientError,
  type HttpClientRequest,
  HttpClientResponse,
  HttpIncomingMessage
} from "effect/http"

const decoder = new TextDecoder()

/** What an answer says of itself, with a body that was read. */
class KeptResponse extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  readonly [HttpIncomingMessage.TypeId]: typeof HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: typeof HttpClientResponse.TypeId = HttpClientResponse.TypeId
  readonly headers: Headers.Headers
  readonly #original: HttpClientResponse.HttpClientResponse
  readonly #body: ArrayBuffer

  constructor(original: HttpClientResponse.HttpClientResponse, headers: Headers.Headers, body: ArrayBuffer) {
    super()
    this.#original = original
    this.#body = body
    this.headers = headers
  }

  get request(): HttpClientRequest.HttpClientRequest {
    return this.#original.request
  }

  get url(): string {
    return this.#original.url
  }

  get status(): number {
    return this.#original.status
  }

  get cookies(): Cookies.Cookies {
    return this.#original.cookies
  }

  get remoteAddress(): Option.Option<string> {
    return this.#original.remoteAddress
  }

  get upgrade() {
    return this.#original.upgrade
  }

  get arrayBuffer(): Effect.Effect<ArrayBuffer> {
    return Effect.succeed(this.#body)
  }

  get stream(): Stream.Stream<Uint8Array> {
    return this.#body.byteLength === 0 ? Stream.empty : Stream.succeed(new Uint8Array(this.#body))
  }

  get text(): Effect.Effect<string> {
    return Effect.sync(() => decoder.decode(this.#body))
  }

  get json() {
    return Effect.flatMap(this.text, (text) =>
      Effect.try({ try: () => (text === "" ? null : JSON.parse(text)), catch: (cause) => this.#undecodable(cause) })
    )
  }

  get urlParamsBody() {
    return this.#web().urlParamsBody
  }

  get formData() {
    return this.#web().formData
  }

  toJSON(): unknown {
    return HttpIncomingMessage.inspect(this, {
      _id: "HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status
    })
  }

  pipe() {
    return Pipeable.pipeArguments(this, arguments)
  }

  /** For what is read seldom, and decoded by its type. */
  #web(): HttpClientResponse.HttpClientResponse {
    const contentType = this.headers["content-type"]
    const headers = contentType === undefined ? {} : { "content-type": contentType }
    return HttpClientResponse.fromWeb(this.request, new Response(this.#body, { headers }))
  }

  #undecodable(cause: unknown): HttpClientError.HttpClientError {
    const reason = new HttpClientError.DecodeError({ request: this.request, response: this, cause })
    return new HttpClientError.HttpClientError({ reason })
  }
}

/** The same answer over a body that was read. */
export const make = (
  original: HttpClientResponse.HttpClientResponse,
  headers: Headers.Headers,
  body: ArrayBuffer
): HttpClientResponse.HttpClientResponse => new KeptResponse(original, headers, body)
