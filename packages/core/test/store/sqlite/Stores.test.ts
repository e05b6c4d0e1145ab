import { DatabaseSync } from "node:sqlite"
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Exit, type Layer, Option } from "effect"
import { TestClock } from "effect/testing"
import * as CircuitBreaker from "../../../src/policy/CircuitBreaker.ts"
import * as RateLimiter from "../../../src/policy/RateLimiter.ts"
import { type CacheStore, CacheStores } from "../../../src/store/CacheStore.ts"
import { CircuitStores } from "../../../src/store/CircuitStore.ts"
import * as Decision from "../../../src/store/Decision.ts"
import { LimitStores } from "../../../src/store/LimitStore.ts"
import { StateStore } from "../../../src/store/StateStore.ts"
import { Cell } from "../../../src/store/sqlite/Cell.ts"
import { Rows } from "../../../src/store/sqlite/Rows.ts"
import type { Database } from "../../../src/store/sqlite/Sql.ts"
import * as SqliteStores from "../../../src/store/sqlite/SqliteStoresNode.ts"
import * as EventProbe from "../../../src/testing/EventProbe.ts"
import { database, directory, processOn } from "./support.ts"

/** Another connection, to see what the others do. */
const watcher = (path: string) =>
  Effect.acquireRelease(
    Effect.sync(() => new DatabaseSync(`${path}/state.db`)),
    (watching) => Effect.sync(() => watching.close())
  )

const count = (watching: DatabaseSync, table: string): unknown =>
  watching.prepare(`SELECT COUNT(*) AS n FROM ${table}`).get()?.n

const changes = (watching: DatabaseSync): unknown => watching.prepare("PRAGMA data_version").get()?.data_version

const perSecond = RateLimiter.tokenBucket({ limit: 5, per: "1 second" })

describe("circuits in a file", () => {
  it.effect("are only read while they are closed and all is well", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const breaker = yield* Effect.provide(
        CircuitBreaker.make({ name: "reports", consecutiveFailures: 3 }),
        yield* processOn(path)
      )
      yield* Effect.void.pipe(breaker)
      const watching = yield* watcher(path)
      const before = changes(watching)
      yield* Effect.repeat(Effect.void.pipe(breaker), { times: 50 })
      expect(changes(watching)).toBe(before)
      yield* Effect.exit(Effect.fail("down").pipe(breaker))
      yield* Effect.void.pipe(breaker)
      expect(changes(watching)).not.toBe(before)
    }).pipe(Effect.scoped)
  )

  it.effect("have one ticket as long as they stay closed, whatever other processes count", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const [here, there] = [yield* processOn(path), yield* processOn(path)]
      const options = { name: "reports", consecutiveFailures: 3 }
      const cell = (yield* Effect.provide(CircuitStores, here))({
        name: "reports",
        initial: "Closed",
        idleMillis: 3_600_000,
        maxKeys: 10,
        config: {
          consecutiveFailures: 3,
          failureRate: undefined,
          slowCallRate: undefined,
          window: undefined,
          probes: 1,
          successThreshold: 1,
          probeTimeoutMillis: 1000,
          maxOpenMillis: 1000
        }
      }).single
      const other = yield* Effect.provide(CircuitBreaker.make(options), there)
      const free = Effect.withFiber((fiber) => Effect.sync(() => cell.free(fiber)))
      const ticket = yield* free
      expect(ticket).toBeDefined()
      yield* Effect.exit(Effect.fail("down").pipe(other))
      expect(yield* free).toBe(ticket)
      yield* other.isolate
      expect(yield* free).toBeUndefined()
      yield* other.reset
      const next = yield* free
      expect(next).toBeDefined()
      expect(next).not.toBe(ticket)
    }).pipe(Effect.scoped)
  )

  it.effect("are forgotten when nobody used them for long, unless a person switched them", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const breaker = yield* Effect.provide(
        CircuitBreaker.make({ name: "reports", idleTimeToLive: "1 hour" }),
        yield* processOn(path)
      )
      const use = (key: string) => Effect.void.pipe(breaker.for(key))
      yield* breaker.for("switched").isolate
      yield* Effect.exit(Effect.fail("down").pipe(breaker))
      yield* use("used")
      yield* use("left")
      yield* TestClock.adjust("50 minutes")
      yield* use("used")
      yield* TestClock.adjust("30 minutes")
      for (let n = 0; n < 4; n++) yield* use(`new ${n}`)
      expect((yield* breaker.keys).filter((key) => !key.startsWith("new"))).toEqual(["switched", "used"])
      expect((yield* breaker.view).consecutiveFailures).toBe(1)
    }).pipe(Effect.scoped)
  )
})

