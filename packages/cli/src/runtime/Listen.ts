/**
 * HTTP servers on Node.
 *
 * @module
 */
import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect, Predicate, type Scope } from "effect"
import type { HttpServer } from "effect/http"
import type { Listen } from "../command/World.ts"
import { UsageError } from "../output/Failure.ts"

/** How long requests that run have when the server stops. */
const grace = "2 seconds"

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program has it; give another --port",
  EACCES: "this user may not use it; give a --port from 1024 on",
  EADDRNOTAVAIL: "this machine has no such address; give another --host",
  ENOTFOUND: "no such host is known; give another --host"
}

const codeOf = (cause: unknown): string =>
  Predicate.hasProperty(cause, "code") && Predicate.isString(cause.code) ? cause.code : "unknown error"

/** Listens until the scope closes. */
export const listen = ({
  host,
  port = 0
}: Listen): Effect.Effect<HttpServer.HttpServer["Service"], UsageError, Scope.Scope> =>
  Effect.gen(function* () {
    const server = createServer()
    const made = yield* NodeHttpServer.make(() => server, { host, port, gracefulShutdownTimeout: grace })
    // A client that never ends its request would keep the process from its end.
    yield* Effect.addFinalizer(() => Effect.sync(() => server.closeAllConnections()))
    return made
  }).pipe(
    Effect.catchTag("ServeError", ({ cause }) => {
      const code = codeOf(cause)
      const reason = reasons[code]
      return new UsageError({
        problem: `cannot listen on ${host} port ${port}: ${reason === undefined ? code : `${reason} (${code})`}`
      })
    })
  )
