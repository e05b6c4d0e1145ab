import { describe, expect, it } from "@effect/vitest"
import { Clock, Deferred, Duration, Effect, Exit, Fiber, Layer, Schema } from "effect"
import { TestClock } from "effect/testing"
import * as AlertRules from "../../../src/alert/AlertRules.ts"
import { ResilienceEvent } from "../../../src/event/ResilienceEvent.ts"
import * as CircuitBreaker from "../../../src/policy/CircuitBreaker.ts"
import * as RateLimiter from "../../../src/policy/RateLimiter.ts"
import * as RetryBudget from "../../../src/policy/RetryBudget.ts"
import * as StaleCache from "../../../src/policy/StaleCache.ts"
import * as Away from "../../../src/store/away/Away.ts"
import type { AwayOptions } from "../../../src/store/away/AwayOptions.ts"
import type { RawStores } from "../../../src/store/away/RawStores.ts"
import { type StoreTrouble, storeTrouble } from "../../../src/store/away/StoreTrouble.ts"
import * as Decision from "../../../src/store/Decision.ts"
import { StateStore } from "../../../src/store/StateStore.ts"
import * as EventProbe from "../../../src/testing/EventProbe.ts"
import { atHand, rawMemory, turns } from "./RawMemory.ts"

type Mood = "well" | "broken" | "silent" | "buggy"

/** A store in memory that can break, fall silent, and count who asks it. */
class Patient {
  mood: Mood = "well"
  asked = 0
  private readonly waiting: Array<Deferred.Deferred<void>> = []
  readonly raw: RawStores

  constructor(isAtHand = false) {
    this.raw = rawMemory(<A>(decide: () => Decision.Decision<A>) =>
      isAtHand ? this.atOnce(decide) : this.later(decide)
    )
  }

  /** Answers all who were not answered while it was silent. */
  readonly wakes: Effect.Effect<void> = Effect.suspend(() => {
    this.mood = "well"
    return Effect.andThen(
      Effect.forEach(this.waiting.splice(0), (waiter) => Deferred.succeed(waiter, undefined), { discard: true }),
      turns
    )
  })

  private atOnce<A>(decide: () => Decision.Decision<A>): A | Effect.Effect<A, StoreTrouble> {
    this.asked++
    if (this.mood === "broken") throw storeTrouble("redis", "ECONNREFUSED")
    if (this.mood === "buggy") throw new TypeError("no such column")
    return atHand(decide)
  }

  private later<A>(decide: () => Decision.Decision<A>): Effect.Effect<A, StoreTrouble> {
    return Effect.suspend(() => {
      this.asked++
      if (this.mood === "broken") return Effect.fail(storeTrouble("redis", "ECONNREFUSED"))
      if (this.mood === "buggy") return Effect.die(new TypeError("no such script"))
      if (this.mood === "well") return Decision.toEffect(decide)
      const waiter = Deferred.makeUnsafe<void>()
      this.waiting.push(waiter)
      return Effect.andThen(Deferred.await(waiter), Decision.toEffect(decide))
    })
  }
}

const bucket = RateLimiter.fixedWindow({ limit: 5, per: "1 hour" })
const down = Effect.fail("down")
const fine = Effect.succeed("fine")

const isHere = (patient: Patient, options?: AwayOptions) => Away.layer("redis", Effect.succeed(patient.raw), options)

/** The longest pause of the first round, in which nobody asks. */
const firstPause = Duration.millis(200)

const world = (patient: Patient, probe: EventProbe.EventProbe, options?: AwayOptions) => ({
  test: <A, E>(body: Effect.Effect<A, E, StateStore>) =>
    body.pipe(Effect.provide(isHere(patient, options)), probe.provide, Effect.scoped)
})

const cases = [
  ["that answers at once", true],
  ["that answers later", false]
] as const

