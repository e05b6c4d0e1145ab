import { HttpService } from "@skippy/http"
import { type Emulator, EmulatorClient } from "@skippy/http/testing"
import { Effect, Layer } from "effect"
import { describe, expect, it } from "vitest"
import { httpTools } from "../../../src/mcp/tools/http.ts"
import type { ToolUses } from "../../../src/mcp/Tool.ts"
import * as Support from "./support.ts"

const long = "a".repeat(100_000)

const site: Emulator = {
  handle: ({ body, headers, method, url }) => {
    switch (url.pathname) {
      case "/long":
        return { status: 200, headers: { "content-type": "text/plain" }, body: long }
      case "/image":
        return { status: 200, headers: { "content-type": "image/png" }, body: new Uint8Array([137, 80, 78, 71, 255]) }
      case "/none":
        return { status: 404, headers: { "content-type": "text/plain" }, body: "nothing here" }
      case "/inside":
        return { status: 302, headers: { location: "http://169.254.169.254/latest" } }
      default: {
        const seen = {
          method,
          type: headers["content-type"],
          trace: headers["x-trace"],
          body: new TextDecoder().decode(body)
        }
        return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(seen) }
      }
    }
  }
}

const call = (name: string, input: unknown) => Support.call(httpTools, name, input)

const http = <A, E>(effect: (requests: EmulatorClient.EmulatorClient["requests"]) => Effect.Effect<A, E, ToolUses>) => {
  const emulator = EmulatorClient.make(site)
  const parts = Effect.map(HttpService, (http) => ({ http: Effect.succeed(http) }))
  const layer = Support.uses(parts, Support.folder()).pipe(Layer.provideMerge(HttpService.layerTest(emulator)))
  return Effect.runPromise(effect(emulator.requests).pipe(Effect.provide(layer)))
}

describe("tools of HTTP", () => {
  it("ask for an address with headers, and answer all there is", () =>
    http(() =>
      Effect.gen(function* () {
        const { json, text } = yield* call("http_get", { url: "https://example.com/a", headers: { "X-Trace": "7" } })
        expect(json).toMatchObject({ status: 200, redirects: 0, encoding: "text", content_type: "application/json" })
        expect(JSON.parse(json.body)).toMatchObject({ method: "GET", trace: "7" })
        expect(text).toBe(`200  https://example.com/a  application/json  ${json.bytes} B\n${json.body}`)
      })
    ))

  it("answer a refusal as it is: it is no error of the tool", () =>
    http(() =>
      Effect.gen(function* () {
        const { json, text } = yield* call("http_get", { url: "https://example.com/none" })
        expect(json).toMatchObject({ status: 404, body: "nothing here" })
        expect(text).toMatch(/^404 /)
      })
    ))

  it("answer 64 KiB of a body, and say that it was cut off", () =>
    http(() =>
      Effect.gen(function* () {
        const { json, text } = yield* call("http_get", { url: "https://example.com/long" })
        expect(json.body).toBe(long.slice(0, 65_536))
        expect(json.cut).toMatchObject({ kept_bytes: 65_536 })
        expect(text).toMatch(/the body is cut off after 65536( of 100000)? bytes/)
      })
    ))

  it("answer the base64 of what is no text, and no more than that in the text", () =>
    http(() =>
      Effect.gen(function* () {
        const { json, text } = yield* call("http_get", { url: "https://example.com/image" })
        expect(json).toMatchObject({ encoding: "base64", body: "iVBOR/8=", bytes: 5 })
        expect(text).toContain("its base64 is in the structured content")
        expect(text).not.toContain(json.body)
      })
    ))

  it("ask no private address, not even when a public one leads there", () =>
    http((requests) =>
      Effect.gen(function* () {
        for (const url of ["http://127.0.0.1/", "http://10.0.0.7/", "http://[::1]/", "file:///etc/passwd"]) {
          const error = yield* Effect.flip(call("http_get", { url }))
          expect(error._tag).toBe("UrlRefusedError")
          expect((yield* Effect.flip(call("http_post", { url, data: {} })))._tag).toBe("UrlRefusedError")
        }
        expect(requests()).toHaveLength(0)
        expect((yield* Effect.flip(call("http_get", { url: "https://example.com/inside" })))._tag).toBe(
          "UrlRefusedError"
        )
        expect(requests()).toHaveLength(1)
      })
    ))

  it.each([
    ["JSON", { data: { a: [1, null] } }, "application/json", '{"a":[1,null]}'],
    ["a text of JSON", { data: '{"a":10000000000000000001}' }, "application/json", '{"a":10000000000000000001}'],
    [
      "JSON of another name",
      { data: { a: 1 }, headers: { "Content-Type": "application/vnd.api+json" } },
      "application/vnd.api+json",
      '{"a":1}'
    ],
    [
      "a form",
      { data: { a: 1, b: ["x y"] }, headers: { "content-type": "application/x-www-form-urlencoded" } },
      "application/x-www-form-urlencoded",
      "a=1&b=x+y"
    ],
    ["a text", { data: "sum", headers: { "content-type": "text/plain" } }, "text/plain", "sum"]
  ])("send %s as the headers say", (_, input, type, body) =>
    http(() =>
      Effect.gen(function* () {
        const { json } = yield* call("http_post", { url: "https://example.com/", ...input })
        expect(JSON.parse(json.body)).toMatchObject({ method: "POST", type, body })
      })
    )
  )

  it("name what cannot be sent", () =>
    http(() =>
      Effect.gen(function* () {
        const { message } = yield* Effect.flip(call("http_post", { url: "https://example.com/", data: "no JSON" }))
        expect(message).toMatch(/^http_post: data: give JSON, .* add a content-type header$/)
      })
    ))
})
