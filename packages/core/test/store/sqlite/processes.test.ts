import { readdirSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Exit } from "effect"
import * as CircuitBreaker from "../../../src/policy/CircuitBreaker.ts"
import * as RateLimiter from "../../../src/policy/RateLimiter.ts"
import { StateStore } from "../../../src/store/StateStore.ts"
import { textOf } from "../../../src/store/sqlite/Sql.ts"
import { database, directory, processOn, program } from "./support.ts"

const makeBreaker = CircuitBreaker.make({
  name: "shared",
  consecutiveFailures: 2,
  openFor: "1 second",
  successThreshold: 1
})

const isAway = { _tag: "StoreTrouble", store: "sqlite", code: "SQLITE_BUSY" }

const valueOf = (key: string) => `SELECT value FROM states WHERE key = '${key}'`

describe("two processes on one file", () => {
  it.live(
    "see each other's circuit at once, and let one probe through among both",
    () =>
      Effect.gen(function* () {
        const path = yield* directory
        const other = yield* program(`${path}/state.db`)
        const here = yield* processOn(path)
        const breaker = yield* Effect.provide(makeBreaker, here)
        const down = Effect.exit(Effect.fail("down").pipe(breaker))
        expect(yield* other.tell("call")).toBe("done")
        yield* down
        // The other's success is between two failures here.
        expect(yield* other.tell("call")).toBe("done")
        yield* down
        expect((yield* breaker.view).state).toBe("Closed")
        yield* down
        expect(yield* other.tell("call")).toBe("refused")
        const { nextAttemptAt = 0 } = yield* breaker.view
        yield* Effect.sleep(nextAttemptAt - (yield* Clock.currentTimeMillis) + 1)
        expect(yield* other.tell("probe")).toBe("probing")
        expect(Exit.isFailure(yield* Effect.exit(Effect.void.pipe(breaker)))).toBe(true)
        expect(yield* other.tell("reset")).toBe("reset")
        yield* Effect.void.pipe(breaker)
        expect((yield* breaker.view).state).toBe("Closed")
        yield* breaker.isolate
        expect(yield* other.tell("state")).toBe("ForcedOpen")
      }).pipe(Effect.scoped),
    60_000
  )

  it.live(
    "count one limit, and what was taken stays taken when its taker is killed",
    () =>
      Effect.gen(function* () {
        const path = yield* directory
        const here = yield* processOn(path)
        const limiter = yield* Effect.provide(
          RateLimiter.make({
            name: "shared",
            limits: RateLimiter.slidingWindow({ limit: 3, per: "1 day" }),
            maxWait: 0
          }),
          here
        )
        const other = yield* program(`${path}/state.db`)
        yield* limiter.acquire()
        expect(yield* other.tell("take")).toBe("taken")
        yield* other.kill
        yield* limiter.acquire()
        expect((yield* Effect.flip(limiter.acquire())).reason).toBe("exceeded")
      }).pipe(Effect.scoped),
    60_000
  )

  it.live(
    "lose nothing when one is killed at any moment",
    () =>
      Effect.gen(function* () {
        const file = `${yield* directory}/state.db`
        const { database: here, warnings } = yield* database(file)
        for (let round = 0; round < 6; round++) {
          const other = yield* program(file)
          yield* Effect.sync(() => other.child.stdin?.write("count\n"))
          let said = 0
          while (said < 50 + round * 37) said = Number(yield* other.said)
          yield* other.kill
          const [one, another] = here.read((sql) => [sql.get(valueOf("one")), sql.get(valueOf("other"))])
          expect(Number(textOf(one, "value"))).toBeGreaterThanOrEqual(said)
          expect(one).toEqual(another)
          here.write((sql) => sql.run("DELETE FROM states"))
        }
        expect(warnings).toEqual([])
      }).pipe(Effect.scoped),
    60_000
  )

  it.live(
    "are held up no longer than allowed by one that stops in the middle, and go on when it is gone",
    () =>
      Effect.gen(function* () {
        const file = `${yield* directory}/state.db`
        const { database: here } = yield* database(file)
        const other = yield* program(file)
        expect(yield* other.tell("hang")).toBe("hanging")
        const startedAt = yield* Clock.currentTimeMillis
        expect(() => here.write(() => "written")).toThrow(expect.objectContaining(isAway))
        const waited = (yield* Clock.currentTimeMillis) - startedAt
        expect(waited).toBeGreaterThanOrEqual(99)
        expect(waited).toBeLessThan(2000)
        // Whoever only reads is not held up, and sees what was there before.
        expect(here.read((sql) => sql.get(valueOf("half")))).toBeUndefined()
        yield* other.kill
        expect(here.write((sql) => sql.get(valueOf("half")))).toBeUndefined()
      }).pipe(Effect.scoped),
    60_000
  )

  it.live(
    "make one file when they begin at the same moment",
    () =>
      Effect.gen(function* () {
        const file = `${yield* directory}/state.db`
        const others = yield* Effect.forEach([1, 2, 3, 4], () => program(file))
        const answers = yield* Effect.forEach(others, (other) => other.tell("take"), { concurrency: "unbounded" })
        expect(answers.toSorted()).toEqual(["refused", "taken", "taken", "taken"])
      }).pipe(Effect.scoped),
    60_000
  )

  it.live(
    "set a torn file aside once when they begin at the same moment",
    () =>
      Effect.gen(function* () {
        const path = yield* directory
        writeFileSync(`${path}/state.db`, "torn ".repeat(2000))
        const others = yield* Effect.forEach([1, 2, 3, 4], () => program(`${path}/state.db`))
        const answers = yield* Effect.forEach(others, (other) => other.tell("take"), { concurrency: "unbounded" })
        expect(answers.toSorted()).toEqual(["refused", "taken", "taken", "taken"])
        expect(readdirSync(path).filter((name) => name.includes("aside"))).toHaveLength(1)
      }).pipe(Effect.scoped),
    60_000
  )

  it.live(
    "find the states of one that is gone",
    () =>
      Effect.gen(function* () {
        const path = yield* directory
        yield* Effect.scoped(
          Effect.flatMap(processOn(path), (first) =>
            Effect.provide(
              Effect.flatMap(StateStore, (store) => store.set("uploads/a", "half")),
              first
            )
          )
        )
        const next = yield* processOn(path)
        const store = yield* Effect.provide(StateStore, next)
        expect(yield* store.get("uploads/a")).toBe("half")
      }).pipe(Effect.scoped),
    60_000
  )
})
