/**
 * Keeps calls within the quota of a service, so that it never has to refuse them.
 *
 * Use one limiter for each quota the provider counts. A call takes a token when it is made; when there is none, callers
 * wait in the order of arrival, as long as `maxWait`, the queue and the call's deadline allow.
 *
 * @example
 * ```ts
 * import { RateLimiter } from "@skippy/core"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const limiter = yield* RateLimiter.make({
 *     name: "reports",
 *     limits: [
 *       RateLimiter.tokenBucket({ limit: 60, per: "1 minute", burst: 2 }),
 *       RateLimiter.fixedWindow({ limit: 1000, per: "1 day" })
 *     ],
 *     maxWait: 0
 *   })
 *   const call = Effect.succeed("report").pipe(limiter)
 *   yield* call
 *   yield* call
 *   const refused = yield* Effect.flip(call)
 *   console.log(refused.limit, refused.reason)
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * 60 per 1m exceeded
 * ```
 *
 * @module
 */
import { Context, DateTime, Duration, Effect, type Fiber, Layer } from "effect"
import { checkInteger, checkMillis } from "../error/InvalidOptionError.ts"
import { makePublisher, type Publisher } from "../event/EventBus.ts"
import * as Decision from "../store/Decision.ts"
import type { LimitsView, Taken } from "../store/LimitState.ts"
import { type LimitCell, LimitStores } from "../store/LimitStore.ts"
import { nowOf } from "../store/Now.ts"
import type { Quota } from "../store/QuotaState.ts"
import { enter, giveBack, guard, type QueueOf } from "./LimiterGuard.ts"
import { type Hold, LimiterQueue, type RateLimitedError } from "./LimiterQueue.ts"
import type { Policy } from "./Policy.ts"
import { withMembers } from "./Policy.ts"
import { limitsOf, type Options, type Resolved, resolve } from "./RateLimiterOptions.ts"

export type { Quota } from "../store/QuotaState.ts"
export { type Hold, RateLimitedError } from "./LimiterQueue.ts"
export {
  type BucketOptions,
  defaults,
  fixedWindow,
  type Limit,
  type Options,
  slidingWindow,
  tokenBucket,
  type WindowOptions
} from "./RateLimiterOptions.ts"

/** Tokens that were taken by hand. */
export interface Permit {
  readonly weight: number
  /** Gives the tokens back, once, because the call they were for was not made. */
  readonly giveBack: Effect.Effect<void>
}

/** What can be read of a limiter. */
export interface LimiterView extends LimitsView {
  /** Callers in the queue. */
  readonly waiting: number
}

/** Everything that can be done with the limiter of one key. */
export interface Controls {
  /** A policy that takes `weight` tokens for each call instead of one. */
  readonly weighted: (weight: number) => Policy<RateLimitedError>
  /** Takes tokens, waiting in line if need be. */
  readonly acquire: (weight?: number) => Effect.Effect<Permit, RateLimitedError>
  /** Takes tokens now, or fails with reason `exceeded`. Never passes those who wait. */
  readonly tryAcquire: (weight?: number) => Effect.Effect<Permit, RateLimitedError>
  /** Tokens that can be taken now: those of the tightest limit. */
  readonly remaining: Effect.Effect<number>
  /** How long until every limit is as new. */
  readonly resetAfter: Effect.Effect<Duration.Duration>
  /** Remaining, reset and waiting, limit by limit. */
  readonly view: Effect.Effect<LimiterView>
  /** Nobody takes anything until then (a moment, or a duration from now), because the service said so. Never shortens; `maxPenalty` at most. */
  readonly penalize: (until: DateTime.DateTime | Duration.Input) => Effect.Effect<void>
  /**
   * What the service itself says of its quotas, as in `RateLimit` headers: taken from like a limit until the reset, which is
   * believed up to `maxPenalty`. Between two answers the count goes on here.
   */
  readonly observe: (quotas: ReadonlyArray<Quota>) => Effect.Effect<void>
  /**
   * Low level, for whoever gives tokens back by itself: takes `weight`, waiting if need be, and puts it into `hold`. When
   * the tokens are at hand it answers `undefined` and costs no effect.
   */
  readonly enter: (
    weight: number,
    hold: Hold,
    fiber: Fiber.Fiber<unknown, unknown>
  ) => Effect.Effect<void, RateLimitedError> | undefined
  /** Low level: gives back what the hold holds, at most once. */
  readonly leave: (hold: Hold, fiber: Fiber.Fiber<unknown, unknown>) => Effect.Effect<void> | undefined
}

/** The limiter of one key, used as `effect.pipe(limiter.for(key))`. */
export interface LimiterOfKey extends Policy<RateLimitedError>, Controls {}

/** A limiter for each key, such as a tenant: `effect.pipe(limiter.for(tenant))`. Each key has all of the limits. */
export interface KeyedRateLimiter {
  readonly limiter: string
  readonly for: (key: string) => LimiterOfKey
  /** The keys that are remembered now. A key that has all its tokens back is forgotten. */
  readonly keys: Effect.Effect<ReadonlyArray<string>>
  /**
   * Other limits from now on, for all keys. What was counted under a limit of the same kind and period is kept, and those
   * who wait are looked at again.
   */
  readonly change: (limits: Options["limits"]) => Effect.Effect<void>
}

/** One limiter, used as `effect.pipe(limiter)`, with limiters for keys beside it. */
export interface RateLimiter extends Policy<RateLimitedError>, Controls, KeyedRateLimiter {}

const checkWeight = (weight: number): number => checkInteger("RateLimiter", "weight", weight, 1)

const permitOf = (queueOf: QueueOf, taken: Taken): Permit => ({
  weight: taken.weight,
  giveBack: giveBack(queueOf, { taken })
})

