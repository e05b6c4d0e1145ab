import { it } from "@effect/vitest"
import { Resilience } from "@skippy/core"
import { Effect, Exit, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { Base64 } from "effect/encoding"
import { describe, expect } from "vitest"
import { userAgent } from "../src/client/UserAgent.ts"
import { HttpService } from "../src/HttpService.ts"
import * as EmulatorClient from "../src/testing/EmulatorClient.ts"
import * as EmulatorServer from "../src/testing/EmulatorServerNode.ts"
import * as Fault from "../src/testing/Fault.ts"
import * as Transport from "../src/Transport.ts"
import * as UrlGuard from "../src/UrlGuard.ts"
import { defectOf, echo, environment, files, live, policies, site } from "./httpServiceSupport.ts"

const answering = (body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) =>
  site(() => ({ status: 200, headers, body }))

const got = (body: string | Uint8Array, headers?: Readonly<Record<string, string>>, maxBodyBytes?: number) =>
  Effect.gen(function* () {
    const server = yield* EmulatorServer.start(answering(body, headers))
    const { url } = server
    return yield* (yield* HttpService).get({ url, ...(maxBodyBytes === undefined ? {} : { maxBodyBytes }) })
  })

describe("get", () => {
  it.live("asks, and gives the whole answer", () =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(echo)
      const answer = yield* (yield* HttpService).get({ url: `${server.url}/a?b=c%20d#e`, headers: { "X-Trace": "7" } })
      expect(answer).toMatchObject({
        status: 200,
        url: `${server.url}/a?b=c%20d#e`,
        redirects: 0,
        contentType: "application/json",
        encoding: "text"
      })
      expect(answer.cut).toBeUndefined()
      expect(answer.bytes).toBe(answer.body.length)
      const seen = JSON.parse(answer.body)
      expect(seen).toMatchObject({ method: "GET", path: "/a?b=c%20d", body: "" })
      expect(seen.headers).toMatchObject({ "x-trace": "7", "accept-encoding": "identity", "user-agent": userAgent })
    }).pipe(Effect.scoped, Effect.provide(live()))
  )

  it.live("takes statuses that are no trouble of the service as answers", () =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(
        site(({ url }) => ({ status: Number(url.pathname.slice(1)), body: "told" }))
      )
      const http = yield* HttpService
      for (const status of [201, 400, 401, 403, 404, 409, 422]) {
        expect(yield* http.get({ url: `${server.url}/${status}` })).toMatchObject({ status, body: "told" })
      }
      expect(yield* http.get({ url: `${server.url}/204` })).toMatchObject({ status: 204, body: "", bytes: 0 })
      expect(server.requests()).toHaveLength(8)
    }).pipe(Effect.scoped, Effect.provide(live()))
  )

  it.live("repeats what failed for a passing reason, and fails with the last of it", () =>
    Effect.gen(function* () {
      const plan = Fault.sequence([Fault.status(503), Fault.truncate(), undefined])
      const server = yield* EmulatorServer.start(answering("a body that is long enough to be cut"), { faults: plan })
      const http = yield* HttpService
      expect(yield* http.get({ url: server.url })).toMatchObject({ status: 200 })
      expect(server.requests()).toHaveLength(3)
      server.faults.set(Fault.always(Fault.status(500, { body: "s3cret" })))
      const error = yield* Effect.flip(http.get({ url: `${server.url}/x?key=s3cret` }))
      expect(error).toMatchObject({ _tag: "HttpError", reason: "status", status: 500, url: `${server.url}/x` })
      expect(server.requests()).toHaveLength(6)
      expect(`${error.message} ${JSON.stringify(error)} ${String(error)}`).not.toContain("s3cret")
    }).pipe(Effect.scoped, Effect.provide(live()))
  )

  it.live("closes its connection when it is interrupted", () =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(answering("never"), { faults: Fault.always(Fault.hangInBody()) })
      const fiber = yield* Effect.forkChild((yield* HttpService).get({ url: server.url }))
      yield* server.until(({ decided }) => decided === 1)
      yield* Fiber.interrupt(fiber)
      yield* server.until(({ abandoned, openConnections }) => openConnections === 0 && abandoned === 1)
    }).pipe(Effect.scoped, Effect.provide(live()))
  )
})