describe("limits in a file", () => {
  it.effect("of keys that have all their tokens back leave the file, whoever wrote them", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const make = (name: string) => RateLimiter.makeKeyed({ name, limits: perSecond })
      const [flooded, other] = yield* Effect.provide(
        Effect.all([make("flooded"), make("other")]),
        yield* processOn(path)
      )
      for (let n = 0; n < 200; n++) yield* Effect.void.pipe(flooded.for(`key ${n}`))
      const watching = yield* watcher(path)
      expect(count(watching, "limits")).toBe(200)
      yield* TestClock.adjust("10 seconds")
      for (let n = 0; n < 150; n++) {
        yield* Effect.void.pipe(other.for(`key ${n}`))
        yield* TestClock.adjust("1 second")
      }
      expect(yield* flooded.keys).toEqual([])
      expect(Number(count(watching, "limits"))).toBeLessThan(100)
    }).pipe(Effect.scoped)
  )

  it.effect("leave it also when every program makes a few calls only", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const make = RateLimiter.makeKeyed({ name: "reports", limits: perSecond })
      const few = Effect.gen(function* () {
        const limiter = yield* make
        const now = yield* Clock.currentTimeMillis
        for (let n = 0; n < 3; n++) yield* Effect.void.pipe(limiter.for(`${now} ${n}`))
        yield* TestClock.adjust(1777)
      })
      const first = yield* processOn(path)
      const limiter = yield* Effect.provide(make, first)
      for (let n = 0; n < 50; n++) yield* limiter.for(`stays ${n}`).penalize("1 hour")
      for (let run = 0; run < 100; run++) {
        yield* Effect.scoped(Effect.flatMap(processOn(path), (here) => Effect.provide(few, here)))
      }
      expect(Number(count(yield* watcher(path), "limits"))).toBeLessThan(150)
    }).pipe(Effect.scoped)
  )

  it.effect("whose record says nothing begin anew", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const here = yield* processOn(path)
      const limiter = yield* Effect.provide(RateLimiter.make({ name: "reports", limits: perSecond, maxWait: 0 }), here)
      yield* limiter.acquire(4)
      const watching = yield* watcher(path)
      watching.exec("UPDATE limits SET record = 'nonsense'")
      expect(yield* limiter.remaining).toBe(5)
      yield* limiter.acquire(5)
      expect(yield* limiter.remaining).toBe(0)
    }).pipe(Effect.scoped)
  )

  it.effect("with names and keys of any letters are kept apart", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const stores = yield* Effect.provide(LimitStores, yield* processOn(path))
      const config = { limits: [{ _tag: "FixedWindow", name: "one", limit: 1, perMillis: 1000 }] } as const
      const texts = ["", "s", "k", "a\0", "a", `"a"`, "\ud800", "\udfff", "ä"]
      const taken = texts.flatMap((name) => {
        const store = stores({ name, config, maxKeys: 100 })
        return [store.single, ...texts.map(store.cell)].map((cell) => cell.take(1, 0))
      })
      const answers = yield* Effect.forEach(taken, (answer) => Decision.toEffect(() => answer))
      expect(new Set(answers.map(({ _tag }) => _tag))).toEqual(new Set(["Taken"]))
      expect(yield* Decision.toEffect(stores({ name: "a", config, maxKeys: 100 }).keys)).toEqual(texts)
    }).pipe(Effect.scoped)
  )
})

describe("a decision that is not carried out", () => {
  it.effect("is not taken for the state", () =>
    Effect.gen(function* () {
      const { database: real } = yield* database(`${yield* directory}/state.db`)
      let isFull = false
      const filling: Database = {
        read: (look) => real.read(look),
        write: (decide) =>
          real.write((sql, waited) => {
            const answer = decide(sql, waited)
            if (isFull) throw new Error("no room")
            return answer
          })
      }
      const cell = new Cell<{ n: number }>(filling, new Rows("limits", "counter", 10), "s", {
        make: () => ({ n: 0 }),
        write: ({ n }) => String(n),
        read: (record) => ({ n: Number(record) }),
        timeOf: (_, now) => now,
        lifetime: () => ({ forgetAt: Infinity, plainAt: Infinity })
      })
      const add = () => cell.decide(0, (state) => ++state.n)
      expect([add(), add()]).toEqual([1, 2])
      isFull = true
      expect(add).toThrow("no room")
      expect(cell.peek()).toEqual({ n: 2 })
      isFull = false
      expect(add()).toBe(3)
    }).pipe(Effect.scoped)
  )
})

