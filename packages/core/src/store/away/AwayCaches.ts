/**
 * The entries of a cache in a shared store. While that is away the cache knows of nothing, so that calls reach the service.
 *
 * @module
 */
import type * as CacheState from "../CacheState.ts"
import type { CacheStore, CacheStoreFactory, CacheStoreOptions } from "../CacheStore.ts"
import { Forgotten } from "./Forgotten.ts"
import type { Gate } from "./Gate.ts"
import type { RawCacheStoreFactory } from "./RawStores.ts"

/** Makes stores of caches. */
export const caches =
  (gate: Gate, raw: RawCacheStoreFactory): CacheStoreFactory =>
  <A>(options: CacheStoreOptions): CacheStore<A> => {
    const shared = raw<A>(options)
    const forgotten = new Forgotten(options.config)
    const still = (entry: CacheState.Entry<A> | undefined): CacheState.Entry<A> | undefined =>
      entry === undefined || forgotten.covers(entry) ? undefined : entry
    return {
      use: (key, now) =>
        gate.decide<CacheState.Entry<A> | undefined, CacheState.Entry<A> | undefined>({
          ask: (waited) => shared.use(key, now + waited),
          heard: still,
          otherwise: () => undefined
        }),
      peek: (key) =>
        gate.decide<CacheState.Entry<A> | undefined, CacheState.Entry<A> | undefined>({
          ask: () => shared.peek(key),
          heard: still,
          otherwise: () => undefined
        }),
      put: (key, value, now, expected) =>
        gate.decide<number | undefined, number | undefined>({
          // Without `expected` an entry that was forgotten while the store was away is replaced.
          ask: (waited) => shared.put(key, value, now + waited, forgotten.has(key) ? undefined : expected),
          heard: (evicted) => {
            forgotten.replaced(key)
            return evicted
          },
          otherwise: () => {
            if (expected === undefined) forgotten.key(key, now)
            return undefined
          }
        }),
      remove: (key) =>
        gate.decide<boolean, boolean>({
          ask: () => shared.remove(key),
          heard: (wasThere) => wasThere,
          otherwise: () => {
            forgotten.key(key, gate.now)
            return false
          }
        }),
      removeMatching: (matches) =>
        gate.decide<number, number>({
          ask: () => shared.removeMatching(matches),
          heard: (count) => count,
          otherwise: () => {
            forgotten.matching(matches, gate.now)
            return 0
          }
        }),
      size: () => gate.decide<number, number>({ ask: () => shared.size(), heard: (size) => size, otherwise: () => 0 })
    }
  }
