/**
 * HTTP servers on Node.
 *
 * @module
 */
import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect, type Scope } from "effect"
import type { HttpServer } from "effect/http"
import type { Listen } from "../command/World.ts"
import { UsageError } from "../output/Failure.ts"
import { cannotListen } from "./CannotListen.ts"

/** How long requests that run have when the server stops. */
const grace = "2 seconds"

/** Node takes no host for all there are, and says in its own words which ports there are. */
const problemOf = ({ host, port = 0 }: Listen): string | undefined => {
  if (host.trim() === "") return "--host is empty; give an address, such as 127.0.0.1"
  return port < 0 || port > 65_535 ? `--port is ${port}; give one from 0 to 65535` : undefined
}

/** Listens until the scope closes. */
export const listen = (where: Listen): Effect.Effect<HttpServer.HttpServer["Service"], UsageError, Scope.Scope> => {
  const { host, port = 0 } = where
  return Effect.gen(function* () {
    const problem = problemOf(where)
    if (problem !== undefined) return yield* new UsageError({ problem })
    const server = createServer()
    const made = yield* NodeHttpServer.make(() => server, { host, port, gracefulShutdownTimeout: grace })
    // A client that never ends its request would keep the process from its end.
    yield* Effect.addFinalizer(() => Effect.sync(() => server.closeAllConnections()))
    return made
  }).pipe(Effect.catchTag("ServeError", ({ cause }) => cannotListen(host, port, cause)))
}
