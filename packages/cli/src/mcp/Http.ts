/**
 * The MCP server over Streamable HTTP, at `/mcp`.
 *
 * @module
 */
import { ByteSize, Effect, Layer, Redacted, type Scope } from "effect"
import { McpServer } from "effect/ai"
import { HttpIncomingMessage, HttpRouter, HttpServer, HttpServerRequest, HttpServerResponse } from "effect/http"
import { type Listen, World } from "../command/World.ts"
import type { AnyFailure } from "../output/Failure.ts"
import { nameOf, ownOrigins, type Refusal, refusalOf, type Rules } from "./HttpGuard.ts"
import { longest } from "./Messages.ts"
import { about } from "./Server.ts"
import { tokenFor, variable } from "./Token.ts"

/** Where the server is below its address. */
const path = "/mcp"

const refused = ({ message, status }: Refusal) =>
  HttpServerResponse.jsonUnsafe(
    { jsonrpc: "2.0", id: null, error: { code: -32000, message } },
    { status, ...(status === 401 ? { headers: { "www-authenticate": "Bearer" } } : {}) }
  )

const guard = (rules: Rules) =>
  HttpRouter.middleware(
    (answer) =>
      Effect.gen(function* () {
        const { headers } = yield* HttpServerRequest.HttpServerRequest
        const { authorization, host, origin } = headers
        const refusal = refusalOf({ authorization, host, origin }, rules)
        return refusal === undefined ? yield* answer : refused(refusal)
      }),
    { global: true }
  )

/** Serves at a server that listens, until it is interrupted; then sessions end. */
export const serve = (
  register: Effect.Effect<void, never, McpServer.McpServer>,
  server: HttpServer.HttpServer["Service"],
  rules: Rules,
  version: string
): Effect.Effect<never> =>
  HttpRouter.serve(
    Layer.merge(
      McpServer.layerHttp({
        ...about(version),
        path,
        allowedOrigins: ownOrigins(rules),
        allowSessionTermination: true,
        registrations: Layer.effectDiscard(register)
      }),
      guard(rules)
    ),
    { disableLogger: true, disableListenLog: true }
  ).pipe(
    Layer.provide(Layer.succeed(HttpServer.HttpServer, server)),
    Layer.orDie,
    Layer.launch,
    Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(longest))
  )

/** A server that listens. */
export interface Opened {
  /** Where clients find it. */
  readonly url: string
  readonly rules: Rules
  /** Whether the token is a new one that nobody knows yet. */
  readonly isNew: boolean
  readonly server: HttpServer.HttpServer["Service"]
}

/** Listens, until the scope closes. */
export const open = (where: Listen): Effect.Effect<Opened, AnyFailure, Scope.Scope | World> =>
  Effect.gen(function* () {
    const { host } = where
    const { isNew, token } = yield* tokenFor(host)
    const server = yield* (yield* World).listen(where)
    const port = "port" in server.address ? server.address.port : 0
    return { url: `http://${nameOf(host)}:${port}${path}`, rules: { host, port, token }, isNew, server }
  })

/** What a client is told to find it, and to be let in. */
export const clientOf = ({ isNew, rules: { token }, url }: Opened) => ({
  mcpServers: {
    skippy: {
      type: "http",
      url,
      headers: { Authorization: `Bearer ${isNew ? Redacted.value(token) : `\${${variable}}`}` }
    }
  }
})