describe("cached values in a file", () => {
  const config = { ttlMillis: 1000, staleIfErrorMillis: 0, staleWhileRevalidateMillis: 0, capacity: 2 }

  const cacheOn = (layer: Layer.Layer<StateStore>): Effect.Effect<CacheStore<unknown>> =>
    Effect.provide(
      Effect.map(CacheStores, (stores) => stores<unknown>({ name: "reports", config })),
      layer
    )

  it.effect("stay with their process when JSON cannot carry them, and take the place of what was shared", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const here = yield* cacheOn(yield* processOn(path))
      const there = yield* cacheOn(yield* processOn(path))
      const valueIn = (cache: CacheStore<unknown>, key: string) =>
        Effect.map(
          Decision.toEffect(() => cache.use(key, 0)),
          (entry) => entry?.value
        )
      const own = Option.some("own")
      yield* Decision.toEffect(() => here.put("a", "shared", 0))
      const entry = yield* Decision.toEffect(() => there.peek("a"))
      expect(entry?.value).toBe("shared")
      // A refresh that began with what was shared.
      expect(yield* Decision.toEffect(() => here.put("a", own, 0, entry?.version))).toBe(0)
      expect(yield* valueIn(here, "a")).toBe(own)
      expect(yield* valueIn(there, "a")).toBeUndefined()
      const known = yield* Decision.toEffect(() => here.peek("a"))
      expect(yield* Decision.toEffect(() => here.put("a", "late", 0, entry?.version))).toBeUndefined()
      expect(yield* Decision.toEffect(() => here.put("a", "shared again", 0, known?.version))).toBe(0)
      expect([yield* valueIn(here, "a"), yield* valueIn(there, "a")]).toEqual(["shared again", "shared again"])
      yield* Decision.toEffect(() => here.put("b", own, 0))
      expect(yield* Decision.toEffect(here.size)).toBe(2)
      expect(yield* Decision.toEffect(() => here.removeMatching(() => true))).toBe(2)
      expect(yield* Decision.toEffect(here.size)).toBe(0)
    }).pipe(Effect.scoped)
  )

  it.effect("of programs that are gone leave the file, and states whose time is over", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const first = yield* processOn(path)
      const cache = yield* cacheOn(first)
      yield* Decision.toEffect(() => cache.put("a", "old", 0))
      yield* Effect.provide(
        Effect.flatMap(StateStore, (store) => store.set("a", "old", { ttl: "1 hour" })),
        first
      )
      const watching = yield* watcher(path)
      yield* TestClock.adjust("2 hours")
      yield* processOn(path)
      expect([count(watching, "entries"), count(watching, "states")]).toEqual([1, 0])
      yield* TestClock.adjust("1 day")
      yield* processOn(path)
      expect(count(watching, "entries")).toBe(0)
    }).pipe(Effect.scoped)
  )
})

describe("a file that is busy for longer than allowed", () => {
  it.live("leaves decisions to this process until it is free, and no error comes out", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const path = yield* directory
      const layer = SqliteStores.layer({
        directory: path,
        busyTimeout: "20 millis",
        pause: "20 millis",
        maxPause: "40 millis"
      })
      yield* Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({
          name: "reports",
          limits: RateLimiter.fixedWindow({ limit: 2, per: "1 day" }),
          maxWait: 0
        })
        const watching = yield* watcher(path)
        yield* limiter.acquire()
        watching.exec("BEGIN IMMEDIATE")
        yield* limiter.acquire()
        expect(Exit.isFailure(yield* Effect.exit(limiter.acquire()))).toBe(true)
        watching.exec("ROLLBACK")
        yield* Effect.sleep("60 millis")
        // What this process decided alone was not counted in the file.
        yield* limiter.acquire()
        expect(Exit.isFailure(yield* Effect.exit(limiter.acquire()))).toBe(true)
        expect(probe.of("StoreAway").map(({ error, store }) => [store, error])).toEqual([["sqlite", "SQLITE_BUSY"]])
        expect(probe.of("StoreBack").length).toBe(1)
      }).pipe(Effect.provide(layer))
    }).pipe(Effect.scoped, probe.provide)
  })
})
