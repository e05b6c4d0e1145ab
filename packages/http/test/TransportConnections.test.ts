import { NodeHttpClient } from "@effect/platform-node"
import { InvalidOptionError } from "@skippy/core"
import { describe, expect, it } from "@effect/vitest"
import { Cause, Deferred, Effect, Exit, Fiber, Layer, Scope } from "effect"
import { HttpClient } from "effect/http"
import type * as http from "node:http"
import type { Options } from "../src/Transport.ts"
import * as TransportNode from "../src/TransportNode.ts"
import { client, drain, environment, read, serve, toLoopback } from "./transportSupport.ts"

/** Answers one request after the other, when told to. */
const onCommand = () => {
  const waiting: Array<http.ServerResponse> = []
  return {
    waiting,
    handler: (_: http.IncomingMessage, response: http.ServerResponse) => {
      waiting.push(response)
    }
  }
}

describe("connections", () => {
  it.live("are kept for the next request", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      const http = yield* client()
      for (let n = 0; n < 20; n++) expect(yield* read(http, server.url(`/${n}`))).toBe("hello")
      // undici may take a second one for a request that comes in the moment the first answer ends.
      expect(server.connections).toBeLessThanOrEqual(2)
      expect(server.requests.map(({ url }) => url)).toEqual(Array.from({ length: 20 }, (_, n) => `/${n}`))
    })
  )

  it.live("are at most as many as allowed; the other requests wait for one", () =>
    Effect.gen(function* () {
      const { handler, waiting } = onCommand()
      const server = yield* serve(handler)
      const http = yield* client({ connections: 2 })
      const all = yield* Effect.forkChild(
        Effect.forEach(Array.from({ length: 6 }), () => read(http, server.url()), { concurrency: "unbounded" })
      )
      for (let answered = 0; answered < 6; answered++) {
        yield* server.until(({ requests }) => requests.length > answered)
        expect(server.requests.length - answered).toBeLessThanOrEqual(2)
        waiting[answered]!.end("hello")
      }
      expect(yield* Fiber.join(all)).toEqual(Array.from({ length: 6 }, () => "hello"))
      expect(server.connections).toBe(2)
    })
  )

  it.live("carry one request at a time, so an interrupted one disturbs no other", () =>
    Effect.gen(function* () {
      const { handler, waiting } = onCommand()
      const server = yield* serve(handler)
      const http = yield* client()
      const first = yield* Effect.forkChild(read(http, server.url("/first")))
      yield* server.until(({ requests }) => requests.length === 1)
      const second = yield* Effect.forkChild(read(http, server.url("/second")))
      yield* server.until(({ requests }) => requests.length === 2)
      yield* Fiber.interrupt(first)
      yield* server.until(({ open }) => open.size === 1)
      waiting[1]!.end("second")
      expect(yield* Fiber.join(second)).toBe("second")
    })
  )

  it.live("are closed when the request is interrupted before its headers", () =>
    Effect.gen(function* () {
      const server = yield* serve(() => {})
      const http = yield* client()
      const fiber = yield* Effect.forkChild(read(http, server.url()))
      yield* server.until(({ requests }) => requests.length === 1)
      expect(server.open.size).toBe(1)
      yield* Fiber.interrupt(fiber)
      yield* server.until(({ open }) => open.size === 0)
    })
  )

  const partial = (_: http.IncomingMessage, response: http.ServerResponse) => {
    response.writeHead(200, { "content-length": "1000000" }).write("some")
  }

  it.live("are closed when the request is interrupted in its body, as a stream", () =>
    Effect.gen(function* () {
      const server = yield* serve(partial)
      const http = yield* client()
      const started = yield* Deferred.make<void>()
      const fiber = yield* Effect.forkChild(drain(http, server.url(), () => Deferred.doneUnsafe(started, Effect.void)))
      yield* Deferred.await(started)
      yield* Fiber.interrupt(fiber)
      yield* server.until(({ open }) => open.size === 0)
    })
  )

  it.live("are closed when the request is interrupted in its body, as a whole", () =>
    Effect.gen(function* () {
      const server = yield* serve(partial)
      const http = yield* client()
      const { text } = yield* http.get(server.url())
      expect(server.open.size).toBe(1)
      // The text is the first to start, and the loser of the race.
      yield* Effect.raceFirst(text, Effect.void)
      yield* server.until(({ open }) => open.size === 0)
    })
  )

  it.live("are closed when the scope of the request is, while its body is read as a whole", () =>
    Effect.gen(function* () {
      const server = yield* serve(partial)
      const http = yield* client()
      const reading = yield* Deferred.make<void>()
      const fiber = yield* Effect.forkChild(
        Effect.scoped(
          Effect.flatMap(HttpClient.withScope(http).get(server.url()), ({ text }) =>
            Effect.andThen(Deferred.succeed(reading, undefined), text)
          )
        )
      )
      yield* Deferred.await(reading)
      yield* Fiber.interrupt(fiber)
      yield* server.until(({ open }) => open.size === 0)
    })
  )

  it.live("are closed with the layer, the idle and the busy", () =>
    Effect.gen(function* () {
      const server = yield* serve((request, response) => {
        if (request.url === "/idle") response.end()
      })
      const scope = yield* Scope.make()
      const http = yield* Scope.provide(client(), scope)
      const busy = yield* Effect.forkChild(Effect.exit(read(http, server.url("/busy"))))
      yield* server.until(({ requests }) => requests.length === 1)
      yield* read(http, server.url("/idle"))
      expect(server.open.size).toBe(2)
      yield* Scope.close(scope, Exit.void)
      yield* server.until(({ open }) => open.size === 0)
      expect(Exit.isFailure(yield* Fiber.join(busy))).toBe(true)
      expect((yield* Effect.flip(read(http, server.url("/idle")))).reason._tag).toBe("TransportError")
      expect(server.connections).toBe(2)
    })
  )

  it.live("that are not there yet are given up with the layer, and so is the lookup", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<void>()
      const stopped = yield* Deferred.make<void>()
      const lookup = () =>
        Deferred.succeed(asked, undefined).pipe(
          Effect.andThen(Effect.never),
          Effect.onInterrupt(() => Deferred.succeed(stopped, undefined))
        )
      const scope = yield* Scope.make()
      const http = yield* Scope.provide(client({ lookup }), scope)
      const fiber = yield* Effect.forkChild(Effect.exit(read(http, "http://slow.example/")))
      yield* Deferred.await(asked)
      yield* Scope.close(scope, Exit.void)
      yield* Deferred.await(stopped)
      expect(Exit.isFailure(yield* Fiber.join(fiber))).toBe(true)
    })
  )

  it.live("that do not come about in time are an error that says so", () =>
    Effect.gen(function* () {
      const http = yield* client({ lookup: () => Effect.never, connectTimeout: "20 millis" })
      const { reason } = yield* Effect.flip(read(http, "http://slow.example/"))
      expect(reason).toMatchObject({ _tag: "TransportError", cause: { code: "UND_ERR_CONNECT_TIMEOUT" } })
    })
  )
})

