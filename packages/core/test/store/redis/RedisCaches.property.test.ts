import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as CacheState from "../../../src/store/CacheState.ts"
import { keyOf } from "../../../src/store/redis/Keys.ts"
import * as RedisCaches from "../../../src/store/redis/RedisCaches.ts"
import { rawServer } from "./rawServer.ts"

type Step =
  | { readonly _tag: "wait"; readonly millis: number }
  | { readonly _tag: "use" | "peek" | "remove"; readonly key: string }
  | { readonly _tag: "put"; readonly key: string; readonly expected: "none" | "known" | "another" }
  | { readonly _tag: "removeMatching"; readonly keys: ReadonlyArray<string> }

const key = fc.constantFrom("a", "b", "c", "d", "", "n {x}\n%")
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ _tag: fc.constant("wait" as const), millis: fc.constantFrom(1, 50, 99, 100, 1000, 2000) })
  },
  { weight: 7, arbitrary: fc.record({ _tag: fc.constantFrom("use" as const, "use", "peek", "remove"), key }) },
  {
    weight: 5,
    arbitrary: fc.record({
      _tag: fc.constant("put" as const),
      key,
      expected: fc.constantFrom("none" as const, "known", "known", "another")
    })
  },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("removeMatching" as const), keys: fc.array(key) }) }
)

describe("caches in Redis", () => {
  const { decide, expire, server, time } = rawServer()
  let names = 0

  it("keep, evict and age like the machine in memory", { timeout: 60_000 }, async () => {
    const factory = RedisCaches.make(await server)
    const seen = { hits: 0, misses: 0, dead: 0, evicted: 0, refused: 0, forgotten: 0 }
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          capacity: fc.integer({ min: 1, max: 5 }),
          ttlMillis: fc.constantFrom(50, 100),
          staleWhileRevalidateMillis: fc.constantFrom(0, 100),
          staleIfErrorMillis: fc.constantFrom(0, 50, 1000)
        }),
        fc.array(step, { minLength: 50, maxLength: 50 }),
        async (config, script) => {
          const name = `cache${names++}`
          const place = `${keyOf("test", "cache", name)}:entries`
          const store = factory<{ readonly n: number }>({ name, config })
          let pure = CacheState.make<{ readonly n: number }>()
          let value = 0
          const versions = new Map<number, number>()
          const same = (
            real: CacheState.Entry<{ readonly n: number }> | undefined,
            expected: CacheState.Entry<{ readonly n: number }> | undefined
          ) => {
            expect(real?.value).toEqual(expected?.value)
            expect(real?.storedAt).toBe(expected?.storedAt)
            if (real !== undefined && expected !== undefined) {
              // Other numbers, but they grow together.
              expect(versions.get(expected.version) ?? real.version).toBe(real.version)
              versions.set(expected.version, real.version)
            }
          }
          for (const one of script) {
            switch (one._tag) {
              case "wait":
                time.now += one.millis
                if (await expire(place)) {
                  await expire(`${keyOf("test", "cache", name)}:uses`)
                  await decide(place, () => store.removeMatching(() => true))
                  pure = CacheState.make()
                  pure.version = value
                  seen.forgotten++
                }
                break
              case "use": {
                const expected = CacheState.use(pure, config, one.key, time.now)
                same(await decide(place, () => store.use(one.key, time.now)), expected)
                if (expected === undefined) seen.misses++
                else seen[CacheState.freshness(expected, config, time.now) === "dead" ? "dead" : "hits"]++
                break
              }
              case "peek":
                same(await decide(place, () => store.peek(one.key)), CacheState.peek(pure, one.key))
                break
              case "remove":
                expect(await decide(place, () => store.remove(one.key))).toBe(CacheState.remove(pure, one.key))
                break
              case "put": {
                const known = CacheState.peek(pure, one.key)?.version ?? 0
                const real = (await decide(place, () => store.peek(one.key)))?.version ?? 0
                const wrong = one.expected === "another" ? 1 : 0
                const expected = one.expected === "none" ? [] : [known - wrong]
                const evicted = CacheState.put(pure, config, one.key, { n: ++value }, time.now, ...expected)
                const answer = await decide(place, () =>
                  store.put(one.key, { n: value }, time.now, ...(one.expected === "none" ? [] : [real - wrong]))
                )
                expect(answer).toBe(evicted)
                if (answer === undefined) seen.refused++
                else seen.evicted += answer
                break
              }
              case "removeMatching": {
                const matches = (key: string): boolean => one.keys.includes(key)
                expect(await decide(place, () => store.removeMatching(matches))).toBe(
                  CacheState.removeMatching(pure, matches)
                )
              }
            }
            expect(await decide(place, () => store.size())).toBe(pure.entries.size)
          }
        }
      ),
      { numRuns: 200 }
    )
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(3)
  })

  it("know what JSON knows, and nothing at all", async () => {
    const store = RedisCaches.make(await server)<unknown>({
      name: "values",
      config: { ttlMillis: 1000, staleIfErrorMillis: 0, staleWhileRevalidateMillis: 0, capacity: 10 }
    })
    for (const value of [{ a: [1, "zwölf ☃", null] }, "", 0, false, undefined, null, 1e300]) {
      await decide("none", () => store.put("k", value, time.now))
      expect((await decide("none", () => store.use("k", time.now)))?.value).toEqual(value)
    }
    for (const value of [1n, () => 1]) {
      expect(await decide("none", () => store.put("no", value, time.now))).toBeUndefined()
      expect(await decide("none", () => store.use("no", time.now))).toBeUndefined()
    }
  })
})
