/** What the protected client does with real connections. */
import { NodeHttpClient } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Resilience } from "@skippy/core"
import { Effect, Fiber, Layer, type Scope, Stream } from "effect"
import { type HttpClient, HttpClientRequest } from "effect/http"
import * as ResilientHttpClient from "../../src/client/ResilientHttpClient.ts"
import { EmulatorServer, Fault } from "../../src/testing/index.ts"
import * as Echo from "./echo.ts"

const layer = Layer.merge(
  NodeHttpClient.layerUndici,
  Layer.orDie(
    Resilience.layer({
      services: { http: { retry: { baseDelay: "1 milli" }, rateLimit: false, circuitBreaker: false } }
    })
  )
)

const onServer = <A, E>(
  use: (
    http: ResilientHttpClient.ResilientHttpClient,
    server: EmulatorServer.EmulatorServer,
    echo: Echo.Echo
  ) => Effect.Effect<A, E, Scope.Scope | HttpClient.HttpClient | Resilience>
) =>
  Effect.gen(function* () {
    const echo = Echo.make()
    const server = yield* EmulatorServer.start(echo)
    return yield* use(yield* ResilientHttpClient.make(), server, echo)
  }).pipe(Effect.scoped, Effect.provide(layer))

describe("a connection", () => {
  it.live("is used again, also after failures", () =>
    onServer(({ client }, server) =>
      Effect.gen(function* () {
        for (let n = 0; n < 10; n++) {
          server.faults.set(Fault.once(Fault.status(503, { body: "not now" })))
          yield* Effect.flatMap(client.get(server.url), (response) => response.json)
        }
        expect(server.counts().requests).toBe(20)
        // A second one may be opened while the first is still being read to its end.
        expect(server.counts().connections).toBeLessThanOrEqual(2)
      })
    )
  )

  it.live.each([
    ["before the answer", Fault.hang],
    ["in the middle of the answer", Fault.hangInBody()]
  ] as const)("is closed when its caller is interrupted %s", ([, fault]) =>
    onServer(({ client }, server) =>
      Effect.gen(function* () {
        server.faults.set(Fault.always(fault))
        const fiber = yield* Effect.forkChild(client.get(server.url))
        yield* server.until(({ inFlight }) => inFlight === 1)
        yield* Fiber.interrupt(fiber)
        yield* server.until(({ inFlight, openConnections }) => inFlight === 0 && openConnections === 0)
      })
    )
  )

  it.live("is given back when the reader leaves the body unread", () =>
    onServer((http, server) =>
      Effect.gen(function* () {
        server.faults.set(Fault.always(Fault.hangInBody()))
        const status = yield* http.call(HttpClientRequest.get(server.url), ({ status }) => Effect.succeed(status))
        expect(status).toBe(200)
        yield* server.until(({ inFlight, openConnections }) => inFlight === 0 && openConnections === 0)
      })
    )
  )

  it.live("is read as a stream within the attempt, and a stream that breaks off is read again from the start", () =>
    onServer((http, server, echo) =>
      Effect.gen(function* () {
        server.faults.set(Fault.once(Fault.truncate()))
        const size = yield* http.call(HttpClientRequest.get(server.url), ({ stream }) =>
          Stream.runFold(
            stream,
            () => 0,
            (sum, chunk) => sum + chunk.length
          )
        )
        expect(size).toBe(JSON.stringify({ method: "GET", path: "/", sent: 0 }).length)
        expect(echo.carriedOut.length).toBe(2)
      })
    )
  )
})
