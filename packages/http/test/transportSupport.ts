/** Servers and proxies of the transport's tests, on loopback, and what they saw. */
import { ConfigProvider, Effect, Layer, type Scope, Stream } from "effect"
import { HttpClient, type HttpClientError } from "effect/http"
import * as http from "node:http"
import * as https from "node:https"
import * as net from "node:net"
import { generate } from "selfsigned"
import type { Lookup, Options } from "../src/Transport.ts"
import * as TransportNode from "../src/TransportNode.ts"

export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** A certificate that is its own authority. */
export const certificateFor = (...names: ReadonlyArray<string>): Promise<Certificate> =>
  generate([{ name: "commonName", value: names[0] ?? "nobody" }], {
    keyType: "ec",
    extensions: [
      { name: "basicConstraints", cA: true },
      {
        name: "subjectAltName",
        altNames: names.map((name) => (net.isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name }))
      }
    ]
  }).then(({ cert, private: key }) => ({ cert, key }))

export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: http.IncomingHttpHeaders
}

/** A server that counts. */
export class Watched {
  readonly requests: Array<Seen> = []
  readonly open = new Set<net.Socket>()
  connections = 0
  bytes = 0
  readonly server: net.Server
  readonly scheme: string
  readonly #waiting = new Set<() => void>()

  constructor(server: net.Server, scheme: string) {
    this.server = server
    this.scheme = scheme
    server.on("connection", (socket: net.Socket) => {
      this.connections++
      this.open.add(socket)
      socket.on("data", (chunk) => {
        this.bytes += chunk.length
        this.told()
      })
      socket.on("error", () => {})
      socket.on("close", () => {
        this.open.delete(socket)
        this.told()
      })
      this.told()
    })
  }

  get port(): number {
    const address = this.server.address()
    return typeof address === "object" && address !== null ? address.port : 0
  }

  url(path = "/", host = "127.0.0.1"): string {
    return `${this.scheme}://${host}:${this.port}${path}`
  }

  /** Something happened. */
  told(): void {
    this.#waiting.forEach((look) => look())
  }

  saw({ headers, method = "", url = "" }: http.IncomingMessage): void {
    this.requests.push({ method, url, headers })
    this.told()
  }

  /** Waits until it has seen what is asked for. */
  until(holds: (watched: this) => boolean): Effect.Effect<void> {
    return Effect.callback((resume) => {
      const look = () => {
        if (!holds(this)) return
        this.#waiting.delete(look)
        resume(Effect.void)
      }
      this.#waiting.add(look)
      look()
      return Effect.sync(() => this.#waiting.delete(look))
    })
  }
}

const listening = (watched: Watched): Effect.Effect<Watched, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<Watched>((resume) => {
      watched.server.listen(0, "127.0.0.1", () => resume(Effect.succeed(watched)))
    }),
    () =>
      Effect.callback<void>((resume) => {
        watched.open.forEach((socket) => socket.destroy())
        watched.server.close(() => resume(Effect.void))
      })
  )

export type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void

export const hello: Handler = (_, response) => {
  response.end("hello")
}

/** An HTTP server, over TLS when there is a certificate. */
export const serve = (
  handler: Handler = hello,
  certificate?: Certificate
): Effect.Effect<Watched, never, Scope.Scope> =>
  Effect.suspend(() => {
    const listener: Handler = (request, response) => {
      handler(request, response)
      watched.saw(request)
    }
    const server = certificate === undefined ? http.createServer(listener) : https.createServer(certificate, listener)
    const watched = new Watched(server, certificate === undefined ? "http" : "https")
    return listening(watched)
  })

export interface ProxyOptions {
  readonly certificate?: Certificate
  /** Answers instead of passing on. */
  readonly status?: number
  /** Never answers CONNECT. */
  readonly hangs?: boolean
}

/** A proxy: plain requests and tunnels, all to loopback, whatever host they name. */
export const proxy = ({ certificate, hangs = false, status }: ProxyOptions = {}): Effect.Effect<
  Watched,
  never,
  Scope.Scope
> =>
  Effect.suspend(() => {
    const pass: Handler = (request, response) => {
      watched.saw(request)
      if (status !== undefined) return response.writeHead(status).end()
      const { pathname, port, search } = new URL(request.url ?? "")
      const { method } = request
      const { "proxy-authorization": _, ...headers } = request.headers
      const onward = http.request({ host: "127.0.0.1", port, path: pathname + search, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(response)
      })
      onward.on("error", () => response.destroy())
      return request.pipe(onward)
    }
    const server = certificate === undefined ? http.createServer(pass) : https.createServer(certificate, pass)
    server.on("connect", (request: http.IncomingMessage, client: net.Socket) => {
      watched.saw(request)
      client.on("error", () => {})
      if (hangs) {
        client.on("end", () => client.end()).resume()
        return
      }
      if (status !== undefined) {
        // Leaves it to the client to hang up.
        client.write(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)
        client.on("end", () => client.end()).resume()
        return
      }
      const onward = net.connect(Number(new URL(`http://${request.url}`).port || 80), "127.0.0.1", () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n")
        client.pipe(onward)
        onward.pipe(client)
      })
      onward.on("error", () => client.destroy()).on("close", () => client.destroy())
      client.on("close", () => onward.destroy())
    })
    const watched = new Watched(server, certificate === undefined ? "http" : "https")
    return listening(watched)
  })

export type Environment = Readonly<Record<string, string>>

export const environment = (env: Environment): Layer.Layer<never> =>
  ConfigProvider.layer(ConfigProvider.fromEnv({ env: { ...env } }))

/** A client of its own, in the scope. */
export const client = (options: Options = {}, env: Environment = {}) =>
  Effect.map(
    Layer.build(Layer.provide(TransportNode.layer(options), environment(env))),
    (context): HttpClient.HttpClient => HttpClient.HttpClient.pipe(Effect.provide(context), Effect.runSync)
  )

/** The text at a URL. */
export const read = (
  from: HttpClient.HttpClient,
  url: string
): Effect.Effect<string, HttpClientError.HttpClientError> => Effect.flatMap(from.get(url), ({ text }) => text)

/** The body as it comes. */
export const drain = (from: HttpClient.HttpClient, url: string, onChunk: () => void) =>
  Effect.flatMap(from.get(url), ({ stream }) => Stream.runForEach(stream, () => Effect.sync(onChunk)))

/** Every name is loopback. */
export const toLoopback: Lookup = () => Effect.succeed(["127.0.0.1"])

/** The certificate's own words about what is wrong, or the code of a failure. */
export const codeOf = ({ reason }: HttpClientError.HttpClientError): unknown =>
  "cause" in reason && reason.cause instanceof Error && "code" in reason.cause ? reason.cause.code : undefined
