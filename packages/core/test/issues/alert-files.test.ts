import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, FileSystem, Layer, Option, PlatformError, type Scope } from "effect"
import { TestClock } from "effect/testing"
import * as EventBus from "../../src/event/EventBus.ts"
import type { ResilienceEvent } from "../../src/event/ResilienceEvent.ts"
import * as LineFile from "../../src/file/LineFile.ts"
import { encode } from "../../src/file/Utf8.ts"
import * as Journal from "../../src/observe/Journal.ts"

const rejected = (n: number): ResilienceEvent => ({
  _tag: "LimiterRejected",
  at: n,
  policy: "t",
  service: "t",
  key: "t",
  limit: "1/s",
  reason: "exceeded"
})

const temporary = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped())
const options = { name: "x", maxBytes: 1e6, maxAgeMillis: 1e12, maxTotalBytes: 1e9, compress: undefined } as const
const scoped = <A, E>(effect: Effect.Effect<A, E, FileSystem.FileSystem | Scope.Scope>) =>
  Effect.scoped(effect).pipe(Effect.provide(NodeFileSystem.layer))

const decode = (line: string) => Option.some(line)
const broke = PlatformError.systemError({ _tag: "Unknown", module: "FileSystem", method: "write", description: "full" })

describe("a file of lines", () => {
  it.effect("keeps both when two files are set aside within one millisecond", () =>
    scoped(
      Effect.gen(function* () {
        const directory = yield* temporary
        const file = yield* LineFile.make({ ...options, directory, maxBytes: 10 })
        for (const line of ["one\n12345678", "two\n12345678", "three\n123456"])
          yield* file.append(encode(`${line}\n`), 1000)
        const { values } = yield* LineFile.read({ directory, name: "x", decode })
        expect(values.filter((line) => /^[a-z]/.test(line))).toEqual(["one", "two", "three"])
      })
    )
  )

  it.effect("is read once when a crash came between compressing and removing", () =>
    scoped(
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const directory = yield* temporary
        for (const name of ["x-20251116T143025123Z.jsonl", "x-20251116T143025123Z.jsonl.gz"]) {
          yield* fs.writeFileString(`${directory}/${name}`, "one\ntwo\n")
        }
        const { values } = yield* LineFile.read({
          directory,
          name: "x",
          decode,
          decompress: (bytes) => Effect.succeed(new TextDecoder().decode(bytes))
        })
        expect(values).toEqual(["one", "two"])
      })
    )
  )

  it.effect("leaves no half compressed files behind for ever", () =>
    scoped(
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const directory = yield* temporary
        yield* fs.writeFileString(`${directory}/x-20250101T000000000Z.jsonl.gz.partial`, "x".repeat(5000))
        const file = yield* LineFile.make({ ...options, directory, maxBytes: 10, maxTotalBytes: 100 })
        for (let n = 0; n < 5; n++) yield* file.append(encode("123456789\n"), n * 1000)
        expect((yield* fs.readDirectory(directory)).filter((name) => name.endsWith(".partial"))).toEqual([])
      })
    )
  )

  it.effect("can be read while the oldest file goes", () =>
    scoped(
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const directory = yield* temporary
        const oldest = `${directory}/x-20250101T000000000Z.jsonl`
        yield* fs.writeFileString(oldest, "old\n")
        yield* fs.writeFileString(`${directory}/x.jsonl`, "new\n")
        const racing = FileSystem.FileSystem.of({
          ...fs,
          readDirectory: (...all) => Effect.tap(fs.readDirectory(...all), () => Effect.ignore(fs.remove(oldest)))
        })
        const { values } = yield* LineFile.read({ directory, name: "x", decode }).pipe(
          Effect.provideService(FileSystem.FileSystem, racing)
        )
        expect(values).toEqual(["new"])
      })
    )
  )
})

describe("the journal", () => {
  it.effect("goes on when compressing dies", () =>
    scoped(
      Effect.gen(function* () {
        const directory = yield* temporary
        const layer = Journal.layer({ directory, maxBytes: 10, compress: () => Effect.die(new Error("zlib")) }).pipe(
          Layer.provideMerge(EventBus.layer())
        )
        yield* Effect.gen(function* () {
          const bus = yield* EventBus.Current
          const journal = yield* Journal.Journal
          for (let n = 0; n < 4; n++) {
            bus.publishUnsafe(rejected(n))
            yield* journal.flush
          }
          const { lost, waiting, written } = yield* journal.stats
          expect([lost + waiting + written, waiting]).toEqual([4, 0])
        }).pipe(
          Effect.provide(layer),
          Effect.exit,
          Effect.flatMap((exit) => exit)
        )
      })
    )
  )

  it.effect("loses no record when a flush is interrupted while the disk fails", () =>
    scoped(
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const directory = yield* temporary
        const started = yield* Deferred.make<void>()
        const go = yield* Deferred.make<void>()
        let well = false
        const failing = FileSystem.FileSystem.of({
          ...fs,
          writeFile: (...all) =>
            well
              ? fs.writeFile(...all)
              : Deferred.succeed(started, undefined).pipe(
                  Effect.andThen(Deferred.await(go)),
                  Effect.andThen(Effect.fail(broke))
                )
        })
        const layer = Journal.layer({ directory, flushEvery: "1 hour" }).pipe(Layer.provideMerge(EventBus.layer()))
        yield* Effect.gen(function* () {
          const bus = yield* EventBus.Current
          const journal = yield* Journal.Journal
          for (let n = 0; n < 3; n++) bus.publishUnsafe(rejected(n))
          yield* TestClock.adjust(0)
          expect((yield* journal.stats).waiting).toBe(3)
          const fiber = yield* Effect.forkChild(journal.flush, { startImmediately: true })
          yield* Deferred.await(started)
          const stop = yield* Effect.forkChild(Fiber.interrupt(fiber), { startImmediately: true })
          yield* Deferred.succeed(go, undefined)
          yield* Fiber.await(stop)
          well = true
          yield* journal.flush
          expect(yield* journal.stats).toMatchObject({ lost: 0, waiting: 0, written: 3 })
        }).pipe(Effect.provide(layer), Effect.provideService(FileSystem.FileSystem, failing))
      })
    )
  )
})
