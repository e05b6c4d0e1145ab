/**
 * One live picture of a running program: breakers, limiters with what remains and what waits, caches, latencies, alerts,
 * health and what to do. Whoever shows something shows this.
 *
 * It reads the pipelines, and whatever of `TraceStore`, `AlertManager`, `Health` and `Journal` is there when the layer is
 * built. Every `sampleEvery` it also says on the event bus what limiters, bulkheads and caches hold, so that metrics and
 * journal have it.
 *
 * @example
 * ```ts
 * import { EventBus, Resilience, Snapshot, TraceStore } from "@skippy/core"
 * import { Effect, Layer } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   yield* Effect.succeed("report").pipe(Resilience.call({ service: "reports", operation: "fetch" }))
 *   const { services } = yield* (yield* Snapshot.Live).current
 *   const reports = services.find(({ service }) => service === "reports")
 *   console.log(reports?.circuit?.state, reports?.latency?.calls, reports?.bulkhead)
 * })
 *
 * const layer = Snapshot.layer().pipe(
 *   Layer.provideMerge(Layer.mergeAll(Resilience.layer(), TraceStore.layer())),
 *   Layer.provideMerge(EventBus.layer())
 * )
 *
 * await Effect.runPromise(program.pipe(Effect.provide(layer)))
 * ```
 *
 * ```text
 * Closed 1 { concurrency: 10, running: 0, waiting: 0 }
 * ```
 *
 * @module
 */
import { Clock, Context, type Duration, Effect, Layer, Option, Stream, SubscriptionRef } from "effect"
import * as AlertManager from "../alert/AlertManager.ts"
import { checkMillis } from "../error/InvalidOptionError.ts"
import * as EventBus from "../event/EventBus.ts"
import * as Journal from "../observe/Journal.ts"
import type { Level } from "../observe/MetricHistory.ts"
import * as TraceStore from "../observe/TraceStore.ts"
import type { Policies } from "../pipeline/PolicyConfig.ts"
import { Resilience, type ServiceState, type UnknownServiceError } from "../pipeline/Resilience.ts"
import type { CircuitView } from "../policy/CircuitBreaker.ts"
import * as Health from "./Health.ts"
import type { Recommendation, ServicePicture, Snapshot } from "./SnapshotModel.ts"

export { Recommendation, ServicePicture, Snapshot } from "./SnapshotModel.ts"

/** How often the picture is taken. */
export interface Options {
  /** The pause between two pictures in `ref`. Default 1 second. */
  readonly every?: Duration.Input | undefined
  /** How often limiters, bulkheads and caches are told to the event bus. Default 10 seconds. */
  readonly sampleEvery?: Duration.Input | undefined
}

/** The defaults, in one place. */
export const defaults = { every: "1 second", sampleEvery: "10 seconds" } as const

/** The live picture. */
export interface Shape {
  /** The last picture, and every one after it; read `ref.changes` through `changes`. */
  readonly ref: SubscriptionRef.SubscriptionRef<Snapshot>
  /** Takes a picture now, for `ref` too. */
  readonly current: Effect.Effect<Snapshot>
  /** The last picture, and every one after it. */
  readonly changes: Stream.Stream<Snapshot>
}

/** The live picture of this part of the program. */
export class Live extends Context.Service<Live, Shape>()("@skippy/core/operate/Snapshot") {}

/** Alerts shown of the last day. */
const recentAlerts = 50

const circuitPicture = (view: CircuitView) => {
  const { nextAttemptAt, probeSuccesses: _, ...same } = view
  return { ...same, ...(nextAttemptAt === undefined ? {} : { nextAttemptAt }) }
}

const circuitOf = ({ circuit }: ServiceState) => (circuit === undefined ? {} : { circuit: circuitPicture(circuit) })

const partitionsOf = ({ partitions }: ServiceState) =>
  partitions.length === 0
    ? {}
    : { partitions: partitions.map(({ circuit, partition }) => ({ partition, circuit: circuitPicture(circuit) })) }

