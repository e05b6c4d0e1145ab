import { beforeAll, describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import type { TLSSocket } from "node:tls"
import { inspect } from "node:util"
import { refusalOf } from "../src/UrlGuard.ts"
import * as Transport from "../src/Transport.ts"
import * as TransportNode from "../src/TransportNode.ts"
import * as UrlGuard from "../src/UrlGuard.ts"
import {
  type Certificate,
  certificateFor,
  client,
  codeOf,
  environment,
  proxy,
  read,
  serve,
  toLoopback,
  type Watched
} from "./transportSupport.ts"

let own: Certificate

beforeAll(async () => {
  own = await certificateFor("secure.example", "127.0.0.1")
})

const password = "pa:ss/wörd"
const withCredentials = ({ port, scheme }: Watched): string =>
  `${scheme}://us%65r:${encodeURIComponent(password)}@127.0.0.1:${port}`
const basic = `Basic ${Buffer.from(`user:${password}`).toString("base64")}`

/** Fails when the transport resolves a name itself. */
const noLookup = { lookup: () => Effect.die(new Error("resolved a name itself")) }

describe("plain http through a proxy", () => {
  it.live("is sent to it with the whole URL, and its answer comes back", () =>
    Effect.gen(function* () {
      const server = yield* serve((request, response) => {
        response.end(`${request.method} ${request.url}`)
      })
      const through = yield* proxy()
      const http = yield* client(noLookup, { http_proxy: through.url() })
      const url = server.url("/a?b=c", "plain.example")
      expect(yield* read(http, url)).toBe("GET /a?b=c")
      expect(through.requests).toMatchObject([
        { method: "GET", url, headers: { host: `plain.example:${server.port}` } }
      ])
      expect(server.requests[0]?.headers.host).toBe(`plain.example:${server.port}`)
    })
  )

  it.live("gives the proxy its credentials, and nobody else", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      const through = yield* proxy()
      const http = yield* client(noLookup, { http_proxy: withCredentials(through) })
      yield* read(http, server.url("/", "plain.example"))
      expect(through.requests[0]?.headers["proxy-authorization"]).toBe(basic)
      expect(server.requests[0]?.headers).not.toHaveProperty("proxy-authorization")
      expect(through.requests[0]?.headers).not.toHaveProperty("authorization")
    })
  )

  it.live("shares the connections of the proxy among all origins", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      const through = yield* proxy()
      const http = yield* client(noLookup, { http_proxy: through.url() })
      for (let n = 0; n < 30; n++) yield* read(http, server.url("/", `o${n}.example`))
      expect(through.requests).toHaveLength(30)
      expect(through.connections).toBeLessThanOrEqual(2)
    })
  )

  it.live("closes its connection when it is interrupted", () =>
    Effect.gen(function* () {
      const server = yield* serve(() => {})
      const through = yield* proxy()
      const http = yield* client(noLookup, { http_proxy: through.url() })
      const fiber = yield* Effect.forkChild(read(http, server.url("/", "plain.example")))
      yield* server.until(({ requests }) => requests.length === 1)
      yield* Fiber.interrupt(fiber)
      yield* through.until(({ open }) => open.size === 0)
    })
  )
})