describe("a body", () => {
  const utf16 = (text: string, mark: boolean) => {
    const codes = Array.from(text, (character) => character.charCodeAt(0))
    return Uint8Array.from((mark ? [0xfeff, ...codes] : codes).flatMap((code) => [code & 0xff, code >> 8]))
  }
  const latin = Uint8Array.from([0x63, 0x61, 0x66, 0xe9])

  it.live.each([
    ["as UTF-8 by default", "café €", "text/plain", "café €"],
    ["without the mark of UTF-8", Uint8Array.from([0xef, 0xbb, 0xbf, 0x61]), "text/plain; charset=iso-8859-1", "a"],
    ["by its charset", latin, 'text/html; charset="ISO-8859-1"', "café"],
    ["by its charset, whatever the type", latin, "application/x-thing;charset=latin1", "café"],
    ["by its mark", utf16("hi €", true), "text/plain", "hi €"],
    ["as UTF-16 when that is said", utf16("hi €", false), "text/plain; charset=utf-16le", "hi €"],
    ["as UTF-8 when the charset is unknown", "café", "text/plain; charset=klingon", "café"],
    ["of JSON", '{"a":"é"}', "application/vnd.api+json", '{"a":"é"}'],
    ["of XML", "<a/>", "image/svg+xml; q=1", "<a/>"],
    ["that says nothing of its type", "plain", "", "plain"]
  ] as const)("is read %s", ([, body, type, text]) =>
    Effect.gen(function* () {
      const answer = yield* got(body, type === "" ? {} : { "content-type": type })
      expect(answer).toMatchObject({ encoding: "text", body: text })
    }).pipe(Effect.scoped, Effect.provide(live()))
  )

  const binary = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 255])

  it.live.each([
    ["an image", { "content-type": "image/png" }],
    ["bytes of no type that are no text", {}],
    ["a text that is compressed nevertheless", { "content-type": "text/plain", "content-encoding": "br" }]
  ] as const)("is base64 for %s", ([, headers]) =>
    Effect.gen(function* () {
      const answer = yield* got(binary, headers)
      expect(answer).toMatchObject({ encoding: "base64", bytes: binary.length, body: Base64.encode(binary) })
    }).pipe(Effect.scoped, Effect.provide(live()))
  )

  it.live("is cut at a megabyte, and says so", () =>
    Effect.gen(function* () {
      const answer = yield* got("x".repeat(3_000_000), { "content-type": "text/plain" })
      expect(answer.cut).toEqual({ keptBytes: 1_048_576, totalBytes: 3_000_000 })
      expect(answer).toMatchObject({ bytes: 1_048_576, body: "x".repeat(1_048_576) })
    }).pipe(Effect.scoped, Effect.provide(live()))
  )

  it.live("is cut where the caller says, never in the middle of a character", () =>
    Effect.gen(function* () {
      const text = { "content-type": "text/plain" }
      expect(yield* got("a€b", text, 3)).toMatchObject({ body: "a", cut: { keptBytes: 3, totalBytes: 5 } })
      expect(yield* got("a€b", text, 4)).toMatchObject({ body: "a€", cut: { keptBytes: 4, totalBytes: 5 } })
      expect((yield* got("a€b", text, 5)).cut).toBeUndefined()
      expect(yield* got("abc", text, 0)).toMatchObject({ body: "", cut: { keptBytes: 0, totalBytes: 3 } })
    }).pipe(Effect.scoped, Effect.provide(live()))
  )
})

