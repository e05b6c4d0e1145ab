/**
 * All policies of one service in their order, compiled once:
 *
 * ```text
 * fallback → stale cache → deadline → retry (+ budget) → hedge
 *   → breaker peek → rate limit → bulkhead → breaker admit → timeout → the service
 * ```
 *
 * - The breaker sits inside retry: it sees every attempt, so five failures mean five failed attempts, a probe is one
 *   attempt and not a whole back-off, and retrying stops the moment the circuit opens.
 * - Quota is spent per attempt, so the limiter is inside retry too.
 * - The cache is outside of everything that costs: a fresh answer spends nothing, and a stale one is the last resort.
 *
 * @module
 */
import { Clock, Context, Effect, type Fiber, Option } from "effect"
import { checkInteger } from "../error/InvalidOptionError.ts"
import { CallScope, type CurrentCall } from "../event/CurrentCall.ts"
import type { Publisher } from "../event/EventBus.ts"
import { deadlineOf, withDeadline } from "../policy/CurrentDeadline.ts"
import * as Fallback from "../policy/Fallback.ts"
import type { Answer, Provenance } from "../policy/StaleCache.ts"
import type { Policy } from "../policy/Policy.ts"
import type { Quota } from "../policy/RateLimiter.ts"
import { nowOf } from "../store/Now.ts"
import * as Attempt from "./Attempt.ts"
import type { ResilienceError } from "./Attempt.ts"
import * as CallContext from "./CallContext.ts"
import { type Lane, unknownLane } from "./Lane.ts"
import type { Policies } from "./PolicyConfig.ts"
import * as Stages from "./Stages.ts"

/** What a caller says about one call. */
export interface CallInfo {
  /** What is done with the service, such as `searchFiles`. */
  readonly operation: string
  /** Whether doing it twice is the same as doing it once. Default `false`: then only what certainly was not done is retried. */
  readonly idempotent?: boolean | undefined
  /** Keeps the answer under this key, within the operation. Without it nothing is cached. */
  readonly cacheKey?: string | undefined
  /**
   * A part of the service with a circuit and counts of its own, such as an origin or a tenant; the limits are those of the
   * service, for each. The bulkhead, the retry budget and the cache stay shared. The empty text is the service itself.
   */
  readonly partition?: string | undefined
  /** One of the service's `lanes`. */
  readonly lane?: string | undefined
  /**
   * How much of the service's rate limit each attempt takes, where a provider counts units and not calls. Default 1. A lane's
   * own limit counts calls. It has to be a whole number of 1 or more; another one is a defect (`InvalidOptionError`).
   */
  readonly weight?: number | undefined
}

/** Which answers of the cache are meant. */
export interface CacheQuery {
  readonly operation: string
  /** As in `CallInfo`; a text in which `*` stands for anything means several. */
  readonly cacheKey: string
}

/** An answer of the pipeline, and how far it can be trusted. */
export interface PipelineAnswer<A> {
  readonly value: A
  readonly provenance: Provenance | "fallback"
  /** Milliseconds since the service gave it. */
  readonly ageMillis: number
}