/** How large the configured limits are, in their order; what the service itself told of comes after them. */
const capacitiesOf = ({ rateLimit }: Policies): ReadonlyArray<number> =>
  rateLimit === false
    ? []
    : rateLimit.limits.map(({ algorithm, burst, limit }) => (algorithm === "tokenBucket" ? (burst ?? limit) : limit))

const limiterOf = ({ limiter }: ServiceState, capacities: ReadonlyArray<number>) =>
  limiter === undefined
    ? {}
    : {
        limiter: {
          limits: limiter.limits.map(({ limit, remaining, resetAfterMillis }, index) => {
            const capacity = capacities[index]
            return { limit, remaining, ...(capacity === undefined ? {} : { capacity }), resetAfterMs: resetAfterMillis }
          }),
          penaltyMs: limiter.penaltyMillis,
          waiting: limiter.waiting
        }
      }

const cacheOf = ({ cache }: ServiceState) => {
  if (cache === undefined) return {}
  const { evictions, hits, misses, refreshFailures, size, staleIfError, staleWhileRevalidate } = cache
  const quick = hits + staleWhileRevalidate
  const all = quick + misses
  return {
    cache: {
      size,
      hits,
      misses,
      staleWhileRevalidate,
      staleIfError,
      refreshFailures,
      evictions,
      hitRate: all === 0 ? 0 : quick / all
    }
  }
}

/** What the services of a picture say of themselves, for the metrics of several programs. */
export const levelsOf = ({ services }: Snapshot): ReadonlyArray<Level> =>
  services.map(({ cache, circuit, limiter, service }) => ({
    service,
    circuit: circuit?.state,
    remaining: limiter && Math.min(...limiter.limits.map(({ remaining }) => remaining)),
    entries: cache?.size
  }))

type Sources = {
  readonly resilience: Resilience["Service"]
  readonly bus: EventBus.EventBus
  readonly traces: Option.Option<TraceStore.Shape>
  readonly alerts: Option.Option<AlertManager.Shape>
  readonly health: Option.Option<Health.Shape>
  readonly journal: Option.Option<Journal.Shape>
}

const optionally = <A, B>(option: Option.Option<A>, read: (value: A) => Effect.Effect<B>) =>
  Option.match(option, { onNone: () => Effect.undefined, onSome: read })

const wasCalled = ({ resilience }: Sources, service: string): boolean =>
  resilience.pipeline(service).operations.size > 0

/** A service made on demand may be gone again before it is looked at. */
const serviceOf = (sources: Sources, service: string): Effect.Effect<ServicePicture, UnknownServiceError> =>
  Effect.gen(function* () {
    const state = yield* sources.resilience.state(service)
    const latency = yield* optionally(sources.traces, ({ statistics }) => statistics(service))
    return {
      service,
      called: wasCalled(sources, service),
      ...circuitOf(state),
      ...partitionsOf(state),
      ...limiterOf(state, capacitiesOf(sources.resilience.pipeline(service).config)),
      ...(state.bulkhead === undefined ? {} : { bulkhead: state.bulkhead }),
      ...cacheOf(state),
      ...(state.budget === undefined ? {} : { retryBudget: state.budget }),
      ...(latency === undefined || latency.calls === 0 ? {} : { latency })
    }
  })

const journalOf = ({ failure, lost, waiting, written }: Journal.JournalStats) => ({
  written,
  waiting,
  lost,
  ...(failure === undefined ? {} : { failure })
})

/** Health first, worst first; then what alerts advise; then policies that work against each other. */
const recommendationsOf = (
  sources: Sources,
  health: Health.HealthNode | undefined,
  active: Snapshot["alerts"]
): Effect.Effect<ReadonlyArray<Recommendation>> =>
  Effect.gen(function* () {
    const all: Array<Recommendation> = []
    for (const text of health === undefined ? [] : Health.recommendations(health)) all.push({ source: "health", text })
    for (const { alert } of active?.active ?? []) {
      const { advice, service } = alert
      if (advice === undefined) continue
      all.push({ source: "alert", ...(service === undefined ? {} : { service }), text: advice })
    }
    for (const service of yield* sources.resilience.list) {
      if (!wasCalled(sources, service)) continue
      const found = yield* Effect.orElseSucceed(sources.resilience.lint(service), () => [])
      for (const { fix, message } of found) {
        all.push({ source: "policies", service, text: `${message}: ${fix}` })
      }
    }
    return all
  })

