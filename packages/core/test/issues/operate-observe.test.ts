import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Metric, PlatformError } from "effect"
import * as EventBus from "../../src/event/EventBus.ts"
import type { ResilienceEvent } from "../../src/event/ResilienceEvent.ts"
import * as Journal from "../../src/observe/Journal.ts"
import * as Metrics from "../../src/observe/Metrics.ts"

const rejected = (n: number): ResilienceEvent => ({
  _tag: "LimiterRejected",
  at: n,
  policy: "t",
  service: "t",
  key: "t",
  limit: "1/s",
  reason: "exceeded"
})
const full = PlatformError.systemError({ _tag: "Unknown", module: "FileSystem", method: "write", description: "full" })

describe("the journal", () => {
  it.effect("gives up no more than what is too much", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const directory = yield* fs.makeTempDirectoryScoped()
      const broken = Layer.succeed(FileSystem.FileSystem, { ...fs, writeFile: () => Effect.fail(full) })
      yield* Effect.gen(function* () {
        const bus = yield* EventBus.Current
        const journal = yield* Journal.Journal
        for (let n = 0; n < 10; n++) bus.publishUnsafe(rejected(n))
        yield* journal.flush
        bus.publishUnsafe(rejected(10))
        yield* journal.flush
        // JournalFailed is a record too.
        expect(yield* journal.stats).toMatchObject({ waiting: 10, lost: 2 })
      }).pipe(
        Effect.provide(
          Journal.layer({ directory, maxWaiting: 10 }).pipe(Layer.provideMerge(EventBus.layer()), Layer.provide(broken))
        )
      )
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )
})

describe("metrics", () => {
  it.effect("do not count again what was lost before they listened", () =>
    Effect.gen(function* () {
      const bus = yield* EventBus.make({ capacity: 4 })
      const lost = (context: string) =>
        Effect.scoped(
          Effect.gen(function* () {
            yield* Layer.build(Metrics.layer)
            if (context === "first") for (let n = 0; n < 10; n++) bus.publishUnsafe(rejected(n))
            else bus.publishUnsafe(rejected(0))
            yield* bus.settled
          }).pipe(Effect.provideService(EventBus.Current, bus))
        )
      yield* lost("first")
      yield* lost("second")
      const series = (yield* Metric.snapshot).filter(({ id }) => id.includes("dropped"))
      expect(series.map(({ state }) => state)).toMatchObject([{ count: bus.statsUnsafe().dropped }])
    }).pipe(Effect.provideService(Metric.MetricRegistry, new Map()))
  )
})