describe("post", () => {
  const sent = (input: Omit<Parameters<HttpService["Service"]["post"]>[0], "url">) =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(echo)
      const answer = yield* (yield* HttpService).post({ url: server.url, ...input })
      const { body, headers, method } = JSON.parse(answer.body)
      expect(method).toBe("POST")
      return [headers["content-type"], body] as const
    })

  it.live.each([
    ["data as JSON", { data: { a: [1, "é", null, true] } }, "application/json", '{"a":[1,"é",null,true]}'],
    [
      "JSON as it stands",
      { data: ' {"n": 12345678901234567890} ' },
      "application/json",
      ' {"n": 12345678901234567890} '
    ],
    ["a text in JSON", { data: '"text"' }, "application/json", '"text"'],
    ["a number", { data: 42 }, "application/json", "42"],
    [
      "a type of its own",
      { data: {}, headers: { "Content-Type": "application/vnd.api+json" } },
      "application/vnd.api+json",
      "{}"
    ],
    [
      "a form",
      { data: { q: "a b&c", n: 1, many: ["x", "y"] }, contentType: "form" },
      "application/x-www-form-urlencoded",
      "q=a+b%26c&n=1&many=x&many=y"
    ],
    ["an encoded form", { data: "a=1&b", contentType: "form" }, "application/x-www-form-urlencoded", "a=1&b"],
    ["a text", { data: "not {json", contentType: "text" }, "text/plain;charset=utf-8", "not {json"]
  ] as const)("sends %s", ([, input, type, body]) =>
    Effect.gen(function* () {
      expect(yield* sent(input)).toEqual([type, body])
    }).pipe(Effect.scoped, Effect.provide(live()))
  )

  const carriedOut = (server: EmulatorServer.EmulatorServer) =>
    server.requests().filter((request) => request.carriedOut).length

  it.live("is not repeated when it may have been carried out", () =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(echo, { faults: Fault.always(Fault.lostAnswer) })
      const error = yield* Effect.flip((yield* HttpService).post({ url: server.url, data: 1 }))
      expect(error).toMatchObject({ _tag: "HttpError", reason: "connection" })
      expect(carriedOut(server)).toBe(1)
    }).pipe(Effect.scoped, Effect.provide(live()))
  )

  it.live("is repeated when it was throttled, and with an idempotency key, which is the same each time", () =>
    Effect.gen(function* () {
      const throttled = Fault.once(Fault.status(429, { headers: { "retry-after": "0" } }))
      const server = yield* EmulatorServer.start(echo, { faults: throttled })
      const http = yield* HttpService
      expect(yield* http.post({ url: server.url, data: 1 })).toMatchObject({ status: 200 })
      expect(carriedOut(server)).toBe(1)
      server.clear()
      server.faults.set(Fault.times(2, Fault.lostAnswer))
      expect(yield* http.post({ url: server.url, data: 1, idempotencyKey: "k-1" })).toMatchObject({ status: 200 })
      expect(server.requests().map(({ headers }) => headers["idempotency-key"])).toEqual(["k-1", "k-1", "k-1"])
    }).pipe(Effect.scoped, Effect.provide(live()))
  )
})