for (const [kind, isAtHand] of cases) {
  describe(`a store ${kind} and breaks`, () => {
    it.effect("costs no call, is told of once, left alone, tried by one and used again when it is back", () => {
      const patient = new Patient(isAtHand)
      const probe = EventProbe.make()
      return world(patient, probe).test(
        Effect.gen(function* () {
          const limiter = yield* RateLimiter.make({ name: "reports", limits: bucket, maxWait: 0 })
          yield* limiter.acquire(2)
          patient.mood = "broken"
          yield* Effect.forEach([1, 2], () => limiter.acquire(), { concurrency: "unbounded" })
          expect(probe.of("StoreAway")).toMatchObject([{ store: "redis", error: "ECONNREFUSED" }])
          const { asked } = patient
          yield* limiter.acquire()
          // It goes on counting from what was taken from the shared store: 2 there and 3 here are all there is.
          const refused = yield* Effect.flip(limiter.acquire())
          expect(refused.reason).toBe("exceeded")
          expect(patient.asked).toBe(asked)
          expect(probe.of("LimiterRejected").at(-1)?.store).toBe("local")
          yield* TestClock.adjust(firstPause)
          yield* Effect.forEach(Array.from({ length: 20 }), () => Effect.exit(limiter.acquire()), {
            concurrency: "unbounded"
          })
          expect(patient.asked - asked).toBe(1)
          patient.mood = "well"
          yield* TestClock.adjust("400 millis")
          // The shared store knows of 2.
          yield* limiter.acquire(3)
          expect(probe.of("StoreBack")).toMatchObject([{ store: "redis", awayMs: 600 }])
          const again = yield* Effect.flip(limiter.acquire())
          expect(again.reason).toBe("exceeded")
          expect(probe.of("LimiterRejected").at(-1)?.store).toBe("redis")
          expect(probe.of("StoreAway").length).toBe(1)
        })
      )
    })

    it.effect("leaves it alone for longer each time, up to a limit", () => {
      const patient = new Patient(isAtHand)
      const probe = EventProbe.make()
      return world(patient, probe, { pause: "100 millis", maxPause: "1 second" }).test(
        Effect.gen(function* () {
          const limiter = yield* RateLimiter.make({ name: "reports", limits: bucket, maxWait: 0 })
          patient.mood = "broken"
          const tries: Array<number> = []
          for (let i = 0; i < 600; i++) {
            const before = patient.asked
            yield* Effect.exit(limiter.acquire())
            if (patient.asked > before) tries.push(yield* Clock.currentTimeMillis)
            yield* TestClock.adjust("10 millis")
          }
          const pauses = tries.slice(1).map((at, i) => at - tries[i]!)
          for (const [i, pause] of pauses.entries()) {
            const longest = Math.min(1000, 100 * 2 ** i)
            expect(pause).toBeGreaterThanOrEqual(longest / 2)
            expect(pause).toBeLessThanOrEqual(longest + 10)
          }
          expect(pauses.length).toBeGreaterThan(6)
          expect(probe.of("StoreAway").length).toBe(1)
        })
      )
    })

    it.effect("never lets an error out, not even one nobody thought of", () => {
      const patient = new Patient(isAtHand)
      const probe = EventProbe.make()
      return world(patient, probe).test(
        Effect.gen(function* () {
          const limiter = yield* RateLimiter.make({ name: "reports", limits: bucket })
          const breaker = yield* CircuitBreaker.make({ name: "reports" })
          const budget = yield* RetryBudget.make({ name: "reports" })
          const cache = yield* StaleCache.make<string>({ name: "reports", ttl: "1 minute" })
          patient.mood = "buggy"
          expect(yield* fine.pipe(breaker, limiter)).toBe("fine")
          expect(probe.of("StoreAway")[0]?.error).toBe("TypeError")
          yield* budget.recordCall
          expect(yield* budget.balance).toBeGreaterThan(99)
          expect(yield* cache.get("a", fine)).toBe("fine")
          expect(yield* cache.stats).toMatchObject({ size: 0, misses: 1 })
          expect(yield* limiter.keys).toEqual([])
          expect(yield* limiter.view).toMatchObject({ waiting: 0 })
          yield* limiter.penalize("1 second")
          yield* limiter.observe([])
          yield* limiter.change(bucket)
          expect(yield* breaker.view).toMatchObject({ state: "Closed" })
          expect(yield* breaker.snapshot).toHaveLength(1)
          yield* breaker.restore([])
          expect(yield* breaker.keys).toEqual([])
        })
      )
    })

    for (const choice of ["allow", "refuse"] as const) {
      it.effect(`decides "${choice}" for each kind of policy that says so`, () => {
        const patient = new Patient(isAtHand)
        const probe = EventProbe.make()
        return world(patient, probe, { whenAway: choice }).test(
          Effect.gen(function* () {
            const limiter = yield* RateLimiter.make({ name: "reports", limits: bucket, maxWait: 0 })
            const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1 })
            const budget = yield* RetryBudget.make({ name: "reports", ratio: 0.1, minPerSecond: 0 })
            yield* limiter.acquire(5)
            yield* Effect.exit(down.pipe(breaker))
            patient.mood = "broken"
            const spend = Effect.withFiber((fiber) => Decision.toEffect(() => budget.trySpend("retry", fiber)))
            const limited = yield* Effect.exit(fine.pipe(limiter))
            const broken = yield* Effect.exit(fine.pipe(breaker))
            expect(yield* spend).toBe(choice === "allow")
            expect([Exit.isSuccess(limited), Exit.isSuccess(broken)]).toEqual([choice === "allow", choice === "allow"])
            expect(Exit.isSuccess(yield* Effect.exit(breaker.peek))).toBe(choice === "allow")
            if (choice === "allow") {
              yield* Effect.replicateEffect(Effect.exit(down.pipe(breaker)), 3)
              expect(yield* fine.pipe(breaker)).toBe("fine")
              return
            }
            const refusals = [...probe.of("LimiterRejected"), ...probe.of("CircuitRejected")]
            expect(refusals.map(({ store }) => store)).toEqual(["local", "local", "local"])
            for (const { retryAfterMs } of refusals) {
              expect(retryAfterMs).toBeGreaterThan(0)
              expect(retryAfterMs).toBeLessThanOrEqual(200)
            }
            expect(probe.of("LimiterRejected")[0]?.limit).toBe("the shared store (redis)")
          })
        )
      })
    }

    it.effect("can be told something else for one kind of policy", () => {
      const patient = new Patient(isAtHand)
      return world(patient, EventProbe.make(), { whenAway: { limiter: "refuse" } }).test(
        Effect.gen(function* () {
          const limiter = yield* RateLimiter.make({ name: "reports", limits: bucket, maxWait: 0 })
          const breaker = yield* CircuitBreaker.make({ name: "reports" })
          patient.mood = "broken"
          expect(Exit.isFailure(yield* Effect.exit(fine.pipe(limiter)))).toBe(true)
          expect(yield* fine.pipe(breaker)).toBe("fine")
        })
      )
    })

    it.effect("keeps a circuit open that was open when it went, and opens others by itself", () => {
      const patient = new Patient(isAtHand)
      const probe = EventProbe.make()
      return world(patient, probe).test(
        Effect.gen(function* () {
          const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 2, successThreshold: 1 })
          const b = breaker.for("b")
          yield* Effect.replicateEffect(Effect.exit(down.pipe(breaker)), 2)
          yield* fine.pipe(b)
          yield* TestClock.adjust("20 seconds")
          patient.mood = "broken"
          yield* fine.pipe(b)
          const refused = yield* Effect.flip(fine.pipe(breaker))
          expect(refused.retryAfter).toEqual(Duration.seconds(40))
          expect(probe.of("CircuitRejected").at(-1)?.store).toBe("local")
          yield* Effect.replicateEffect(Effect.exit(down.pipe(b)), 2)
          expect(probe.of("CircuitTransition").at(-1)).toMatchObject({ key: "b", to: "Open", store: "local" })
          yield* TestClock.adjust("40 seconds")
          // Whoever tries the store has no answer from it and probes the service like anybody else.
          expect(yield* fine.pipe(breaker)).toBe("fine")
          expect(yield* breaker.view).toMatchObject({ state: "Closed" })
          patient.mood = "well"
          yield* TestClock.adjust("5 seconds")
          // The shared circuit has never closed: its own open time is over, so this is a probe.
          expect(yield* fine.pipe(breaker)).toBe("fine")
          expect(probe.of("CircuitTransition").slice(-2)).toMatchObject([
            { to: "HalfOpen", store: "redis" },
            { to: "Closed", store: "redis" }
          ])
          expect(yield* fine.pipe(b)).toBe("fine")
        })
      )
    })

    it.effect("a result of a call that was admitted elsewhere changes nothing here", () => {
      const patient = new Patient(isAtHand)
      return world(patient, EventProbe.make()).test(
        Effect.gen(function* () {
          const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1 })
          const call = yield* Effect.forkChild(Effect.delay(down, "1 minute").pipe(breaker))
          yield* turns
          patient.mood = "broken"
          yield* fine.pipe(breaker)
          const here = yield* Effect.forkChild(Effect.delay(down, "2 minutes").pipe(breaker))
          yield* TestClock.adjust("1 minute")
          yield* Fiber.await(call)
          expect(yield* fine.pipe(breaker)).toBe("fine")
          patient.mood = "well"
          yield* TestClock.adjust("30 seconds")
          yield* fine.pipe(breaker)
          yield* TestClock.adjust("30 seconds")
          yield* Fiber.await(here)
          expect(yield* fine.pipe(breaker)).toBe("fine")
        })
      )
    })

    it.effect("gives no answer that was forgotten meanwhile, and goes on to store", () => {
      const patient = new Patient(isAtHand)
      return world(patient, EventProbe.make()).test(
        Effect.gen(function* () {
          const cache = yield* StaleCache.make<string>({ name: "reports", ttl: "1 hour" })
          for (const key of ["files/a", "files/b", "photos/a", "photos/b"]) yield* cache.set(key, "old")
          yield* TestClock.adjust("1 second")
          patient.mood = "broken"
          yield* cache.set("files/a", "new")
          expect(yield* cache.invalidate("files/b")).toBe(false)
          expect(yield* cache.invalidateMatching("photos/*")).toBe(0)
          expect(yield* cache.get("photos/a", Effect.succeed("live"))).toBe("live")
          patient.mood = "well"
          yield* TestClock.adjust("5 seconds")
          for (const key of ["files/a", "files/b", "photos/a"]) {
            expect(yield* cache.get(key, Effect.succeed("newer"))).toBe("newer")
            expect(yield* cache.get(key, Effect.die("asked"))).toBe("newer")
          }
        })
      )
    })

    it.effect("gives the tokens of a time without it back to that time", () => {
      const patient = new Patient(isAtHand)
      return world(patient, EventProbe.make()).test(
        Effect.gen(function* () {
          const limiter = yield* RateLimiter.make({ name: "reports", limits: bucket, maxWait: 0 })
          const budget = yield* RetryBudget.make({ name: "reports", ratio: 0.5, minPerSecond: 0 })
          const spend = Effect.withFiber((fiber) => Decision.toEffect(() => budget.trySpend("retry", fiber)))
          const first = yield* limiter.acquire(2)
          yield* Effect.replicateEffect(budget.recordCall, 4)
          expect(yield* spend).toBe(true)
          patient.mood = "broken"
          const second = yield* limiter.acquire(2)
          yield* TestClock.adjust(1)
          expect(yield* spend).toBe(true)
          const takenAt = yield* Clock.currentTimeMillis
          yield* first.giveBack
          expect(yield* limiter.remaining).toBe(3)
          yield* second.giveBack
          expect(yield* limiter.remaining).toBe(5)
          const third = yield* limiter.acquire(2)
          patient.mood = "well"
          yield* TestClock.adjust("1 second")
          expect(yield* limiter.remaining).toBe(3)
          yield* third.giveBack
          expect(yield* limiter.remaining).toBe(3)
          const now = yield* Clock.currentTimeMillis
          yield* Decision.toEffect(() => budget.giveBack(takenAt, now))
          expect(yield* budget.balance).toBeCloseTo(1)
        })
      )
    })

    it.effect("cannot stand in for states: they fail with their own error, and may be asked again", () => {
      const patient = new Patient(isAtHand)
      return world(patient, EventProbe.make()).test(
        Effect.gen(function* () {
          const store = yield* StateStore
          yield* store.set("secret-key", "secret")
          patient.mood = "broken"
          const error = yield* Effect.flip(store.get("secret-key"))
          expect(error).toMatchObject({
            _tag: "StateStoreError",
            category: "transient",
            retryable: true,
            store: "redis"
          })
          expect(error.message).toBe("the state cannot be read: the shared store (redis) is away; try again later")
          expect((yield* Effect.flip(store.set("a", "b"))).message).toMatch(/cannot be written/)
          patient.mood = "well"
          yield* TestClock.adjust("1 second")
          expect(yield* store.get("secret-key")).toBe("secret")
        })
      )
    })
  })
}

