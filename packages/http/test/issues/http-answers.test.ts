/** An answer kept in memory is the answer the client gave, whatever it looks like. */
import { describe, expect, it } from "@effect/vitest"
import { Resilience } from "@skippy/core"
import { Cookies, HttpClient, HttpClientResponse } from "effect/http"
import { Effect, Layer, Stream } from "effect"
import * as ResilientHttpClient from "../../src/client/ResilientHttpClient.ts"

const url = "http://reports.test/today"

/** Gives each answer the platform gives, and counts how often it was asked. */
const over = (answer: () => Response, options: ResilientHttpClient.Options = {}) => {
  let asked = 0
  const client = HttpClient.make((request) =>
    Effect.sync(() => {
      asked++
      return HttpClientResponse.fromWeb(request, answer())
    })
  )
  const layer = Layer.merge(
    Layer.succeed(HttpClient.HttpClient, client),
    Layer.orDie(Resilience.layer({ services: { http: { retry: { baseDelay: 0, jitter: "none" } } } }))
  )
  const http = ResilientHttpClient.make(options)
  const ask = <A, E>(use: (http: ResilientHttpClient.ResilientHttpClient) => Effect.Effect<A, E>) =>
    Effect.provide(Effect.flatMap(http, use), layer)
  return { ask, asked: () => asked }
}

/** The body as it comes, without a word of its length. */
const chunked = (...texts: ReadonlyArray<string>) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const text of texts) controller.enqueue(new TextEncoder().encode(text))
      controller.close()
    }
  })

/** An address only a client that follows redirects knows. */
const at = (response: Response, address: string) => Object.defineProperty(response, "url", { value: address })

describe("an answer", () => {
  it.effect.each([204, 205, 304, 200])(
    "of status %s without any body is an answer, and is not asked for again",
    (status) =>
      Effect.gen(function* () {
        const { ask, asked } = over(() => new Response(null, { status }))
        const response = yield* ask(({ client }) => client.del(url))
        expect(response.status).toBe(status)
        expect(yield* response.text).toBe("")
        expect(yield* Stream.runCount(response.stream)).toBe(0)
        expect(asked()).toBe(1)
      })
  )

  it.effect("that says how long the body of another would be is not too large", () =>
    Effect.gen(function* () {
      const { ask } = over(() => new Response(null, { status: 304, headers: { "content-length": "99999" } }), {
        maxBodyBytes: 10
      })
      expect((yield* ask(({ client }) => client.get(url))).status).toBe(304)
    })
  )

  it.effect("that is longer than it says is not kept beyond what is allowed", () =>
    Effect.gen(function* () {
      const { ask } = over(() => new Response("x".repeat(1000), { headers: { "content-length": "5" } }), {
        maxBodyBytes: 10
      })
      expect(yield* Effect.flip(ask(({ client }) => client.get(url)))).toMatchObject({ reason: "tooLarge" })
    })
  )

  const bodies = [
    ["of a known length", () => "a=1&b=2", { "content-length": "7" }],
    ["in chunks", () => chunked("a=1", "&b=2"), {}]
  ] as const

  it.effect.each(bodies)("%s can be read in every way, and more than once", ([, body, headers]) =>
    Effect.gen(function* () {
      const form = { ...headers, "content-type": "application/x-www-form-urlencoded" }
      const { ask } = over(() => new Response(body(), { headers: form }))
      const response = yield* ask(({ client }) => client.get(url))
      expect(yield* response.text).toBe("a=1&b=2")
      expect(yield* Stream.mkString(Stream.decodeText(response.stream))).toBe("a=1&b=2")
      expect(yield* Stream.mkString(Stream.decodeText(response.stream))).toBe("a=1&b=2")
      expect((yield* response.arrayBuffer).byteLength).toBe(7)
      expect((yield* response.formData).get("b")).toBe("2")
      expect(Array.from(yield* response.urlParamsBody)).toEqual([
        ["a", "1"],
        ["b", "2"]
      ])
    })
  )

  it.effect.each(bodies)("%s keeps its cookies, its address and its headers", ([, body, headers]) =>
    Effect.gen(function* () {
      const { ask } = over(() => {
        const response = new Response(body(), { headers: { ...headers, "x-trace": "1" } })
        response.headers.append("set-cookie", "a=1; Path=/")
        response.headers.append("set-cookie", "b=2; Path=/")
        return at(response, "http://reports.test/tomorrow")
      })
      const response = yield* ask(({ client }) => client.get(url))
      expect(Cookies.toRecord(response.cookies)).toEqual({ a: "1", b: "2" })
      expect(response.url).toBe("http://reports.test/tomorrow")
      expect(response.headers["x-trace"]).toBe("1")
    })
  )

  it.effect("with a status of nobody's list is an answer where it is accepted", () =>
    Effect.gen(function* () {
      const odd = () => Object.defineProperty(new Response(chunked("who is there")), "status", { value: 999 })
      const { ask } = over(odd, { accepts: () => true })
      const response = yield* ask(({ client }) => client.get(url))
      expect([response.status, yield* response.text]).toEqual([999, "who is there"])
    })
  )
})
