/**
 * Requests through a proxy: plain http is sent to the proxy with the whole URL, https goes through a tunnel (CONNECT) in
 * which the proxy sees host and port only. RFC 9110, 9.3.6, and RFC 9112, 3.2.2.
 *
 * undici's `ProxyAgent` does the same, but never forgets a plain http origin.
 *
 * @module
 */
import type { buildConnector, Dispatcher, Pool } from "@effect/platform-node/Undici"
import { Redacted } from "effect"
import type { Duplex } from "node:stream"
import { Socket } from "node:net"
import { portOf } from "../guard/HostPattern.ts"
import type { Secure } from "./ConnectorNode.ts"
import type { ProxyServer } from "./ProxyEnvironment.ts"
import { ProxyError } from "./TransportError.ts"

type Connect = buildConnector.connector

const nameOf = ({ origin }: ProxyServer): string => new URL(origin).host

const credentials = ({ authorization }: ProxyServer): Readonly<Record<string, string>> =>
  authorization === undefined ? {} : { "proxy-authorization": Redacted.value(authorization) }

const asProxyError = (proxy: ProxyServer, cause: unknown): ProxyError =>
  cause instanceof ProxyError ? cause : new ProxyError({ proxy: nameOf(proxy), cause })

/** Connects to the proxy itself. */
export const connectToProxy =
  (proxy: ProxyServer, connect: Connect): Connect =>
  (options, callback) => {
    // The requests name their own hosts; the certificate to check is the proxy's.
    const { servername: _, ...own } = options
    connect(own, (...[error, socket]) =>
      error === null ? callback(null, socket) : callback(asProxyError(proxy, error), null)
    )
  }

/** Connects to an origin through a tunnel. `pool` holds connections to the proxy. */
export const connectThrough =
  (proxy: ProxyServer, pool: () => Pool, secure: Secure): Connect =>
  (options, callback) => {
    const host = options.hostname.includes(":") ? `[${options.hostname}]` : options.hostname
    const authority = `${host}:${portOf(options)}`
    const request = { path: authority, headers: { host: authority, ...credentials(proxy) }, servername: proxy.hostname }
    pool().connect(request, (error: Error | null, answer: Dispatcher.ConnectData | undefined) => {
      if (error !== null || answer === undefined) return callback(asProxyError(proxy, error), null)
      const { socket, statusCode } = answer
      if (statusCode >= 200 && statusCode < 300 && socket instanceof Socket) {
        return secure(socket, options, callback)
      }
      discard(socket)
      return callback(new ProxyError({ proxy: nameOf(proxy), status: statusCode }), null)
    })
  }

const discard = (socket: Duplex): void => {
  socket.on("error", () => {}).destroy()
}

/** The request as the proxy wants it: with the whole URL, and its credentials. */
export const forwarded = (proxy: ProxyServer, origin: URL, options: Dispatcher.DispatchOptions) => ({
  ...options,
  origin: proxy.origin,
  path: origin.origin + options.path,
  // Effect's client gives headers as a record.
  headers: { host: origin.host, ...Object.fromEntries(Object.entries(options.headers ?? {})), ...credentials(proxy) },
  // The same for all, or the connection would be given up with each change.
  servername: proxy.hostname
})

/** Hands everything on, but for the proxy's own refusal. */
export const refusing407 = (proxy: ProxyServer, handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler => ({
  onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
  onRequestUpgrade: (controller, status, headers, socket) =>
    handler.onRequestUpgrade?.(controller, status, headers, socket),
  onResponseStarted: () => handler.onResponseStarted?.(),
  onResponseStart: (controller, status, headers, text) => {
    if (status === 407) controller.abort(new ProxyError({ proxy: nameOf(proxy), status }))
    else handler.onResponseStart?.(controller, status, headers, text)
  },
  onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
  onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
  onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
  onBodySent: (chunk) => handler.onBodySent?.(chunk),
  onRequestSent: () => handler.onRequestSent?.()
})