describe("bad input is refused before anything is sent", () => {
  const url = "http://127.0.0.1:9/"
  type Case = readonly [
    method: "get" | "post" | "download",
    input: Record<string, unknown>,
    field: string,
    says: string
  ]
  const cases: ReadonlyArray<Case> = [
    ["get", {}, "url", "url is missing; give one, it is required"],
    ["get", { url: 7 }, "url", "url: give a text"],
    ["get", { url, headers: "a: b" }, "headers", "headers: give an object"],
    ["get", { url, headers: { "x-a": 1 } }, "headers.x-a", "headers.x-a: give a text"],
    ["get", { url, headers: { "x-a": "1\r\nx-b: 2" } }, "headers.x-a", "headers.x-a: give a text without line breaks"],
    ["get", { url, headers: { "x-a": "1\nx-b: 2" } }, "headers.x-a", "without line breaks and control characters"],
    ["get", { url, headers: { "x-a": "a\0b" } }, "headers.x-a", "without line breaks and control characters"],
    ["get", { url, headers: { "x-a": "€" } }, "headers.x-a", "without line breaks and control characters"],
    ["get", { url, headers: { "x\r\na": "1" } }, "headers.x\\r\\na", "give a name of letters, digits and hyphens"],
    ["get", { url, headers: { "": "1" } }, "headers.", "give a name of letters, digits and hyphens"],
    ["get", { url, headers: { "x a": "1" } }, "headers.x a", "give a name of letters, digits and hyphens"],
    ["get", { url, headers: { Host: "other" } }, "headers.Host", "leave it out, it is set by the client itself"],
    ["get", { url, headers: { "Content-Length": "1" } }, "headers.Content-Length", "leave it out"],
    ["get", { url, headers: { "transfer-encoding": "chunked" } }, "headers.transfer-encoding", "leave it out"],
    ["get", { url, headers: { connection: "close" } }, "headers.connection", "leave it out"],
    ["get", { url, headers: { "X-A": "1", "x-a": "2" } }, "headers.x-a", "give it once"],
    ["get", { url, maxBodyBytes: -1 }, "maxBodyBytes", "maxBodyBytes is -1; give a whole number of bytes, 0 or more"],
    ["get", { url, maxBodyBytes: 1.5 }, "maxBodyBytes", "give a whole number of bytes, 0 or more"],
    ["get", { url, timeout: 5 }, "timeout", "there is no such field; there are url, headers"],
    ["post", { url }, "data", "data is missing; give one, it is required"],
    ["post", { url, data: "{a: 1}" }, "data", "data: give JSON, as data or as a text"],
    ["post", { url, data: undefined }, "data", "give JSON"],
    ["post", { url, data: { at: new Date(0) } }, "data", "data: give JSON: texts, finite numbers"],
    ["post", { url, data: [Number.NaN] }, "data", "data: give JSON"],
    [
      "post",
      { url, data: 1, contentType: "xml" },
      "contentType",
      'contentType is "xml"; give "json" or "form" or "text"'
    ],
    ["post", { url, data: 1, contentType: "text" }, "data", "data: give a text"],
    ["post", { url, data: [1], contentType: "form" }, "data", "data: give an object of texts"],
    ["post", { url, data: { a: { b: 1 } }, contentType: "form" }, "data.a", "data.a: give a text, a number"],
    ["post", { url, data: 1, idempotencyKey: "two words" }, "idempotencyKey", "give 1 to 255 characters of ASCII"],
    ["post", { url, data: 1, idempotencyKey: "" }, "idempotencyKey", "give 1 to 255 characters of ASCII"],
    [
      "post",
      { url, data: 1, idempotencyKey: "k", headers: { "Idempotency-Key": "j" } },
      "headers.Idempotency-Key",
      "give it as idempotencyKey"
    ],
    ["download", { url }, "path", "path is missing; give one, it is required"],
    ["download", { url, path: "x", headers: { Range: "bytes=0-" } }, "headers.Range", "the download sets it itself"]
  ]

  it.live.each(cases)("%s(%j) names %s", ([method, input, field, says]) =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(echo)
      const http = yield* HttpService
      const here = "url" in input && typeof input["url"] === "string" ? { ...input, url: server.url } : input
      // What a tool or a form passes on has no types.
      const call: (input: never) => Effect.Effect<unknown, unknown> = http[method]
      const error = yield* Effect.flip(call(here as never))
      expect(error).toMatchObject({ _tag: "InvalidInputError", field, category: "invalid", delivered: false })
      expect(error).toHaveProperty("message", expect.stringContaining(`HttpService.${method}: `))
      expect(error).toHaveProperty("message", expect.stringContaining(says))
      expect(server.counts().connections).toBe(0)
    }).pipe(Effect.scoped, Effect.provide(live()))
  )

  it.live("and so is what no JSON can say", () =>
    Effect.gen(function* () {
      const cyclic: Record<string, unknown> = {}
      cyclic["self"] = cyclic
      const { post } = yield* HttpService
      for (const data of [1n, cyclic, () => 1, new Map()]) {
        const error = yield* Effect.flip(post({ url, data: data as never }))
        expect(error).toMatchObject({ _tag: "InvalidInputError", field: "data" })
        expect(error.message).toContain("data: give JSON: texts")
      }
    }).pipe(Effect.provide(live()))
  )

  it.live("and never shows what may be secret", () =>
    Effect.gen(function* () {
      const http = yield* HttpService
      const errors = yield* Effect.forEach(
        [
          http.get({ url, headers: { authorization: "Bearer s3cret\n" } }),
          http.post({ url, data: "s3cret" }),
          http.post({ url, data: 1, idempotencyKey: "s3cret key" }),
          http.get({ url: "ftp://u:s3cret@a.example/?s3cret" }),
          http.get({ url: "s3cret" })
        ],
        Effect.flip
      )
      for (const error of errors) expect(`${error.message} ${JSON.stringify(error)}`).not.toContain("s3cret")
    }).pipe(Effect.provide(live()))
  )
})

