/**
 * The policies of one service, made from its configuration. They are made once, for all calls.
 *
 * @module
 */
import { Duration, Effect, Random, Schedule } from "effect"
import { CallObserver } from "../event/CallObserver.ts"
import { makePublisher, type Publisher } from "../event/EventBus.ts"
import * as Backoff from "../policy/Backoff.ts"
import * as Bulkhead from "../policy/Bulkhead.ts"
import * as CircuitBreaker from "../policy/CircuitBreaker.ts"
import * as Hedge from "../policy/Hedge.ts"
import * as RateLimiter from "../policy/RateLimiter.ts"
import * as Retry from "../policy/Retry.ts"
import * as RetryBudget from "../policy/RetryBudget.ts"
import * as StaleCache from "../policy/StaleCache.ts"
import type { Lanes } from "./Lane.ts"
import type { LanePolicies, Policies } from "./PolicyConfig.ts"

/** The policies of a service; what is left out is `undefined`, and times are milliseconds or `Infinity`. */
export interface Stages {
  readonly cache: StaleCache.StaleCache<unknown> | undefined
  readonly deadlineMillis: number
  readonly retry: Retry.Retry | undefined
  readonly budget: RetryBudget.RetryBudget | undefined
  readonly hedge: Hedge.Hedge | undefined
  readonly limiter: RateLimiter.RateLimiter | undefined
  readonly bulkhead: Bulkhead.Bulkhead | undefined
  readonly breaker: CircuitBreaker.CircuitBreaker | undefined
  readonly lanes: Lanes
  readonly timeoutMillis: number
  readonly publisher: Publisher
  /** What goes around calls and attempts, if anything. */
  readonly observer: CallObserver | undefined
}

type Section<K extends keyof Policies> = Exclude<Policies[K], false>

/** The quantile a hedge follows when its configuration names neither a delay nor a quantile. */
export const defaultHedgeQuantile = 0.95

const limitOf = ({ algorithm = "slidingWindow", burst, limit, per }: Section<"rateLimit">["limits"][number]) => {
  switch (algorithm) {
    case "tokenBucket":
      return RateLimiter.tokenBucket({ limit, per, burst })
    case "fixedWindow":
      return RateLimiter.fixedWindow({ limit, per })
    case "slidingWindow":
      return RateLimiter.slidingWindow({ limit, per })
  }
}

/** Up to a tenth longer, so that instances that opened together do not probe together. */
const spread = <A>(schedule: Schedule.Schedule<A>): Schedule.Schedule<A> =>
  Schedule.modifyDelay(schedule, ({ duration }) =>
    Effect.map(Random.next, (chance) => Duration.times(duration, 1 + chance / 10))
  )

const breakerOptions = (name: string, config: Section<"circuitBreaker">): CircuitBreaker.Options => {
  const { maxOpenFor, openFactor, openFor, ...same } = config
  const growing =
    openFactor !== undefined && openFactor > 1
      ? spread(
          Backoff.exponential({
            base: openFor ?? CircuitBreaker.defaults.openFor,
            factor: openFactor,
            max: maxOpenFor ?? CircuitBreaker.defaults.maxOpenFor,
            jitter: "none"
          })
        )
      : openFor
  return { name, ...same, openFor: growing, maxOpenFor, maxKeys: maxPartitions }
}

const retryOptions = (
  name: string,
  { baseDelay, factor, jitter, maxAttempts, maxDelay, maxRetryAfter }: Section<"retry">,
  budget: RetryBudget.RetryBudget | undefined
): Retry.Options => ({
  name,
  maxAttempts,
  maxRetryAfter,
  budget,
  backoff: { base: baseDelay, factor, max: maxDelay, jitter }
})

const hedgeOptions = (
  name: string,
  { after, max, quantile }: Section<"hedge">,
  budget: RetryBudget.RetryBudget | undefined
): Hedge.Options => ({ name, after: after ?? { quantile: quantile ?? defaultHedgeQuantile }, max, budget })

const made = <C extends object, A>(config: C | false, make: (config: C) => Effect.Effect<A>) =>
  config === false ? Effect.undefined : make(config)

const millisOf = (duration: Duration.Duration | false): number =>
  duration === false ? Infinity : Duration.toMillis(duration)

/** Partitions of a service whose circuits and counts are remembered; origins can come from user input. */
const maxPartitions = 10_000

const limiterOf = (name: string, { limits, maxPenalty, maxQueue, maxWait }: Section<"rateLimit">) =>
  RateLimiter.make({ name, limits: limits.map(limitOf), maxPenalty, maxQueue, maxWait, maxKeys: maxPartitions })

const bulkheadOf = (name: string, config: Section<"bulkhead">) => Bulkhead.make({ name, ...config })

const laneOf = (name: string, { bulkhead, deadline, rateLimit, timeout }: LanePolicies) =>
  Effect.all({
    limiter: made(rateLimit, (config) => limiterOf(name, config)),
    bulkhead: made(bulkhead, (config) => bulkheadOf(name, config)),
    timeoutMillis: Effect.succeed(timeout === undefined ? undefined : millisOf(timeout)),
    deadlineMillis: Effect.succeed(deadline === undefined ? undefined : millisOf(deadline))
  })

/** Makes the policies of the service called `name`. */
export const make = (name: string, config: Policies): Effect.Effect<Stages> =>
  Effect.gen(function* () {
    const budget = yield* made(config.budget, (budget) => RetryBudget.make({ name, ...budget }))
    return {
      cache: yield* made(config.cache, (cache) => StaleCache.make<unknown>({ name, ...cache })),
      deadlineMillis: millisOf(config.deadline),
      retry: yield* made(config.retry, (retry) => Retry.make(retryOptions(name, retry, budget))),
      budget,
      hedge: yield* made(config.hedge, (hedge) => Hedge.make(hedgeOptions(name, hedge, budget))),
      limiter: yield* made(config.rateLimit, (rateLimit) => limiterOf(name, rateLimit)),
      bulkhead: yield* made(config.bulkhead, (bulkhead) => bulkheadOf(name, bulkhead)),
      breaker: yield* made(config.circuitBreaker, (breaker) => CircuitBreaker.make(breakerOptions(name, breaker))),
      lanes: new Map(
        yield* Effect.forEach(Object.entries(config.lanes), ([lane, policies]) =>
          Effect.map(laneOf(`${name}/${lane}`, policies), (made) => [lane, made] as const)
        )
      ),
      timeoutMillis: millisOf(config.timeout),
      publisher: yield* makePublisher(name),
      observer: yield* CallObserver
    }
  })
