import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Layer } from "effect"
import { Redis, RedisError } from "effect/persistence/Redis"
import * as CircuitBreaker from "../../../src/policy/CircuitBreaker.ts"
import * as RateLimiter from "../../../src/policy/RateLimiter.ts"
import * as RetryBudget from "../../../src/policy/RetryBudget.ts"
import * as StaleCache from "../../../src/policy/StaleCache.ts"
import { storeTrouble } from "../../../src/store/away/StoreTrouble.ts"
import type { CircuitConfig } from "../../../src/store/CircuitModel.ts"
import * as RedisStores from "../../../src/store/redis/RedisStores.ts"
import { StateStore } from "../../../src/store/StateStore.ts"
import * as RedisServer from "../redisServer.ts"

const down = Effect.fail("down")
const fine = Effect.succeed("fine")

/** Two programs that share a Redis. */
const two = (options: RedisStores.Options = {}) =>
  Effect.gen(function* () {
    const program = Layer.build(Layer.fresh(RedisStores.layer({ timeout: "10 seconds", ...options })))
    return [yield* program, yield* program] as const
  })

const scripts = Effect.gen(function* () {
  const redis = yield* Redis
  const stats = yield* redis.send<string>("INFO", "commandstats")
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0)
})

/** Waits for what is done behind the callers' backs. */
const until = (holds: Effect.Effect<boolean>): Effect.Effect<void> =>
  Effect.flatMap(holds, (is) => (is ? Effect.void : Effect.andThen(Effect.sleep("5 millis"), until(holds))))

const config: CircuitConfig = {
  consecutiveFailures: 1,
  failureRate: undefined,
  slowCallRate: undefined,
  window: undefined,
  probes: 1,
  successThreshold: 1,
  probeTimeoutMillis: 60_000,
  maxOpenMillis: 60_000
}

