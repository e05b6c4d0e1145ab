import { gunzip, gzip } from "node:zlib"
import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, PlatformError, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as AlertManager from "../../src/alert/AlertManager.ts"
import * as EventBus from "../../src/event/EventBus.ts"
import * as Journal from "../../src/observe/Journal.ts"
import { Resilience } from "../../src/pipeline/Resilience.ts"

const compress = (bytes: Uint8Array) =>
  Effect.callback<Uint8Array>((resume) => gzip(bytes, (_, packed) => resume(Effect.succeed(packed))))
const decompress = (bytes: Uint8Array) =>
  Effect.callback<string>((resume) => gunzip(bytes, (_, text) => resume(Effect.succeed(text.toString("utf8")))))

const services = { reports: { retry: false, circuitBreaker: { consecutiveFailures: 2 } } } as const

const recorded = (options: Journal.Options) => Layer.mergeAll(Journal.layer(options), Resilience.layer({ services }))
const live = (options: Journal.Options) => recorded(options).pipe(Layer.provideMerge(EventBus.layer()))

const call = (effect: Effect.Effect<string, string>) =>
  Effect.exit(effect.pipe(Resilience.call({ service: "reports", operation: "fetch" })))

/** Some calls in a program with a journal, which is over when this is done. */
const program = (options: Journal.Options, calls: Effect.Effect<unknown, never, Resilience | Journal.Journal>) =>
  Effect.scoped(Effect.flatMap(Layer.build(live(options)), (context) => Effect.provideContext(calls, context)))

const outage = Effect.all([
  call(Effect.succeed("one")),
  call(Effect.fail("down")),
  call(Effect.fail("down")),
  call(Effect.succeed("two"))
])

const inFolder = (
  body: (directory: string, fs: FileSystem.FileSystem) => Effect.Effect<void, unknown, FileSystem.FileSystem>
) =>
  Effect.scoped(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      yield* body(`${yield* fs.makeTempDirectoryScoped()}/metrics`, fs)
    })
  ).pipe(Effect.provide(NodeFileSystem.layer))

/** A file system that refuses to append while `refuse` says so, like a full disk. */
const refusing = (fs: FileSystem.FileSystem, refuse: () => boolean) =>
  FileSystem.FileSystem.of({
    ...fs,
    writeFile: (path, data, options) =>
      refuse()
        ? Effect.andThen(
            fs.writeFile(path, data.slice(0, 10), options),
            Effect.fail(
              PlatformError.systemError({
                _tag: "Unknown",
                module: "FileSystem",
                method: "write",
                description: "disk full"
              })
            )
          )
        : fs.writeFile(path, data, options)
  })

