import { rmSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, FileSystem, Layer } from "effect"
import * as RateLimiter from "../../../src/policy/RateLimiter.ts"
import * as SqliteStores from "../../../src/store/sqlite/SqliteStoresNode.ts"
import * as EventProbe from "../../../src/testing/EventProbe.ts"
import { guarded, heard, limits, underLoad } from "./load.ts"

const temporary = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const directory = yield* fs.makeTempDirectoryScoped()
  return { directory, file: `${directory}/state.db`, layer: SqliteStores.layer({ directory }) }
}).pipe(Effect.provide(NodeFileSystem.layer))

/** What another process reads that has just been started. */
const takenOf = (directory: string) =>
  Effect.gen(function* () {
    const limiter = yield* RateLimiter.make({ name: "load", limits })
    return 10_000_000 - (yield* limiter.remaining)
  }).pipe(Effect.provide(Layer.fresh(SqliteStores.layer({ directory }))))

/** How long a decision waits for a lock, for the pauses of a slow machine besides. */
const patience = 1500

describe("a SQLite file under the load of a few hundred callers", () => {
  it.live(
    "that somebody keeps locked costs no call, and is used again when it is free",
    () => {
      const probe = EventProbe.make()
      return Effect.gen(function* () {
        const { directory, file, layer } = yield* temporary
        yield* Effect.gen(function* () {
          const { call } = yield* guarded
          const intruder = new DatabaseSync(file)
          const tally = yield* underLoad(
            call,
            Effect.gen(function* () {
              yield* Effect.sleep("200 millis")
              const away = yield* Effect.forkChild(heard("StoreAway"))
              yield* Effect.yieldNow
              intruder.exec("BEGIN EXCLUSIVE")
              yield* Fiber.join(away)
              yield* Effect.sleep("500 millis")
              const back = yield* Effect.forkChild(heard("StoreBack"))
              yield* Effect.yieldNow
              intruder.exec("ROLLBACK")
              intruder.close()
              yield* Fiber.join(back)
              yield* Effect.sleep("200 millis")
            })
          )
          expect(tally.others).toEqual([])
          expect(tally.succeeded).toBe(tally.started)
          expect(tally.slowestMillis).toBeLessThan(patience)
          expect(probe.of("StoreAway")).toMatchObject([{ store: "sqlite" }])
          expect(probe.of("StoreBack")).toHaveLength(1)
          const before = yield* takenOf(directory)
          yield* call(1)
          expect(yield* takenOf(directory)).toBe(before + 1)
        }).pipe(Effect.provide(layer))
      }).pipe(probe.provide, Effect.scoped)
    },
    30_000
  )

  it.live(
    "that somebody removes costs no call, and another takes its place",
    () => {
      const probe = EventProbe.make()
      return Effect.gen(function* () {
        const { directory, file, layer } = yield* temporary
        yield* Effect.gen(function* () {
          const { call } = yield* guarded
          const tally = yield* underLoad(
            call,
            Effect.gen(function* () {
              yield* Effect.sleep("200 millis")
              for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true })
              yield* Effect.sleep("1500 millis")
            })
          )
          expect(tally.others).toEqual([])
          expect(tally.succeeded).toBe(tally.started)
          expect(tally.slowestMillis).toBeLessThan(patience)
          const before = yield* takenOf(directory)
          yield* call(1)
          expect(yield* takenOf(directory)).toBe(before + 1)
        }).pipe(Effect.provide(layer))
      }).pipe(probe.provide, Effect.scoped)
    },
    30_000
  )
})
