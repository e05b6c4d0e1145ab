/** What a cache does on every store. */
import { describe, expect } from "@effect/vitest"
import { Clock, Effect, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import * as StaleCache from "../../../src/policy/StaleCache.ts"
import * as CacheState from "../../../src/store/CacheState.ts"
import * as EventProbe from "../../../src/testing/EventProbe.ts"
import * as Model from "../../../src/testing/StaleCacheModel.ts"
import { decided, factories, forAll, pass, type Subject, tests } from "./Subject.ts"

type Step =
  | { readonly _tag: "wait"; readonly millis: number }
  | { readonly _tag: "use" | "remove"; readonly key: string }
  | { readonly _tag: "put"; readonly key: string; readonly stale: boolean }

const key = fc.constantFrom("a", "b", "c", "d", "e", "f")
const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ _tag: fc.constant("wait" as const), millis: fc.constantFrom(1, 50, 99, 100, 1000) })
  },
  { weight: 6, arbitrary: fc.record({ _tag: fc.constant("use" as const), key }) },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("remove" as const), key }) },
  { weight: 4, arbitrary: fc.record({ _tag: fc.constant("put" as const), key, stale: fc.boolean() }) }
)

let names = 0

const configOf = ({ capacity, ...windows }: Model.Windows & { readonly capacity: number }): CacheState.CacheConfig => ({
  capacity,
  ttlMillis: windows.ttl,
  staleWhileRevalidateMillis: windows.revalidate,
  staleIfErrorMillis: windows.ifError
})

/** In this process dead entries stay until somebody comes across them, so every answer is known beforehand. */
const likeModel = (windows: Model.Windows & { readonly capacity: number }, script: ReadonlyArray<Step>) =>
  Effect.gen(function* () {
    const stores = yield* factories
    const config = configOf(windows)
    const store = stores.caches<number>({ name: `cache-${++names}`, config })
    const model = Model.make()
    let value = 0
    for (const one of script) {
      const now = yield* Clock.currentTimeMillis
      switch (one._tag) {
        case "wait":
          yield* TestClock.adjust(one.millis)
          break
        case "use": {
          const real = yield* decided(() => store.use(one.key, now))
          const naive = Model.use(model, one.key, now, windows)
          expect(real?.value).toBe(naive?.value)
          if (real !== undefined && naive !== undefined) {
            expect(CacheState.freshness(real, config, now)).toBe(Model.freshness(naive.storedAt, now, windows))
          }
          break
        }
        case "remove": {
          const wasThere = yield* decided(() => store.remove(one.key))
          expect(wasThere).toBe(model.entries.some((entry) => entry.key === one.key))
          Model.remove(model, one.key)
          break
        }
        case "put": {
          const known = (yield* decided(() => store.peek(one.key)))?.version ?? 0
          value++
          if (one.stale) {
            if (known === 0) break
            // A refresh that started from another version changes nothing.
            expect(yield* decided(() => store.put(one.key, value, now, known - 1))).toBeUndefined()
            break
          }
          const before = model.entries.length
          const isNew = !model.entries.some((entry) => entry.key === one.key)
          const evicted = yield* decided(() => store.put(one.key, value, now, known))
          Model.put(model, windows.capacity, { key: one.key, value, storedAt: now })
          expect(evicted).toBe(before + (isNew ? 1 : 0) - model.entries.length)
        }
      }
      expect(yield* decided(() => store.size())).toBe(model.entries.length)
    }
  })

/**
 * A shared store may drop dead entries at any time, which leaves room for others. What it gives must be the last that was
 * stored, as old as it says; and an entry that is alive must be there while fewer other keys than there is room for were used
 * since it was.
 */
