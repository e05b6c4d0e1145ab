/**
 * Where cached answers live: memory by default, a shared store through the `CacheStores` reference. Flights are always of
 * this process; only entries are shared.
 *
 * @module
 */
import { Context } from "effect"
import * as CacheState from "./CacheState.ts"
import type { Decision } from "./Decision.ts"

/** The entries of one cache. Every operation is one atomic step. */
export interface CacheStore<A> {
  /** The entry of a key, which counts as used; one whose windows are all over is removed and given a last time. */
  readonly use: (key: string, now: number) => Decision<CacheState.Entry<A> | undefined>
  /** The entry of a key, only looked at. */
  readonly peek: (key: string) => Decision<CacheState.Entry<A> | undefined>
  /**
   * Stores, and answers how many entries were evicted. With `expected` it stores nothing and answers `undefined` when there
   * is an entry of another version.
   */
  readonly put: (key: string, value: A, now: number, expected?: number) => Decision<number | undefined>
  readonly remove: (key: string) => Decision<boolean>
  readonly removeMatching: (matches: (key: string) => boolean) => Decision<number>
  readonly size: () => Decision<number>
}

/** What a store is told about the cache it serves. */
export interface CacheStoreOptions {
  readonly name: string
  readonly config: CacheState.CacheConfig
}

/** Makes the store of a cache. */
export interface CacheStoreFactory {
  <A>(options: CacheStoreOptions): CacheStore<A>
}

/** Entries in this process: every operation is a plain function call. */
export const memory: CacheStoreFactory = <A>({ config }: CacheStoreOptions): CacheStore<A> => {
  const cache = CacheState.make<A>()
  return {
    use: (key, now) => CacheState.use(cache, config, key, now),
    peek: (key) => CacheState.peek(cache, key),
    put: (key, value, now, expected) => CacheState.put(cache, config, key, value, now, expected),
    remove: (key) => CacheState.remove(cache, key),
    removeMatching: (matches) => CacheState.removeMatching(cache, matches),
    size: () => cache.entries.size
  }
}

/** The stores caches are made on; memory unless a layer says otherwise. */
export const CacheStores: Context.Reference<CacheStoreFactory> = Context.Reference<CacheStoreFactory>(
  "@skippy/core/store/CacheStores",
  { defaultValue: () => memory }
)
