/** A file that another process keeps locked for a while is waited for, in line, and the program goes on meanwhile. */
import * as sqlite from "node:sqlite"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import * as CircuitBreaker from "../../src/policy/CircuitBreaker.ts"
import * as RateLimiter from "../../src/policy/RateLimiter.ts"
import * as SqliteStores from "../../src/store/sqlite/SqliteStoresNode.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"
import { directory } from "../store/sqlite/support.ts"

const limits = RateLimiter.fixedWindow({ limit: 2, per: "1 day" })

const intrude = (path: string) => {
  const intruder = new sqlite.DatabaseSync(`${path}/state.db`)
  intruder.exec("BEGIN IMMEDIATE")
  return () => {
    intruder.exec("COMMIT")
    intruder.close()
  }
}

describe("a file that is locked for longer than a decision waits in place", () => {
  it.live("is no reason to decide alone: everybody waits in line, and the program goes on", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const path = yield* directory
      yield* Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({ name: "reports", limits, maxWait: 0 })
        yield* limiter.tryAcquire()
        const free = intrude(path)
        let turns = 0
        const others = yield* Effect.forkChild(
          Effect.forever(
            Effect.andThen(
              Effect.sleep("1 milli"),
              Effect.sync(() => void turns++)
            )
          )
        )
        const callers = yield* Effect.forEach([1, 2, 3], () => Effect.forkChild(Effect.exit(limiter.tryAcquire())))
        yield* Effect.sleep("300 millis")
        expect(turns).toBeGreaterThan(10)
        expect(callers.map((caller) => caller.pollUnsafe())).toEqual([undefined, undefined, undefined])
        free()
        const exits = yield* Effect.forEach(callers, Fiber.join)
        // One of two tokens was left, and who came first has it.
        expect(exits.map(({ _tag }) => _tag)).toEqual(["Success", "Failure", "Failure"])
        expect(probe.of("StoreAway")).toEqual([])
        yield* Fiber.interrupt(others)
      }).pipe(Effect.provide(SqliteStores.layer({ directory: path, busyTimeout: "30 seconds" })))
    }).pipe(Effect.scoped, probe.provide)
  })

  it.live("takes no token of a caller who was interrupted meanwhile", () =>
    Effect.gen(function* () {
      const path = yield* directory
      yield* Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({ name: "reports", limits, maxWait: 0 })
        yield* limiter.view
        const free = intrude(path)
        const caller = yield* Effect.forkChild(limiter.acquire())
        yield* Effect.sleep("50 millis")
        caller.interruptUnsafe()
        free()
        yield* Fiber.await(caller)
        expect(yield* limiter.remaining).toBe(2)
      }).pipe(Effect.provide(SqliteStores.layer({ directory: path, busyTimeout: "30 seconds" })))
    }).pipe(Effect.scoped)
  )

  it.live("does not date a decision back to when it was asked for", () =>
    Effect.gen(function* () {
      const path = yield* directory
      yield* Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({
          name: "sliding",
          limits: RateLimiter.slidingWindow({ limit: 1, per: "10 minutes" }),
          maxWait: 0
        })
        const free = intrude(path)
        const caller = yield* Effect.forkChild(limiter.acquire())
        yield* Effect.sleep("500 millis")
        const freedAt = Date.now()
        free()
        yield* Fiber.join(caller)
        const { limits } = yield* limiter.view
        // The window begins when the token was really taken.
        expect((limits[0]?.resetAfterMillis ?? 0) + Date.now()).toBeGreaterThanOrEqual(freedAt + 600_000 - 50)
      }).pipe(Effect.provide(SqliteStores.layer({ directory: path, busyTimeout: "30 seconds" })))
    }).pipe(Effect.scoped)
  )

  it.live("is away when it is locked for longer than allowed, and those in line are let go", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const path = yield* directory
      yield* Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({ name: "reports", limits, maxWait: 0 })
        yield* limiter.view
        const free = intrude(path)
        const exits = yield* Effect.forEach([1, 2, 3], () => Effect.exit(limiter.tryAcquire()), { concurrency: 3 })
        expect(exits.filter(({ _tag }) => _tag === "Success").length).toBe(2)
        expect(probe.of("StoreAway").map(({ error }) => error)).toEqual(["SQLITE_BUSY"])
        free()
      }).pipe(Effect.provide(SqliteStores.layer({ directory: path, busyTimeout: "100 millis" })))
    }).pipe(Effect.scoped, probe.provide)
  })

  it.live("lets the results of calls wait too", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const path = yield* directory
      yield* Effect.gen(function* () {
        const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1 })
        const free = intrude(path)
        const failing = yield* Effect.forkChild(Effect.exit(Effect.fail("down").pipe(breaker)))
        yield* Effect.sleep("50 millis")
        free()
        yield* Fiber.join(failing)
        expect((yield* breaker.view).state).toBe("Open")
        expect(probe.of("StoreAway")).toEqual([])
      }).pipe(Effect.provide(SqliteStores.layer({ directory: path, busyTimeout: "30 seconds" })))
    }).pipe(Effect.scoped, probe.provide)
  })
})