describe("a store that falls silent", () => {
  it.effect("holds a caller up for no longer than its time, also one that is interrupted", () => {
    const patient = new Patient()
    const probe = EventProbe.make()
    return world(patient, probe, { timeout: "100 millis" }).test(
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({ name: "reports", limits: bucket })
        patient.mood = "silent"
        const startedAt = yield* Clock.currentTimeMillis
        const calls = yield* Effect.forEach(Array.from({ length: 3 }), () =>
          Effect.forkChild(
            Effect.map(
              Effect.flatMap(limiter.acquire(), () => Clock.currentTimeMillis),
              (at) => at - startedAt
            )
          )
        )
        yield* turns
        const interrupted = yield* Effect.forkChild(Effect.exit(Fiber.interrupt(calls[2]!)))
        yield* TestClock.adjust("99 millis")
        expect(probe.of("StoreAway")).toEqual([])
        yield* TestClock.adjust("1 millis")
        expect(yield* Fiber.join(calls[0]!)).toBe(100)
        expect(yield* Fiber.join(calls[1]!)).toBe(100)
        yield* Fiber.await(interrupted)
        expect(Exit.hasInterrupts(yield* Fiber.await(calls[2]!))).toBe(true)
        expect(probe.of("StoreAway")).toMatchObject([{ error: "timeout" }])
      })
    )
  })

  it.effect("has what it grants too late given back: tokens, probes and retries", () => {
    const patient = new Patient()
    return world(patient, EventProbe.make(), { timeout: "100 millis", whenAway: "refuse" }).test(
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({ name: "reports", limits: bucket, maxWait: 0 })
        const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1, successThreshold: 1 })
        const budget = yield* RetryBudget.make({ name: "reports", ratio: 0.5, minPerSecond: 0 })
        yield* Effect.replicateEffect(budget.recordCall, 4)
        yield* Effect.exit(down.pipe(breaker))
        yield* TestClock.adjust("60 seconds")
        yield* Effect.replicateEffect(budget.recordCall, 4)
        patient.mood = "silent"
        const spend = Effect.withFiber((fiber) => Decision.toEffect(() => budget.trySpend("retry", fiber)))
        const calls = yield* Effect.forkChild(
          Effect.all([Effect.exit(limiter.acquire(5)), Effect.exit(fine.pipe(breaker)), Effect.exit(spend)], {
            concurrency: "unbounded"
          })
        )
        yield* turns
        yield* TestClock.adjust("100 millis")
        const [limited, broken, spent] = yield* Fiber.join(calls)
        expect([Exit.isFailure(limited), Exit.isFailure(broken), spent]).toEqual([true, true, Exit.succeed(false)])
        yield* patient.wakes
        yield* TestClock.adjust("1 second")
        yield* limiter.acquire(5)
        expect(yield* fine.pipe(breaker)).toBe("fine")
        expect([yield* spend, yield* spend, yield* spend]).toEqual([true, true, false])
      })
    )
  })

  it.effect("a try that nobody runs does not keep others from trying", () => {
    const patient = new Patient()
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const stores = yield* Away.make("redis", patient.raw)
      const { single } = stores.limits({ name: "reports", config: { limits: [bucket] }, maxKeys: 10 })
      patient.mood = "broken"
      yield* Decision.toEffect(() => single.take(1, 0))
      expect(yield* stores.isHere).toBe(false)
      patient.mood = "well"
      yield* TestClock.adjust(firstPause)
      expect(Effect.isEffect(single.take(1, 0))).toBe(true)
      yield* Decision.toEffect(() => single.take(1, 0))
      expect(yield* stores.isHere).toBe(true)
    }).pipe(probe.provide, Effect.scoped)
  })

  it.live.each([110, 150])(
    "is not taken for away by a process that was busy for %i ms and could not read",
    (busyFor) => {
      const patient = new Patient()
      const probe = EventProbe.make()
      const turn = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))
      return Effect.gen(function* () {
        const stores = yield* Away.make(
          "redis",
          {
            ...patient.raw,
            budgets: (name, config) => ({
              ...patient.raw.budgets(name, config),
              // An answer that is there after 20 ms, and is read two turns of the event loop later.
              trySpend: () => Effect.as(Effect.andThen(Effect.sleep(20), Effect.replicateEffect(turn, 2)), false)
            })
          },
          { timeout: "100 millis" }
        )
        const budget = stores.budgets("reports", { ratio: 1, minPerSecond: 1, ttlMillis: 10_000 })
        const spend = yield* Effect.forkChild(Decision.toEffect(() => budget.trySpend(0)))
        yield* Effect.yieldNow
        const startedAt = performance.now()
        while (performance.now() - startedAt < busyFor);
        expect(yield* Fiber.join(spend)).toBe(false)
        expect(yield* stores.isHere).toBe(true)
        expect(probe.events()).toEqual([])
      }).pipe(probe.provide, Effect.scoped)
    }
  )

  it.effect("is asked whether it is well before it is used again, if it can be", () => {
    const patient = new Patient(true)
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      let isLocked = true
      const isWell = () => {
        if (isLocked) throw storeTrouble("sqlite", "SQLITE_BUSY")
      }
      const stores = yield* Away.make("sqlite", { ...patient.raw, isWell }, { maxPause: "200 millis" })
      const budget = stores.budgets("reports", { ratio: 1, minPerSecond: 1, ttlMillis: 10_000 })
      const deposit = Decision.toEffect(() => budget.deposit(0))
      patient.mood = "broken"
      yield* deposit
      patient.mood = "well"
      const { asked } = patient
      for (let i = 0; i < 5; i++) {
        yield* TestClock.adjust("200 millis")
        yield* deposit
      }
      expect([patient.asked - asked, yield* stores.isHere]).toEqual([0, false])
      isLocked = false
      yield* TestClock.adjust("200 millis")
      yield* deposit
      expect([patient.asked - asked, yield* stores.isHere]).toEqual([1, true])
      expect(probe.tags()).toEqual(["StoreAway", "StoreBack"])
    }).pipe(probe.provide, Effect.scoped)
  })

  it.effect("is not called away because its scope closes", () => {
    const patient = new Patient()
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      patient.mood = "silent"
      const spend = yield* Effect.scoped(
        Effect.gen(function* () {
          const stores = yield* Away.make("redis", patient.raw)
          const budget = stores.budgets("reports", { ratio: 1, minPerSecond: 1, ttlMillis: 10_000 })
          const fiber = yield* Effect.forkDetach(Decision.toEffect(() => budget.trySpend(0)))
          yield* turns
          return fiber
        })
      )
      expect(yield* Fiber.join(spend)).toBe(true)
      expect(probe.events()).toEqual([])
    }).pipe(probe.provide)
  })

  it.effect("leaves nothing running when its scope closes", () => {
    const patient = new Patient()
    return Effect.gen(function* () {
      let given = 0
      patient.mood = "silent"
      yield* Effect.scoped(
        Effect.gen(function* () {
          const stores = yield* Away.make("redis", {
            ...patient.raw,
            budgets: (name, config) => ({
              ...patient.raw.budgets(name, config),
              giveBack: () => {
                given++
              }
            })
          })
          const budget = stores.budgets("reports", { ratio: 1, minPerSecond: 1, ttlMillis: 10_000 })
          const spend = yield* Effect.forkChild(Decision.toEffect(() => budget.trySpend(0)))
          yield* turns
          yield* TestClock.adjust("1 second")
          expect(yield* Fiber.join(spend)).toBe(true)
        })
      )
      yield* patient.wakes
      expect(given).toBe(0)
    })
  })
})

