/**
 * The metrics of all programs that write one journal: what they counted is counted again from their records, under the
 * same names, and goes on as the journal grows.
 *
 * Counters and histograms go back as far as the journal does, and never go down while one of these is open, also when old
 * files are removed meanwhile. Gauges are of now: the state of circuits, what remains of limits and what caches hold come
 * from whoever can look; what only a running program knows (queues, health) is not here.
 *
 * @example
 * ```ts
 * import { EventBus, Journal, MetricHistory, Resilience } from "@skippy/core"
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { Effect, FileSystem, Layer } from "effect"
 *
 * const call = Effect.succeed("report").pipe(Resilience.call({ service: "reports", operation: "fetch" }))
 *
 * const program = Effect.gen(function* () {
 *   const directory = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
 *   const layer = Layer.mergeAll(Journal.layer({ directory }), Resilience.layer()).pipe(
 *     Layer.provideMerge(EventBus.layer())
 *   )
 *   // Two programs, one after the other.
 *   for (let n = 0; n < 2; n++) yield* Effect.provide(call, Layer.fresh(layer))
 *
 *   const history = yield* MetricHistory.make({ directory })
 *   const text = yield* history.prometheus
 *   console.log(text.split("\n").filter((line) => line.startsWith("skippy_calls_total")).join("\n"))
 * })
 *
 * await Effect.runPromise(program.pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))
 * ```
 *
 * ```text
 * skippy_calls_total{service="reports",operation="fetch",outcome="success",provenance="live"} 2
 * ```
 *
 * @module
 */
import { Context, Effect, type FileSystem, Metric, Option, type PlatformError, Schema, Semaphore } from "effect"
import { PrometheusMetrics } from "effect/observability"
import type { CircuitStateName } from "../event/ResilienceEvent.ts"
import * as Journal from "./Journal.ts"
import { metrics } from "./MetricNames.ts"
import { record, Series, setCircuit } from "./MetricSeries.ts"
import { eventsOf } from "./RequestTrace.ts"

/** What a service says of itself now. */
export interface Level {
  readonly service: string
  readonly circuit?: CircuitStateName | undefined
  /** Calls the tightest limit allows. */
  readonly remaining?: number | undefined
  /** Answers its cache holds. */
  readonly entries?: number | undefined
}

/** Where the journal is, and what the services say now. */
export interface Options extends Pick<Journal.ReadOptions, "decompress" | "directory"> {
  /** Asked for each reading. Default: nothing is known. */
  readonly levels?: Effect.Effect<ReadonlyArray<Level>> | undefined
}

const labels = Schema.Record(Schema.String, Schema.String)

/** A number that only grows, or one that goes up and down. */
export const NumberMetric = Schema.Struct({
  name: Schema.String,
  type: Schema.Literals(["counter", "gauge"]),
  help: Schema.String,
  series: Schema.Array(Schema.Struct({ labels, value: Schema.Finite }))
})
/** How often something took how long, in seconds. */
export const HistogramMetric = Schema.Struct({
  name: Schema.String,
  type: Schema.Literal("histogram"),
  help: Schema.String,
  series: Schema.Array(
    Schema.Struct({
      labels,
      count: Schema.Int,
      sum: Schema.Finite,
      /** How many took at most `le`; those that took longer than the last are in `count` only. */
      buckets: Schema.Array(Schema.Struct({ le: Schema.Finite, count: Schema.Int }))
    })
  )
})

/** What is counted. */
export const Reading = Schema.Struct({
  /** Records of the journal that are counted, and the first and last of them; milliseconds since the epoch. */
  records: Schema.Int,
  from: Schema.optionalKey(Schema.Finite),
  until: Schema.optionalKey(Schema.Finite),
  /** Lines of the journal that cannot be read. */
  broken: Schema.Int,
  /** Those that have a value, in the order of their definition. */
  metrics: Schema.Array(Schema.Union([NumberMetric, HistogramMetric]))
})
/** What is counted. */
export type Reading = typeof Reading.Type

/** The metrics of a journal. Each reading looks at what is new in it first. */
export interface Shape {
  readonly reading: Effect.Effect<Reading, PlatformError.PlatformError>
  /** The same as Prometheus reads it (https://prometheus.io/docs/instrumenting/exposition_formats/). */
  readonly prometheus: Effect.Effect<string, PlatformError.PlatformError>
}

type Snapshot = Metric.Metric.Snapshot

const labelled = ({ attributes }: Snapshot) => ({ labels: { ...attributes } })

const numberOf = (one: Snapshot) => {
  switch (one.type) {
    case "Counter":
      return [{ ...labelled(one), value: Number(one.state.count) }]
    case "Gauge":
      return [{ ...labelled(one), value: Number(one.state.value) }]
    default:
      return []
  }
}

const histogramOf = (one: Snapshot) =>
  one.type === "Histogram"
    ? [
        {
          ...labelled(one),
          count: one.state.count,
          sum: one.state.sum,
          buckets: one.state.buckets.flatMap(([le, count]) => (Number.isFinite(le) ? [{ le, count }] : []))
        }
      ]
    : []

const familiesOf = (all: ReadonlyArray<Snapshot>): Reading["metrics"] => {
  const byName = Map.groupBy(all, ({ id }) => id)
  return Object.values(metrics).flatMap(({ help, name, type }): Reading["metrics"] => {
    const own = byName.get(name) ?? []
    if (own.length === 0) return []
    return type === "histogram"
      ? [{ name, type, help, series: own.flatMap(histogramOf) }]
      : [{ name, type, help, series: own.flatMap(numberOf) }]
  })
}

/** Counts what a journal has, from its first record on. */
export const make = (options: Options): Effect.Effect<Shape, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const { decompress, directory, levels = Effect.succeed([]) } = options
    const look = yield* Journal.scan({ directory, decompress })
    const registry: Context.Context<never> = Context.make(Metric.MetricRegistry, new Map())
    const past = new Series(registry, true)
    const present = new Series(registry)
    let records = 0
    let broken = 0
    let from = Infinity
    let until = -Infinity

    const count = (one: Journal.JournalRecord): void => {
      records++
      from = Math.min(from, one.at)
      until = Math.max(until, one.at)
      for (const event of one._tag === "Trace" ? eventsOf(one.trace) : [one.event]) {
        record(past, event)
        // A running program counts these where they are lost; here there is only what it said of them.
        if (event._tag === "EventsDropped") past.count("eventsDropped", event.count)
      }
    }
    const show = ({ circuit, entries, remaining, service }: Level): void => {
      if (circuit !== undefined) setCircuit(present, service, circuit)
      if (remaining !== undefined) present.set("limiterRemaining", remaining, service)
      if (entries !== undefined) present.set("cacheEntries", entries, service)
    }
    // Two readings at once must not both look.
    const refresh = Semaphore.makeUnsafe(1).withPermit(
      Effect.gen(function* () {
        yield* look((record) => {
          if (Option.isSome(record)) count(record.value)
          else broken++
        })
        past.flush()
        for (const level of yield* levels) show(level)
      })
    )
    return {
      reading: Effect.map(refresh, () => ({
        records,
        ...(records === 0 ? {} : { from, until }),
        broken,
        metrics: familiesOf(Metric.snapshotUnsafe(registry))
      })),
      prometheus: Effect.map(refresh, () => PrometheusMetrics.formatUnsafe(registry))
    }
  })
