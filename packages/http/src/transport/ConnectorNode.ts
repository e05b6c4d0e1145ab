/**
 * Opens the connections of the pools: resolves, checks the address, connects, checks the address again, and only then
 * sends the first byte.
 *
 * @module
 */
import { buildConnector, errors } from "@effect/platform-node/Undici"
import { isIP, connect as connectTcp, type Socket } from "node:net"
import type { SecureContext } from "node:tls"
import { portOf } from "../guard/HostPattern.ts"
import type { Lookup } from "../Transport.ts"
import type { UrlGuard } from "../UrlGuard.ts"
import { guardedLookup } from "./GuardedLookupNode.ts"

type Connect = buildConnector.connector

/** Puts TLS on a connection. */
export type Secure = (socket: Socket, options: buildConnector.Options, callback: buildConnector.Callback) => void

/** How connections are opened. */
export interface ConnectorOptions {
  readonly lookup: Lookup
  /** What TLS trusts; `undefined` for Node's own list. */
  readonly secureContext: SecureContext | undefined
  readonly timeoutMillis: number
}

/** Opens connections. */
export interface Connector {
  /** Connects, through TLS for https, to addresses the guard lets through. */
  readonly connect: (checkAddress: UrlGuard["checkAddress"]) => Connect
  /** Puts TLS on a connection that is there already. */
  readonly secure: Secure
  /** Drops what is not connected yet. */
  readonly close: () => void
}

/** Without a guard every address will do. */
export const anyAddress: UrlGuard["checkAddress"] = () => undefined

/** As long as undici's own sockets have. */
const socketOptions = { highWaterMark: 64 * 1024, keepAlive: true, keepAliveInitialDelay: 60_000, noDelay: true }

const drop = (socket: Socket): void => {
  socket.destroy(new errors.ClientDestroyedError())
}

/** Makes a connector. */
export const makeConnector = ({ lookup, secureContext, timeoutMillis }: ConnectorOptions): Connector => {
  /** Connections that are not ready for use yet. */
  const beginning = new Set<Socket>()
  let isClosed = false
  const begin = (socket: Socket) => {
    beginning.add(socket)
    socket.once("close", () => beginning.delete(socket))
    if (isClosed) drop(socket)
  }

  const tls = buildConnector({
    allowH2: false,
    timeout: timeoutMillis,
    ...(secureContext === undefined ? {} : { secureContext })
  })

  const secure: Secure = (socket, options, callback) => {
    begin(socket)
    tls({ ...options, httpSocket: socket }, (...result) => {
      beginning.delete(socket)
      callback(...result)
    })
  }

  const open = (
    hostname: string,
    port: number,
    checkAddress: UrlGuard["checkAddress"],
    callback: (error: Error | null, socket: Socket) => void
  ) => {
    const check = (address: string) => checkAddress(hostname, address, port)
    const closed = new AbortController()
    const socket = connectTcp({
      ...socketOptions,
      host: hostname,
      port,
      lookup: guardedLookup(lookup, check, closed.signal)
    })
    const done = (error: Error | null) => {
      socket.off("error", done)
      callback(error, socket)
    }
    const late = () => socket.destroy(new errors.ConnectTimeoutError(`no connection to ${hostname}:${port} in time`))
    socket
      .setTimeout(timeoutMillis, late)
      .on("error", done)
      .once("close", () => closed.abort())
      .once("connect", () => {
        beginning.delete(socket)
        socket.setTimeout(0).off("timeout", late)
        // The second lock: whatever the resolver said, this is who answered.
        const refused = check(socket.remoteAddress ?? "")
        if (refused === undefined) done(null)
        else socket.destroy(refused)
      })
    // Resolving starts before this, and may be what closes us.
    begin(socket)
  }

  return {
    connect: (checkAddress) => (options, callback) => {
      const { hostname, protocol } = options
      const port = portOf(options)
      // A name is checked once it is resolved.
      const refused = isIP(hostname) === 0 ? undefined : checkAddress(hostname, hostname, port)
      if (refused !== undefined) return process.nextTick(callback, refused, null)
      return open(hostname, port, checkAddress, (error, socket) => {
        if (error !== null) callback(error, null)
        else if (protocol === "https:") secure(socket, options, callback)
        else callback(null, socket)
      })
    },
    secure,
    close: () => {
      isClosed = true
      beginning.forEach(drop)
    }
  }
}
