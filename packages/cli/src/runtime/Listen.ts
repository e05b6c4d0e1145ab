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
import type { UsageError } from "../output/Failure.ts"
import { cannotListen } from "./CannotListen.ts"

/** How long requests that run have when the server stops. */
const grace = "2 seconds"

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
  }).pipe(Effect.catchTag("ServeError", ({ cause }) => cannotListen(host, port, cause)))
