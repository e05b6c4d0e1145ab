/** A program that knows only `HttpClient` gets the answer it would get, also when that says that the service is down. */
import { describe, expect, it } from "@effect/vitest"
import { Resilience } from "@skippy/core"
import { EmulatorServer } from "../../src/testing/index.ts"
import { NodeHttpClient } from "@effect/platform-node"
import { HttpClient, HttpClientRequest, HttpClientResponse } from "effect/http"
import { Effect, Layer, Stream } from "effect"
import * as ResilientHttpClient from "../../src/client/ResilientHttpClient.ts"

const url = "http://reports.test/today"
const resilience = Layer.orDie(Resilience.layer({ services: { http: { retry: false } } }))

const over = (answer: () => Response) => {
  const client = HttpClient.make((request) => Effect.sync(() => HttpClientResponse.fromWeb(request, answer())))
  return ResilientHttpClient.layer().pipe(
    Layer.provide(resilience),
    Layer.provide(Layer.succeed(HttpClient.HttpClient, client))
  )
}

const chunks = (count: number) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (let n = 0; n < count; n++) controller.enqueue(new Uint8Array(1000).fill(120))
      controller.close()
    }
  })

describe("the answer behind a failed status", () => {
  it.effect.each([
    ["in chunks", () => new Response(chunks(3), { status: 503 }), 3000],
    [
      "of 200 kB",
      () => new Response("x".repeat(200_000), { status: 503, headers: { "content-length": "200000" } }),
      200_000
    ],
    ["of 200 kB in chunks", () => new Response(chunks(200), { status: 503 }), 200_000],
    ["without a body", () => new Response(null, { status: 503 }), 0]
  ] as const)("%s is given with its body", ([, answer, length]) =>
    Effect.gen(function* () {
      const response = yield* HttpClient.get(url)
      expect(response.status).toBe(503)
      expect((yield* response.text).length).toBe(length)
    }).pipe(Effect.provide(over(answer)))
  )

  it.effect("to a streamed body is given too", () =>
    Effect.gen(function* () {
      const request = HttpClientRequest.put(url).pipe(HttpClientRequest.bodyStream(Stream.make(new Uint8Array(3))))
      const sending = HttpClient.make((request) =>
        Effect.gen(function* () {
          if (request.body._tag === "Stream") yield* Effect.orDie(Stream.runDrain(request.body.stream))
          return HttpClientResponse.fromWeb(request, new Response("down", { status: 503 }))
        })
      )
      const layer = ResilientHttpClient.layer().pipe(
        Layer.provide(resilience),
        Layer.provide(Layer.succeed(HttpClient.HttpClient, sending))
      )
      const response = yield* Effect.provide(HttpClient.execute(request), layer)
      expect([response.status, yield* response.text]).toEqual([503, "down"])
    })
  )

  it.live("comes over a real connection, which is used again", () =>
    Effect.gen(function* () {
      const body = new TextEncoder().encode("x".repeat(200_000))
      const server = yield* EmulatorServer.start({ handle: () => ({ status: 500, body }) })
      const live = ResilientHttpClient.layer().pipe(
        Layer.provide(resilience),
        Layer.provide(NodeHttpClient.layerUndici)
      )
      yield* Effect.gen(function* () {
        for (let n = 0; n < 6; n++) {
          const response = yield* HttpClient.get(server.url)
          expect([response.status, (yield* response.text).length]).toEqual([500, 200_000])
        }
      }).pipe(Effect.provide(live))
      // A second one may be opened while the first is still being read to its end.
      expect(server.counts().connections).toBeLessThanOrEqual(2)
    }).pipe(Effect.scoped)
  )
})