describe("https through a proxy", () => {
  it.live("goes through a tunnel, in which the proxy sees host and port only", () =>
    Effect.gen(function* () {
      const server = yield* serve(undefined, own)
      const through = yield* proxy()
      const http = yield* client({ ...noLookup, ca: own.cert }, { https_proxy: withCredentials(through) })
      expect(yield* read(http, server.url("/secret?token=x", "secure.example"))).toBe("hello")
      const authority = `secure.example:${server.port}`
      expect(through.requests).toMatchObject([
        { method: "CONNECT", url: authority, headers: { host: authority, "proxy-authorization": basic } }
      ])
      expect(server.requests).toMatchObject([{ url: "/secret?token=x", headers: { host: authority } }])
      expect(server.requests[0]?.headers).not.toHaveProperty("proxy-authorization")
    })
  )

  it.live("keeps the tunnel for the next request, and closes it with the layer", () =>
    Effect.gen(function* () {
      const server = yield* serve(undefined, own)
      const through = yield* proxy()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const http = yield* client({ ca: own.cert }, { https_proxy: through.url() })
          for (let n = 0; n < 10; n++) yield* read(http, server.url())
          expect(through.requests.length).toBeLessThanOrEqual(2)
        })
      )
      yield* through.until(({ open }) => open.size === 0)
      yield* server.until(({ open }) => open.size === 0)
    })
  )

  it.live("checks the certificate of the service, not of the proxy", () =>
    Effect.gen(function* () {
      const server = yield* serve(undefined, own)
      const through = yield* proxy()
      const http = yield* client({ ca: own.cert }, { https_proxy: through.url() })
      const error = yield* Effect.flip(read(http, server.url("/", "other.example")))
      expect(codeOf(error)).toBe("ERR_TLS_CERT_ALTNAME_INVALID")
      const untrusting = yield* client({}, { https_proxy: through.url() })
      expect(codeOf(yield* Effect.flip(read(untrusting, server.url())))).toBe("DEPTH_ZERO_SELF_SIGNED_CERT")
      expect(server.requests).toEqual([])
    })
  )

  it.live("closes the tunnel when it is interrupted", () =>
    Effect.gen(function* () {
      const server = yield* serve(() => {}, own)
      const through = yield* proxy()
      const http = yield* client({ ca: own.cert }, { https_proxy: through.url() })
      const fiber = yield* Effect.forkChild(read(http, server.url()))
      yield* server.until(({ requests }) => requests.length === 1)
      yield* Fiber.interrupt(fiber)
      yield* through.until(({ open }) => open.size === 0)
    })
  )

  it.live("does not use the proxy for http, nor the other way round", () =>
    Effect.gen(function* () {
      const plain = yield* serve()
      const secure = yield* serve(undefined, own)
      const through = yield* proxy()
      const forHttps = yield* client({ ca: own.cert }, { https_proxy: through.url() })
      expect(yield* read(forHttps, plain.url())).toBe("hello")
      const forHttp = yield* client({ ca: own.cert }, { http_proxy: through.url() })
      expect(yield* read(forHttp, secure.url())).toBe("hello")
      expect(through.connections).toBe(0)
    })
  )
})