describe("origins", () => {
  const dispatcher = (options: Options) => TransportNode.makeDispatcher(options).pipe(Effect.provide(environment({})))

  it.live("beyond the limit lose their idle connections, and no request fails for it", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      const router = yield* dispatcher({ lookup: toLoopback, maxOrigins: 8, keepAlive: "1 minute" })
      const http = yield* NodeHttpClient.makeUndici.pipe(Effect.provideService(NodeHttpClient.Dispatcher, router))
      const origins = Array.from({ length: 400 }, (_, n) => server.url("/", `o${n}.example`))
      const texts = yield* Effect.forEach(origins, (url) => read(http, url), { concurrency: 16 })
      expect(new Set(texts)).toEqual(new Set(["hello"]))
      expect(server.connections).toBe(400)
      yield* read(http, server.url("/", "last.example"))
      expect(router.origins).toBeLessThanOrEqual(8)
      yield* server.until(({ open }) => open.size <= 8)
    })
  )

  it.live("that are in use stay, however many they are, and are closed with the layer", () =>
    Effect.gen(function* () {
      const { handler, waiting } = onCommand()
      const server = yield* serve(handler)
      const scope = yield* Scope.make()
      const http = yield* Scope.provide(client({ lookup: toLoopback, maxOrigins: 2 }), scope)
      const fibers = yield* Effect.forEach(Array.from({ length: 10 }), (_, n) =>
        Effect.forkChild(Effect.exit(read(http, server.url("/", `o${n}.example`))))
      )
      yield* server.until(({ requests }) => requests.length === 10)
      waiting.slice(0, 5).forEach((response) => response.end("hello"))
      yield* Effect.forEach(fibers.slice(0, 5), Fiber.join)
      yield* Scope.close(scope, Exit.void)
      yield* server.until(({ open }) => open.size === 0)
      const exits = yield* Effect.forEach(fibers, Fiber.join)
      expect(exits.filter(Exit.isSuccess)).toHaveLength(5)
    })
  )

  it.live("are forgotten when their connections are gone", () =>
    Effect.gen(function* () {
      const server = yield* serve((_, response) => {
        response.writeHead(200, { connection: "close" }).end("hello")
      })
      const router = yield* dispatcher({ lookup: toLoopback })
      const http = yield* NodeHttpClient.makeUndici.pipe(Effect.provideService(NodeHttpClient.Dispatcher, router))
      yield* Effect.forEach(["a", "b", "c"], (name) => read(http, server.url("/", `${name}.example`)))
      yield* server.until(({ open }) => open.size === 0)
      yield* Effect.exit(read(http, "http://127.0.0.1:1/"))
      while (router.origins > 0) yield* Effect.callback<void>((resume) => void setImmediate(() => resume(Effect.void)))
      expect(router.origins).toBe(0)
    })
  )
})