const take = (sources: Sources): Effect.Effect<Snapshot> =>
  Effect.gen(function* () {
    yield* sources.bus.settled
    const at = yield* Clock.currentTimeMillis
    const names = yield* sources.resilience.list
    const pictures = yield* Effect.forEach(names, (service) => Effect.option(serviceOf(sources, service)))
    const services = pictures.flatMap((picture) => (Option.isSome(picture) ? [picture.value] : []))
    const alerts = yield* optionally(sources.alerts, ({ active, recent }) =>
      Effect.all({ active, recent: Effect.map(recent(), (all) => all.slice(-recentAlerts)) })
    )
    const health = yield* optionally(sources.health, ({ last }) => last)
    const journal = yield* optionally(sources.journal, ({ stats }) => stats)
    return {
      at,
      services,
      ...(alerts === undefined ? {} : { alerts }),
      ...(health === undefined ? {} : { health }),
      events: sources.bus.statsUnsafe(),
      ...(journal === undefined ? {} : { journal: journalOf(journal) }),
      recommendations: yield* recommendationsOf(sources, health, alerts)
    }
  })

const sampleOf = ({ bulkhead, cache, limiter, service }: ServicePicture, at: number) => {
  const tightest = limiter?.limits.toSorted((a, b) => a.remaining - b.remaining)[0]
  return {
    _tag: "ServiceSampled" as const,
    at,
    policy: service,
    service,
    ...(limiter === undefined || tightest === undefined
      ? {}
      : {
          limiter: {
            remaining: tightest.remaining,
            waiting: limiter.waiting,
            resetAfterMs: tightest.resetAfterMs
          }
        }),
    ...(bulkhead === undefined ? {} : { bulkhead }),
    ...(cache === undefined
      ? {}
      : {
          cache: {
            size: cache.size,
            hits: cache.hits,
            misses: cache.misses,
            stale: cache.staleWhileRevalidate + cache.staleIfError,
            evictions: cache.evictions
          }
        })
  }
}

/** What cannot be read now may be read the next time. */
const again = (effect: Effect.Effect<unknown>, millis: number) =>
  Effect.forever(Effect.delay(Effect.ignoreCause(effect, { log: "Warn" }), millis))

/** The live picture of the pipelines, and of what watches them. */
export const layer = (options: Options = {}): Layer.Layer<Live, never, Resilience> =>
  Layer.effect(
    Live,
    Effect.gen(function* () {
      const every = checkMillis("Snapshot", "every", options.every ?? defaults.every, 1)
      const sampleEvery = checkMillis("Snapshot", "sampleEvery", options.sampleEvery ?? defaults.sampleEvery, 1)
      const sources: Sources = {
        resilience: yield* Resilience,
        bus: yield* EventBus.Current,
        traces: yield* Effect.serviceOption(TraceStore.TraceStore),
        alerts: yield* Effect.serviceOption(AlertManager.AlertManager),
        health: yield* Effect.serviceOption(Health.Health),
        journal: yield* Effect.serviceOption(Journal.Journal)
      }
      const picture = take(sources)
      const ref = yield* SubscriptionRef.make(yield* picture)
      const current = Effect.tap(picture, (snapshot) => SubscriptionRef.set(ref, snapshot))
      const sample = Effect.gen(function* () {
        if (!sources.bus.active) return
        const { at, services } = yield* picture
        for (const service of services) {
          if (service.called) sources.bus.publishUnsafe(sampleOf(service, at))
        }
      })
      // The last word is a sample too, so that a short program leaves its numbers behind.
      yield* Effect.addFinalizer(() => Effect.ignoreCause(sample))
      yield* Effect.forkScoped(again(current, every))
      yield* Effect.forkScoped(again(sample, sampleEvery))
      return { ref, current, changes: SubscriptionRef.changes(ref) }
    })
  )
