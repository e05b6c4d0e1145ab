import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Layer } from "effect"
import * as AlertRules from "../../../src/alert/AlertRules.ts"
import * as RateLimiter from "../../../src/policy/RateLimiter.ts"
import * as RedisStores from "../../../src/store/redis/RedisStores.ts"
import * as EventProbe from "../../../src/testing/EventProbe.ts"
import * as RedisServer from "../redisServer.ts"
import { guarded, heard, limits, type Tally, underLoad } from "./load.ts"

/** Long enough for a server that has to wait for a processor: such a one is slow, not away. */
const timeoutMillis = 1000

/**
 * A call makes several decisions, of which two can be in time when the server falls silent and each takes all of its time:
 * one that was on its way, and one that tries whether the server is back. The rest is for the pauses of a slow machine.
 */
const patience = 2 * timeoutMillis + 1500

const everyCallIsFine = (tally: Tally) => {
  expect(tally.others).toEqual([])
  expect(tally.succeeded).toBe(tally.started)
  expect(tally.started).toBeGreaterThan(1000)
  expect(tally.slowestMillis).toBeLessThan(patience)
}

/** Alerts as the default rules make them: raised and resolved. */
const alertsOf = (probe: EventProbe.EventProbe): ReadonlyArray<string> =>
  probe.events().flatMap((event) =>
    AlertRules.defaults.flatMap((rule) => {
      const signal = rule.on(event)
      return signal === undefined ? [] : [`${signal._tag} ${rule.name}`]
    })
  )

const stores = (server: RedisServer.RedisServer) =>
  RedisStores.layer({ prefix: "load", timeout: timeoutMillis, maxPause: "500 millis" }).pipe(
    Layer.provide(RedisServer.client(server))
  )

/** What another process reads that has just been started. */
const taken = (server: RedisServer.RedisServer) =>
  Effect.gen(function* () {
    const limiter = yield* RateLimiter.make({ name: "load", limits })
    return 10_000_000 - (yield* limiter.remaining)
  }).pipe(Effect.provide(Layer.fresh(stores(server))))

const until = (isSo: () => boolean) =>
  Effect.whileLoop({ while: () => !isSo(), body: () => Effect.sleep("5 millis"), step: () => {} })

const troubles = {
  "is killed and started again": (server: RedisServer.RedisServer) => ({ start: server.kill, end: server.restart }),
  "is paused and goes on": (server: RedisServer.RedisServer) => ({ start: server.pause, end: server.resume })
} as const

describe("Redis under the load of a few hundred callers", () => {
  for (const [name, trouble] of Object.entries(troubles)) {
    it.live(
      `that ${name} costs no call, makes one alert, and is used again`,
      () => {
        const probe = EventProbe.make()
        return Effect.gen(function* () {
          const server = yield* RedisServer.make()
          yield* Effect.gen(function* () {
            const { call } = yield* guarded
            const { end, start } = trouble(server)
            const tally = yield* underLoad(
              call,
              Effect.gen(function* () {
                yield* Effect.sleep("300 millis")
                expect(probe.of("StoreAway")).toEqual([])
                yield* start
                yield* until(() => probe.of("StoreAway").length > 0)
                yield* Effect.sleep("1 second")
                yield* end
                yield* until(() => probe.of("StoreBack").length > 0)
                yield* Effect.sleep("300 millis")
              })
            )
            everyCallIsFine(tally)
            expect(alertsOf(probe)).toEqual(["Raise StoreAway", "Resolve StoreAway"])
            const before = yield* taken(server)
            yield* call(1)
            expect(yield* taken(server)).toBe(before + 1)
          }).pipe(Effect.provide(stores(server)))
        }).pipe(probe.provide, Effect.scoped)
      },
      30_000
    )
  }

  it.live(
    "that is gone before the first decision holds a caller up for no longer than its time",
    () => {
      const probe = EventProbe.make()
      return Effect.gen(function* () {
        const server = yield* RedisServer.make()
        yield* Effect.gen(function* () {
          yield* server.kill
          const { call } = yield* guarded
          const startedAt = yield* Clock.currentTimeMillis
          expect(yield* call(1)).toBe(1)
          expect((yield* Clock.currentTimeMillis) - startedAt).toBeLessThan(patience)
          expect(probe.of("StoreAway")).toHaveLength(1)
          yield* server.restart
        }).pipe(Effect.provide(stores(server)))
      }).pipe(probe.provide, Effect.scoped)
    },
    30_000
  )

  it.live(
    "that was silent gives nothing out for those who do not wait any more",
    () => {
      const probe = EventProbe.make()
      return Effect.gen(function* () {
        const server = yield* RedisServer.make()
        yield* Effect.gen(function* () {
          const limiter = yield* RateLimiter.make({
            name: "late",
            limits: RateLimiter.fixedWindow({ limit: 10, per: "1 day" }),
            maxWait: 0
          })
          yield* limiter.acquire(2)
          yield* server.pause
          // 8 are left, and while the server is silent this process decides alone.
          yield* Effect.forEach(Array.from({ length: 8 }), () => limiter.acquire(), { concurrency: "unbounded" })
          const back = yield* Effect.forkChild(heard("StoreBack"))
          yield* Effect.yieldNow
          yield* server.resume
          const keepAsking = Effect.forever(Effect.andThen(limiter.remaining, Effect.sleep("20 millis")))
          yield* Effect.raceFirst(Fiber.join(back), keepAsking)
          // What came too late is given back behind everybody's back.
          let left = yield* limiter.remaining
          for (let i = 0; i < 100 && left !== 8; i++) {
            yield* Effect.sleep("10 millis")
            left = yield* limiter.remaining
          }
          expect(left).toBe(8)
        }).pipe(Effect.provide(stores(server)))
      }).pipe(probe.provide, Effect.scoped)
    },
    30_000
  )
})