describe("the journal", () => {
  it.effect("tells an outage from its files alone, after the program is over", () =>
    inFolder((directory) =>
      Effect.gen(function* () {
        yield* program({ directory }, outage)
        const { broken, records } = yield* Journal.read({ directory })
        expect(broken).toBe(0)
        const traces = records.flatMap((record) => (record._tag === "Trace" ? [record.trace] : []))
        expect(traces.map(({ attempts, error, outcome }) => [outcome, attempts, error])).toEqual([
          ["success", 1, undefined],
          ["failure", 1, "down"],
          ["failure", 1, "down"],
          ["failure", 0, expect.stringContaining("CircuitOpenError")]
        ])
        const events = yield* Stream.runCollect(Journal.replay({ directory }))
        expect(events.map(({ _tag }) => _tag)).toEqual(["CircuitTransition", "CircuitRejected"])
        const one = yield* Journal.read({ directory, filter: { requestId: traces[3]!.requestId } })
        expect(one.records.map(({ _tag }) => _tag).toSorted()).toEqual(["Event", "Trace"])
        expect((yield* Journal.read({ directory, filter: { service: "other" } })).records).toEqual([])
      })
    )
  )

  it.effect("writes on a timer, so that a crash costs at most the last batch", () =>
    inFolder((directory) =>
      program(
        { directory, flushEvery: "1 second" },
        Effect.gen(function* () {
          const journal = yield* Journal.Journal
          yield* call(Effect.succeed("one"))
          yield* TestClock.adjust(0)
          expect(yield* journal.stats).toMatchObject({ written: 0, waiting: 1 })
          yield* TestClock.adjust("1 second")
          yield* journal.flush
          expect(yield* journal.stats).toMatchObject({ written: 1, waiting: 0, lost: 0 })
        })
      )
    )
  )

  it.effect("skips and counts a line that a crash has left, and does not lose the next one to it", () =>
    inFolder((directory, fs) =>
      Effect.gen(function* () {
        yield* program({ directory }, call(Effect.succeed("one")))
        yield* fs.writeFileString(`${directory}/performance.jsonl`, `{"_tag":"Trace","at":17`, { flag: "a" })
        yield* program({ directory }, call(Effect.succeed("two")))
        const { broken, records } = yield* Journal.read({ directory })
        expect([broken, records.length]).toEqual([1, 2])
      })
    )
  )

  it.effect("sets large and old files aside, compresses them, and keeps no more than it may", () =>
    inFolder((directory, fs) =>
      Effect.gen(function* () {
        const options = { directory, compress, maxBytes: 2000, maxTotalBytes: 1500 }
        const batch = Effect.gen(function* () {
          const journal = yield* Journal.Journal
          for (let n = 0; n < 60; n++) {
            yield* call(Effect.succeed(`report ${n}`))
            yield* TestClock.adjust("10 millis")
            yield* journal.flush
          }
        })
        yield* program(options, batch)
        const files = yield* fs.readDirectory(directory)
        const aside = files.filter((file) => file.endsWith(".jsonl.gz"))
        expect(aside.length).toBeGreaterThan(1)
        expect(files.filter((file) => file.endsWith(".partial"))).toEqual([])
        const sizes = yield* Effect.forEach(aside, (file) =>
          Effect.map(fs.stat(`${directory}/${file}`), ({ size }) => Number(size))
        )
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(1500)
        const all = yield* Journal.read({ directory, decompress })
        const unpacked = yield* Journal.read({ directory })
        expect(all.broken).toBe(0)
        expect(all.records.length).toBeGreaterThan(unpacked.records.length)
        yield* TestClock.adjust("25 hours")
        yield* program({ ...options, maxBytes: 1_000_000 }, call(Effect.succeed("next day")))
        const [today] = (yield* fs.readFileString(`${directory}/performance.jsonl`)).split("\n")
        expect(JSON.parse(today ?? "").trace.operation).toBe("fetch")
      })
    )
  )

  it.effect("lets calls go on when the disk is full, warns once, and writes everything when there is room again", () =>
    inFolder((directory, fs) =>
      Effect.gen(function* () {
        let full = true
        yield* program(
          { directory },
          Effect.gen(function* () {
            const journal = yield* Journal.Journal
            expect(yield* call(Effect.succeed("one"))).toMatchObject({ _tag: "Success" })
            yield* TestClock.adjust(0)
            yield* journal.flush
            yield* journal.flush
            expect(yield* journal.stats).toMatchObject({ written: 0, lost: 0 })
            expect((yield* journal.stats).failure).toContain("disk full")
            full = false
            yield* journal.flush
            expect(yield* journal.stats).toMatchObject({ written: 2, lost: 0, failure: undefined })
          })
        ).pipe(
          Effect.provideService(
            FileSystem.FileSystem,
            refusing(fs, () => full)
          )
        )
        const { broken, records } = yield* Journal.read({ directory })
        expect(broken).toBe(0)
        expect(records.map((record) => (record._tag === "Event" ? record.event._tag : record._tag))).toEqual([
          "Trace",
          "JournalFailed",
          "JournalRecovered"
        ])
      })
    )
  )

  it.effect("raises one alert while the disk is full, and resolves it when there is room again", () =>
    inFolder((directory, fs) => {
      let full = true
      return Effect.gen(function* () {
        const context = yield* Layer.build(
          Layer.merge(recorded({ directory }), AlertManager.layer()).pipe(Layer.provideMerge(EventBus.layer()))
        )
        yield* Effect.gen(function* () {
          const journal = yield* Journal.Journal
          const { recent } = yield* AlertManager.AlertManager
          for (let n = 0; n < 5; n++) {
            yield* call(Effect.succeed("report"))
            yield* journal.flush
          }
          expect((yield* recent()).map(({ alert, status }) => `${status} ${alert.name}`)).toEqual([
            "firing JournalFailing"
          ])
          full = false
          yield* journal.flush
          expect((yield* recent()).at(-1)).toMatchObject({ status: "resolved", alert: { name: "JournalFailing" } })
        }).pipe(Effect.provideContext(context))
      }).pipe(
        Effect.scoped,
        Effect.provideService(
          FileSystem.FileSystem,
          refusing(fs, () => full)
        )
      )
    })
  )

  it.effect("gives up the oldest when too many wait, and counts them", () =>
    inFolder((directory, fs) =>
      program(
        { directory, maxWaiting: 3 },
        Effect.gen(function* () {
          const journal = yield* Journal.Journal
          for (let n = 0; n < 10; n++) yield* call(Effect.succeed("report"))
          yield* TestClock.adjust(0)
          yield* journal.flush
          // The fourth says that the journal fails.
          expect(yield* journal.stats).toMatchObject({ written: 0, waiting: 4, lost: 7 })
        })
      ).pipe(
        Effect.provideService(
          FileSystem.FileSystem,
          refusing(fs, () => true)
        )
      )
    )
  )

  it.effect("makes its folder again when somebody has removed it", () =>
    inFolder((directory, fs) =>
      program(
        { directory },
        Effect.gen(function* () {
          const journal = yield* Journal.Journal
          yield* call(Effect.succeed("one"))
          yield* TestClock.adjust(0)
          yield* journal.flush
          yield* Effect.orDie(fs.remove(directory, { recursive: true }))
          yield* call(Effect.succeed("two"))
          yield* TestClock.adjust(0)
          yield* journal.flush
          expect(yield* journal.stats).toMatchObject({ written: 2, failure: undefined })
        })
      )
    )
  )
})
