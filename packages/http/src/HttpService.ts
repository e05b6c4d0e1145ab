/**
 * HTTP for addresses somebody else chose: get, post and download, each request checked, protected and bounded.
 *
 * - The URL is checked before anything is sent, again at every redirect, and again at the address that is connected to:
 *   only http and https, only public hosts unless others are allowed (`UrlGuard`).
 * - Every request goes through the pipeline of the service `http`: an attempt takes 30 seconds at most, an origin gets 100
 *   requests a minute and has a circuit of its own, and a call with all its redirects, retries and waits takes 2 minutes
 *   at most. Downloads go through its lane `download`: an hour for an attempt, three for a call, 30 seconds without a
 *   byte, five at a time. `Resilience.layer({ services: { http: … } })` says otherwise.
 * - A GET and a download are repeated when they fail; a POST only when it certainly was not carried out, or with an
 *   `idempotencyKey`.
 * - At most 10 redirects are followed. Headers whose names say who is asking (`authorization`, `cookie`, keys, tokens) are not given to
 *   another origin.
 * - Of a body 1 MiB is kept; when there is more, the answer says what was cut.
 *
 * @example
 * ```ts
 * import { HttpService } from "@skippy/http"
 * import { EmulatorServer, type Emulator } from "@skippy/http/testing"
 * import { Effect } from "effect"
 *
 * const site: Emulator = {
 *   handle: ({ url }) =>
 *     url.pathname === "/"
 *       ? { status: 302, headers: { location: "/home" } }
 *       : { status: 200, headers: { "content-type": "text/plain" }, body: "welcome" }
 * }
 *
 * const program = Effect.gen(function* () {
 *   const http = yield* HttpService
 *   const server = yield* EmulatorServer.start(site)
 *   const { body, redirects, status } = yield* http.get({ url: server.url })
 *   console.log(status, body, redirects)
 *   const refused = yield* Effect.flip(http.get({ url: "http://169.254.169.254/latest/meta-data" }))
 *   console.log(refused._tag)
 * })
 *
 * const layer = HttpService.layer({ allow: ["127.0.0.1"] })
 * await Effect.runPromise(program.pipe(Effect.scoped, Effect.provide(layer)))
 * ```
 *
 * ```text
 * 200 welcome 1
 * UrlRefusedError
 * ```
 *
 * @module
 */
import { type PolicyConfig, Resilience } from "@skippy/core"
import { Config, Context, Effect, Layer } from "effect"
import { HttpClient } from "effect/http"
import * as Files from "./Files.ts"
import * as Operations from "./service/Operations.ts"
import type { EmulatorClient } from "./testing/EmulatorClient.ts"
import * as Transport from "./Transport.ts"
import { TransportConfigError } from "./transport/TransportError.ts"
import * as UrlGuard from "./UrlGuard.ts"

/** How a service is made that brings everything it needs. */
export interface Options extends Omit<Operations.Options, "guard"> {
  /** Hosts that may be called though they are not public, beside those of `SKIPPY_HTTP_ALLOW`: see `UrlGuard`. */
  readonly allow?: ReadonlyArray<string> | undefined
  /** Other policies than those of the catalog: `{ timeout: "10 seconds" }`. */
  readonly policies?: PolicyConfig.PolicyConfigInput | undefined
  /** How connections are made. */
  readonly transport?: Omit<Transport.Options, "guard"> | undefined
}

const variable = "SKIPPY_HTTP_ALLOW"

const allowed = Effect.gen(function* () {
  const text = yield* Config.withDefault(Config.String(variable), "")
  const entries = text.split(",").flatMap((entry) => (entry.trim() === "" ? [] : [entry.trim()]))
  for (const entry of entries) {
    yield* Effect.try({
      try: () => UrlGuard.make({ allow: [entry] }),
      catch: () =>
        new TransportConfigError({
          setting: variable,
          problem: `"${entry}" is no host`,
          fix: 'give names, "*.name", addresses or ranges, with ":port" or without, and commas between them'
        })
    })
  }
  return entries
})

/** Why the service cannot be made. */
export type HttpServiceProblem = Transport.TransportProblem | PolicyConfig.PolicyConfigError

/** What the service needs from elsewhere. */
type Needs = Files.Files | HttpClient.HttpClient | Resilience

/** HTTP for addresses somebody else chose. */
export class HttpService extends Context.Service<HttpService, Operations.Shape>()("@skippy/http/HttpService") {
  /**
   * The service over any `HttpClient`. Without a client that asks the same guard when it connects
   * (`TransportNode.layer({ guard })`), a name that resolves to a private address gets through.
   */
  static readonly layerNoDeps = (options: Operations.Options = {}): Layer.Layer<HttpService, never, Needs> =>
    Layer.effect(HttpService, Effect.map(Operations.make(options), HttpService.of))

  /** The service with connections, policies and files of Node, loaded now. Reads `SKIPPY_HTTP_ALLOW`. */
  static readonly layer = ({ allow = [], policies = {}, transport, ...options }: Options = {}): Layer.Layer<
    HttpService,
    HttpServiceProblem
  > =>
    Layer.unwrap(
      Effect.gen(function* () {
        const guard = UrlGuard.make({ allow: [...allow, ...(yield* allowed)] })
        return Layer.provide(HttpService.layerNoDeps({ ...options, guard }), [
          Transport.layerWith({ ...transport, guard }),
          Resilience.layer({ services: { http: policies } }),
          Files.layer
        ])
      })
    )

  /**
   * For tests: the same service over an emulator in memory (`EmulatorClient.make`), with policies that never wait. Every
   * host is allowed that `guard` lets through.
   */
  static readonly layerTest = (
    { client }: Pick<EmulatorClient, "client">,
    options: Operations.Options = {}
  ): Layer.Layer<HttpService> =>
    Layer.provide(HttpService.layerNoDeps(options), [
      Layer.succeed(HttpClient.HttpClient, client),
      Files.layerIfAny,
      Layer.orDie(
        Resilience.layer({ services: { http: { rateLimit: false, retry: { baseDelay: 0, jitter: "none" } } } })
      )
    ])
}
