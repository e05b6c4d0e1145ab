/** What a caller gives is refused with a word, never with a crash, and what a server gives is not spoilt. */
import { type AddressInfo, createServer, type Server } from "node:net"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { HttpService } from "../../src/HttpService.ts"
import * as EmulatorServer from "../../src/testing/EmulatorServerNode.ts"
import * as UrlGuard from "../../src/UrlGuard.ts"
import { echo, files, live, noise, site } from "../httpServiceSupport.ts"

const world = Layer.merge(live(), files)

describe("a header", () => {
  it.live.each(["constructor", "valueof"])("called %s is a header like any other", (name) =>
    Effect.gen(function* () {
      const http = yield* HttpService
      const server = yield* EmulatorServer.start(echo)
      const headers = JSON.parse(`{"${name}": "x", "x-other": "y"}`)
      const { body } = yield* http.get({ url: server.url, headers })
      expect(Object.entries(JSON.parse(body).headers)).toContainEqual([name, "x"])
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("called __proto__ is one too; Node's own server would not show it", () =>
    Effect.gen(function* () {
      const heads: Array<string> = []
      const server = yield* Effect.acquireRelease(
        Effect.callback<Server>((resume) => {
          const server = createServer((socket) =>
            socket.once("data", (data) => {
              heads.push(data.toString())
              socket.end("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
            })
          )
          server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
        }),
        (server) => Effect.callback<void>((resume) => void server.close(() => resume(Effect.void)))
      )
      const { port } = server.address() as AddressInfo
      const headers = JSON.parse(`{"__proto__": "x", "x-other": "y"}`)
      yield* (yield* HttpService).get({ url: `http://127.0.0.1:${port}/`, headers })
      expect(heads.join()).toMatch(/^__proto__: x\r$/m)
      expect(heads.join()).toMatch(/^x-other: y\r$/m)
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("that is to be kept from others has to be a name", () =>
    Effect.gen(function* () {
      const http = yield* HttpService
      for (const name of ["x-tenant ", "", "x-tenant: 1"]) {
        const error = yield* Effect.flip(http.get({ url: "http://127.0.0.1/", sensitiveHeaders: [name] }))
        expect(error).toMatchObject({ _tag: "InvalidInputError", field: "sensitiveHeaders[0]", category: "invalid" })
      }
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live.each([
    "x-goog-api-key",
    "x-apikey",
    "ocp-apim-subscription-key",
    "private-token",
    "x-vault-token",
    "x-amz-security-token",
    "x-csrf-token",
    "x-client-secret",
    "x-authorization",
    "cookie2",
    "x-session-id",
    "x-hub-signature"
  ])("that says who is asking is for its origin only: %s", (name) =>
    Effect.gen(function* () {
      const http = yield* HttpService
      const far = yield* EmulatorServer.start(echo)
      const near = yield* EmulatorServer.start(site(() => ({ status: 302, headers: { location: far.url } })))
      yield* http.get({ url: near.url, headers: { [name]: "s3cret", "x-trace": "1" } })
      expect(near.requests()[0]?.headers).toHaveProperty(name)
      expect(far.requests()[0]?.headers).not.toHaveProperty(name)
      expect(far.requests()[0]?.headers).toHaveProperty("x-trace")
    }).pipe(Effect.scoped, Effect.provide(world))
  )
})

describe("a body that is no text", () => {
  const bytes = noise(256)
  it.live.each([
    "image/png; charset=utf-8",
    "application/octet-stream; charset=UTF-8",
    "application/pdf;charset=utf-8",
    "image/jpeg; charset=iso-8859-1",
    "application/zip; charset=klingon"
  ])("comes whole, though its type speaks of a charset: %s", (type) =>
    Effect.gen(function* () {
      const http = yield* HttpService
      const server = yield* EmulatorServer.start(
        site(() => ({ status: 200, headers: { "content-type": type }, body: bytes }))
      )
      const { body, encoding } = yield* http.get({ url: server.url })
      expect(encoding).toBe("base64")
      expect(Buffer.from(body, "base64")).toEqual(Buffer.from(bytes))
    }).pipe(Effect.scoped, Effect.provide(world))
  )
})

describe("a host longer than a name may be", () => {
  it.each([
    `${"a".repeat(100_000)}`,
    `${"a.".repeat(50_000)}com`,
    `${"a".repeat(64)}.example.com`,
    `${"abcdefg.".repeat(32)}com`
  ])("is no host, and is not repeated in the error", (host) => {
    const checked = UrlGuard.make().checkResult(`http://${host}/`)
    expect(checked).toMatchObject({ _tag: "Failure", failure: { reason: "invalidUrl" } })
    if (checked._tag === "Failure") expect(checked.failure.message.length).toBeLessThan(200)
  })

  it("does not keep a long name out that may be", () => {
    const host = `${"abcdefg.".repeat(31)}com.`
    expect(UrlGuard.make().checkResult(`http://${host}/`)._tag).toBe("Success")
  })
})
