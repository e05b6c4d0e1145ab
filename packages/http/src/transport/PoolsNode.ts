/**
 * The connections of many origins in bounded memory. undici's own `Agent` keeps those of an origin until the last of them
 * times out, and refuses further origins beyond its limit; this one gives up what was used longest ago instead.
 *
 * @module
 */
import type { Pool } from "@effect/platform-node/Undici"

/** Pools that are looked at for each new one. Busy ones come last again, so the next looks at others. */
const maxLooks = 32

const isIdle = ({ stats }: Pool): boolean => stats.size === 0

/** Pools by key, at most `limit` of them beside those that are busy. */
export class Pools {
  readonly #pools = new Map<string, Pool>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  /** The pools there are. */
  get size(): number {
    return this.#pools.size
  }

  /** The pool of a key, made when there is none. */
  get(key: string, make: () => Pool): Pool {
    const found = this.#pools.get(key)
    if (found !== undefined) {
      this.#pools.delete(key)
      this.#pools.set(key, found)
      return found
    }
    this.#makeRoom()
    const pool = make()
    const closeIfUnused = () => {
      if (this.#pools.get(key) !== pool || !isIdle(pool) || pool.stats.connected > 0) return
      this.#pools.delete(key)
      void pool.close()
    }
    pool.on("disconnect", closeIfUnused).on("connectionError", closeIfUnused)
    this.#pools.set(key, pool)
    return pool
  }

  /** Closes every connection, and fails what runs over them. */
  async destroy(): Promise<void> {
    const pools = Array.from(this.#pools.values())
    this.#pools.clear()
    await Promise.all(pools.map((pool) => pool.destroy()))
  }

  #makeRoom(): void {
    let looks = 0
    for (const [key, pool] of this.#pools) {
      if (this.#pools.size < this.#limit || looks++ === maxLooks) return
      this.#pools.delete(key)
      if (isIdle(pool)) void pool.close()
      else this.#pools.set(key, pool)
    }
  }
}
