/** A server over HTTP in this process, as `skippy mcp --http` makes it. */
import { Effect, Redacted, type Scope } from "effect"
import type { McpServer } from "effect/ai"
import { Headers, HttpServer, HttpServerRequest } from "effect/http"
import { serve } from "../../src/mcp/Http.ts"
import { listen } from "../../src/runtime/Listen.ts"

export const token = "the-token-of-these-tests"

type Shape = HttpServer.HttpServer["Service"]

/** Every request comes with the token, for clients that cannot bring one. */
const lettingIn = (server: Shape): Shape =>
  HttpServer.make({
    address: server.address,
    serve: (app) =>
      server.serve(
        Effect.updateService(app, HttpServerRequest.HttpServerRequest, (request) =>
          request.modify({ headers: Headers.set(request.headers, "authorization", `Bearer ${token}`) })
        )
      )
  })

/** Serves until the scope closes; answers where. */
export const start = (
  register: Effect.Effect<void, never, McpServer.McpServer>,
  options: { readonly letEverybodyIn?: boolean } = {}
): Effect.Effect<{ readonly url: string; readonly port: number }, never, Scope.Scope> =>
  Effect.gen(function* () {
    const host = "127.0.0.1"
    const server = yield* Effect.orDie(listen({ host, port: undefined }))
    const port = "port" in server.address ? server.address.port : 0
    const rules = { host, port, token: Redacted.make(token) }
    const used = options.letEverybodyIn === true ? lettingIn(server) : server
    yield* Effect.forkScoped(serve(register, used, rules, "1.2.3"), { startImmediately: true })
    return { url: `http://${host}:${port}/mcp`, port }
  })
