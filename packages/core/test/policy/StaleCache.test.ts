import { describe, expect, it } from "@effect/vitest"
import { Context, Effect, Exit, Fiber, Layer, Option } from "effect"
import { TestClock } from "effect/testing"
import { remainingMillis } from "../../src/policy/CurrentDeadline.ts"
import * as Deadline from "../../src/policy/Deadline.ts"
import * as StaleCache from "../../src/policy/StaleCache.ts"
import { type CacheStore, CacheStores, type CacheStoreOptions, memory } from "../../src/store/CacheStore.ts"
import type { Decision } from "../../src/store/Decision.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"
import * as Flaky from "../../src/testing/FlakyDependency.ts"
import { defectOf } from "../support.ts"

const slowly = <A>(decision: () => Decision<A>): Effect.Effect<A> =>
  Effect.flatMap(Effect.yieldNow, () => {
    const value = decision()
    return Effect.isEffect(value) ? value : Effect.succeed(value)
  })

const slowStore = Layer.succeed(CacheStores, <A>(options: CacheStoreOptions): CacheStore<A> => {
  const store = memory<A>(options)
  return {
    use: (key, now) => slowly(() => store.use(key, now)),
    peek: (key) => slowly(() => store.peek(key)),
    put: (key, value, now, expected) => slowly(() => store.put(key, value, now, expected)),
    remove: (key) => slowly(() => store.remove(key)),
    removeMatching: (matches) => slowly(() => store.removeMatching(matches)),
    size: () => slowly(() => store.size())
  }
})

const windows = { ttl: "1 minute", staleWhileRevalidate: "1 minute", staleIfError: "1 hour" } as const
const make = StaleCache.make<string>({ name: "reports", ...windows })

/** Lets everything that can go on do so. */
const settle = Effect.replicateEffect(TestClock.adjust(0), 5, { discard: true })

