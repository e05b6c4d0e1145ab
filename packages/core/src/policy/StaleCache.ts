/**
 * Remembers answers, and gives an old one rather than none.
 *
 * An answer is fresh for `ttl`. After that there are two windows, each counted from expiry: `staleWhileRevalidate`, in
 * which the old answer is given at once while a refresh runs, and `staleIfError`, in which it is given when the service
 * fails. The names and rules are those of RFC 5861. Callers that miss together share one lookup.
 *
 * @example
 * ```ts
 * import { StaleCache } from "@skippy/core"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const cache = yield* StaleCache.make<string>({ name: "reports", ttl: "10 millis", staleIfError: "1 hour" })
 *   yield* cache.get("today", Effect.succeed("sunny"))
 *   yield* Effect.sleep("20 millis")
 *   const answer = yield* cache.answer("today", Effect.fail("connection refused"))
 *   console.log(answer.value, answer.provenance)
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * sunny staleIfError
 * ```
 *
 * @module
 */
import { Effect, type Option, type Scope } from "effect"
import { makePublisher } from "../event/EventBus.ts"
import * as CacheState from "../store/CacheState.ts"
import { CacheStores } from "../store/CacheStore.ts"
import * as Decision from "../store/Decision.ts"
import { nowOf } from "../store/Now.ts"
import { CacheEngine, type Provenance } from "./CacheEngine.ts"
import { type Options, resolve } from "./StaleCacheOptions.ts"

export type { Provenance } from "./CacheEngine.ts"
export { defaults, type Options } from "./StaleCacheOptions.ts"

/** A value, and how far it can be trusted. */
export interface Answer<A> {
  readonly value: A
  readonly provenance: Provenance
  /** Milliseconds since the service gave it; 0 for a live answer. */
  readonly ageMillis: number
}

/** What a cache did so far. */
export interface CacheStats {
  readonly size: number
  /** Fresh answers. */
  readonly hits: number
  readonly staleWhileRevalidate: number
  readonly staleIfError: number
  /** Callers that had to wait for the service, those who shared a lookup included. */
  readonly misses: number
  /** Callers that shared a lookup somebody else had started. */
  readonly joins: number
  /** Refreshes in the background. */
  readonly refreshes: number
  /** Lookups that failed to replace a stale answer, in the background or with callers waiting. */
  readonly refreshFailures: number
  readonly evictions: number
}

/** Which keys: a text in which `*` stands for anything, a regular expression, or a predicate. */
export type Pattern = string | RegExp | ((key: string) => boolean)

/** A cache of answers of type `A`. */
export interface StaleCache<A> {
  readonly cache: string
  /** The answer for a key: from the cache, or from `lookup`. */
  readonly get: <E, R>(key: string, lookup: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** The same with provenance and age. */
  readonly answer: <E, R>(key: string, lookup: Effect.Effect<A, E, R>) => Effect.Effect<Answer<A>, E, R>
  /** As a policy: `lookup.pipe(cache.through("key"))`. */
  readonly through: (key: string) => <E, R>(lookup: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** What is known of a key, without asking the service. It does not count as use. */
  readonly peek: (key: string) => Effect.Effect<Option.Option<Answer<A>>>
  /** Stores an answer as if the service had just given it; a lookup that runs does not overwrite it. */
  readonly set: (key: string, value: A) => Effect.Effect<void>
  /** Forgets a key; the result of a lookup that runs is not kept. Answers whether there was one. */
  readonly invalidate: (key: string) => Effect.Effect<boolean>
  /** Forgets all keys that match; answers how many. */
  readonly invalidateMatching: (pattern: Pattern) => Effect.Effect<number>
  readonly clear: Effect.Effect<void>
  readonly stats: Effect.Effect<CacheStats>
  /** Ends the refreshes that run in the background, and starts no others; `makeScoped` does it at the end of its scope. */
  readonly close: Effect.Effect<void>
}

const live = <A>(value: A): Answer<A> => ({ value, provenance: "live", ageMillis: 0 })

const matcherOf = (pattern: Pattern): ((key: string) => boolean) => {
  if (typeof pattern === "function") return pattern
  if (typeof pattern !== "string") {
    // A sticky or global expression remembers where it stopped, and would skip every other key.
    const expression = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ""))
    return (key) => expression.test(key)
  }
  const source = pattern.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  const expression = new RegExp(`^${source.join(".*")}$`, "s")
  return (key) => expression.test(key)
}

const valueOnly = <A>(value: A): A => value
const withProvenance = <A>(value: A, provenance: Provenance, ageMillis: number): Answer<A> =>
  provenance === "live" ? live(value) : { value, provenance, ageMillis }

const apiOf = <A>(engine: CacheEngine<A>): StaleCache<A> => {
  const { store } = engine
  const removed = (key: string) =>
    Effect.withFiber((fiber) => {
      engine.flights.detach((other) => other === key)
      return Decision.andThen(store.remove(key), (wasThere) => {
        engine.gone("invalidated", wasThere ? 1 : 0, fiber)
        return Effect.succeed(wasThere)
      })
    })
  const removedMatching = (pattern: Pattern) =>
    Effect.withFiber((fiber) => {
      const matches = matcherOf(pattern)
      engine.flights.detach(matches)
      return Decision.andThen(store.removeMatching(matches), (count) => {
        engine.gone("invalidated", count, fiber)
        return Effect.succeed(count)
      })
    })
  return {
    cache: engine.options.name,
    get: (key, lookup) => engine.read(key, lookup, valueOnly),
    answer: (key, lookup) => engine.read(key, lookup, withProvenance),
    through: (key) => (lookup) => engine.read(key, lookup, valueOnly),
    peek: (key) =>
      Effect.withFiber((fiber) =>
        Decision.andThen(store.peek(key), (entry) => {
          if (entry === undefined) return Effect.succeedNone
          const now = nowOf(fiber)
          const provenance = CacheState.freshness(entry, engine.options.config, now)
          return provenance === "dead"
            ? Effect.succeedNone
            : Effect.succeedSome({ value: entry.value, provenance, ageMillis: CacheState.ageOf(entry, now) })
        })
      ),
    set: (key, value) =>
      Effect.withFiber((fiber) => {
        engine.flights.detach((other) => other === key)
        return Decision.andThen(store.put(key, value, nowOf(fiber)), (evicted) => {
          engine.gone("capacity", evicted ?? 0, fiber)
          return Effect.void
        })
      }),
    invalidate: removed,
    invalidateMatching: removedMatching,
    clear: Effect.asVoid(removedMatching("*")),
    stats: Effect.map(Decision.toEffect(store.size), (size) => ({ size, ...engine.counts })),
    close: engine.flights.close()
  }
}

/** Makes a cache. Options that make no sense are a defect (`InvalidOptionError`). */
export const make = <A>(options: Options<A>): Effect.Effect<StaleCache<A>> =>
  Effect.gen(function* () {
    const resolved = resolve(options)
    const stores = yield* CacheStores
    const store = stores<A>({ name: resolved.name, config: resolved.config })
    return apiOf(new CacheEngine(resolved, store, yield* makePublisher(resolved.name)))
  })

/** Makes a cache whose background refreshes end with the scope. For a layer: `Layer.effect(YourCache, StaleCache.makeScoped({...}))`. */
export const makeScoped = <A>(options: Options<A>): Effect.Effect<StaleCache<A>, never, Scope.Scope> =>
  Effect.acquireRelease(make(options), (cache) => cache.close)
