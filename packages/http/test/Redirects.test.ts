import { it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { FetchHttpClient } from "effect/http"
import * as fc from "fast-check"
import { describe, expect } from "vitest"
import { HttpService } from "../src/HttpService.ts"
import { type Hop, identityOf, isSensitive, locationOf, next, sensitiveHeaders } from "../src/service/Redirects.ts"
import type { EmulatorRequest } from "../src/testing/Emulator.ts"
import * as EmulatorServer from "../src/testing/EmulatorServerNode.ts"
import * as UrlGuard from "../src/UrlGuard.ts"
import { echo, files, live, policies, site } from "./httpServiceSupport.ts"

const hop = (over: Partial<Hop<string>> = {}): Hop<string> => ({
  method: "GET",
  url: new URL("https://a.example/x/y?q=1#part"),
  headers: { accept: "*/*" },
  body: undefined,
  ...over
})

const href = (location: string, from: Partial<Hop<string>> = {}) => next(hop(from), 302, location)?.url.href

describe("a location", () => {
  it.for([
    ["https://b.example/z", "https://b.example/z#part"],
    ["//b.example/z", "https://b.example/z#part"],
    ["/z", "https://a.example/z#part"],
    ["z", "https://a.example/x/z#part"],
    ["../z", "https://a.example/z#part"],
    ["?r=2", "https://a.example/x/y?r=2#part"],
    ["#other", "https://a.example/x/y?q=1#other"],
    ["", "https://a.example/x/y?q=1#part"],
    ["/z#own", "https://a.example/z#own"],
    [" /z ", "https://a.example/z#part"],
    ["/a%2Fb?x=%20+%2B", "https://a.example/a%2Fb?x=%20+%2B#part"],
    // The bytes of "é" in UTF-8, as a header shows them.
    ["/caf\u00c3\u00a9", "https://a.example/caf%C3%A9#part"],
    ["/café€", "https://a.example/caf%C3%A9%E2%82%AC#part"],
    ["javascript:alert(1)", "javascript:alert(1)#part"]
  ] as const)("%j leads to %s", ([location, expected]) => {
    expect(href(location)).toBe(expected)
  })

  it("that is no URL leads nowhere", () => {
    expect(next(hop(), 302, "http://[")).toBeUndefined()
    expect(next(hop(), 302, "https://a b.example/")).toBeUndefined()
  })

  it("is looked at after 301, 302, 303, 307 and 308 only", () => {
    const found = [200, 201, 300, 301, 302, 303, 304, 305, 306, 307, 308, 399, 404].filter(
      (status) => locationOf(status, { location: "/z" }) !== undefined
    )
    expect(found).toEqual([301, 302, 303, 307, 308])
    expect(locationOf(302, {})).toBeUndefined()
  })
})

describe("redirects, against what the specification says word by word", () => {
  // https://fetch.spec.whatwg.org/#http-redirect-fetch, steps 12 to 14
  const model = (from: Hop<string>, status: number, to: URL) => {
    let { body, method } = from
    let names = Object.keys(from.headers)
    if (([301, 302].includes(status) && method === "POST") || (status === 303 && !["GET", "HEAD"].includes(method))) {
      method = "GET"
      body = undefined
      names = names.filter((name) => !/^content-(encoding|language|location|type|length)$/.test(name))
    }
    const before = from.url
    if (before.protocol !== to.protocol || before.hostname !== to.hostname || before.port !== to.port) {
      names = names.filter((name) => !isSensitive(name))
    }
    return { method, body, names: names.toSorted() }
  }

  const origins = fc.constantFrom(
    "https://a.example",
    "http://a.example",
    "https://a.example:8443",
    "https://b.example",
    "https://sub.a.example"
  )
  const names = fc.constantFrom(...sensitiveHeaders, "accept", "x-trace", "content-type", "content-language", "cookie2")

  it("agree on method, body and headers", () => {
    fc.assert(
      fc.property(
        origins,
        fc.constantFrom("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
        fc.uniqueArray(names),
        fc.array(fc.tuple(fc.constantFrom(301, 302, 303, 307, 308), origins), { minLength: 1, maxLength: 5 }),
        (start, method, given, steps) => {
          let at = hop({
            method,
            url: new URL(start),
            headers: Object.fromEntries(given.map((name) => [name, "v"])),
            body: method === "GET" || method === "HEAD" ? undefined : "data"
          })
          for (const [status, origin] of steps) {
            const expected = model(at, status, new URL(origin))
            const found = next(at, status, `${origin}/next`)
            expect(found).toBeDefined()
            at = found ?? at
            expect({ method: at.method, body: at.body, names: Object.keys(at.headers).toSorted() }).toEqual(expected)
            expect(at.url.origin).toBe(origin)
          }
        }
      )
    )
  })
})

describe("two requests", () => {
  it("are the same whatever their fragment, and others with fewer headers", () => {
    const one = identityOf(hop())
    expect(identityOf(hop({ url: new URL("https://a.example/x/y?q=1#else") }))).toBe(one)
    expect(identityOf(hop({ headers: {} }))).not.toBe(one)
    expect(identityOf(hop({ method: "POST" }))).not.toBe(one)
    expect(identityOf(hop({ url: new URL("https://a.example/x/y?q=2") }))).not.toBe(one)
  })
})

/** Redirects as the path says: `/302/to/http://…`. */
const redirecting = site(({ url }: EmulatorRequest) => {
  const [, status, to] = /^\/(\d{3})\/to\/(.*)$/.exec(url.pathname + url.search) ?? []
  return status === undefined || to === undefined
    ? echo.handle({ method: "GET", url, headers: {}, body: new Uint8Array() }, 0)
    : { status: Number(status), headers: { location: to }, body: "moved" }
})

const seenBy = (server: EmulatorServer.EmulatorServer) =>
  server.requests().map(({ headers, method }) => ({ headers, method }))

describe("HttpService", () => {
  it.live("follows redirects and says where it arrived", () =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(redirecting)
      const http = yield* HttpService
      const answer = yield* http.get({ url: `${server.url}/302/to//301/to//end?a=%2B+b#part` })
      expect(answer).toMatchObject({ status: 200, redirects: 2, url: `${server.url}/end?a=%2B+b#part` })
      expect(server.requests().map(({ path }) => path)).toEqual(["/302/to//301/to//end", "/301/to//end", "/end"])
    }).pipe(Effect.scoped, Effect.provide(live()))
  )

  it.live("gives an answer that redirects nowhere as it is", () =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(site(() => ({ status: 302, body: "where to?" })))
      const http = yield* HttpService
      expect(yield* http.get({ url: server.url })).toMatchObject({ status: 302, body: "where to?", redirects: 0 })
    }).pipe(Effect.scoped, Effect.provide(live()))
  )

  it.live("follows ten, and no more", () =>
    Effect.gen(function* () {
      const counting = site(({ url }) => {
        const left = Number(url.pathname.slice(1))
        return left === 0 ? { status: 200 } : { status: 302, headers: { location: `/${left - 1}?token=s3cret` } }
      })
      const server = yield* EmulatorServer.start(counting)
      const http = yield* HttpService
      expect(yield* http.get({ url: `${server.url}/10` })).toMatchObject({ status: 200, redirects: 10 })
      // A redirect costs no connection: the next request takes one that is free, or just about to be.
      expect(server.counts().connections).toBeLessThanOrEqual(2)
      server.clear()
      const error = yield* Effect.flip(http.get({ url: `${server.url}/11?token=s3cret` }))
      expect(error).toMatchObject({ _tag: "RedirectError", reason: "tooMany", category: "fatal", redirects: 10 })
      expect(error.message).toBe(
        `${server.url}/1 redirects once more after 10 redirects; raise maxRedirects, or give the last address`
      )
      expect(server.requests()).toHaveLength(11)
      expect(JSON.stringify(error)).not.toContain("s3cret")
    }).pipe(Effect.scoped, Effect.provide(live()))
  )

  it.live("follows as many as it is told", () =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(redirecting)
      const error = yield* Effect.flip((yield* HttpService).get({ url: `${server.url}/302/to//end` }))
      expect(error).toMatchObject({ reason: "tooMany", redirects: 0 })
    }).pipe(Effect.scoped, Effect.provide(live({ maxRedirects: 0 })))
  )

  it.live("notices a circle", () =>
    Effect.gen(function* () {
      const circle = site(({ url }) => ({ status: 302, headers: { location: url.pathname === "/a" ? "/b" : "/a" } }))
      const server = yield* EmulatorServer.start(circle)
      const error = yield* Effect.flip((yield* HttpService).get({ url: `${server.url}/a` }))
      expect(error).toMatchObject({ _tag: "RedirectError", reason: "loop", url: `${server.url}/b`, redirects: 1 })
      expect(server.requests()).toHaveLength(2)
    }).pipe(Effect.scoped, Effect.provide(live()))
  )

  it.live("says when the next address is none", () =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(site(() => ({ status: 307, headers: { location: "http://[" } })))
      const error = yield* Effect.flip((yield* HttpService).get({ url: server.url }))
      expect(error).toMatchObject({ _tag: "RedirectError", reason: "location", category: "invalid" })
    }).pipe(Effect.scoped, Effect.provide(live()))
  )

  it.live("gives headers that say who asks to the first origin only, and never again", () =>
    Effect.gen(function* () {
      const b = yield* EmulatorServer.start(redirecting)
      const a = yield* EmulatorServer.start(redirecting)
      const http = yield* HttpService
      const secrets = { Authorization: "Bearer s3cret", cookie: "s=1", "X-API-Key": "k", "x-auth-token": "t" }
      yield* http.get({
        url: `${a.url}/302/to/${a.url}/302/to/${b.url}/302/to/${a.url}/302/to//end`,
        headers: { ...secrets, "X-Tenant": "t1", "x-trace": "7" },
        sensitiveHeaders: ["X-Tenant"]
      })
      const [first, second, fourth, last] = seenBy(a)
      const kept = {
        authorization: "Bearer s3cret",
        cookie: "s=1",
        "x-api-key": "k",
        "x-auth-token": "t",
        "x-tenant": "t1"
      }
      expect(first?.headers).toMatchObject({ ...kept, "x-trace": "7" })
      expect(second?.headers).toMatchObject({ ...kept, "x-trace": "7" })
      for (const { headers } of [...seenBy(b), ...[fourth, last].flatMap((one) => (one === undefined ? [] : [one]))]) {
        expect(Object.keys(headers).filter((name) => name in kept)).toEqual([])
        expect(headers["x-trace"]).toBe("7")
      }
      expect(seenBy(b)).toHaveLength(1)
      expect(seenBy(a)).toHaveLength(4)
    }).pipe(Effect.scoped, Effect.provide(live()))
  )

  const posted = (status: number) =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(
        site((request) =>
          request.url.pathname === "/from" ? { status, headers: { location: "/to" } } : echo.handle(request, 0)
        )
      )
      const answer = yield* (yield* HttpService).post({ url: `${server.url}/from`, data: { a: 1 } })
      const { body, headers, method } = JSON.parse(answer.body)
      return { method, body, type: headers["content-type"], length: headers["content-length"] }
    })

  it.live("sends data again after 307 and 308, and asks with GET after the others", () =>
    Effect.gen(function* () {
      const asked = { method: "GET", body: "", type: undefined, length: undefined }
      const again = { method: "POST", body: '{"a":1}', type: "application/json", length: "7" }
      expect(yield* Effect.forEach([301, 302, 303, 307, 308], posted)).toEqual([asked, asked, asked, again, again])
    }).pipe(Effect.scoped, Effect.provide(live()))
  )

  it.live("checks every address on the way", () =>
    Effect.gen(function* () {
      const inner = yield* EmulatorServer.start(echo)
      const outer = yield* EmulatorServer.start(redirecting)
      const layer = live({ allow: [`127.0.0.1:${new URL(outer.url).port}`] })
      const refusal = (to: string) =>
        HttpService.use((http) => Effect.flip(http.get({ url: `${outer.url}/302/to/${to}` }))).pipe(
          Effect.provide(layer)
        )

      const error = yield* refusal(`${inner.url}/admin?token=s3cret`)
      expect(error).toMatchObject({ _tag: "UrlRefusedError", reason: "address", kind: "loopback", category: "invalid" })
      expect(error.message).toContain(`(redirected by ${outer.url}/302/to/`)
      expect(error.message).not.toContain("s3cret")
      expect(inner.counts().connections).toBe(0)

      for (const to of [
        "http://2130706433/",
        "http://localhost/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/"
      ]) {
        expect(yield* refusal(to)).toMatchObject({ _tag: "UrlRefusedError" })
      }
      expect(yield* refusal("file:///etc/passwd")).toMatchObject({ reason: "scheme", scheme: "file" })
      expect(yield* refusal("http://user:pass@example.com/")).toMatchObject({ reason: "credentials" })
    }).pipe(Effect.scoped)
  )

  it.live("decides so over fetch too, which would follow by itself", () =>
    Effect.gen(function* () {
      const inner = yield* EmulatorServer.start(echo)
      const outer = yield* EmulatorServer.start(redirecting)
      const guard = UrlGuard.make({ allow: [`127.0.0.1:${new URL(outer.url).port}`] })
      const layer = HttpService.layerNoDeps({ guard }).pipe(Layer.provide([policies, files, FetchHttpClient.layer]))
      const { arrived, refused } = yield* HttpService.use((http) =>
        Effect.all({
          arrived: http.get({ url: `${outer.url}/302/to//end` }),
          refused: Effect.flip(http.get({ url: `${outer.url}/302/to/${inner.url}/` }))
        })
      ).pipe(Effect.provide(layer))
      expect(arrived).toMatchObject({ status: 200, redirects: 1 })
      expect(refused).toMatchObject({ _tag: "UrlRefusedError", kind: "loopback" })
      expect(inner.counts().connections).toBe(0)
    }).pipe(Effect.scoped)
  )
})