describe("stores in Redis", () => {
  it.live("a circuit that another program opened is not used for longer than its age allows", () =>
    Effect.gen(function* () {
      const [here, there] = yield* two()
      const options = { name: "opened", consecutiveFailures: 1 }
      const breaker = yield* Effect.provideContext(CircuitBreaker.make(options), here)
      const other = yield* Effect.provideContext(CircuitBreaker.make(options), there)
      yield* fine.pipe(other)
      let openedAt = Infinity
      const opening = Effect.sleep("80 millis").pipe(
        Effect.andThen(Effect.exit(down.pipe(breaker))),
        Effect.andThen(Clock.currentTimeMillis),
        Effect.map((now) => (openedAt = now))
      )
      yield* Effect.forkChild(opening)
      let latest = 0
      let calls = 0
      const call = Clock.currentTimeMillis.pipe(
        Effect.tap(() => fine.pipe(other)),
        Effect.tap((now) => Effect.sync(() => (latest = now))),
        Effect.andThen(Effect.sync(() => calls++)),
        Effect.andThen(Effect.sleep("1 millis"))
      )
      const refused = yield* Effect.flip(Effect.forever(call))
      expect(refused.state).toBe("Open")
      expect(calls).toBeGreaterThan(10)
      expect(latest - openedAt).toBeLessThan(50)
    }).pipe(Effect.provide(RedisServer.layer))
  )

  it.live("a closed circuit and its successes cost next to no round trips", () =>
    Effect.gen(function* () {
      const [here] = yield* two()
      const breaker = yield* Effect.provideContext(
        CircuitBreaker.make({ name: "cheap", failureRate: { threshold: 0.5 }, window: { count: 5000 } }),
        here
      )
      yield* fine.pipe(breaker)
      const before = yield* scripts
      const startedAt = yield* Clock.currentTimeMillis
      for (let i = 0; i < 2000; i++) yield* fine.pipe(breaker)
      const rounds = ((yield* Clock.currentTimeMillis) - startedAt) / 25
      expect((yield* scripts) - before).toBeLessThanOrEqual(10 + rounds)
      expect((yield* breaker.view).calls).toBe(2001)
    }).pipe(Effect.provide(RedisServer.layer))
  )

  it.live("successes are told to others soon, and what is left when the program ends", () =>
    Effect.gen(function* () {
      const [here] = yield* two()
      const options = { name: "told", failureRate: { threshold: 0.5 }, consecutiveFailures: 2 } as const
      const breaker = yield* Effect.provideContext(CircuitBreaker.make(options), here)
      const callsAre = (calls: number) => until(Effect.map(breaker.view, (view) => view.calls === calls))
      yield* Effect.gen(function* () {
        const other = yield* CircuitBreaker.make(options)
        yield* fine.pipe(other)
        yield* fine.pipe(other)
        yield* callsAre(2)
        yield* fine.pipe(other)
      }).pipe(Effect.provide(Layer.fresh(RedisStores.layer())), Effect.scoped)
      yield* callsAre(3)
      // A failure, a success and a failure of one program are told in this order.
      yield* Effect.exit(down.pipe(breaker))
      yield* fine.pipe(breaker)
      yield* Effect.exit(down.pipe(breaker))
      expect(yield* breaker.view).toMatchObject({ state: "Closed", consecutiveFailures: 1, calls: 6 })
    }).pipe(Effect.provide(RedisServer.layer))
  )

  it.live("one probe is let through among all callers of all programs", () =>
    Effect.gen(function* () {
      const [here, there] = yield* two()
      const options = { name: "probed", consecutiveFailures: 1, openFor: "30 millis" } as const
      const breaker = yield* Effect.provideContext(CircuitBreaker.make(options), here)
      const other = yield* Effect.provideContext(CircuitBreaker.make(options), there)
      yield* Effect.exit(down.pipe(breaker))
      yield* until(Effect.map(breaker.view, ({ state }) => state === "HalfOpen"))
      let running = 0
      const probe = Effect.andThen(
        Effect.sync(() => running++),
        Effect.sleep("50 millis")
      )
      const guards = Array.from({ length: 40 }, (_, i) => probe.pipe(i % 2 === 0 ? breaker : other, Effect.exit))
      yield* Effect.all(guards, { concurrency: "unbounded" })
      expect(running).toBe(1)
    }).pipe(Effect.provide(RedisServer.layer))
  )

  it.live("the open time of an opening nobody here knew of is asked for, and the right one is used", () =>
    Effect.gen(function* () {
      const here = yield* RedisStores.makeRaw({ maxAge: 0 })
      const there = yield* RedisStores.makeRaw({ maxAge: 0 })
      const options = { name: "need", config, initial: "Closed", idleMillis: 60_000, maxKeys: 10 } as const
      const asked: Array<number> = []
      const openMillis = (opening: number) => {
        asked.push(opening)
        return opening * 1000
      }
      const open = (stores: typeof here) =>
        Effect.withFiber((fiber) => {
          const opened = stores.circuits(options).single.control("open", openMillis, fiber)
          return Effect.isEffect(opened) ? opened : Effect.succeed(opened)
        })
      expect((yield* open(here))?.openMillis).toBe(1000)
      expect((yield* open(here))?.openMillis).toBe(2000)
      expect((yield* open(there))?.openMillis).toBe(3000)
      expect(asked.at(-1)).toBe(3)
    }).pipe(Effect.provide(RedisServer.layer))
  )

  it.live("takes of one moment share a round trip, and each is decided by itself", () =>
    Effect.gen(function* () {
      const [here] = yield* two()
      const limiter = yield* Effect.provideContext(
        RateLimiter.make({
          name: "together",
          limits: [
            RateLimiter.fixedWindow({ limit: 50, per: "1 day" }),
            RateLimiter.slidingWindow({ limit: 60, per: "1 hour" })
          ],
          maxWait: 0
        }),
        here
      )
      yield* limiter.acquire()
      const before = yield* scripts
      const exits = yield* Effect.forEach(
        Array.from({ length: 60 }, (_, i) => (i === 0 ? 40 : 1)),
        (weight) => Effect.exit(limiter.acquire(weight)),
        { concurrency: "unbounded" }
      )
      expect(exits.filter(({ _tag }) => _tag === "Success").length).toBe(10)
      // Those that were refused asked how long it takes.
      expect((yield* scripts) - before).toBe(1 + 50)
      expect(yield* limiter.remaining).toBe(0)
    }).pipe(Effect.provide(RedisServer.layer))
  )

  it.live("need one slot of a cluster for each decision", () =>
    Effect.gen(function* () {
      const redis = yield* Redis
      yield* redis.send("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
      yield* until(
        Effect.map(Effect.orDie(redis.send<string>("CLUSTER", "INFO")), (info) => info.includes("cluster_state:ok"))
      )
      const [here] = yield* two({ whenAway: "refuse" })
      yield* Effect.gen(function* () {
        const limiter = yield* RateLimiter.makeKeyed({
          name: "l",
          limits: RateLimiter.tokenBucket({ limit: 5, per: "1 day" })
        })
        yield* limiter.for("a}b").acquire()
        yield* limiter.for("c").acquire()
        expect((yield* limiter.keys).toSorted()).toEqual(["a}b", "c"])
        const breaker = yield* CircuitBreaker.make({ name: "b", consecutiveFailures: 1 })
        yield* Effect.exit(down.pipe(breaker))
        expect((yield* breaker.view).state).toBe("Open")
        const budget = yield* RetryBudget.make({ name: "r", ratio: 1, minPerSecond: 0 })
        yield* budget.recordCall
        expect(yield* budget.balance).toBe(1)
        const cache = yield* StaleCache.make<number>({ name: "c", ttl: "1 minute", capacity: 1 })
        for (const key of ["a", "b"]) yield* cache.get(key, Effect.succeed(1))
        expect(yield* cache.get("b", Effect.die("it is there"))).toBe(1)
        const states = yield* StateStore
        yield* states.set("s", "kept")
        expect(yield* states.get("s")).toBe("kept")
      }).pipe(Effect.provideContext(here))
    }).pipe(Effect.provide(RedisServer.layerWith({ args: ["--cluster-enabled", "yes"] })))
  )

  it.effect("say in one word what is wrong, and nothing that is secret", () =>
    Effect.gen(function* () {
      const causes = [
        [new Error("WRONGPASS invalid username-password pair hunter2"), "WRONGPASS"],
        [Object.assign(new Error("connect redis://:hunter2@host"), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
        [new TypeError("redis://:hunter2@host"), "TypeError"],
        ["hunter2", "unknown"]
      ] as const
      for (const [cause, code] of causes) {
        const fail = Effect.fail(new RedisError({ cause }))
        const broken = {
          send: () => fail,
          eval: () => () => fail,
          subscribe: () => Effect.die("unused"),
          reserve: fail
        }
        const stores = yield* Effect.provideService(RedisStores.makeRaw(), Redis, broken)
        const trouble = stores.states.get("k", 0)
        expect(Effect.isEffect(trouble) ? yield* Effect.flip(trouble) : trouble).toEqual(storeTrouble("redis", code))
      }
    })
  )
})