describe("the client", () => {
  it.live("follows no redirect", () =>
    Effect.gen(function* () {
      const server = yield* serve((_, response) => {
        response.writeHead(302, { location: "/elsewhere" }).end()
      })
      const http = yield* client()
      const response = yield* http.get(server.url("/here"))
      expect([response.status, response.headers["location"]]).toEqual([302, "/elsewhere"])
      expect(server.requests.map(({ url }) => url)).toEqual(["/here"])
    })
  )

  it.live("says when nobody answers at the address", () =>
    Effect.gen(function* () {
      const http = yield* client()
      const { reason } = yield* Effect.flip(read(http, "http://127.0.0.1:1/"))
      expect(reason).toMatchObject({ _tag: "TransportError", cause: { code: "ECONNREFUSED", syscall: "connect" } })
    })
  )

  it.live("says when a name has no address", () =>
    Effect.gen(function* () {
      const http = yield* client({ lookup: () => Effect.succeed([]) })
      const { reason } = yield* Effect.flip(read(http, "http://nowhere.example/"))
      expect(reason).toMatchObject({ _tag: "TransportError", cause: { code: "ENOTFOUND" } })
    })
  )

  it.live("hands on why a name was not resolved", () =>
    Effect.gen(function* () {
      const failure = new Error("no name server")
      const http = yield* client({ lookup: () => Effect.fail(failure) })
      const { reason } = yield* Effect.flip(read(http, "http://nowhere.example/"))
      expect(reason).toMatchObject({ _tag: "TransportError", cause: failure })
    })
  )

  it.live.each<readonly [keyof Options, Options]>([
    ["connections", { connections: 0 }],
    ["connections", { connections: 1.5 }],
    ["maxOrigins", { maxOrigins: -1 }],
    ["keepAlive", { keepAlive: 0 }],
    ["connectTimeout", { connectTimeout: "100 days" }]
  ])("is not built with a senseless %s", ([option, options]) =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(Layer.build(TransportNode.layer(options)))
      const defect = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
      expect(defect).toBeInstanceOf(InvalidOptionError)
      expect(defect).toMatchObject({ policy: "TransportNode", option })
    })
  )
})
