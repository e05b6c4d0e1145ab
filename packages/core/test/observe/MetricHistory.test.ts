import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Metric, Random, Schema } from "effect"
import { TestClock } from "effect/testing"
import { PrometheusMetrics } from "effect/observability"
import * as AlertManager from "../../src/alert/AlertManager.ts"
import * as EventBus from "../../src/event/EventBus.ts"
import * as Journal from "../../src/observe/Journal.ts"
import * as MetricHistory from "../../src/observe/MetricHistory.ts"
import { metrics as definitions } from "../../src/observe/MetricNames.ts"
import * as Metrics from "../../src/observe/Metrics.ts"
import { Resilience } from "../../src/pipeline/Resilience.ts"

const services = {
  reports: {
    timeout: "50 millis",
    retry: { maxAttempts: 3, baseDelay: "10 millis", maxDelay: "20 millis" },
    circuitBreaker: { consecutiveFailures: 3, openFor: "200 millis", successThreshold: 1 },
    rateLimit: { limits: [{ algorithm: "tokenBucket", limit: 20, per: "1 second", burst: 5 }] },
    bulkhead: { concurrency: 2 },
    cache: { ttl: "1 second", staleIfError: "1 hour" },
    hedge: { after: "20 millis" }
  }
} as const

const live = (directory: string) =>
  Layer.mergeAll(
    Metrics.layer,
    AlertManager.layer(),
    Journal.layer({ directory }),
    Resilience.layer({ services })
  ).pipe(Layer.provideMerge(EventBus.layer()), Layer.provideMerge(Layer.sync(Metric.MetricRegistry, () => new Map())))

const inFolder = <A>(body: (directory: string) => Effect.Effect<A, unknown, FileSystem.FileSystem>) =>
  Effect.scoped(
    Effect.gen(function* () {
      return yield* body(`${yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()}/metrics`)
    })
  ).pipe(Effect.provide(NodeFileSystem.layer))

/** An hour of calls of all fates. */
const calls = Effect.gen(function* () {
  for (let n = 0; n < 120; n++) {
    const fate = yield* Random.nextIntBetween(0, 10)
    const work =
      fate < 6
        ? Effect.delay(Effect.succeed("report"), `${fate * 8} millis`)
        : fate === 6
          ? Effect.never
          : Effect.fail("down")
    yield* Effect.forkChild(
      Effect.exit(
        work.pipe(
          Resilience.call({
            service: "reports",
            operation: n % 3 === 0 ? "fetch" : "list",
            idempotent: true,
            ...(n % 2 === 0 ? { cacheKey: `${n % 4}` } : {})
          })
        )
      )
    )
    yield* TestClock.adjust(`${yield* Random.nextIntBetween(0, 300)} millis`)
  }
  yield* TestClock.adjust("1 minute")
  return yield* PrometheusMetrics.format()
}).pipe(Random.withSeed("an hour of calls"))

const gauges = Object.values(definitions).flatMap(({ name, type }) => (type === "gauge" ? [name] : []))

/** Counters and histograms, each line with its number to the microsecond. */
const linesOf = (text: string): ReadonlyArray<string> =>
  text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#") && !gauges.some((name) => line.startsWith(`${name}{`)))
    .map((line) => line.replace(/ [\d.e-]+$/, (number) => ` ${Number(number).toFixed(6)}`))
    .toSorted()

const sumOf = ({ metrics }: MetricHistory.Reading, wanted: string): number => {
  let sum = 0
  for (const one of metrics) {
    if (one.name !== wanted) continue
    for (const series of one.series) sum += "value" in series ? series.value : series.count
  }
  return sum
}

describe("the metrics of a journal", () => {
  it.effect("are what the program itself has counted, whatever happened to its calls", () =>
    inFolder((directory) =>
      Effect.gen(function* () {
        const counted = yield* Effect.provide(calls, live(directory))
        const { prometheus } = yield* MetricHistory.make({ directory })
        const lines = linesOf(yield* prometheus)
        expect(lines).toEqual(linesOf(counted))
        for (const part of ["retries_total", "timeouts", "hedges", "staleIfError", '"miss"', '"fresh"', "rejections"])
          expect(lines.join("\n")).toContain(part)
      })
    )
  )

  it.effect("grow with the journal of other programs, and not when a reading finds nothing new", () =>
    inFolder((directory) =>
      Effect.gen(function* () {
        const { reading } = yield* MetricHistory.make({ directory })
        expect(yield* reading).toEqual({ records: 0, broken: 0, metrics: [] })
        const one = Effect.exit(
          Effect.succeed("report").pipe(Resilience.call({ service: "reports", operation: "fetch", idempotent: true }))
        )
        for (let programs = 1; programs <= 3; programs++) {
          yield* Effect.provide(one, Layer.fresh(live(directory)))
          expect(sumOf(yield* reading, "skippy_calls_total")).toBe(programs)
          expect(sumOf(yield* reading, "skippy_call_duration_seconds")).toBe(programs)
        }
      })
    )
  )

  it.effect("never go down while somebody counts, although the journal is gone", () =>
    inFolder((directory) =>
      Effect.gen(function* () {
        yield* Effect.provide(calls, live(directory))
        const { reading } = yield* MetricHistory.make({ directory })
        const before = yield* reading
        yield* (yield* FileSystem.FileSystem).remove(directory, { recursive: true })
        expect(yield* reading).toEqual(before)
        expect(sumOf(before, "skippy_calls_total")).toBe(120)
      })
    )
  )

  it.effect("say what the services say now, and nothing of gauges of the past", () =>
    inFolder((directory) =>
      Effect.gen(function* () {
        yield* Effect.provide(calls, live(directory))
        const bare = yield* (yield* MetricHistory.make({ directory })).reading
        expect(bare.metrics.filter(({ type }) => type === "gauge")).toEqual([])
        const levels = Effect.succeed([{ service: "reports", circuit: "Open", remaining: 3, entries: 2 } as const])
        const { reading } = yield* MetricHistory.make({ directory, levels })
        const told = yield* reading
        expect(sumOf(told, "skippy_limiter_remaining")).toBe(3)
        expect(sumOf(told, "skippy_cache_entries")).toBe(2)
        const states = told.metrics.find(({ name }) => name === "skippy_circuit_state")!.series
        expect(states.filter((one) => "value" in one && one.value === 1).map(({ labels }) => labels["state"])).toEqual([
          "Open"
        ])
        // It is JSON as documented.
        const json = Schema.fromJsonString(MetricHistory.Reading)
        const text = yield* Schema.encodeEffect(json)(told)
        expect(yield* Schema.decodeEffect(json)(text)).toEqual(told)
      })
    )
  )
})