describe("addresses", () => {
  it.live("that are not public are refused", () =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(echo)
      const http = yield* HttpService
      const { port } = new URL(server.url)
      for (const host of ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "127.1", "１２７.0.0.1"]) {
        const error = yield* Effect.flip(http.get({ url: `http://${host}:${port}/` }))
        expect(error).toMatchObject({ _tag: "UrlRefusedError", kind: "loopback", category: "invalid" })
      }
      expect(server.counts().connections).toBe(0)
    }).pipe(Effect.scoped, Effect.provide(live({ allow: [] })))
  )

  it.live("are looked at again when connecting, and after a redirect", () =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(
        site(({ url }) => ({ status: 302, headers: { location: `http://rebound.example:${url.port}/x?s3cret` } }))
      )
      const { port } = new URL(server.url)
      const lookup = () => Effect.succeed(["127.0.0.1"])
      const through = (allow: ReadonlyArray<string>, url: string) =>
        HttpService.use((http) => Effect.flip(http.get({ url }))).pipe(
          Effect.provide(live({ allow, transport: { lookup } }))
        )
      expect(yield* through([], `http://looks-public.example:${port}/`)).toMatchObject({
        _tag: "UrlRefusedError",
        host: "looks-public.example",
        address: "127.0.0.1",
        kind: "loopback"
      })
      expect(server.requests()).toHaveLength(0)

      const error = yield* through(["first.example"], `http://first.example:${port}/`)
      expect(error).toMatchObject({
        _tag: "UrlRefusedError",
        host: "rebound.example",
        address: "127.0.0.1",
        redirectedFrom: `http://first.example:${port}/`
      })
      expect(error.message).not.toContain("s3cret")
      expect(server.requests()).toHaveLength(1)
    }).pipe(Effect.scoped)
  )

  it.live("are allowed by SKIPPY_HTTP_ALLOW too", () =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(echo)
      const asked = (variables: Readonly<Record<string, string>>) =>
        HttpService.use((http) => http.get({ url: server.url })).pipe(
          Effect.provide(Layer.provide(HttpService.layer(), environment(variables)))
        )
      expect(
        yield* asked({ SKIPPY_HTTP_ALLOW: " *.corp.example , 127.0.0.0/8:1-2, " }).pipe(Effect.flip)
      ).toMatchObject({
        _tag: "TransportConfigError",
        setting: "SKIPPY_HTTP_ALLOW",
        problem: '"127.0.0.0/8:1-2" is no host'
      })
      expect(yield* asked({ SKIPPY_HTTP_ALLOW: " *.corp.example , 127.0.0.0/8 ," })).toMatchObject({ status: 200 })
      expect(yield* Effect.flip(asked({}))).toMatchObject({ _tag: "UrlRefusedError" })
    }).pipe(Effect.scoped)
  )
})