describe("a proxy that is reached over TLS", () => {
  it.live("carries http and https, under its own certificate", () =>
    Effect.gen(function* () {
      const certificate = yield* Effect.promise(() => certificateFor("proxy.example"))
      const plain = yield* serve()
      const secure = yield* serve(undefined, own)
      const through = yield* proxy({ certificate })
      const url = through.url("", "proxy.example")
      const http = yield* client(
        { lookup: toLoopback, ca: [own.cert, certificate.cert] },
        { http_proxy: url, https_proxy: url }
      )
      expect(yield* read(http, plain.url("/", "plain.example"))).toBe("hello")
      expect(yield* read(http, plain.url("/", "other.example"))).toBe("hello")
      expect(yield* read(http, secure.url("/", "secure.example"))).toBe("hello")
      expect(through.requests.map(({ method }) => method)).toEqual(["GET", "GET", "CONNECT"])

      const untrusting = yield* client({ lookup: toLoopback, ca: own.cert }, { http_proxy: url, https_proxy: url })
      for (const target of [plain.url("/", "plain.example"), secure.url("/", "secure.example")]) {
        const { reason } = yield* Effect.flip(read(untrusting, target))
        expect(reason).toMatchObject({ cause: { _tag: "ProxyError", cause: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" } } })
      }
      const misnamed = yield* client(
        { ca: [own.cert, certificate.cert] },
        { http_proxy: through.url(), https_proxy: through.url() }
      )
      for (const target of [plain.url("/", "proxy.example"), secure.url("/", "secure.example")]) {
        const { reason } = yield* Effect.flip(read(misnamed, target))
        expect(reason).toMatchObject({ cause: { _tag: "ProxyError", cause: { code: "ERR_TLS_CERT_ALTNAME_INVALID" } } })
      }
      expect(through.requests).toHaveLength(3)
    })
  )

  it.live("may be an address, which TLS does not name", () =>
    Effect.gen(function* () {
      const plain = yield* serve()
      const secure = yield* serve(undefined, own)
      const through = yield* proxy({ certificate: own })
      const names = new Set<unknown>()
      through.server.on("secureConnection", (socket: TLSSocket) => names.add(socket.servername))
      const http = yield* client({ ca: own.cert }, { http_proxy: through.url(), https_proxy: through.url() })
      for (let n = 0; n < 10; n++) expect(yield* read(http, plain.url("/", `o${n}.example`))).toBe("hello")
      expect(yield* read(http, secure.url("/", "secure.example"))).toBe("hello")
      expect(names).toEqual(new Set([false]))
      // Two for plain http and one for the tunnel: a connection is not given up for another name.
      expect(through.connections).toBeLessThanOrEqual(3)
    })
  )
})

describe("a proxy that does not help", () => {
  const causeOf = (env: Readonly<Record<string, string>>, url: string, options: Transport.Options = {}) =>
    Effect.gen(function* () {
      const http = yield* client({ ...noLookup, ...options }, env)
      const error = yield* Effect.flip(read(http, url))
      expect(error.reason._tag).toBe("TransportError")
      return error.cause
    })

  it.live.each([
    [407, "auth", "asks for a user name and password (status 407); give them in its URL"],
    [403, "transient", "did not open a tunnel (status 403)"],
    [502, "transient", "did not open a tunnel (status 502)"]
  ] as const)("with status %d is an error of its own", ([status, category, text]) =>
    Effect.gen(function* () {
      const through = yield* proxy({ status })
      const urls = status === 407 ? ["https://a.example/", "http://a.example/"] : ["https://a.example/"]
      for (const url of urls) {
        const cause = yield* causeOf({ http_proxy: through.url(), https_proxy: through.url() }, url)
        expect(cause).toBeInstanceOf(Transport.ProxyError)
        expect(cause).toMatchObject({ proxy: `127.0.0.1:${through.port}`, status, category, delivered: false })
        expect(String(cause)).toContain(`the proxy 127.0.0.1:${through.port} ${text}`)
      }
      yield* through.until(({ open }) => open.size === 0)
    })
  )

  it.live("because nobody is there is an error that names it", () =>
    Effect.gen(function* () {
      const env = { http_proxy: "http://127.0.0.1:1", https_proxy: "http://127.0.0.1:1" }
      for (const url of ["http://a.example/", "https://a.example/"]) {
        const cause = yield* causeOf(env, url)
        expect(cause).toMatchObject({ _tag: "ProxyError", proxy: "127.0.0.1:1", cause: { code: "ECONNREFUSED" } })
        expect(String(cause)).toContain("cannot be used; check its address, in HTTPS_PROXY or HTTP_PROXY")
      }
    })
  )

  it.live("because it breaks off is an error, not an endless attempt", () =>
    Effect.gen(function* () {
      const through = yield* serve()
      through.server
        .removeAllListeners("connect")
        .on("connection", (socket) => socket.once("data", () => socket.destroy()))
      const cause = yield* causeOf({ https_proxy: through.url() }, "https://a.example/")
      expect(cause).toMatchObject({ _tag: "ProxyError", cause: { code: "UND_ERR_SOCKET" } })
    })
  )

  it.live("because it does not answer in time is an error", () =>
    Effect.gen(function* () {
      const through = yield* proxy({ hangs: true })
      const cause = yield* causeOf({ https_proxy: through.url() }, "https://a.example/", {
        connectTimeout: "100 millis"
      })
      expect(cause).toMatchObject({ _tag: "ProxyError", cause: { code: "UND_ERR_HEADERS_TIMEOUT" } })
      yield* through.until(({ open }) => open.size === 0)
    })
  )
})

describe("the environment", () => {
  it.live("can leave hosts out", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      const through = yield* proxy()
      const http = yield* client(
        { lookup: toLoopback },
        { http_proxy: through.url(), no_proxy: "near.example, 127.0.0.0/8" }
      )
      for (const host of ["127.0.0.1", "near.example", "a.near.example"]) yield* read(http, server.url("/", host))
      expect(through.requests).toEqual([])
      yield* read(http, server.url("/", "far.example"))
      expect(through.requests).toHaveLength(1)
    })
  )

  it.live("is read from the configuration, and a proxy that is none fails there", () =>
    Effect.gen(function* () {
      for (const value of ["socks5://127.0.0.1:1080", "http://", "http://u:%zz@proxy.example", "http://:port"]) {
        const error = yield* Layer.build(TransportNode.layer()).pipe(
          Effect.flip,
          Effect.provide(environment({ HTTPS_PROXY: value }))
        )
        expect(error.message).toBe(
          'HTTPS_PROXY: it is not the URL of an http or https proxy; give one such as "http://proxy.example:3128" or "http://user:password@proxy.example:3128"'
        )
      }
    })
  )
})

describe("a guard and a proxy", () => {
  it.live("refuses by the URL, lets the proxy resolve names, and does not judge the proxy", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      const through = yield* proxy()
      const env = { http_proxy: through.url(), https_proxy: through.url() }
      const http = yield* client({ ...noLookup, guard: UrlGuard.make() }, env)
      expect(yield* read(http, server.url("/", "public.example"))).toBe("hello")
      for (const url of [server.url(), "https://[::1]/", "http://localhost/", "https://169.254.169.254/"]) {
        expect(refusalOf(yield* Effect.flip(read(http, url)))).toBeInstanceOf(UrlGuard.UrlRefusedError)
      }
      expect(through.requests).toHaveLength(1)
    })
  )
})

