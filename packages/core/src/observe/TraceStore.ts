/**
 * The last traces, to be asked: which calls were there, which failed, how long they took.
 *
 * @example
 * ```ts
 * import { EventBus, Resilience, TraceStore } from "@skippy/core"
 * import { Effect, Layer } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const traces = yield* TraceStore.TraceStore
 *   yield* Effect.succeed("report").pipe(Resilience.call({ service: "reports", operation: "fetch" }))
 *   yield* Effect.fail("no such report").pipe(Resilience.call({ service: "reports", operation: "fetch" }), Effect.ignore)
 *   const [last] = yield* traces.recent()
 *   console.log(last?.operation, last?.outcome, last?.error)
 *   console.log((yield* traces.statistics()).successRate)
 * })
 *
 * // The store listens from before the first call on, on the same bus as the pipelines.
 * const layer = Layer.mergeAll(TraceStore.layer(), Resilience.layer()).pipe(Layer.provideMerge(EventBus.layer()))
 *
 * await Effect.runPromise(program.pipe(Effect.provide(layer)))
 * ```
 *
 * ```text
 * fetch failure no such report
 * 0.5
 * ```
 *
 * @module
 */
import { Context, Effect, Layer, Schema } from "effect"
import { checkInteger } from "../error/InvalidOptionError.ts"
import * as EventBus from "../event/EventBus.ts"
import { onTrace } from "./CallFeed.ts"
import * as Trace from "./RequestTrace.ts"

/** One call, with a line for each attempt. */
export const RequestTrace = Trace.RequestTrace
/** One call, with a line for each attempt. */
export type RequestTrace = Trace.RequestTrace

/** How many traces are kept. */
export interface Options {
  /** Above it the oldest go. Default 1,000. */
  readonly capacity?: number | undefined
}

/** The defaults, in one place. */
export const defaults = { capacity: 1000 } as const

/** What the kept traces say together. Quantiles are nearest-rank, in milliseconds; 0 without traces. */
export const TraceStatistics = Schema.Struct({
  calls: Schema.Finite,
  failed: Schema.Finite,
  /** From 0 to 1; 1 without traces. */
  successRate: Schema.Finite,
  p50: Schema.Finite,
  p95: Schema.Finite,
  p99: Schema.Finite
})
/** What the kept traces say together. */
export type TraceStatistics = typeof TraceStatistics.Type

/** The last traces. Lists have the newest first. */
export interface Shape {
  readonly recent: (count?: number) => Effect.Effect<ReadonlyArray<RequestTrace>>
  readonly byService: (service: string) => Effect.Effect<ReadonlyArray<RequestTrace>>
  readonly failed: Effect.Effect<ReadonlyArray<RequestTrace>>
  readonly byId: (requestId: string) => Effect.Effect<RequestTrace | undefined>
  /** Of all kept traces, or of those of one service. */
  readonly statistics: (service?: string) => Effect.Effect<TraceStatistics>
}

/** The nearest rank: so much of the sorted numbers, `share` of them, is at most the answer; 0 without numbers. */
export const quantile = (sorted: ReadonlyArray<number>, share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0

const statisticsOf = (traces: ReadonlyArray<RequestTrace>): TraceStatistics => {
  const durations = traces.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b)
  const failed = traces.filter(({ success }) => !success).length
  return {
    calls: traces.length,
    failed,
    successRate: traces.length === 0 ? 1 : 1 - failed / traces.length,
    p50: quantile(durations, 0.5),
    p95: quantile(durations, 0.95),
    p99: quantile(durations, 0.99)
  }
}

/** The last traces. */
export class TraceStore extends Context.Service<TraceStore, Shape>()("@skippy/core/observe/TraceStore") {}

/** Keeps the traces of the calls of the current bus, from the moment the layer is built. */
export const layer = (options: Options = {}): Layer.Layer<TraceStore> =>
  Layer.effect(
    TraceStore,
    Effect.gen(function* () {
      const capacity = checkInteger("TraceStore", "capacity", options.capacity ?? defaults.capacity, 1)
      const bus = yield* EventBus.Current
      // A ring: a thousand entries are searched faster than a map of them is kept.
      const ring: Array<RequestTrace> = []
      let next = 0
      yield* onTrace((trace) => {
        ring[next] = trace
        next = (next + 1) % capacity
      })
      // A question sees every call that has ended before it.
      const all = Effect.map(bus.settled, () => [...ring.slice(next), ...ring.slice(0, next)].toReversed())
      return {
        recent: (count = capacity) => Effect.map(all, (traces) => traces.slice(0, count)),
        byService: (service) => Effect.map(all, (traces) => traces.filter((trace) => trace.service === service)),
        failed: Effect.map(all, (traces) => traces.filter(({ success }) => !success)),
        byId: (requestId) => Effect.map(all, (traces) => traces.find((trace) => trace.requestId === requestId)),
        statistics: (service) =>
          Effect.map(all, (traces) =>
            statisticsOf(service === undefined ? traces : traces.filter((trace) => trace.service === service))
          )
      }
    })
  )
