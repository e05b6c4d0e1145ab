import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Layer } from "effect"
import * as CircuitBreaker from "../../../src/policy/CircuitBreaker.ts"
import * as RateLimiter from "../../../src/policy/RateLimiter.ts"
import * as RetryBudget from "../../../src/policy/RetryBudget.ts"
import { CacheStores } from "../../../src/store/CacheStore.ts"
import * as Decision from "../../../src/store/Decision.ts"
import { StateStore } from "../../../src/store/StateStore.ts"
import * as Migrations from "../../../src/store/sqlite/Migrations.ts"
import { textOf } from "../../../src/store/sqlite/Sql.ts"
import * as SqliteStores from "../../../src/store/sqlite/SqliteStoresNode.ts"
import { writeVersion1 } from "./fixture.ts"
import { database, directory, processOn, scribble, warned } from "./support.ts"

const open = (path: string) => Layer.build(Layer.fresh(SqliteStores.layer({ directory: path })))

const asideIn = (path: string): string => readdirSync(path).find((name) => name.endsWith(".aside")) ?? ""

const set = Effect.flatMap(StateStore, (store) => store.set("a", "1"))
const get = Effect.flatMap(StateStore, (store) => store.get("a"))

describe("the file of the shared state", () => {
  it.effect("is made with its directory, for its owner only, and closed at the end", () =>
    Effect.gen(function* () {
      const path = `${yield* directory}/deep/state`
      const modes = yield* Effect.scoped(
        Effect.gen(function* () {
          yield* Effect.provide(set, yield* processOn(path))
          return [path, ...readdirSync(path).map((name) => `${path}/${name}`)].map(
            (path) => statSync(path).mode & 0o777
          )
        })
      )
      expect(modes).toEqual([0o700, 0o600, 0o600, 0o600, 0o600])
      // SQLite removes its log when the last one closes the file.
      expect(readdirSync(path)).toEqual([".gitignore", "state.db"])
    }).pipe(Effect.scoped)
  )

  it.effect("has the name that is asked for", () =>
    Effect.gen(function* () {
      const path = yield* directory
      yield* Layer.build(SqliteStores.layer({ directory: path, file: "other.db" }))
      expect(existsSync(`${path}/other.db`)).toBe(true)
    }).pipe(Effect.scoped)
  )

  it.effect("of version 1 is read: limits, circuits, budgets, cached values and states", () =>
    Effect.gen(function* () {
      const path = yield* directory
      writeVersion1(`${path}/state.db`)
      const { warnings } = yield* warned(
        Effect.gen(function* () {
          const here = yield* processOn(path)
          yield* Effect.gen(function* () {
            const limits = RateLimiter.fixedWindow({ limit: 5, per: "1 day" })
            const limiter = yield* RateLimiter.make({ name: "reports", limits })
            expect(yield* limiter.remaining).toBe(1)
            const breaker = yield* CircuitBreaker.make({ name: "reports" })
            expect((yield* breaker.view).state).toBe("ForcedOpen")
            const budget = yield* RetryBudget.make({ name: "reports", ratio: 0.5, minPerSecond: 0 })
            expect(yield* budget.balance).toBe(5)
            const cache = (yield* CacheStores)<unknown>({
              name: "reports",
              config: { ttlMillis: 60_000, staleIfErrorMillis: 0, staleWhileRevalidateMillis: 0, capacity: 2 }
            })
            const entry = yield* Decision.toEffect(() => cache.use("a", 1))
            expect(entry).toEqual({ key: "a", value: { pages: 3 }, storedAt: 0, version: 3 })
            expect(yield* (yield* StateStore).get("uploads/a")).toBe("half")
          }).pipe(Effect.provide(here))
        })
      )
      expect(warnings).toEqual([])
    }).pipe(Effect.scoped)
  )

  it.effect("of an older version is upgraded step by step, with all that is in it", () =>
    Effect.gen(function* () {
      const file = `${yield* directory}/state.db`
      writeVersion1(file)
      const later = [
        ...Migrations.steps,
        ["ALTER TABLE states ADD COLUMN note TEXT NOT NULL DEFAULT 'none'", "UPDATE states SET note = 'old'"],
        ["CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT"]
      ]
      const { database: upgraded, warnings } = yield* database(file, { steps: later })
      expect(upgraded.read((sql) => sql.get("SELECT value, note FROM states"))).toEqual({ value: "half", note: "old" })
      expect(upgraded.read((sql) => sql.get("PRAGMA user_version"))).toEqual({ user_version: later.length })
      expect(upgraded.read((sql) => sql.all("SELECT * FROM more"))).toEqual([])
      expect(warnings).toEqual([])
    }).pipe(Effect.scoped)
  )

  it.effect("is as it was when an upgrade fails in the middle", () =>
    Effect.gen(function* () {
      const file = `${yield* directory}/state.db`
      writeVersion1(file)
      const broken = [...Migrations.steps, ["DROP TABLE states", "SELECT no_such_thing()"]]
      expect(Exit.hasDies(yield* Effect.exit(database(file, { steps: broken })))).toBe(true)
      const { database: here } = yield* database(file)
      expect(
        textOf(
          here.read((sql) => sql.get("SELECT value FROM states")),
          "value"
        )
      ).toBe("half")
    }).pipe(Effect.scoped)
  )

  it.effect("of a newer version is refused, and nothing of it is changed", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const file = `${path}/state.db`
      writeVersion1(file)
      scribble(file, "PRAGMA user_version = 7")
      const before = readFileSync(file)
      const { value: error, warnings } = yield* warned(Effect.flip(open(path)))
      expect(error).toMatchObject({ _tag: "SqliteStoreError", reason: "newer", category: "fatal", file })
      expect(error.message).toBe(
        `${file} was written by a newer Skippy (its version is 7, known are those up to ${Migrations.steps.length}); update this one, or give it a directory of its own`
      )
      expect(readFileSync(file).equals(before)).toBe(true)
      expect([readdirSync(path), warnings]).toEqual([["state.db"], []])
    }).pipe(Effect.scoped)
  )

  it.effect.each([
    ["is no database at all", "is torn", (file: string) => writeFileSync(file, "notes of mine\n".repeat(500))],
    ["is a few letters", "is torn", (file: string) => writeFileSync(file, "hello")],
    ["lost its end", "is torn", (file: string) => truncateSync(file, statSync(file).size - 8192)],
    [
      "has pages of something else",
      "is torn",
      (file: string) => writeFileSync(file, readFileSync(file).fill(7, 4096, 20_000))
    ],
    [
      "is a database of another program",
      "is no database of Skippy's",
      (file: string) => scribble(file, "PRAGMA application_id = 42")
    ],
    [
      "is a database of nobody in particular",
      "is no database of Skippy's",
      (file: string) => scribble(file, "PRAGMA application_id = 0")
    ]
  ] as const)("that %s is set aside, never deleted, and a new one takes its place", ([, wrong, spoil]) =>
    Effect.gen(function* () {
      const path = yield* directory
      const file = `${path}/state.db`
      writeVersion1(file)
      spoil(file)
      const spoilt = readFileSync(file)
      const { value: here, warnings } = yield* warned(processOn(path))
      const aside = asideIn(path)
      expect(aside).toBe("state.db.1970-01-01T00-00-00.000Z.aside")
      expect(warnings).toEqual([`${file} ${wrong}; it is now ${aside}, and a new one takes its place`])
      expect(readFileSync(`${path}/${aside}`).equals(spoilt)).toBe(true)
      expect(yield* Effect.provide(get, here)).toBeUndefined()
      yield* Effect.provide(set, here)
      expect(yield* Effect.provide(get, yield* processOn(path))).toBe("1")
    }).pipe(Effect.scoped)
  )

  it.effect("takes its log along when it is set aside, and a second one does not replace the first", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const file = `${path}/state.db`
      for (const round of ["one", "two"]) {
        writeFileSync(file, `${round}${" ".repeat(5000)}`)
        writeFileSync(`${file}-wal`, `log ${round}`)
        yield* Effect.scoped(processOn(path))
      }
      const texts = readdirSync(path)
        .filter((name) => name.includes("aside"))
        .map((name) => [name.replace(/.*\.aside/, ""), readFileSync(`${path}/${name}`, "utf8").trim()])
      expect(Object.fromEntries(texts)).toEqual({ "": "one", "-wal": "log one", "-2": "two", "-2-wal": "log two" })
    }).pipe(Effect.scoped)
  )

  it.effect("that cannot be made is a typed error that says where, why and what to do", () =>
    Effect.gen(function* () {
      const path = yield* directory
      writeFileSync(`${path}/file`, "")
      const error = yield* Effect.flip(open(`${path}/file`))
      expect(error).toMatchObject({ _tag: "SqliteStoreError", reason: "unwritable", retryable: false })
      expect(error.message).toBe(
        `${path}/file/state.db cannot be written (${error.detail}); make its directory one of yours, on a local disk with room left`
      )
      mkdirSync(`${path}/state.db`)
      expect((yield* Effect.flip(open(path))).reason).toBe("unwritable")
    }).pipe(Effect.scoped)
  )

  it.live("that another program keeps to itself is a typed error", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const other = new DatabaseSync(`${path}/state.db`)
      other.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE a (b)")
      expect((yield* Effect.flip(open(path))).reason).toBe("busy")
      other.close()
    }).pipe(Effect.scoped)
  )
})
