/**
 * A real HTTP server on loopback that answers as an emulator does, with the faults a test asks for. It keeps connections
 * alive, takes its time from Effect's `Clock`, and closes with its scope, whatever still hangs.
 *
 * @example
 * ```ts
 * import { EmulatorServer, Fault, type Emulator } from "@skippy/http/testing"
 * import { Effect } from "effect"
 *
 * const clock: Emulator = { handle: ({ url }) => ({ status: 200, body: `${url.pathname} is here` }) }
 *
 * const program = Effect.gen(function* () {
 *   const server = yield* EmulatorServer.start(clock, { faults: Fault.once(Fault.status(503, { body: "try later" })) })
 *   for (let i = 0; i < 2; i++) {
 *     const answer = yield* Effect.promise(() => fetch(`${server.url}/time`))
 *     console.log(answer.status, yield* Effect.promise(() => answer.text()))
 *   }
 *   console.log(server.requests().map(({ method, path, status }) => `${method} ${path} ${status}`))
 * })
 *
 * await Effect.runPromise(Effect.scoped(program))
 * ```
 *
 * ```text
 * 503 try later
 * 200 /time is here
 * [ 'GET /time 503', 'GET /time 200' ]
 * ```
 *
 * @module
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { Effect, FiberSet, type Scope } from "effect"
import type { Emulator } from "./Emulator.ts"
import * as Exchange from "./Exchange.ts"
import * as Sockets from "./SocketsNode.ts"

/** Options of a server. */
export interface Options extends Exchange.ServeOptions {
  /** A free one by default. */
  readonly port?: number | undefined
}

/** What a server has been through since it started. */
export interface Counts {
  /** Requests whose head came. */
  readonly requests: number
  /** Requests whose fate is decided: from then on they are among `requests()`. */
  readonly decided: number
  /** Requests that are not answered yet. */
  readonly inFlight: number
  /** Requests whose client went away before they were answered, while it sent them included. */
  readonly abandoned: number
  /** Connections that were accepted. */
  readonly connections: number
  readonly openConnections: number
}

/** A server that runs. */
export interface EmulatorServer extends Exchange.Served {
  /** Such as `http://127.0.0.1:40123`, without a slash at the end. */
  readonly url: string
  readonly openConnections: () => number
  readonly counts: () => Counts
  /** Waits until the counts are so: for what happens in sockets, which no test clock moves. */
  readonly until: (reached: (counts: Counts) => boolean) => Effect.Effect<void>
}

/** Counts, and those who wait for them. */
const makeMeter = () => {
  const counts = { requests: 0, decided: 0, inFlight: 0, abandoned: 0, connections: 0, openConnections: 0 }
  const waiting = new Set<() => void>()
  return {
    counts: (): Counts => ({ ...counts }),
    add: (change: Partial<Counts>): void => {
      counts.requests += change.requests ?? 0
      counts.decided += change.decided ?? 0
      counts.inFlight += change.inFlight ?? 0
      counts.abandoned += change.abandoned ?? 0
      counts.connections += change.connections ?? 0
      counts.openConnections += change.openConnections ?? 0
      for (const look of waiting) look()
    },
    until: (reached: (counts: Counts) => boolean): Effect.Effect<void> =>
      Effect.callback<void>((resume) => {
        const look = () => {
          if (!reached(counts)) return
          waiting.delete(look)
          resume(Effect.void)
        }
        waiting.add(look)
        look()
        return Effect.sync(() => void waiting.delete(look))
      })
  }
}

const serve = (exchange: Exchange.Exchange, message: IncomingMessage, response: ServerResponse): Effect.Effect<void> =>
  Effect.gen(function* () {
    const head = Sockets.headOf(message)
    if (head === undefined) return void response.writeHead(400).end()
    yield* Sockets.deliver(response, yield* Sockets.take(message, yield* exchange.begin(head)))
  }).pipe(
    // A machine with a bug must not look like a service that is down.
    Effect.catchDefect((defect) =>
      Effect.andThen(
        Effect.logError("an emulator failed", defect),
        Effect.sync(() => void response.destroy())
      )
    )
  )

const listen = (server: Server, port: number): Effect.Effect<string> =>
  Effect.callback<string>((resume) => {
    server.once("error", (error) => resume(Effect.die(error)))
    server.listen(port, "127.0.0.1", () => {
      const address = server.address()
      resume(
        address === null || typeof address === "string"
          ? Effect.die("a server on loopback has a port")
          : Effect.succeed(`http://127.0.0.1:${address.port}`)
      )
    })
  })

const close = (server: Server): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

const makeServer = (): Server => {
  const server = createServer()
  // Only a test or its scope ends a connection: a timer here would race the client for it.
  server.keepAliveTimeout = 0
  server.headersTimeout = 0
  server.requestTimeout = 0
  return server
}

/** Starts a server. A port that is taken is a defect. */
export const start = (emulator: Emulator, options: Options = {}): Effect.Effect<EmulatorServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const meter = makeMeter()
    const exchange = Exchange.make(emulator, options, () => meter.add({ decided: 1 }))
    const run = yield* FiberSet.makeRuntime<never, void, never>()
    const server = yield* Effect.acquireRelease(Effect.sync(makeServer), close)
    server.on("connection", (socket) => {
      meter.add({ connections: 1, openConnections: 1 })
      socket.on("close", () => meter.add({ openConnections: -1 }))
    })
    server.on("request", (incoming, outgoing) => {
      meter.add({ requests: 1, inFlight: 1 })
      const fiber = run(serve(exchange, incoming, outgoing))
      outgoing.on("close", () => {
        meter.add({ inFlight: -1, abandoned: fiber.pollUnsafe() === undefined ? 1 : 0 })
        fiber.interruptUnsafe()
      })
    })
    const url = yield* listen(server, options.port ?? 0)
    return {
      url,
      faults: exchange.faults,
      requests: exchange.requests,
      clear: exchange.clear,
      openConnections: () => meter.counts().openConnections,
      counts: meter.counts,
      until: meter.until
    }
  })
