/**
 * Says in plain words what a call to a service goes through.
 *
 * @module
 */
import { Duration } from "effect"
import * as Backoff from "../policy/Backoff.ts"
import { defaults as bulkheadDefaults } from "../policy/Bulkhead.ts"
import { defaults as breakerDefaults } from "../policy/CircuitBreakerOptions.ts"
import { defaults as hedgeDefaults } from "../policy/HedgeOptions.ts"
import { defaults as limiterDefaults } from "../policy/RateLimiterOptions.ts"
import { defaults as budgetDefaults } from "../policy/RetryBudget.ts"
import { defaults as retryDefaults } from "../policy/RetryOptions.ts"
import { defaults as cacheDefaults } from "../policy/StaleCacheOptions.ts"
import type { LanePolicies, Policies } from "./PolicyConfig.ts"
import { defaultHedgeQuantile } from "./Stages.ts"

type Section<K extends keyof Policies> = Exclude<Policies[K], false>

const time = (input: Duration.Input | undefined, otherwise: Duration.Input): string =>
  Duration.format(Duration.fromInputUnsafe(input ?? otherwise))

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`

const window = (input: Duration.Input | undefined, otherwise: Duration.Input, say: string): ReadonlyArray<string> => {
  const duration = Duration.fromInputUnsafe(input ?? otherwise)
  return Duration.isZero(duration) ? [] : [`${Duration.format(duration)} ${say}`]
}

const cache = ({ capacity, staleIfError, staleWhileRevalidate, ttl }: Section<"cache">): string =>
  [
    `fresh for ${time(ttl, cacheDefaults.ttl)}`,
    ...window(staleWhileRevalidate, cacheDefaults.staleWhileRevalidate, "stale while refreshing"),
    ...window(staleIfError, cacheDefaults.staleIfError, "stale when the service fails"),
    `${capacity ?? cacheDefaults.capacity} answers; only for calls with a cacheKey`
  ].join(", ")

const retry = (config: Section<"retry">): string => {
  const { baseDelay, factor, jitter, maxAttempts, maxDelay, maxRetryAfter } = config
  const attempts = maxAttempts ?? retryDefaults.maxAttempts
  if (attempts === 1) return "no retries: one attempt"
  return [
    `${attempts} attempts`,
    `${time(baseDelay, Backoff.defaults.base)} × ${factor ?? Backoff.defaults.factor} up to ${time(maxDelay, Backoff.defaults.max)}`,
    `${jitter ?? Backoff.defaults.jitter} jitter`,
    `obeys Retry-After up to ${time(maxRetryAfter, retryDefaults.maxRetryAfter)}`
  ].join(", ")
}

const budget = ({ minPerSecond, ratio, timeToLive }: Section<"budget">): string =>
  `retries and hedges: ${percent(ratio ?? budgetDefaults.ratio)} of the calls plus ${
    minPerSecond ?? budgetDefaults.minPerSecond
  } a second, over ${time(timeToLive, budgetDefaults.timeToLive)}`

const hedge = ({ after, max, quantile }: Section<"hedge">): string => {
  const when =
    after === undefined ? `the ${percent(quantile ?? defaultHedgeQuantile)} quantile` : Duration.format(after)
  return `up to ${max ?? hedgeDefaults.max} more request after ${when}; only idempotent calls`
}

const rateLimit = ({ limits, maxQueue, maxWait }: Section<"rateLimit">): string => {
  const each = limits.map(({ algorithm = "slidingWindow", burst, limit, per }) => {
    const extra = burst === undefined ? "" : `, burst ${burst}`
    return `${limit} per ${Duration.format(per)} (${algorithm}${extra})`
  })
  return `${each.join(" and ")}, waits up to ${time(maxWait, limiterDefaults.maxWait)}, ${
    maxQueue ?? limiterDefaults.maxQueue
  } callers in line`
}

const bulkhead = ({ concurrency, maxQueue, maxWait }: Section<"bulkhead">): string =>
  `${concurrency ?? bulkheadDefaults.concurrency} at the same time, ${
    maxQueue ?? bulkheadDefaults.maxQueue
  } in line for up to ${time(maxWait, bulkheadDefaults.maxWait)}`

const breaker = (config: Section<"circuitBreaker">): string => {
  const { consecutiveFailures, failureRate, openFactor, openFor, probes, slowCallRate, successThreshold } = config
  const rated = failureRate !== undefined || slowCallRate !== undefined
  const inARow = consecutiveFailures ?? (rated ? false : breakerDefaults.consecutiveFailures)
  const trips = [
    ...(inARow === false ? [] : [`${inARow} failures in a row`]),
    ...(failureRate === undefined ? [] : [`${percent(failureRate.threshold)} failed`]),
    ...(slowCallRate === undefined
      ? []
      : [`${percent(slowCallRate.threshold)} slower than ${Duration.format(slowCallRate.slowerThan)}`])
  ]
  const grows = openFactor === undefined || openFactor === 1 ? "" : ` × ${openFactor} each time`
  const mode = config.mode === undefined || config.mode === "enforce" ? "" : `${config.mode}: `
  return `${mode}opens after ${trips.join(" or ")} for ${time(openFor, breakerDefaults.openFor)}${grows}, ${
    probes ?? breakerDefaults.probes
  } probe at a time, closes after ${successThreshold ?? breakerDefaults.successThreshold} successes`
}

const stage = <C>(part: C | false, say: (part: C) => string): string => (part === false ? "off" : say(part))

const within = (name: string, limit: Duration.Duration | false | undefined): ReadonlyArray<string> =>
  limit === undefined ? [] : [`${name} ${stage(limit, Duration.format)}`]

const lane = ([name, { bulkhead: turns, deadline, rateLimit: pace, timeout }]: readonly [string, LanePolicies]) => {
  const own = [...within("timeout", timeout), ...within("deadline", deadline)]
  return [`lane "${name}"`, [stage(turns, bulkhead), stage(pace, rateLimit), ...own].join("; ")] as const
}

/** One line for each stage, outermost first. */
export const describe = (service: string, config: Policies): string => {
  const stages: ReadonlyArray<readonly [string, string]> = [
    ["fallback", "when the call gives one"],
    ["cache", stage(config.cache, cache)],
    ["deadline", stage(config.deadline, (within) => `${Duration.format(within)} for the whole call`)],
    ["retry", stage(config.retry, retry)],
    ["budget", stage(config.budget, budget)],
    ["hedge", stage(config.hedge, hedge)],
    ["breaker peek", stage(config.circuitBreaker, () => "refuses at once while the circuit is open")],
    ["rate limit", stage(config.rateLimit, rateLimit)],
    ...Object.entries(config.lanes).map(lane),
    ["bulkhead", stage(config.bulkhead, bulkhead)],
    ["circuit breaker", stage(config.circuitBreaker, breaker)],
    ["timeout", stage(config.timeout, (after) => `${Duration.format(after)} for an attempt`)]
  ]
  const width = Math.max(...stages.map(([name]) => name.length))
  const lines = stages.map(([name, text], index) => `${String(index + 1).padStart(3)}  ${name.padEnd(width)}  ${text}`)
  return [`a call to "${service}" goes through, outermost first:`, ...lines].join("\n")
}