/** The compiled policies of one service. */
export interface Pipeline {
  readonly service: string
  readonly config: Policies
  readonly stages: Stages.Stages
  /** The operations that were called, and whether they were said to be idempotent; what `lint` looks at. */
  readonly operations: ReadonlyMap<string, boolean>
  /** What the cache still has of an earlier answer, fresh or stale, without asking the service; for revalidating it. */
  readonly peek: (query: CacheQuery) => Effect.Effect<Option.Option<PipelineAnswer<unknown>>>
  /** Forgets answers, because something they tell of was changed; answers how many. */
  readonly invalidate: (query: CacheQuery) => Effect.Effect<number>
  /** What the service says of its quotas, so that the limiter knows. */
  readonly observe: (quotas: ReadonlyArray<Quota>, partition: string | undefined) => Effect.Effect<void>
  /** Sends an effect through all stages. */
  readonly run: <A, E, R>(
    info: CallInfo,
    effect: Effect.Effect<A, E, R>
  ) => Effect.Effect<PipelineAnswer<A>, E | ResilienceError, R>
  /** The same, for the value alone. */
  readonly value: <A, E, R>(info: CallInfo, effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E | ResilienceError, R>
  /** The same with a fallback for what still failed. */
  readonly runOr: <A, E, R, B, E3, R3>(
    info: CallInfo,
    effect: Effect.Effect<A, E, R>,
    fallback: (error: E | ResilienceError) => Effect.Effect<B, E3, R3>
  ) => Effect.Effect<PipelineAnswer<A | B>, E3, R | R3>
}

/** Operations remembered for `lint`. */
const maxOperations = 1000

/** How `CallDone` names where an answer came from. */
const provenanceOf = (provenance: PipelineAnswer<unknown>["provenance"]) =>
  provenance === "staleIfError" || provenance === "staleWhileRevalidate" ? "stale" : provenance

const live = <A>(value: A): PipelineAnswer<A> => ({ value, provenance: "live", ageMillis: 0 })

/** Says when a call starts and how it ends. */
const announced = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  call: CurrentCall,
  publisher: Publisher,
  provenance: (answer: A) => PipelineAnswer<unknown>["provenance"],
  fiber: Fiber.Fiber<unknown, unknown>
): Effect.Effect<A, E, R> => {
  const { attempt, operation, requestId, service, startedAt } = call
  publisher.tell({ _tag: "CallStarted", at: startedAt, policy: service, requestId, service, operation, attempt })
  return Effect.onExitPrimitive(effect, (exit) => {
    const at = nowOf(fiber)
    publisher.tell({
      _tag: "CallDone",
      at,
      policy: service,
      requestId,
      service,
      operation,
      attempt,
      attempts: call.attempts,
      durationMs: at - startedAt,
      provenance: exit._tag === "Success" ? provenanceOf(provenance(exit.value)) : "live",
      outcome: Attempt.endedAs(exit),
      ...Attempt.failureOf(exit)
    })
    return undefined
  })
}

const inOwnTime = <R>(context: Context.Context<R>, deadlineMillis: number): Context.Context<R> =>
  deadlineMillis === Infinity || Context.get(context, CallScope).deadline < Infinity
    ? context
    : withDeadline(context, Context.get(context, Clock.Clock).currentTimeMillisUnsafe() + deadlineMillis)

const cacheKeyOf = (operation: string, cacheKey: string): string => `${operation}:${cacheKey}`

const weightOf = ({ weight }: CallInfo): number =>
  weight === undefined ? 1 : checkInteger("Resilience", "weight", weight, 1)

/** Ways through a service that are remembered; partitions can come from user input. */
const maxWays = 1000

/** Snapshots know the circuit of the service itself by the empty name. */
const isPart = (partition: string | undefined): partition is string => partition !== undefined && partition !== ""

/** The attempt stage for each partition and lane, made when it is first used. */
const waysOf = (service: string, stages: Stages.Stages) => {
  const { breaker, lanes, limiter } = stages
  const limiterOf = (partition: string | undefined) => (isPart(partition) ? limiter?.for(partition) : limiter)
  const make = (partition: string | undefined, lane: Lane | undefined) =>
    Attempt.make(service, stages, {
      breaker: isPart(partition) ? breaker?.for(partition) : breaker,
      limiter: limiterOf(partition),
      lane
    })
  const plain = make(undefined, undefined)
  const known = new Map<string | undefined, Map<string | undefined, Policy<ResilienceError>>>()
  let size = 0
  const remember = ({ lane, partition }: CallInfo): Policy<ResilienceError> => {
    if (size++ >= maxWays) {
      known.clear()
      size = 1
    }
    const way: Policy<ResilienceError> =
      lane === undefined || lanes.has(lane)
        ? make(partition, lane === undefined ? undefined : lanes.get(lane))
        : () => unknownLane(service, lanes, lane)
    const inLane = known.get(lane) ?? new Map<string | undefined, Policy<ResilienceError>>()
    known.set(lane, inLane.set(partition, way))
    return way
  }
  const wayOf = (info: CallInfo): Policy<ResilienceError> =>
    info.lane === undefined && info.partition === undefined
      ? plain
      : (known.get(info.lane)?.get(info.partition) ?? remember(info))
  return Object.assign(wayOf, { limiterOf })
}