const controls = (
  queueOf: QueueOf,
  cell: LimitCell,
  { maxPenaltyMillis }: Resolved,
  publisher: Publisher,
  key: string
): Controls => {
  const view = Effect.clockWith((clock) =>
    Effect.map(
      Decision.toEffect(() => cell.view(clock.currentTimeMillisUnsafe())),
      (limits): LimiterView => ({ ...limits, waiting: queueOf().waiting })
    )
  )
  const enterNow = enter(queueOf)
  return {
    weighted: (weight) => guard(queueOf, checkWeight(weight)),
    acquire: (weight = 1) =>
      Effect.suspend(() => {
        const hold: Hold = { taken: undefined }
        let given = false
        return Effect.onExitPrimitive(
          Effect.withFiber((fiber) =>
            Effect.flatMap(enterNow(checkWeight(weight), hold, fiber) ?? Effect.void, () => {
              const { taken } = hold
              if (taken === undefined) return Effect.die("a limiter granted nothing")
              given = true
              return Effect.succeed(permitOf(queueOf, taken))
            })
          ),
          () => (given ? undefined : giveBack(queueOf, hold))
        )
      }),
    tryAcquire: (weight = 1) =>
      Effect.withFiber((fiber) => {
        const queue = queueOf()
        return Decision.andThen(queue.tryTake(checkWeight(weight), fiber), (answer) =>
          answer._tag === "Taken"
            ? Effect.succeed(permitOf(queueOf, answer))
            : queue.refuse(answer.millis === Infinity ? "neverFits" : "exceeded", answer, fiber)
        )
      }),
    remaining: Effect.map(view, ({ limits, penaltyMillis }) =>
      penaltyMillis > 0 ? 0 : limits.reduce((least, limit) => Math.min(least, limit.remaining), Infinity)
    ),
    resetAfter: Effect.map(view, ({ limits, penaltyMillis }) =>
      Duration.millis(limits.reduce((most, limit) => Math.max(most, limit.resetAfterMillis), penaltyMillis))
    ),
    view,
    penalize: (until) =>
      Effect.withFiber((fiber) => {
        const now = nowOf(fiber)
        const asked = DateTime.isDateTime(until)
          ? Math.max(0, DateTime.toEpochMillis(until) - now)
          : checkMillis("RateLimiter", "until", until)
        const millis = Math.min(asked, maxPenaltyMillis)
        return Decision.andThen(cell.penalize(millis, now), () => {
          if (publisher.active) publisher.publish(fiber, { _tag: "LimiterPenalized", key, until: now + millis })
          queueOf().wake()
          return Effect.void
        })
      }),
    observe: (quotas) =>
      Effect.withFiber((fiber) => {
        const believed = quotas.map((quota) =>
          quota.resetAfterMillis > maxPenaltyMillis ? { ...quota, resetAfterMillis: maxPenaltyMillis } : quota
        )
        return Decision.andThen(cell.observe(believed, nowOf(fiber)), () => {
          queueOf().wake()
          return Effect.void
        })
      }),
    enter: enterNow,
    leave: (hold, fiber) => queueOf().giveBack(hold, fiber)
  }
}

const build = (options: Options) =>
  Effect.gen(function* () {
    const resolved: Resolved = resolve(options)
    const stores = yield* LimitStores
    return { resolved, store: stores(resolved.store), publisher: yield* makePublisher(resolved.name) }
  })

const keyed = ({ publisher, resolved, store }: Effect.Success<ReturnType<typeof build>>): KeyedRateLimiter => {
  // All handles of a key share the queue somebody waits in.
  const busy = new Map<string, LimiterQueue>()
  return {
    limiter: resolved.name,
    for: (key) => {
      const cell = store.cell(key)
      const own = new LimiterQueue(key, cell, resolved, publisher, (queue, isBusy) =>
        isBusy ? busy.set(key, queue) : busy.delete(key)
      )
      const queueOf = () => (busy.size === 0 ? own : (busy.get(key) ?? own))
      return withMembers(guard(queueOf, 1), controls(queueOf, cell, resolved, publisher, key))
    },
    keys: Decision.toEffect(store.keys),
    change: (limits) =>
      Effect.suspend(() =>
        Decision.andThen(store.change(limitsOf(limits)), () => Effect.sync(() => busy.forEach((queue) => queue.wake())))
      )
  }
}

/** Makes a limiter. Options that make no sense are a defect (`InvalidOptionError`). */
export const make = (options: Options): Effect.Effect<RateLimiter> =>
  Effect.map(build(options), (built) => {
    const { publisher, resolved, store } = built
    const queue = new LimiterQueue("", store.single, resolved, publisher, () => {})
    const queueOf = () => queue
    const ofKeys = keyed(built)
    return withMembers(guard(queueOf, 1), {
      ...controls(queueOf, store.single, resolved, publisher, ""),
      ...ofKeys,
      change: (limits: Options["limits"]) => Effect.tap(ofKeys.change(limits), () => Effect.sync(() => queue.wake()))
    })
  })

/** Makes a limiter with counts for each key. */
export const makeKeyed = (options: Options): Effect.Effect<KeyedRateLimiter> => Effect.map(build(options), keyed)

/** The limiter of this part of the program. */
export class Service extends Context.Service<Service, RateLimiter>()("@skippy/core/policy/RateLimiter") {}

/** Provides a limiter to everything that uses `protect`. */
export const layer = (options: Options): Layer.Layer<Service> => Layer.effect(Service, make(options))

/** Guards an effect with the limiter of the context. */
export const protect = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | RateLimitedError, R | Service> =>
  Effect.flatMap(Service, (limiter) => limiter(effect))
