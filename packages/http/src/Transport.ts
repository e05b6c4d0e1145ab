/**
 * The connections HTTP services use when nobody gives them an `HttpClient`: on Node, those of `TransportNode`, loaded when
 * they are first needed, so that the services themselves can be imported anywhere.
 *
 * @module
 */
import { type Config, type Duration, Effect, Layer } from "effect"
import type { HttpClient } from "effect/http"
import { type TransportConfigError, TransportUnavailableError } from "./transport/TransportError.ts"
import type { UrlGuard } from "./UrlGuard.ts"

export { ProxyError, TransportConfigError, TransportUnavailableError } from "./transport/TransportError.ts"

/** The addresses of a host name. */
export type Lookup = (hostname: string) => Effect.Effect<ReadonlyArray<string>, unknown>

/** How connections are made. */
export interface Options {
  /**
   * Decides which hosts may be called; none by default, for hosts of your own choosing. It is asked about the URL of
   * every request and about every address before and after connecting, so a name that resolves differently the second
   * time is refused as well. The refusal is the cause of the client's `TransportError`: get it with `UrlGuard.refusalOf`.
   *
   * Through a proxy it is asked about the URL only: the proxy resolves the name, and its own address is the operator's
   * choice.
   */
  readonly guard?: UrlGuard | undefined
  /** Certificates (PEM, several in one text or in several) to trust beside those of Node and of `SKIPPY_CA_FILE`. */
  readonly ca?: string | ReadonlyArray<string> | undefined
  /** Resolves host names; the system's resolver (`dns.lookup`) by default. */
  readonly lookup?: Lookup | undefined
  /** Connections to one origin at most, 128 by default; further requests wait for one. */
  readonly connections?: number | undefined
  /** Origins whose idle connections are kept, 256 by default; beyond that, the one used longest ago loses its own. */
  readonly maxOrigins?: number | undefined
  /** How long an idle connection is kept, 4 seconds by default; a server's `keep-alive` header may ask for up to a minute. */
  readonly keepAlive?: Duration.Input | undefined
  /** How long connecting, and then the TLS handshake, may take; 10 seconds each by default. */
  readonly connectTimeout?: Duration.Input | undefined
}

/** The options that are not given. */
export const defaults = {
  connections: 128,
  maxOrigins: 256,
  keepAlive: "4 seconds",
  connectTimeout: "10 seconds"
} as const satisfies Options

/** Why a transport cannot be built. */
export type TransportProblem = Config.ConfigError | TransportConfigError | TransportUnavailableError

const load = Effect.tryPromise({
  try: () => import("./TransportNode.ts"),
  catch: (cause) => new TransportUnavailableError({ cause })
})

/** `layer` with options. */
export const layerWith = (options: Options): Layer.Layer<HttpClient.HttpClient, TransportProblem> =>
  Layer.unwrap(Effect.map(load, (transport) => transport.layer(options)))

/**
 * The default `HttpClient`: `TransportNode.layer()`, loaded now. Where there is no Node, it fails with
 * `TransportUnavailableError`, and a service's `layerNoDeps` takes any other `HttpClient`.
 *
 * @example
 * ```ts no-run
 * import { Transport } from "@skippy/http"
 * import { Effect } from "effect"
 * import { HttpClient } from "effect/http"
 *
 * const program = HttpClient.get("https://example.com/").pipe(
 *   Effect.flatMap((response) => response.text),
 *   Effect.provide(Transport.layer)
 * )
 * ```
 */
export const layer: Layer.Layer<HttpClient.HttpClient, TransportProblem> = layerWith({})
