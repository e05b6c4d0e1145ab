import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as fs from "node:fs/promises"
import * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"
import * as tls from "node:tls"
import type { Options } from "../src/Transport.ts"
import * as TransportNode from "../src/TransportNode.ts"
import * as UrlGuard from "../src/UrlGuard.ts"
import {
  type Certificate,
  certificateFor,
  client,
  codeOf,
  environment,
  read,
  serve,
  toLoopback,
  Watched
} from "./transportSupport.ts"

let directory: string
let own: Certificate
let other: Certificate

beforeAll(async () => {
  directory = await fs.mkdtemp(path.join(os.tmpdir(), "skippy-ca-"))
  ;[own, other] = await Promise.all([certificateFor("secure.example", "127.0.0.1"), certificateFor("other.example")])
})

afterAll(() => fs.rm(directory, { recursive: true }))

const file = (name: string, text: string) =>
  Effect.promise(async () => {
    const at = path.join(directory, name)
    await fs.writeFile(at, text)
    return at
  })

const lookup = toLoopback

describe("certificates", () => {
  it.live("of an unknown authority are refused", () =>
    Effect.gen(function* () {
      const server = yield* serve(undefined, own)
      const http = yield* client({ lookup })
      const error = yield* Effect.flip(read(http, server.url("/", "secure.example")))
      expect(codeOf(error)).toBe("DEPTH_ZERO_SELF_SIGNED_CERT")
      expect(server.requests).toEqual([])
      yield* server.until(({ open }) => open.size === 0)
    })
  )

  it.live("of an authority in SKIPPY_CA_FILE are accepted, one of several in it", () =>
    Effect.gen(function* () {
      const server = yield* serve(undefined, own)
      const bundle = yield* file("bundle.pem", `# ours\n${other.cert}\nand\r\n${own.cert}`)
      const http = yield* client({ lookup }, { SKIPPY_CA_FILE: bundle })
      expect(yield* read(http, server.url("/", "secure.example"))).toBe("hello")
      expect(yield* read(http, server.url("/"))).toBe("hello")
    })
  )

  it.live.each<readonly [string, () => Options["ca"]]>([
    ["text", () => own.cert],
    ["text of several", () => `${other.cert}\n${own.cert}`],
    ["list", () => [other.cert, own.cert]]
  ])("of an authority in the option, a %s, are accepted", ([, ca]) =>
    Effect.gen(function* () {
      const server = yield* serve(undefined, own)
      const http = yield* client({ lookup, ca: ca() })
      expect(yield* read(http, server.url("/", "secure.example"))).toBe("hello")
    })
  )

  it.live("that Node trusts already stay trusted beside those of the file and the option", () =>
    Effect.gen(function* () {
      const third = yield* Effect.promise(() => certificateFor("third.example"))
      const before = tls.getCACertificates("default")
      yield* Effect.acquireRelease(
        Effect.sync(() => tls.setDefaultCACertificates([...before, own.cert])),
        () => Effect.sync(() => tls.setDefaultCACertificates(before))
      )
      const first = yield* serve(undefined, own)
      const second = yield* serve(undefined, other)
      const last = yield* serve(undefined, third)
      const http = yield* client({ lookup, ca: other.cert }, { SKIPPY_CA_FILE: yield* file("third.pem", third.cert) })
      expect(yield* read(http, first.url("/", "secure.example"))).toBe("hello")
      expect(yield* read(http, second.url("/", "other.example"))).toBe("hello")
      expect(yield* read(http, last.url("/", "third.example"))).toBe("hello")
    })
  )

  it.live("of another host are refused", () =>
    Effect.gen(function* () {
      const server = yield* serve(undefined, own)
      const http = yield* client({ lookup, ca: own.cert })
      const error = yield* Effect.flip(read(http, server.url("/", "other.example")))
      expect(codeOf(error)).toBe("ERR_TLS_CERT_ALTNAME_INVALID")
      expect(server.requests).toEqual([])
    })
  )
})