describe("policies", () => {
  const guard = UrlGuard.make({ allow: ["127.0.0.1"] })

  it.live("hold for each origin on the way by itself", () =>
    Effect.gen(function* () {
      const broken = yield* EmulatorServer.start(echo, { faults: Fault.always(Fault.status(500)) })
      const front = yield* EmulatorServer.start(site(() => ({ status: 302, headers: { location: broken.url } })))
      const http = yield* HttpService
      for (let n = 0; n < 4; n++) yield* Effect.flip(http.get({ url: front.url }))
      const error = yield* Effect.flip(http.get({ url: front.url }))
      expect(error).toMatchObject({ _tag: "CircuitOpenError" })
      const { partitions } = yield* (yield* Resilience).state("http")
      expect(partitions).toMatchObject([{ partition: broken.url, circuit: { state: "Open" } }])
      expect(front.requests()).toHaveLength(5)
      expect(broken.requests()).toHaveLength(10)
    }).pipe(
      Effect.scoped,
      Effect.provide(
        HttpService.layerNoDeps({ guard }).pipe(
          Layer.provideMerge(policies),
          Layer.provide([Layer.provide(Layer.orDie(Transport.layerWith({ guard })), environment()), files])
        )
      )
    )
  )

  it.effect("give one deadline to a call with all its redirects", () =>
    Effect.gen(function* () {
      const chain = site(({ url }) => ({ status: 302, headers: { location: `/${Number(url.pathname.slice(1)) + 1}` } }))
      const kit = EmulatorClient.make(chain, { faults: Fault.always(Fault.delay("25 seconds")) })
      const call = HttpService.use((http) => http.get({ url: "http://far.example/0" })).pipe(
        Effect.provide(HttpService.layerTest(kit))
      )
      const fiber = yield* Effect.forkChild(Effect.flip(call))
      yield* TestClock.adjust("119 seconds")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "DeadlineExceededError" })
      expect(kit.requests()).toHaveLength(5)
    })
  )

  it.effect("end an attempt after 30 seconds", () =>
    Effect.gen(function* () {
      const kit = EmulatorClient.make(echo, { faults: Fault.once(Fault.hang) })
      const call = HttpService.use((http) => http.get({ url: "http://far.example/" })).pipe(
        Effect.provide(HttpService.layerTest(kit))
      )
      const fiber = yield* Effect.forkChild(call)
      yield* TestClock.adjust("29 seconds")
      expect(kit.requests()).toHaveLength(1)
      yield* TestClock.adjust("2 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ status: 200 })
      expect(kit.requests()).toHaveLength(2)
    })
  )
})

it.effect("the layer for tests needs nothing but an emulator", () =>
  Effect.gen(function* () {
    const kit = EmulatorClient.make(echo)
    const exit = yield* HttpService.use((http) => http.get({ url: "https://public.example/" })).pipe(
      Effect.provide(HttpService.layerTest(kit)),
      Effect.exit
    )
    expect(Exit.isSuccess(exit)).toBe(true)
    expect(kit.requests()).toHaveLength(1)
  })
)

it.effect("an option that makes no sense is a mistake of the program", () =>
  Effect.gen(function* () {
    const kit = EmulatorClient.make(echo)
    for (const options of [{ maxRedirects: -1 }, { maxRedirects: 1.5 }, { maxBodyBytes: Number.NaN }]) {
      const message = yield* defectOf(Effect.provide(HttpService, HttpService.layerTest(kit, options)))
      expect(message).toContain(`HttpService: option "${Object.keys(options)[0]}" is`)
    }
    const entry = yield* defectOf(Effect.provide(HttpService, live({ allow: ["a b"] })))
    expect(entry).toContain('UrlGuard: option "allow" is "a b"')
  })
)