const suite = (provide: <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>) => {
  const test = (name: string, body: () => Effect.Effect<void, unknown>) => it.effect(name, () => provide(body()))

  test("answers fresh, then stale while it refreshes, then stale when the service fails, then not at all", () =>
    Effect.gen(function* () {
      const cache = yield* make
      const service = Flaky.make<string, string>([Flaky.succeed("one"), Flaky.succeed("two"), Flaky.fail("down")])
      const answer = cache.answer("today", service.call)
      expect(yield* answer).toEqual({ value: "one", provenance: "live", ageMillis: 0 })
      yield* TestClock.adjust("59 seconds")
      expect(yield* answer).toEqual({ value: "one", provenance: "fresh", ageMillis: 59_000 })
      yield* TestClock.adjust("1 second")
      expect(yield* answer).toEqual({ value: "one", provenance: "staleWhileRevalidate", ageMillis: 60_000 })
      yield* settle
      expect(yield* answer).toEqual({ value: "two", provenance: "fresh", ageMillis: 0 })
      yield* TestClock.adjust("60 minutes")
      expect(yield* answer).toEqual({ value: "two", provenance: "staleIfError", ageMillis: 3_600_000 })
      yield* TestClock.adjust("61 seconds")
      expect(yield* Effect.exit(answer)).toEqual(Exit.fail("down"))
    }))

  test("shares one lookup among all who miss together", () =>
    Effect.gen(function* () {
      const cache = yield* make
      const service = Flaky.make([Flaky.succeed("one", "1 second")])
      const fibers = yield* Effect.forEach([1, 2, 3], () => Effect.forkChild(cache.get("today", service.call)))
      yield* settle
      yield* TestClock.adjust("1 second")
      expect(yield* Effect.forEach(fibers, (fiber) => Fiber.join(fiber))).toEqual(["one", "one", "one"])
      expect(service.stats().calls).toBe(1)
      expect(yield* cache.stats).toMatchObject({ misses: 3, joins: 2, size: 1 })
    }))

  test("refreshes at most once at a time in the background", () =>
    Effect.gen(function* () {
      const cache = yield* make
      yield* cache.set("today", "one")
      yield* TestClock.adjust("61 seconds")
      const service = Flaky.make([Flaky.succeed("two", "1 second")])
      yield* Effect.replicateEffect(cache.get("today", service.call), 5)
      yield* settle
      yield* TestClock.adjust("1 second")
      expect(service.stats().calls).toBe(1)
      expect(yield* cache.get("today", service.call)).toBe("two")
    }))

  test("keeps a good value when a refresh fails", () =>
    Effect.gen(function* () {
      const cache = yield* make
      yield* cache.set("today", "one")
      const service = Flaky.make<string, string>([Flaky.fail("down")])
      yield* TestClock.adjust("90 seconds")
      expect(yield* cache.get("today", service.call)).toBe("one")
      yield* TestClock.adjust("5 minutes")
      expect(yield* cache.get("today", service.call)).toBe("one")
      expect(yield* cache.stats).toMatchObject({ refreshFailures: 2, staleIfError: 1, staleWhileRevalidate: 1 })
    }))

  test("keeps what a lookup answered even if the old answer had to make room meanwhile", () =>
    Effect.gen(function* () {
      const cache = yield* StaleCache.make<string>({ name: "reports", ...windows, capacity: 1 })
      yield* cache.set("today", "one")
      yield* TestClock.adjust("10 minutes")
      const asking = yield* Effect.forkChild(cache.get("today", Effect.delay(Effect.succeed("two"), "1 second")))
      yield* settle
      yield* cache.set("tomorrow", "three")
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(asking)).toBe("two")
      expect(yield* cache.get("today", Effect.die("unused"))).toBe("two")
    }))

  test("forgets an answer whose windows are over, and says so", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const cache = yield* make
      yield* cache.set("today", "one")
      yield* TestClock.adjust("2 hours")
      expect(yield* cache.peek("today")).toEqual(Option.none())
      expect(yield* Effect.exit(cache.get("today", Effect.fail("down")))).toEqual(Exit.fail("down"))
      expect(yield* cache.stats).toMatchObject({ size: 0, evictions: 0, refreshFailures: 0 })
      expect(probe.of("CacheEvicted")).toMatchObject([{ reason: "expired", count: 1 }])
    }).pipe(probe.provide)
  })

  test("does not answer from the past when its time ran out during the lookup", () =>
    Effect.gen(function* () {
      const cache = yield* make
      yield* cache.set("today", "one")
      yield* TestClock.adjust("60 minutes")
      const asking = yield* Effect.forkChild(
        Effect.exit(cache.get("today", Effect.delay(Effect.fail("down"), "90 seconds")))
      )
      yield* settle
      yield* TestClock.adjust("90 seconds")
      expect(yield* Fiber.join(asking)).toEqual(Exit.fail("down"))
    }))

  test("after a failed lookup answers what was set meanwhile, and never what was invalidated meanwhile", () =>
    Effect.gen(function* () {
      const cache = yield* make
      const ask = Effect.forkChild(Effect.exit(cache.answer("today", Effect.delay(Effect.fail("down"), "2 seconds"))))
      yield* cache.set("today", "one")
      yield* TestClock.adjust("10 minutes")
      const first = yield* ask
      yield* settle
      yield* TestClock.adjust("1 second")
      yield* cache.set("today", "two")
      yield* TestClock.adjust("1 second")
      const set = { value: "two", provenance: "fresh", ageMillis: 1000 } as const
      expect(yield* Fiber.join(first)).toEqual(Exit.succeed(set))
      yield* TestClock.adjust("10 minutes")
      const second = yield* ask
      yield* settle
      yield* cache.invalidate("today")
      yield* TestClock.adjust("2 seconds")
      expect(yield* Fiber.join(second)).toEqual(Exit.fail("down"))
    }))

  test("tells of a failed lookup once, however many waited for it", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const cache = yield* make
      yield* cache.set("today", "one")
      yield* TestClock.adjust("10 minutes")
      const service = Flaky.make<string, string>([Flaky.fail("down", "1 second")])
      const fibers = yield* Effect.forEach([1, 2, 3], () => Effect.forkChild(cache.get("today", service.call)))
      yield* settle
      yield* TestClock.adjust("1 second")
      expect(yield* Effect.forEach(fibers, (fiber) => Fiber.join(fiber))).toEqual(["one", "one", "one"])
      expect(yield* cache.stats).toMatchObject({ refreshFailures: 1, staleIfError: 3, joins: 2, misses: 3 })
      expect(probe.of("CacheRefreshFailed")).toMatchObject([{ background: false, error: "down" }])
    }).pipe(probe.provide)
  })

  test("gives the defect of a shared lookup to all who wait, and asks again afterwards", () =>
    Effect.gen(function* () {
      const cache = yield* make
      const service = Flaky.make([Flaky.die("bug", "1 second"), Flaky.succeed("one")])
      const calls = [1, 2].map(() => Effect.forkChild(Effect.exit(cache.get("today", service.call))))
      const fibers = yield* Effect.all(calls)
      yield* settle
      yield* TestClock.adjust("1 second")
      const exits = yield* Effect.forEach(fibers, (fiber) => Fiber.join(fiber))
      expect(exits).toEqual([Exit.die("bug"), Exit.die("bug")])
      expect(yield* cache.get("today", service.call)).toBe("one")
      expect(service.stats()).toMatchObject({ calls: 2, running: 0 })
    }))

  test("does not answer from the past when the truth has changed", () =>
    Effect.gen(function* () {
      const cache = yield* make
      yield* cache.set("today", "one")
      yield* TestClock.adjust("10 minutes")
      const gone = Effect.fail({ category: "notFound" })
      expect(yield* Effect.exit(cache.get("today", gone))).toEqual(Exit.fail({ category: "notFound" }))
      expect(Exit.hasDies(yield* Effect.exit(cache.get("today", Effect.die("bug"))))).toBe(true)
    }))

  test("does not let a lookup overwrite what was set or invalidated meanwhile", () =>
    Effect.gen(function* () {
      const cache = yield* make
      const slow = cache.get("today", Effect.delay(Effect.succeed("old"), "1 second"))
      const first = yield* Effect.forkChild(slow)
      yield* settle
      yield* TestClock.adjust("500 millis")
      yield* cache.set("today", "new")
      yield* TestClock.adjust("500 millis")
      expect(yield* Fiber.join(first)).toBe("old")
      expect(yield* cache.get("today", Effect.die("unused"))).toBe("new")
      yield* cache.invalidate("today")
      const second = yield* Effect.forkChild(slow)
      yield* settle
      yield* TestClock.adjust("500 millis")
      yield* cache.invalidate("today")
      yield* TestClock.adjust("500 millis")
      expect(yield* Fiber.join(second)).toBe("old")
      expect(yield* cache.peek("today")).toEqual(Option.none())
    }))

  test("invalidates by key, pattern, expression and predicate", () =>
    Effect.gen(function* () {
      const cache = yield* make
      const fill = Effect.forEach(["file/1", "file/2", "folder/1", "a.b"], (key) => cache.set(key, key))
      yield* fill
      expect(yield* cache.invalidate("file/1")).toBe(true)
      expect(yield* cache.invalidate("file/1")).toBe(false)
      expect(yield* cache.invalidateMatching("fi*")).toBe(1)
      expect(yield* cache.invalidateMatching("a?b")).toBe(0)
      expect(yield* cache.invalidateMatching(/^folder/g)).toBe(1)
      expect(yield* cache.invalidateMatching((key) => key === "a.b")).toBe(1)
      yield* fill
      yield* cache.clear
      expect((yield* cache.stats).size).toBe(0)
    }))
}

