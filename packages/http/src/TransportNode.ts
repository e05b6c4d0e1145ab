/**
 * Effect's HTTP client on Node, over connections that are kept alive, proxied, checked and closed as a library should:
 *
 * - HTTP/1.1 with one request at a time on each connection, so that interrupting a request closes its socket and nothing
 *   else. At most `connections` to one origin; idle ones are closed after `keepAlive`, and those of the origins used
 *   longest ago are closed when there are more than `maxOrigins`.
 * - Proxies from `https_proxy`, `http_proxy` and `no_proxy`, or the same in upper case, through Effect's `Config`, by
 *   curl's rules. `http_proxy` is for http URLs and `https_proxy` for https URLs, and they may carry a user name and
 *   password; the proxy itself is reached over http or https. `HTTP_PROXY` is not looked at under CGI (`REQUEST_METHOD`).
 * - Certificates from the PEM file `SKIPPY_CA_FILE`, beside those Node trusts.
 * - Redirects are never followed: they come back as responses.
 * - A `guard` is asked about the URL of every request and about the address of every connection.
 *
 * @example
 * ```ts
 * import { UrlGuard } from "@skippy/http"
 * import { TransportNode } from "@skippy/http/node"
 * import { Effect } from "effect"
 * import { HttpClient } from "effect/http"
 *
 * const lookup = () => Effect.succeed(["127.0.0.1"])
 * const program = HttpClient.get("http://looks-public.example/").pipe(
 *   Effect.flip,
 *   Effect.provide(TransportNode.layer({ guard: UrlGuard.make(), lookup }))
 * )
 *
 * console.log(UrlGuard.refusalOf(await Effect.runPromise(program))?.address)
 * ```
 *
 * ```text
 * 127.0.0.1
 * ```
 *
 * @module
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { InvalidOptionError } from "@skippy/core"
import { type Config, Duration, Effect, Layer, type Scope } from "effect"
import type { HttpClient } from "effect/http"
import { defaults, type Options, type TransportConfigError } from "./Transport.ts"
import { secureContext } from "./transport/CertificatesNode.ts"
import { makeConnector } from "./transport/ConnectorNode.ts"
import { systemLookup } from "./transport/GuardedLookupNode.ts"
import { proxyFor } from "./transport/ProxyEnvironment.ts"
import { Router } from "./transport/RouterNode.ts"

export type { Lookup, Options } from "./Transport.ts"
export { ProxyError, TransportConfigError } from "./transport/TransportError.ts"

/** The longest a server may ask to keep an idle connection. */
const keepAliveMaxMillis = 60_000

const invalid = (option: string, value: unknown, fix: string): InvalidOptionError =>
  new InvalidOptionError({ policy: "TransportNode", option, value: String(value), fix })

const integer = (option: string, value: number): number => {
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw invalid(option, value, "give a whole number of at least 1")
}

const millis = (option: string, input: Duration.Input): number => {
  const duration = Duration.fromInput(input)
  const value = duration._tag === "Some" ? Duration.toMillis(duration.value) : 0
  if (value >= 1 && value <= 2 ** 31 - 1) return value
  throw invalid(option, input, 'give a duration of 1 ms to 24 days, such as "10 seconds"')
}

const resolve = (options: Options) => {
  const keepAliveTimeout = millis("keepAlive", options.keepAlive ?? defaults.keepAlive)
  return {
    maxOrigins: integer("maxOrigins", options.maxOrigins ?? defaults.maxOrigins),
    connectTimeoutMillis: millis("connectTimeout", options.connectTimeout ?? defaults.connectTimeout),
    pool: {
      allowH2: false,
      connections: integer("connections", options.connections ?? defaults.connections),
      keepAliveTimeout,
      keepAliveMaxTimeout: Math.max(keepAliveTimeout, keepAliveMaxMillis)
    }
  }
}

/** The dispatcher under the client, for as long as the scope is open. Options that make no sense are a defect. */
export const makeDispatcher = (
  options: Options = {}
): Effect.Effect<Router, Config.ConfigError | TransportConfigError, Scope.Scope> =>
  Effect.gen(function* () {
    const resolved = resolve(options)
    const connector = makeConnector({
      lookup: options.lookup ?? systemLookup,
      secureContext: yield* secureContext(options.ca),
      timeoutMillis: resolved.connectTimeoutMillis
    })
    const router = new Router({ ...resolved, guard: options.guard, connector, proxyFor: yield* proxyFor })
    return yield* Effect.acquireRelease(Effect.succeed(router), () => Effect.promise(() => router.destroy()))
  })

/**
 * An `HttpClient` for Node. It fails where it is built when a proxy variable or a certificate cannot be read; options that
 * make no sense are a defect (`InvalidOptionError`).
 */
export const layer = (
  options: Options = {}
): Layer.Layer<HttpClient.HttpClient, Config.ConfigError | TransportConfigError> =>
  Layer.provide(
    NodeHttpClient.layerUndiciNoDispatcher,
    Layer.effect(NodeHttpClient.Dispatcher, makeDispatcher(options))
  )
