import { connect } from "node:net"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Scope } from "effect"
import { TestClock } from "effect/testing"
import type { Emulator } from "../../src/testing/Emulator.ts"
import * as EmulatorServer from "../../src/testing/EmulatorServerNode.ts"
import * as Fault from "../../src/testing/Fault.ts"

const echo: Emulator = {
  handle: ({ body, url }) => ({ status: 200, body: `${url.href} ${new TextDecoder().decode(body)}` })
}

const ask = (url: string, init?: RequestInit) =>
  Effect.tryPromise((signal) => fetch(url, { ...init, signal }).then((response) => response.text()))

/** Sends bytes as they are, and gives back everything that comes until the connection ends. */
const send = (url: string, bytes: string) =>
  Effect.callback<string>((resume) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(bytes))
    let received = ""
    socket.setEncoding("utf8").on("data", (chunk: string) => (received += chunk))
    socket.on("error", () => {}).on("close", () => resume(Effect.succeed(received)))
    return Effect.sync(() => socket.destroy())
  })

describe("the server of an emulator", () => {
  it.effect("listens on loopback only, on a free port or the one it is told", () =>
    Effect.gen(function* () {
      const first = yield* EmulatorServer.start(echo)
      expect(first.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      const port = yield* Effect.scoped(Effect.map(EmulatorServer.start(echo), ({ url }) => Number(new URL(url).port)))
      const second = yield* EmulatorServer.start(echo, { port })
      expect(second.url).toBe(`http://127.0.0.1:${port}`)
      const taken = yield* Effect.exit(Effect.scoped(EmulatorServer.start(echo, { port })))
      expect(String(taken)).toContain("EADDRINUSE")
    })
  )

  it.effect("keeps a connection for the next request, however long that takes", () =>
    Effect.gen(function* () {
      const { counts, url } = yield* EmulatorServer.start(echo)
      const request = "GET /a HTTP/1.1\r\nhost: emulator.test\r\n\r\n"
      const last = "GET /b HTTP/1.1\r\nhost: emulator.test\r\nconnection: close\r\n\r\n"
      const received = yield* send(url, request + last)
      expect(received).toContain("http://emulator.test/a ")
      expect(received).toContain("http://emulator.test/b ")
      expect(received).not.toContain("keep-alive: timeout")
      expect(counts()).toMatchObject({ requests: 2, decided: 2, connections: 1 })
    })
  )

  it.effect("takes a path that looks like an address as a path, and a whole URL as it is", () =>
    Effect.gen(function* () {
      const { requests, url } = yield* EmulatorServer.start(echo)
      const rest = " HTTP/1.1\r\nhost: emulator.test\r\nconnection: close\r\n\r\n"
      expect(yield* send(url, `GET //other.test/a${rest}`)).toContain("http://emulator.test//other.test/a")
      expect(yield* send(url, `GET http://other.test/a${rest}`)).toContain("http://other.test/a")
      expect(yield* send(url, `GET *${rest}`)).toMatch(/^HTTP\/1.1 400 /)
      expect(requests().map(({ path }) => path)).toEqual(["//other.test/a", "/a"])
    })
  )

  it.effect("says how many connections are open", () =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(echo, { faults: Fault.always(Fault.hang) })
      const fibers = yield* Effect.forEach([1, 2, 3], () =>
        Effect.forkChild(send(server.url, "GET / HTTP/1.1\r\nhost: a\r\n\r\n"))
      )
      yield* server.until(({ decided }) => decided === 3)
      expect(server.counts()).toEqual({
        requests: 3,
        decided: 3,
        inFlight: 3,
        abandoned: 0,
        connections: 3,
        openConnections: 3
      })
      yield* Fiber.interrupt(fibers[0]!)
      yield* server.until(({ openConnections }) => openConnections === 2)
      expect(server.openConnections()).toBe(2)
      yield* Fiber.interruptAll(fibers)
      yield* server.until(({ inFlight, openConnections }) => inFlight === 0 && openConnections === 0)
      expect(server.counts().abandoned).toBe(3)
    })
  )

  it.effect("notices a client that goes away, while it hangs, waits, or sends half of a body", () =>
    Effect.gen(function* () {
      const plan = Fault.sequence([Fault.hang, Fault.hangInBody(), Fault.delay("1 hour")])
      const server = yield* EmulatorServer.start(echo, { faults: plan })
      for (let i = 1; i <= 3; i++) {
        const fiber = yield* Effect.forkChild(ask(server.url))
        yield* server.until(({ decided }) => decided === i)
        yield* Fiber.interrupt(fiber)
        yield* server.until(({ abandoned, openConnections }) => abandoned === i && openConnections === 0)
      }
      const half = yield* Effect.forkChild(
        send(server.url, "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf")
      )
      yield* server.until(({ requests }) => requests === 4)
      yield* Fiber.interrupt(half)
      yield* server.until(({ abandoned, inFlight }) => abandoned === 4 && inFlight === 0)
      expect(server.requests()).toHaveLength(3)
    })
  )

  it.effect("closes with its scope, whatever hangs, waits, or is kept alive", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const plan = Fault.sequence([undefined, Fault.hang, Fault.hangInBody(), Fault.delay("1 hour")])
      const server = yield* Scope.provide(EmulatorServer.start(echo, { faults: plan }), scope)
      yield* ask(server.url)
      const fibers = yield* Effect.forEach([1, 2, 3], () => Effect.forkChild(ask(server.url)))
      yield* server.until(({ decided }) => decided === 4)
      expect(server.openConnections()).toBe(3)
      yield* Scope.close(scope, Exit.void)
      const exits = yield* Effect.forEach(fibers, Fiber.await)
      expect(exits.map(({ _tag }) => _tag)).toEqual(["Failure", "Failure", "Failure"])
      yield* server.until(({ inFlight, openConnections }) => inFlight === 0 && openConnections === 0)
      const refused = yield* Effect.flip(ask(server.url))
      expect(String((refused.cause as Error).cause)).toContain("ECONNREFUSED")
    })
  )

  it.effect("does not answer after its scope is closed, though the delay is over", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const server = yield* Scope.provide(
        EmulatorServer.start(echo, { faults: Fault.once(Fault.delay("1 hour")) }),
        scope
      )
      const fiber = yield* Effect.forkChild(ask(server.url))
      yield* server.until(({ decided }) => decided === 1)
      yield* Scope.close(scope, Exit.void)
      yield* TestClock.adjust("2 hours")
      expect((yield* Fiber.await(fiber))._tag).toBe("Failure")
    })
  )

  it.effect("breaks the connection, not the test, when the machine has a bug", () =>
    Effect.gen(function* () {
      const broken: Emulator = {
        handle: ({ url }) => {
          if (url.pathname === "/bug") throw new Error("a bug")
          return { status: 200, body: "well" }
        }
      }
      const { url } = yield* EmulatorServer.start(broken)
      yield* Effect.flip(ask(`${url}/bug`))
      expect(yield* ask(url)).toBe("well")
    })
  )

  it.effect("serves many at a time, and gives all of it back", () =>
    Effect.gen(function* () {
      const faults = [Fault.status(500), Fault.reset, Fault.lostAnswer, Fault.truncate()]
      const server = yield* EmulatorServer.start(echo, { faults: Fault.share(0.3, faults, 1) })
      const one = (i: number) => Effect.exit(ask(`${server.url}/${i}`))
      const exits = yield* Effect.forEach(
        Array.from({ length: 500 }, (_, i) => i),
        one,
        { concurrency: 32 }
      )
      const failed = exits.filter(Exit.isFailure).length
      const broken = server.requests().filter(({ fault }) => fault !== undefined && fault._tag !== "Status").length
      expect(failed).toBe(broken)
      expect(broken).toBeGreaterThan(60)
      yield* server.until(({ inFlight }) => inFlight === 0)
      expect(server.counts()).toMatchObject({ requests: 500, decided: 500 })
    })
  )
})