const keepsPromises = (windows: Model.Windows & { readonly capacity: number }, script: ReadonlyArray<Step>) =>
  Effect.gen(function* () {
    const stores = yield* factories
    const config = configOf(windows)
    const store = stores.caches<number>({ name: `cache-${++names}`, config })
    const stored = new Map<string, { readonly value: number; readonly storedAt: number }>()
    const since = new Map<string, Set<string>>()
    const used = (key: string): void => {
      for (const [other, others] of since) if (other !== key) others.add(key)
      since.set(key, new Set())
    }
    let value = 0
    for (const one of script) {
      const now = yield* Clock.currentTimeMillis
      switch (one._tag) {
        case "wait":
          yield* TestClock.adjust(one.millis)
          break
        case "use": {
          const real = yield* decided(() => store.use(one.key, now))
          const last = stored.get(one.key)
          const freshness = last === undefined ? "dead" : Model.freshness(last.storedAt, now, windows)
          if (freshness !== "dead" && (since.get(one.key)?.size ?? 0) < windows.capacity) {
            expect(real?.value).toBe(last?.value)
          }
          if (real === undefined) break
          expect(real.value).toBe(last?.value)
          expect(CacheState.freshness(real, config, now)).toBe(freshness)
          if (freshness !== "dead") used(one.key)
          break
        }
        case "remove":
          yield* decided(() => store.remove(one.key))
          stored.delete(one.key)
          break
        case "put": {
          const known = (yield* decided(() => store.peek(one.key)))?.version ?? 0
          value++
          if (one.stale) {
            if (known !== 0) expect(yield* decided(() => store.put(one.key, value, now, known - 1))).toBeUndefined()
            break
          }
          expect(yield* decided(() => store.put(one.key, value, now, known))).toBeDefined()
          stored.set(one.key, { value, storedAt: now })
          used(one.key)
        }
      }
      expect(yield* decided(() => store.size())).toBeLessThanOrEqual(windows.capacity)
    }
  })

interface Report {
  readonly title: string
  readonly pages: ReadonlyArray<number>
  readonly author?: string
}

