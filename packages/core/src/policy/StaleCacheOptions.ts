/**
 * What a cache can be told, its defaults and its checks.
 *
 * @module
 */
import type { Duration } from "effect"
import { type ErrorCategory, categoryOf } from "../error/ErrorCategory.ts"
import { checkInteger, checkMillis, checkOption } from "../error/InvalidOptionError.ts"
import type { CacheConfig } from "../store/CacheState.ts"

/** How long answers are used, and for what. */
export interface Options<A> {
  /** Names the cache in events and reads. */
  readonly name: string
  /** How long an answer is fresh and given without asking the service. Default 1 hour. */
  readonly ttl?: Duration.Input | undefined
  /**
   * For how long after expiry an answer is still given at once while a refresh runs in the background. Default 0: never.
   */
  readonly staleWhileRevalidate?: Duration.Input | undefined
  /** For how long after expiry an answer is given when asking the service fails. Default 24 hours; 0: never. */
  readonly staleIfError?: Duration.Input | undefined
  /** Entries kept; above it the one that was not used for longest goes. Default 1,000. */
  readonly capacity?: number | undefined
  /**
   * After which errors a stale answer is good enough: categories, or a predicate. Default `["transient", "throttled"]`.
   * After others the truth has changed: what is not found or not allowed any more must not be answered from the past.
   */
  readonly when?: ReadonlyArray<ErrorCategory> | ((error: unknown) => boolean) | undefined
  /** Which answers are kept. Default: all. */
  readonly cacheable?: ((value: A) => boolean) | undefined
}

/** The defaults, in one place. */
export const defaults = {
  ttl: "1 hour",
  staleWhileRevalidate: 0,
  staleIfError: "24 hours",
  capacity: 1000,
  when: ["transient", "throttled"]
} as const satisfies { readonly when: ReadonlyArray<ErrorCategory>; readonly [option: string]: unknown }

/** Checked options. */
export interface Resolved<A> {
  readonly name: string
  readonly config: CacheConfig
  readonly isExcused: (error: unknown) => boolean
  readonly cacheable: ((value: A) => boolean) | undefined
}

const policy = "StaleCache"

const predicateOf = (when: ReadonlyArray<ErrorCategory> | ((error: unknown) => boolean)) => {
  if (typeof when === "function") return when
  const categories = new Set<ErrorCategory>(when)
  checkOption(categories.size > 0, policy, "when", "[]", `name at least one category, or set "staleIfError" to 0`)
  return (error: unknown) => categories.has(categoryOf(error))
}

/** Checks the options and fills in the defaults; throws `InvalidOptionError`. */
export const resolve = <A>(options: Options<A>): Resolved<A> => ({
  name: options.name,
  config: {
    ttlMillis: checkMillis(policy, "ttl", options.ttl ?? defaults.ttl, 1),
    staleWhileRevalidateMillis: checkMillis(
      policy,
      "staleWhileRevalidate",
      options.staleWhileRevalidate ?? defaults.staleWhileRevalidate
    ),
    staleIfErrorMillis: checkMillis(policy, "staleIfError", options.staleIfError ?? defaults.staleIfError),
    capacity: checkInteger(policy, "capacity", options.capacity ?? defaults.capacity, 1)
  },
  isExcused: predicateOf(options.when ?? defaults.when),
  cacheable: options.cacheable
})