describe("the password of a proxy", () => {
  const forms = [password, encodeURIComponent(password), basic.slice("Basic ".length)]

  /** An error as anybody may print it: whole, and cause by cause. */
  const printed = (error: unknown): string => {
    const texts = [inspect(error, { depth: 20, showHidden: true }), String(error), JSON.stringify(error)]
    const cause = error instanceof Error ? error.cause : undefined
    if (error instanceof Error) texts.push(error.message, error.stack ?? "")
    return texts.join("\n") + (cause === undefined ? "" : printed(cause))
  }

  it.live("is in no error", () =>
    Effect.gen(function* () {
      const server = yield* serve(undefined, own)
      const denying = yield* proxy({ status: 407 })
      const failing = yield* proxy({ status: 500 })
      const working = yield* proxy()
      const gone = `http://us%65r:${encodeURIComponent(password)}@127.0.0.1:1`
      const errors: Array<unknown> = []
      for (const address of [withCredentials(denying), withCredentials(failing), withCredentials(working), gone]) {
        const http = yield* client({}, { http_proxy: address, https_proxy: address })
        errors.push(yield* Effect.flip(read(http, server.url())))
        if (address === gone) errors.push(yield* Effect.flip(read(http, "http://a.example/")))
      }
      errors.push(
        yield* Layer.build(TransportNode.layer()).pipe(
          Effect.flip,
          Effect.provide(environment({ http_proxy: `ftp://user:${encodeURIComponent(password)}@127.0.0.1` }))
        )
      )
      expect(errors).toHaveLength(6)
      expect(denying.requests[0]?.headers["proxy-authorization"]).toBe(basic)
      for (const text of errors.map(printed)) {
        for (const form of forms) expect(text).not.toContain(form)
      }
    })
  )
})