describe("TLS", () => {
  it.live("keeps its connections too, and closes them on interruption and with the layer", () =>
    Effect.gen(function* () {
      const server = yield* serve(undefined, own)
      yield* Effect.scoped(
        Effect.gen(function* () {
          const http = yield* client({ lookup, ca: own.cert })
          for (let n = 0; n < 10; n++) yield* read(http, server.url("/", "secure.example"))
          expect(server.connections).toBeLessThanOrEqual(2)
          expect(server.open.size).toBeGreaterThan(0)
        })
      )
      yield* server.until(({ open }) => open.size === 0)
    })
  )

  it.live("begins only after the guard has seen who answered", () =>
    Effect.gen(function* () {
      const server = yield* serve(undefined, own)
      const allowing = UrlGuard.make({ allow: ["127.0.0.1"] })
      const http = yield* client({ guard: allowing, lookup, ca: own.cert })
      expect(yield* read(http, server.url("/", "secure.example"))).toBe("hello")

      const untouched = yield* serve(undefined, own)
      let checks = 0
      const second: UrlGuard.UrlGuard = {
        ...allowing,
        checkAddress: (...all) => (++checks === 1 ? undefined : UrlGuard.make().checkAddress(...all))
      }
      const refusing = yield* client({ guard: second, lookup, ca: own.cert })
      const error = yield* Effect.flip(read(refusing, untouched.url("/", "secure.example")))
      expect(UrlGuard.refusalOf(error)).toMatchObject({ host: "secure.example", address: "127.0.0.1" })
      expect(untouched.bytes).toBe(0)
    })
  )

  const raw = (onConnection: (socket: net.Socket) => void) =>
    Effect.acquireRelease(
      Effect.callback<Watched>((resume) => {
        const watched = new Watched(net.createServer(onConnection), "https")
        watched.server.listen(0, "127.0.0.1", () => resume(Effect.succeed(watched)))
      }),
      ({ open, server }) =>
        Effect.callback<void>((resume) => {
          open.forEach((socket) => socket.destroy())
          server.close(() => resume(Effect.void))
        })
    )

  it.live("that breaks in the handshake is an error", () =>
    Effect.gen(function* () {
      const server = yield* raw((socket) => socket.once("data", () => socket.resetAndDestroy()))
      const http = yield* client()
      expect(codeOf(yield* Effect.flip(read(http, server.url())))).toBe("ECONNRESET")
    })
  )

  it.live("that does not come about in time is an error, and its socket is closed", () =>
    Effect.gen(function* () {
      const server = yield* raw(() => {})
      const http = yield* client({ connectTimeout: "50 millis" })
      expect(codeOf(yield* Effect.flip(read(http, server.url())))).toBe("UND_ERR_CONNECT_TIMEOUT")
      yield* server.until(({ open }) => open.size === 0)
    })
  )

  it.live("that has not come about is given up with the layer", () =>
    Effect.gen(function* () {
      const server = yield* raw(() => {})
      yield* Effect.scoped(
        Effect.gen(function* () {
          const http = yield* client()
          yield* Effect.forkChild(Effect.exit(read(http, server.url())))
          yield* server.until(({ bytes }) => bytes > 0)
        })
      )
      yield* server.until(({ open }) => open.size === 0)
    })
  )
})

describe("a transport is not built with", () => {
  const failure = (env: Readonly<Record<string, string>>, options: Options = {}) =>
    Layer.build(TransportNode.layer(options)).pipe(Effect.flip, Effect.provide(environment(env)))

  it.live("a file that cannot be read", () =>
    Effect.gen(function* () {
      const missing = path.join(directory, "missing.pem")
      const error = yield* failure({ SKIPPY_CA_FILE: missing })
      expect(error).toMatchObject({ _tag: "TransportConfigError", setting: "SKIPPY_CA_FILE", category: "invalid" })
      expect(error.message).toBe(
        `SKIPPY_CA_FILE: ${missing} cannot be read (ENOENT); give the path of a PEM file that this program may read, or unset it`
      )
    })
  )

  it.live("a file without a certificate", () =>
    Effect.gen(function* () {
      const at = yield* file("key.pem", own.key)
      expect((yield* failure({ SKIPPY_CA_FILE: at })).message).toBe(
        `SKIPPY_CA_FILE: ${at} holds no certificate; give a PEM text of one or more certificates (-----BEGIN CERTIFICATE-----)`
      )
    })
  )

  it.live("a certificate that is broken", () =>
    Effect.gen(function* () {
      const at = yield* file("broken.pem", own.cert + other.cert.replace(/\n[A-Za-z0-9+/]{10}/, "\nAAAAAAAAAA"))
      expect((yield* failure({ SKIPPY_CA_FILE: at })).message).toContain(`SKIPPY_CA_FILE: certificate 2 of 2 in ${at}`)
      expect((yield* failure({}, { ca: "no certificate" })).message).toContain("ca: it holds no certificate")
    })
  )
})
