/**
 * The service people call: every call to somebody else's API goes through the policies of that API.
 *
 * @example
 * ```ts
 * import { Resilience } from "@skippy/core"
 * import { Effect } from "effect"
 *
 * const fetchReport = Effect.succeed("42 rows")
 *
 * const program = fetchReport.pipe(
 *   Resilience.call({ service: "reports", operation: "fetch", idempotent: true }),
 *   Effect.provide(Resilience.layer({ services: { reports: { timeout: "5 seconds" } } }))
 * )
 *
 * console.log(await Effect.runPromise(program))
 * ```
 *
 * ```text
 * 42 rows
 * ```
 *
 * @module
 */
import { Context, Effect, Layer, type Option, Schema } from "effect"
import type { BulkheadView } from "../policy/Bulkhead.ts"
import * as CircuitBreaker from "../policy/CircuitBreaker.ts"
import type { LimiterView } from "../policy/RateLimiter.ts"
import type { CacheStats } from "../policy/StaleCache.ts"
import type { ResilienceError } from "./Attempt.ts"
import * as Describe from "./Describe.ts"
import * as Lint from "./Lint.ts"
import type { CacheQuery, CallInfo, Pipeline, PipelineAnswer } from "./Pipeline.ts"
import type { PolicyConfigError, PolicyConfigInput } from "./PolicyConfig.ts"
import * as Registry from "./Registry.ts"

export type { ResilienceError } from "./Attempt.ts"
export { UnknownServiceError } from "./Registry.ts"

/** What a caller says about a call. */
export interface CallOptions extends CallInfo {
  /** The protected service, such as `google-drive`. One nobody configured has the catalog's defaults. */
  readonly service: string
}

/** What a caller says about a call that has a fallback. */
export interface FallbackCallOptions<E, B, E3, R3> extends CallOptions {
  /** Answers what still failed in the end, instead of the cache's last resort. */
  readonly fallback: (error: E | ResilienceError) => Effect.Effect<B, E3, R3>
}

/** What can be read of a service. */
export interface ServiceState {
  readonly service: string
  readonly circuit: CircuitBreaker.CircuitView | undefined
  readonly limiter: LimiterView | undefined
  readonly bulkhead: BulkheadView | undefined
  readonly cache: CacheStats | undefined
  /** Retries and hedges that may be made now. */
  readonly budget: number | undefined
  /** The partitions whose circuit does not just let calls through, such as the origins that are down. */
  readonly partitions: ReadonlyArray<PartitionState>
}

/** What the circuit of a partition says. */
export interface PartitionState {
  readonly partition: string
  readonly circuit: CircuitBreaker.CircuitView
}

/** Which answers of a service's cache are meant. */
export interface CacheOptions extends CacheQuery {
  readonly service: string
}

/** The circuits of all services, written down. */
export const Snapshot = Schema.Array(Schema.Struct({ service: Schema.String, circuits: CircuitBreaker.Snapshot }))
/** The circuits of all services, written down. */
export type Snapshot = typeof Snapshot.Type

/** How the services are configured. */
export interface Options {
  /** Policies by service, over those of the catalog and its defaults. */
  readonly services?: Readonly<Record<string, PolicyConfigInput>> | undefined
}

/** The registry of protected services. */
export interface Shape {
  /** The pipeline of a service; one nobody configured is made with the defaults. */
  readonly pipeline: (service: string) => Pipeline
  /** The services there are: those of the catalog, those configured, and those called. */
  readonly list: Effect.Effect<ReadonlyArray<string>>
  /** What circuit, limiter, bulkhead, cache and budget of a service say now. */
  readonly state: (service: string) => Effect.Effect<ServiceState, Registry.UnknownServiceError>
  /** The hand on the circuit of a service; `undefined` when it has none. */
  readonly circuit: (
    service: string
  ) => Effect.Effect<CircuitBreaker.CircuitBreaker | undefined, Registry.UnknownServiceError>
  /** Makes the circuits of a service as new, those of its partitions too. Quotas and cached answers stay: they belong to the provider and the data. */
  readonly reset: (service: string) => Effect.Effect<void, Registry.UnknownServiceError>
  readonly snapshot: Effect.Effect<Snapshot>
  /** Brings circuits back; services that are not known any more are left out. */
  readonly restore: (snapshot: Snapshot) => Effect.Effect<void>
  /** What a call to the service goes through, as text. */
  readonly describe: (service: string) => Effect.Effect<string, Registry.UnknownServiceError>
  /** Dangerous combinations, with the operations that were called so far. */
  readonly lint: (service: string) => Effect.Effect<ReadonlyArray<Lint.Diagnostic>, Registry.UnknownServiceError>
}

const partitionsOf = (breaker: CircuitBreaker.CircuitBreaker): Effect.Effect<ReadonlyArray<PartitionState>> =>
  Effect.gen(function* () {
    const troubled = (yield* breaker.snapshot).filter(({ key, state }) => key !== "" && state !== "Closed")
    return yield* Effect.forEach(troubled, ({ key }) =>
      Effect.map(breaker.for(key).view, (circuit) => ({ partition: key, circuit }))
    )
  })

const resetAll = (breaker: CircuitBreaker.CircuitBreaker): Effect.Effect<void> =>
  Effect.gen(function* () {
    yield* breaker.reset
    yield* Effect.forEach(yield* breaker.keys, (key) => breaker.for(key).reset, { discard: true })
  })

