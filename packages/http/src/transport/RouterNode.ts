/**
 * Sends each request to the pool of its origin: directly, through a tunnel, or to the proxy.
 *
 * @module
 */
import { type buildConnector, Dispatcher, errors, Pool } from "@effect/platform-node/Undici"
import type { UrlGuard } from "../UrlGuard.ts"
import { anyAddress, type Connector } from "./ConnectorNode.ts"
import { Pools } from "./PoolsNode.ts"
import type { ProxyFor, ProxyServer } from "./ProxyEnvironment.ts"
import { connectThrough, connectToProxy, forwarded, refusing407 } from "./ProxyNode.ts"

/** What a router is made of. */
export interface RouterOptions {
  readonly guard: UrlGuard | undefined
  readonly connector: Connector
  readonly proxyFor: ProxyFor
  readonly maxOrigins: number
  readonly connectTimeoutMillis: number
  /** Of every pool. */
  readonly pool: Pool.Options
}

/** A dispatcher for Effect's client. */
export class Router extends Dispatcher {
  readonly #options: RouterOptions
  readonly #pools: Pools
  #destroyed = false

  constructor(options: RouterOptions) {
    super()
    this.#options = options
    this.#pools = new Pools(options.maxOrigins)
  }

  /** Origins that have connections, or did a moment ago. */
  get origins(): number {
    return this.#pools.size
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (this.#destroyed) throw new errors.ClientDestroyedError()
    const origin = new URL(options.origin ?? "")
    const checked = this.#options.guard?.checkResult(origin)
    if (checked?._tag === "Failure") throw checked.failure
    const proxy = this.#options.proxyFor(origin)
    if (proxy === undefined) return this.#direct(origin).dispatch(options, handler)
    return origin.protocol === "https:"
      ? this.#tunnel(origin, proxy).dispatch(options, handler)
      : this.#proxy(proxy).dispatch(forwarded(proxy, origin, options), refusing407(proxy, handler))
  }

  override destroy(): Promise<void>
  override destroy(error: Error | null): Promise<void>
  override destroy(callback: () => void): void
  override destroy(error: Error | null, callback: () => void): void
  override destroy(first?: Error | null | (() => void), second?: () => void): Promise<void> | void {
    this.#destroyed = true
    this.#options.connector.close()
    const done = this.#pools.destroy()
    const callback = typeof first === "function" ? first : second
    return callback === undefined ? done : void done.then(callback)
  }

  #pool(key: string, origin: string, connect: () => buildConnector.connector): Pool {
    return this.#pools.get(key, () => new Pool(origin, { ...this.#options.pool, connect: connect() }))
  }

  #direct({ origin }: URL): Pool {
    const { connector, guard } = this.#options
    return this.#pool(origin, origin, () => connector.connect(guard?.checkAddress ?? anyAddress))
  }

  #tunnel({ origin }: URL, proxy: ProxyServer): Pool {
    const { connector } = this.#options
    return this.#pool(origin, origin, () => connectThrough(proxy, () => this.#gate(proxy), connector.secure))
  }

  #proxy(proxy: ProxyServer): Pool {
    return this.#pool(`http ${proxy.origin}`, proxy.origin, () => this.#toProxy(proxy))
  }

  /** Where tunnels begin; each takes its connection along. */
  #gate(proxy: ProxyServer): Pool {
    return this.#pools.get(`connect ${proxy.origin}`, () => {
      const headersTimeout = this.#options.connectTimeoutMillis
      return new Pool(proxy.origin, { allowH2: false, headersTimeout, connect: this.#toProxy(proxy) })
    })
  }

  #toProxy(proxy: ProxyServer): buildConnector.connector {
    return connectToProxy(proxy, this.#options.connector.connect(anyAddress))
  }
}