describe("what is told of a store that is away", () => {
  const rule = AlertRules.defaults.find(({ name }) => name === "StoreAway")

  it.effect("is one alert, which ends when it is back", () => {
    const patient = new Patient()
    const probe = EventProbe.make()
    return world(patient, probe).test(
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({ name: "reports", limits: bucket })
        const budget = yield* RetryBudget.make({ name: "reports" })
        patient.mood = "broken"
        yield* limiter.acquire()
        yield* budget.recordCall
        patient.mood = "well"
        yield* TestClock.adjust("1 second")
        yield* limiter.acquire()
        const signals = probe.events().flatMap((event) => rule?.on(event) ?? [])
        expect(signals).toMatchObject([{ _tag: "Raise", alert: { level: "ERROR" } }, { _tag: "Resolve" }])
        // The journal can read back what it wrote.
        const Lines = Schema.Array(Schema.fromJsonString(ResilienceEvent))
        const written = yield* Schema.encodeEffect(Lines)(probe.events())
        expect(yield* Schema.decodeEffect(Lines)(written)).toEqual(probe.events())
      })
    )
  })

  it.effect("refuses options that make no sense", () =>
    Effect.gen(function* () {
      const patient = new Patient()
      const bad = { pause: "10 seconds", maxPause: "1 second" } as const
      const exit = yield* Effect.exit(Effect.provide(Effect.void, Layer.fresh(isHere(patient, bad))))
      expect(String(exit)).toMatch(/maxPause/)
    })
  )
})