describe("the stale cache in memory", () => suite((effect) => effect))

describe("the stale cache on a store that answers later", () => suite(Effect.provide(slowStore)))

describe("the stale cache", () => {
  it.effect("goes on with a shared lookup when its starter leaves, and stops it with the last", () =>
    Effect.gen(function* () {
      const cache = yield* make
      const service = Flaky.make([Flaky.succeed("one", "1 second")])
      const starter = yield* Effect.forkChild(cache.get("today", service.call))
      yield* settle
      const other = yield* Effect.forkChild(cache.get("today", service.call))
      yield* TestClock.adjust("500 millis")
      yield* Fiber.interrupt(starter)
      yield* TestClock.adjust("500 millis")
      expect(yield* Fiber.join(other)).toBe("one")
      yield* cache.invalidate("today")
      const alone = yield* Effect.forkChild(cache.get("today", service.call))
      yield* TestClock.adjust("500 millis")
      yield* Fiber.interrupt(alone)
      expect(service.stats()).toMatchObject({ calls: 2, interrupted: 1, running: 0 })
    })
  )

  it.effect("lets a caller with a nearer deadline leave without harming the others", () =>
    Effect.gen(function* () {
      const cache = yield* make
      const deadline = yield* Deadline.make({ name: "short", within: "500 millis" })
      const service = Flaky.make([Flaky.succeed("one", "1 second")])
      const hasty = yield* Effect.forkChild(Effect.exit(cache.get("today", service.call).pipe(deadline)))
      yield* settle
      const patient = yield* Effect.forkChild(cache.get("today", service.call))
      yield* TestClock.adjust("500 millis")
      expect(Exit.isFailure(yield* Fiber.join(hasty))).toBe(true)
      yield* TestClock.adjust("500 millis")
      expect(yield* Fiber.join(patient)).toBe("one")
    })
  )

  it.effect("does not let the caller's deadline end a background refresh", () =>
    Effect.gen(function* () {
      const cache = yield* make
      yield* cache.set("today", "one")
      yield* TestClock.adjust("61 seconds")
      const deadline = yield* Deadline.make({ name: "short", within: "500 millis" })
      const left: Array<number> = []
      const lookup = Effect.withFiber((fiber) => {
        left.push(remainingMillis(fiber))
        return Effect.delay(Effect.succeed("two"), "1 second")
      })
      expect(yield* cache.get("today", lookup).pipe(deadline)).toBe("one")
      yield* TestClock.adjust("1 second")
      expect(left).toEqual([Infinity])
      expect(yield* cache.get("today", lookup)).toBe("two")
    })
  )

  it.effect("stops background refreshes with its scope", () =>
    Effect.gen(function* () {
      const service = Flaky.make([Flaky.succeed("two", "1 hour")])
      yield* Effect.scoped(
        Effect.gen(function* () {
          const cache = yield* StaleCache.makeScoped<string>({ name: "reports", ...windows })
          yield* cache.set("today", "one")
          yield* TestClock.adjust("61 seconds")
          yield* cache.get("today", service.call)
          yield* settle
          expect(service.stats().running).toBe(1)
        })
      )
      expect(service.stats()).toMatchObject({ running: 0, interrupted: 1 })
    })
  )

  it.effect("stops a background refresh with its scope even if the key was set meanwhile", () =>
    Effect.gen(function* () {
      const service = Flaky.make([Flaky.succeed("two", "1 hour")])
      yield* Effect.scoped(
        Effect.gen(function* () {
          const cache = yield* StaleCache.makeScoped<string>({ name: "reports", ...windows })
          yield* cache.set("today", "one")
          yield* TestClock.adjust("61 seconds")
          yield* cache.get("today", service.call)
          yield* settle
          yield* cache.set("today", "three")
          expect(service.stats().running).toBe(1)
        })
      )
      expect(service.stats()).toMatchObject({ running: 0, interrupted: 1 })
    })
  )

  it.effect("starts no refresh once it is closed, and does not call the end of one a failure", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const cache = yield* make
      const service = Flaky.make([Flaky.succeed("two", "1 hour")])
      yield* cache.set("today", "one")
      yield* TestClock.adjust("61 seconds")
      yield* cache.get("today", service.call)
      yield* settle
      yield* cache.close
      expect(yield* cache.get("today", service.call)).toBe("one")
      yield* settle
      expect(service.stats()).toMatchObject({ calls: 1, interrupted: 1, running: 0 })
      expect(yield* cache.stats).toMatchObject({ refreshes: 1, refreshFailures: 0 })
      expect(probe.of("CacheRefreshFailed")).toEqual([])
    }).pipe(probe.provide)
  })

  it.effect("does not call a lookup that was interrupted inside a failure", () =>
    Effect.gen(function* () {
      const cache = yield* make
      yield* cache.set("today", "one")
      yield* TestClock.adjust("61 seconds")
      expect(yield* cache.get("today", Effect.interrupt)).toBe("one")
      yield* settle
      expect(yield* cache.stats).toMatchObject({ refreshes: 1, refreshFailures: 0 })
      expect(yield* cache.get("today", Effect.succeed("two"))).toBe("one")
      yield* settle
      expect(yield* cache.get("today", Effect.die("unused"))).toBe("two")
    })
  )

  it.effect("asks again for those who have more time than the one who started the lookup", () =>
    Effect.gen(function* () {
      const cache = yield* make
      const outOfTime = { reason: "deadline", category: "transient" }
      const service = Flaky.make([Flaky.fail(outOfTime, "400 millis"), Flaky.succeed("one", "1 second")])
      const deadline = yield* Deadline.make({ name: "short", within: "500 millis" })
      const hasty = yield* Effect.forkChild(Effect.exit(cache.get("today", service.call).pipe(deadline)))
      yield* settle
      const patient = yield* Effect.forkChild(cache.get("today", service.call))
      yield* TestClock.adjust("400 millis")
      expect(yield* Fiber.join(hasty)).toEqual(Exit.fail(outOfTime))
      yield* settle
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(patient)).toBe("one")
      expect(yield* cache.stats).toMatchObject({ misses: 2, joins: 1 })
    })
  )

  it.effect("stops the lookup of a caller who is interrupted before it began", () =>
    Effect.gen(function* () {
      const cache = yield* make
      const service = Flaky.make([Flaky.hang])
      const fiber = yield* Effect.forkChild(cache.get("today", service.call), { startImmediately: true })
      yield* Fiber.interrupt(fiber)
      yield* settle
      expect(service.stats().running).toBe(0)
      expect(yield* cache.get("today", Effect.succeed("one"))).toBe("one")
    })
  )

  it.effect("runs a lookup with the services of the one who started it", () => {
    class Greeting extends Context.Service<Greeting, string>()("test/Greeting") {}
    return Effect.gen(function* () {
      const cache = yield* make
      const greeted = cache.get("today", Effect.delay(Greeting, "1 second"))
      const first = yield* Effect.forkChild(Effect.provideService(greeted, Greeting, "hello"))
      yield* settle
      const second = yield* Effect.forkChild(Effect.provideService(greeted, Greeting, "good day"))
      yield* settle
      yield* TestClock.adjust("1 second")
      expect([yield* Fiber.join(first), yield* Fiber.join(second)]).toEqual(["hello", "hello"])
    })
  })

  it.effect("evicts what was not used for longest", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const cache = yield* StaleCache.make<string>({ name: "reports", capacity: 2 })
      yield* cache.set("a", "a")
      yield* cache.set("b", "b")
      yield* cache.get("a", Effect.die("unused"))
      yield* cache.set("c", "c")
      expect(yield* cache.peek("b")).toEqual(Option.none())
      expect(Option.isSome(yield* cache.peek("a"))).toBe(true)
      expect(probe.of("CacheEvicted")).toMatchObject([{ reason: "capacity", count: 1 }])
      expect(probe.of("CacheAnswered")).toMatchObject([{ provenance: "fresh" }])
    }).pipe(probe.provide)
  })

  it.effect("keeps only what it is told to keep", () =>
    Effect.gen(function* () {
      const cache = yield* StaleCache.make<string>({ name: "reports", cacheable: (value) => value !== "" })
      yield* cache.get("today", Effect.succeed(""))
      expect(yield* cache.get("today", Effect.succeed("one"))).toBe("one")
    })
  )

  it.effect("is not confused by a clock that goes backward", () =>
    Effect.gen(function* () {
      const cache = yield* make
      yield* TestClock.setTime(10_000_000)
      yield* cache.set("today", "one")
      yield* TestClock.setTime(1_000_000)
      expect((yield* cache.answer("today", Effect.die("unused"))).ageMillis).toBe(0)
    })
  )

  it.effect("refuses impossible options", () =>
    Effect.gen(function* () {
      expect(yield* defectOf(StaleCache.make({ name: "c", capacity: 0 }))).toContain(`option "capacity" is 0`)
      expect(yield* defectOf(StaleCache.make({ name: "c", ttl: 0 }))).toContain(`option "ttl" is 0`)
      expect(yield* defectOf(StaleCache.make({ name: "c", when: [] }))).toContain("name at least one category")
    })
  )
})