/** Runs the suite of caches. */
export const cacheConformance = (subject: Subject): void => {
  const test = tests(subject)
  const { settled } = subject

  describe(`a cache on ${subject.name}`, () => {
    test(
      "keeps, evicts and ages like the model",
      () =>
        forAll(
          subject,
          fc.tuple(
            fc.record({
              capacity: fc.integer({ min: 1, max: 5 }),
              ttl: fc.constantFrom(50, 100),
              revalidate: fc.constantFrom(0, 100),
              ifError: fc.constantFrom(0, 50, 1000)
            }),
            fc.array(stepArbitrary, { minLength: subject.steps, maxLength: subject.steps })
          ),
          ([windows, script]) => (subject.isShared ? keepsPromises(windows, script) : likeModel(windows, script))
        ),
      120_000
    )

    test("gives what it has: fresh, old while it refreshes, old when the service fails", () =>
      Effect.gen(function* () {
        const cache = yield* StaleCache.make<string>({
          name: "reports",
          ttl: "1 minute",
          staleWhileRevalidate: "1 minute",
          staleIfError: "1 hour"
        })
        let asked = 0
        const lookup = Effect.sync(() => `answer ${++asked}`)
        expect(yield* cache.answer("a", lookup)).toMatchObject({ value: "answer 1", provenance: "live" })
        expect(yield* cache.answer("a", lookup)).toMatchObject({ value: "answer 1", provenance: "fresh" })
        yield* pass(subject, "90 seconds")
        expect(yield* cache.answer("a", lookup)).toMatchObject({
          value: "answer 1",
          provenance: "staleWhileRevalidate",
          ageMillis: 90_000
        })
        yield* settled
        expect(yield* cache.answer("a", lookup)).toMatchObject({ value: "answer 2", provenance: "fresh" })
        yield* pass(subject, "3 minutes")
        const failing = Effect.fail({ category: "transient" as const })
        expect(yield* cache.answer("a", failing)).toMatchObject({ value: "answer 2", provenance: "staleIfError" })
        yield* pass(subject, "2 hours")
        expect(yield* Effect.flip(cache.answer("a", failing))).toEqual({ category: "transient" })
      }))

    test("gives values back as they were", () =>
      Effect.gen(function* () {
        const cache = yield* StaleCache.make<Report>({ name: "reports", ttl: "1 minute" })
        const report = { title: `{"a": "\u{1F600}"} %s \u0000`, pages: [1, -0.5, 1e21] }
        yield* cache.set("a", report)
        expect(yield* cache.get("a", Effect.die("asked"))).toEqual(report)
        expect(Option.map(yield* cache.peek("a"), ({ value }) => value)).toEqual(Option.some(report))
        expect(yield* cache.peek("b")).toEqual(Option.none())
      }))

    test("has room for so many, and the one that was not used for longest goes first", () => {
      const probe = EventProbe.make()
      return Effect.gen(function* () {
        const cache = yield* StaleCache.make<number>({ name: "reports", ttl: "1 hour", capacity: 2 })
        yield* cache.set("a", 1)
        yield* TestClock.adjust(1)
        yield* cache.set("b", 2)
        yield* TestClock.adjust(1)
        yield* cache.get("a", Effect.succeed(0))
        yield* TestClock.adjust(1)
        yield* cache.set("c", 3)
        expect([Option.isSome(yield* cache.peek("a")), Option.isSome(yield* cache.peek("b"))]).toEqual([true, false])
        expect(yield* cache.stats).toMatchObject({ size: 2, evictions: 1 })
        expect(probe.of("CacheEvicted").map(({ count, reason }) => [reason, count])).toEqual([["capacity", 1]])
      }).pipe(probe.provide)
    })

    test("forgets a key, those that match, and everything", () =>
      Effect.gen(function* () {
        const cache = yield* StaleCache.make<number>({ name: "reports", ttl: "1 hour" })
        for (const key of ["files/a", "files/b", "photos/a", "photos/[b]?"]) yield* cache.set(key, 1)
        expect(yield* cache.invalidate("files/a")).toBe(true)
        expect(yield* cache.invalidate("files/a")).toBe(false)
        expect(yield* cache.invalidateMatching("photos/*")).toBe(2)
        expect((yield* cache.stats).size).toBe(1)
        yield* cache.clear
        expect((yield* cache.stats).size).toBe(0)
      }))

    test("a lookup that was under way does not overwrite what was set meanwhile", () =>
      Effect.gen(function* () {
        const cache = yield* StaleCache.make<string>({ name: "reports", ttl: "1 hour" })
        const old = yield* Effect.forkChild(cache.get("a", Effect.delay(Effect.succeed("old"), "1 second")))
        yield* settled
        yield* cache.set("a", "new")
        yield* pass(subject, "1 second")
        yield* Fiber.await(old)
        expect(yield* cache.get("a", Effect.die("asked"))).toBe("new")
      }))

    if (!subject.isShared) return

    test("what one process stores the other has, and what it forgets is gone for both", ({ there }) =>
      Effect.gen(function* () {
        const options = { name: "reports", ttl: "1 hour" } as const
        const cache = yield* StaleCache.make<string>(options)
        const other = yield* there(StaleCache.make<string>(options))
        yield* cache.set("a", "one")
        expect(yield* other.get("a", Effect.die("asked"))).toBe("one")
        // A lookup of one process that is out of date by now does not overwrite what another has stored.
        const slow = yield* Effect.forkChild(other.get("b", Effect.delay(Effect.succeed("old"), "1 second")))
        yield* settled
        yield* cache.set("b", "new")
        yield* pass(subject, "1 second")
        yield* Fiber.await(slow)
        expect(yield* other.get("b", Effect.die("asked"))).toBe("new")
        yield* other.invalidate("a")
        expect(yield* cache.peek("a")).toEqual(Option.none())
      }))
  })
}
