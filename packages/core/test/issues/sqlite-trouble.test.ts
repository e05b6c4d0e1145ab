import { mkdirSync, readdirSync, symlinkSync } from "node:fs"
import * as sqlite from "node:sqlite"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { TestClock } from "effect/testing"
import * as CircuitBreaker from "../../src/policy/CircuitBreaker.ts"
import * as RateLimiter from "../../src/policy/RateLimiter.ts"
import * as SqliteStores from "../../src/store/sqlite/SqliteStoresNode.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"
import { database, directory, processOn, scribble } from "../store/sqlite/support.ts"

describe("a file that can be locked but not written, as on a full disk", () => {
  it.effect("is not taken for well again and again", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const path = yield* directory
      yield* Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({
          name: "reports",
          limits: RateLimiter.fixedWindow({ limit: 1000, per: "1 day" })
        })
        yield* limiter.acquire()
        scribble(
          `${path}/state.db`,
          ...["INSERT", "UPDATE", "DELETE"].flatMap((change) =>
            ["limits", "names"].map(
              (table) =>
                `CREATE TRIGGER full_${change}_${table} BEFORE ${change} ON ${table} BEGIN SELECT RAISE(ABORT, 'full'); END`
            )
          )
        )
        for (let n = 0; n < 100; n++) {
          yield* limiter.acquire()
          yield* TestClock.adjust("1 second")
        }
        expect([probe.of("StoreAway").length, probe.of("StoreBack").length]).toEqual([1, 0])
      }).pipe(Effect.provide(SqliteStores.layer({ directory: path })))
    }).pipe(probe.provide, Effect.scoped)
  })
})

describe("a file behind a link", () => {
  it.effect("that is torn is set aside where it is, with its log", () =>
    Effect.gen(function* () {
      const path = yield* directory
      mkdirSync(`${path}/real`)
      scribble(`${path}/real/state.db`, "CREATE TABLE other (a)")
      symlinkSync(`${path}/real/state.db`, `${path}/state.db`)
      const { warnings } = yield* database(`${path}/state.db`)
      expect(warnings.length).toBe(1)
      expect(readdirSync(path).toSorted()).toEqual(["real", "state.db"])
      expect(readdirSync(`${path}/real`)).toContain("state.db.1970-01-01T00-00-00.000Z.aside")
    }).pipe(Effect.scoped)
  )
})

describe("an older Node, which does not tell whether a file is open or in a transaction", () => {
  it.effect("undoes what failed, and closes what it opened", () =>
    Effect.gen(function* () {
      let closed = 0
      const hidden = new Set<string | symbol>(["isOpen", "isTransaction"])
      const older = new Proxy(sqlite.DatabaseSync, {
        construct: (DatabaseSync, [file, options]) => {
          const database = new DatabaseSync(file, options)
          return new Proxy(database, {
            get: (_, name) => {
              if (hidden.has(name)) return undefined
              if (name === "close") closed++
              const value: unknown = Reflect.get(database, name)
              return typeof value === "function" ? value.bind(database) : value
            }
          })
        }
      })
      const file = `${yield* directory}/state.db`
      const { database: here } = yield* database(file, { sqlite: { ...sqlite, DatabaseSync: older } })
      const failure = new Error("in the middle")
      expect(() =>
        here.write(() => {
          throw failure
        })
      ).toThrow(failure)
      expect(here.write(() => "fine")).toBe("fine")
      here.close()
      here.close()
      expect(closed).toBe(1)
    }).pipe(Effect.scoped)
  )
})

it.effect("a lock is not waited for for ever", () =>
  Effect.gen(function* () {
    const path = yield* directory
    const made = yield* Effect.exit(
      Effect.scoped(SqliteStores.makeRaw({ directory: path, busyTimeout: Number.POSITIVE_INFINITY }))
    )
    expect(String(made)).toContain("busyTimeout")
  }).pipe(Effect.scoped)
)

it.effect("a circuit in a file is open for its open time when the clock is set back", () =>
  Effect.gen(function* () {
    const breaker = yield* Effect.provide(
      CircuitBreaker.make({ name: "reports", consecutiveFailures: 1 }),
      yield* processOn(yield* directory)
    )
    yield* TestClock.adjust("1 hour")
    yield* Effect.exit(Effect.fail("down").pipe(breaker))
    yield* TestClock.setTime(0)
    expect(Exit.isFailure(yield* Effect.exit(Effect.void.pipe(breaker)))).toBe(true)
    yield* TestClock.adjust("59 seconds")
    expect(Exit.isFailure(yield* Effect.exit(Effect.void.pipe(breaker)))).toBe(true)
    yield* TestClock.adjust("1 second")
    yield* Effect.void.pipe(breaker)
  }).pipe(Effect.scoped)
)
