/**
 * What a rate limiter can be told, its defaults and its checks.
 *
 * @module
 */
import { Duration } from "effect"
import { checkInteger, checkMillis, checkOption } from "../error/InvalidOptionError.ts"
import type { Limit } from "../store/LimitParts.ts"
import type { LimitStoreOptions } from "../store/LimitStore.ts"

/** So many in so long. */
export interface WindowOptions {
  /** How much may be taken in `per`: calls, or units of weight. */
  readonly limit: number
  readonly per: Duration.Input
  /** Names the limit in refusals and reads. Default `60 per 1m`. */
  readonly name?: string | undefined
}

/** A token bucket. */
export interface BucketOptions extends WindowOptions {
  /** What may be taken at once after a quiet time. Default `limit`. */
  readonly burst?: number | undefined
}

/** One limit, checked; made by `tokenBucket`, `fixedWindow` or `slidingWindow`. */
export type { Limit } from "../store/LimitParts.ts"

const policy = "RateLimiter"

const checked = (options: WindowOptions) => {
  const limit = checkInteger(policy, "limit", options.limit, 1)
  const perMillis = checkMillis(policy, "per", options.per, 1)
  checkOption(Number.isFinite(perMillis), policy, "per", options.per, "give a duration that ends")
  return { name: options.name ?? `${limit} per ${Duration.format(Duration.millis(perMillis))}`, limit, perMillis }
}

/**
 * Refills continuously, `limit` in `per`, up to `burst`. In any time t at most `burst + t * limit / per` is taken. Right
 * when the service tolerates bursts and counts smoothly; a provider that counts windows may see up to `burst + limit` in
 * one of them, so give it a small burst or use `slidingWindow`.
 */
export const tokenBucket = (options: BucketOptions): Limit => {
  const base = checked(options)
  return { _tag: "TokenBucket", ...base, burst: checkInteger(policy, "burst", options.burst ?? base.limit, 1) }
}

/**
 * At most `limit` in each window that starts at a multiple of `per` since the epoch (UTC days for `1 day`). Right for
 * quotas that reset at a moment. Around that moment twice the limit can pass within `per`.
 */
export const fixedWindow = (options: WindowOptions): Limit => ({ _tag: "FixedWindow", ...checked(options) })

/**
 * Never more than `limit` in any span of length `per`. What was taken within one 64th of `per` is remembered as one and
 * expires with its last, so at a constant rate up to 1/64 of the limit can go unused.
 */
export const slidingWindow = (options: WindowOptions): Limit => ({ _tag: "SlidingWindow", ...checked(options) })

/** How much may be taken, and how long callers wait for it. */
export interface Options {
  /** Names the limiter in events, errors and reads. */
  readonly name: string
  /** One limit, or several that are taken together or not at all (60 a minute and 1,000 a day). */
  readonly limits: Limit | ReadonlyArray<Limit>
  /** The longest wait for a token. A wait that cannot end in time is not started. `0` fails at once. Default 30 seconds. */
  readonly maxWait?: Duration.Input | undefined
  /** The longest quiet time `penalize` can impose; a service's `Retry-After` can be mistaken. Default 1 hour. */
  readonly maxPenalty?: Duration.Input | undefined
  /** Callers that may wait at the same time (per key); one more is refused. Default 1,000. */
  readonly maxQueue?: number | undefined
  /** Keyed limiters: the most keys remembered; above it the oldest is forgotten with what it counted. Default 100,000. */
  readonly maxKeys?: number | undefined
}

/** The defaults, in one place. */
export const defaults = { maxWait: "30 seconds", maxPenalty: "1 hour", maxQueue: 1000, maxKeys: 100_000 } as const

/** Checked options. */
export interface Resolved {
  readonly name: string
  readonly store: LimitStoreOptions
  readonly maxWaitMillis: number
  readonly maxPenaltyMillis: number
  readonly maxQueue: number
}

/** A list of limits, at least one. */
export const limitsOf = (limits: Options["limits"]): ReadonlyArray<Limit> => {
  const list = "_tag" in limits ? [limits] : limits
  checkOption(list.length > 0, policy, "limits", "[]", "give at least one limit")
  return list
}

/** Checks the options and fills in the defaults; throws `InvalidOptionError`. */
export const resolve = (options: Options): Resolved => ({
  name: options.name,
  store: {
    name: options.name,
    config: { limits: limitsOf(options.limits) },
    maxKeys: checkInteger(policy, "maxKeys", options.maxKeys ?? defaults.maxKeys, 1)
  },
  maxWaitMillis: checkMillis(policy, "maxWait", options.maxWait ?? defaults.maxWait),
  maxPenaltyMillis: checkMillis(policy, "maxPenalty", options.maxPenalty ?? defaults.maxPenalty),
  maxQueue: checkInteger(policy, "maxQueue", options.maxQueue ?? defaults.maxQueue, 0)
})