const stateOf = ({ service, stages }: Pipeline): Effect.Effect<ServiceState> =>
  Effect.gen(function* () {
    const { breaker, budget, bulkhead, cache, limiter } = stages
    return {
      service,
      circuit: breaker && (yield* breaker.view),
      limiter: limiter && (yield* limiter.view),
      bulkhead: bulkhead && (yield* bulkhead.view),
      cache: cache && (yield* cache.stats),
      budget: budget && (yield* budget.balance),
      partitions: breaker === undefined ? [] : yield* partitionsOf(breaker)
    }
  })

const shapeOf = (registry: Registry.Registry): Shape => ({
  pipeline: registry.pipeline,
  list: Effect.sync(registry.names),
  state: (service) => Effect.flatMap(registry.known(service), stateOf),
  circuit: (service) => Effect.map(registry.known(service), ({ stages }) => stages.breaker),
  reset: (service) =>
    Effect.flatMap(registry.known(service), ({ stages }) =>
      stages.breaker === undefined ? Effect.void : resetAll(stages.breaker)
    ),
  snapshot: Effect.suspend(() =>
    Effect.forEach(registry.all(), ({ service, stages }) =>
      Effect.map(stages.breaker?.snapshot ?? Effect.succeed([]), (circuits) => ({ service, circuits }))
    )
  ),
  restore: (snapshot) =>
    Effect.forEach(
      snapshot,
      ({ circuits, service }) =>
        Effect.matchEffect(registry.known(service), {
          onFailure: () => Effect.void,
          onSuccess: ({ stages }) => stages.breaker?.restore(circuits) ?? Effect.void
        }),
      { discard: true }
    ),
  describe: (service) =>
    Effect.map(registry.known(service), (pipeline) => Describe.describe(pipeline.service, pipeline.config)),
  lint: (service) => Effect.map(registry.known(service), Lint.lint)
})

/** Puts an effect through a service's pipeline once, and runs the result as often as the effect is run. */
const onPipeline = <A, E, R>(
  service: string,
  compile: (pipeline: Pipeline) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R | Resilience> => {
  let last: Pipeline | undefined
  let compiled: Effect.Effect<A, E, R> | undefined
  return Effect.contextWith((context: Context.Context<Resilience>) => {
    const pipeline = Context.get(context, Resilience).pipeline(service)
    if (compiled === undefined || pipeline !== last) {
      last = pipeline
      compiled = compile(pipeline)
    }
    return compiled
  })
}

/** The pipelines of all services. */
export class Resilience extends Context.Service<Resilience, Shape>()("@skippy/core/pipeline/Resilience") {
  /**
   * Sends a call through the policies of its service: `effect.pipe(Resilience.call({ service, operation }))`. Give
   * `idempotent: true` when repeating it is safe, and a `cacheKey` when its answer may be kept.
   *
   * Fails with the call's own errors, and with `CircuitOpenError`, `RateLimitedError`, `BulkheadFullError`,
   * `AttemptTimeoutError` or `DeadlineExceededError`.
   */
  static override readonly call: {
    <E, B, E3, R3>(
      options: FallbackCallOptions<E, B, E3, R3>
    ): <A, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A | B, E3, R | R3 | Resilience>
    (
      options: CallOptions
    ): <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E | ResilienceError, R | Resilience>
  } =
    <E0, B, E3, R3>(options: CallOptions | FallbackCallOptions<E0, B, E3, R3>) =>
    <A, E extends E0, R>(
      effect: Effect.Effect<A, E, R>
    ): Effect.Effect<A | B, E | E3 | ResilienceError, R | R3 | Resilience> =>
      onPipeline<A | B, E | E3 | ResilienceError, R | R3>(options.service, (pipeline) =>
        "fallback" in options
          ? Effect.map(pipeline.runOr(options, effect, options.fallback), ({ value }) => value)
          : pipeline.value(options, effect)
      )

  /** The same, with provenance and age of the answer. */
  static readonly answer =
    (options: CallOptions) =>
    <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<PipelineAnswer<A>, E | ResilienceError, R | Resilience> =>
      onPipeline(options.service, (pipeline) => pipeline.run(options, effect))

  /**
   * What the cache still has of an earlier answer, fresh or stale, without asking the service: for asking it only whether
   * that has changed.
   * `A` is the type of the answers kept there; the caller's word for it.
   */
  static readonly peek = <A>({
    service,
    ...query
  }: CacheOptions): Effect.Effect<Option.Option<PipelineAnswer<A>>, never, Resilience> =>
    Effect.flatMap(
      Resilience,
      (resilience) => resilience.pipeline(service).peek(query) as Effect.Effect<Option.Option<PipelineAnswer<A>>>
    )

  /**
   * Forgets answers, because what they tell of was changed by a call; `*` in the key stands for anything. Answers how many
   * there were.
   */
  static readonly invalidate = ({ service, ...query }: CacheOptions): Effect.Effect<number, never, Resilience> =>
    Effect.flatMap(Resilience, (resilience) => resilience.pipeline(service).invalidate(query))

  /**
   * The pipelines of the catalog's services and of those configured. All problems of a configuration are reported in one
   * `PolicyConfigError`. Background refreshes of the caches end with the layer.
   */
  static readonly layer = (options: Options = {}): Layer.Layer<Resilience, PolicyConfigError> =>
    Layer.effect(Resilience, Effect.map(Registry.make(options.services ?? {}), shapeOf))
}