/** Compiles the policies of a service. */
export const make = (service: string, config: Policies): Effect.Effect<Pipeline> =>
  Effect.map(Stages.make(service, config), (stages) => {
    const { cache, hedge, lanes, observer, publisher, retry } = stages
    const ways = waysOf(service, stages)
    const operations = new Map<string, boolean>()
    const withinOf = ({ lane }: CallInfo): number =>
      (lane === undefined ? undefined : lanes.get(lane)?.deadlineMillis) ?? stages.deadlineMillis

    const identify = (info: CallInfo): CallContext.CallInfo => {
      const identity = {
        service,
        operation: info.operation,
        idempotent: info.idempotent ?? false,
        weight: weightOf(info)
      }
      if (operations.size < maxOperations) operations.set(identity.operation, identity.idempotent)
      return identity
    }

    const attempts = <A, E, R>(
      info: CallInfo,
      effect: Effect.Effect<A, E, R>
    ): Effect.Effect<A, E | ResilienceError, R> => {
      const once = ways(info)(effect)
      const hedged = hedge === undefined ? once : hedge(once)
      return retry === undefined ? hedged : retry(hedged)
    }

    const cached = <A, E, R>(
      info: CallInfo,
      effect: Effect.Effect<A, E, R>
    ): Effect.Effect<PipelineAnswer<A>, E | ResilienceError, R> => {
      const asked = attempts(info, effect)
      if (cache === undefined || info.cacheKey === undefined) return Effect.map(asked, live)
      // A background refresh has left the caller's deadline behind, and gets the service's own.
      const lookup = Effect.updateContext(asked, (context: Context.Context<R>) => inOwnTime(context, withinOf(info)))
      // Service, operation and key together stand for one type of answer; the caller's word for it.
      return cache.answer(cacheKeyOf(info.operation, info.cacheKey), lookup) as Effect.Effect<
        Answer<A>,
        E | ResilienceError,
        R
      >
    }

    /** Gives the call its identity, and says when it starts and ends if anybody listens. */
    const observed = <A, E, R>(
      info: CallInfo,
      effect: Effect.Effect<A, E, R>,
      provenance: (answer: A) => PipelineAnswer<unknown>["provenance"]
    ): Effect.Effect<A, E, R> => {
      return Effect.withFiber((fiber) => {
        const call = CallContext.start(identify(info), withinOf(info), fiber)
        const told = publisher.active ? announced(effect, call, publisher, provenance, fiber) : effect
        const watched = observer === undefined ? told : observer.call(told, call)
        return Effect.provideService(watched, CallScope, call)
      })
    }

    return {
      service,
      config,
      stages,
      operations,
      peek: ({ cacheKey, operation }) => cache?.peek(cacheKeyOf(operation, cacheKey)) ?? Effect.succeedNone,
      invalidate: ({ cacheKey, operation }) =>
        cache?.invalidateMatching(cacheKeyOf(operation, cacheKey)) ?? Effect.succeed(0),
      observe: (quotas, partition) =>
        (quotas.length === 0 ? Effect.void : ways.limiterOf(partition)?.observe(quotas)) ?? Effect.void,
      run: (info, effect) => observed(info, cached(info, effect), (answer) => answer.provenance),
      value: (info, effect) =>
        info.cacheKey === undefined
          ? observed(info, attempts(info, effect), () => "live")
          : Effect.map(
              observed(info, cached(info, effect), (answer) => answer.provenance),
              (answer) => answer.value
            ),
      runOr: <A, E, R, B, E3, R3>(
        info: CallInfo,
        effect: Effect.Effect<A, E, R>,
        fallback: (error: E | ResilienceError) => Effect.Effect<B, E3, R3>
      ) => {
        const asked = cached(info, effect)
        return Effect.withFiber<PipelineAnswer<A | B>, E3, R | R3>((caller) => {
          const deadline = deadlineOf(caller)
          // It stands outside of the call's deadline, or it could never answer for a call that ran out of time.
          const instead = (error: E | ResilienceError): Effect.Effect<PipelineAnswer<A | B>, E3, R3> => {
            const inTime: Effect.Effect<B, E3, R3> = Effect.updateContext(
              fallback(error),
              (context: Context.Context<R3>) => withDeadline(context, deadline)
            )
            return Effect.map(inTime, (value) => ({ value, provenance: "fallback", ageMillis: 0 }))
          }
          const whole = Fallback.effect(instead, { name: service })(asked)
          return observed(info, whole, (answer) => answer.provenance)
        })
      }
    }
  })
