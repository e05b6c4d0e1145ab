import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as CacheState from "../../src/store/CacheState.ts"
import * as Model from "../../src/testing/StaleCacheModel.ts"

type Step =
  | { readonly _tag: "wait"; readonly millis: number }
  | { readonly _tag: "use" | "remove"; readonly key: string }
  | { readonly _tag: "put"; readonly key: string; readonly stale: boolean }

const key = fc.constantFrom("a", "b", "c", "d", "e", "f")
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ _tag: fc.constant("wait" as const), millis: fc.constantFrom(1, 50, 99, 100, 1000) })
  },
  { weight: 6, arbitrary: fc.record({ _tag: fc.constant("use" as const), key }) },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("remove" as const), key }) },
  { weight: 4, arbitrary: fc.record({ _tag: fc.constant("put" as const), key, stale: fc.boolean() }) }
)

const runs = 2000
const stepsPerRun = 150

describe("the cache as a state machine", () => {
  it("keeps, evicts and ages like the model", { timeout: 60_000 }, () => {
    let steps = 0
    fc.assert(
      fc.property(
        fc.record({
          capacity: fc.integer({ min: 1, max: 5 }),
          ttl: fc.constantFrom(50, 100),
          revalidate: fc.constantFrom(0, 100),
          ifError: fc.constantFrom(0, 50, 1000)
        }),
        fc.array(step, { minLength: stepsPerRun, maxLength: stepsPerRun }),
        ({ capacity, ...windows }, script) => {
          const config: CacheState.CacheConfig = {
            capacity,
            ttlMillis: windows.ttl,
            staleWhileRevalidateMillis: windows.revalidate,
            staleIfErrorMillis: windows.ifError
          }
          const cache = CacheState.make<number>()
          const model = Model.make()
          let now = 1_700_000_000_000
          let value = 0
          for (const one of script) {
            steps++
            switch (one._tag) {
              case "wait":
                now += one.millis
                break
              case "use": {
                const real = CacheState.use(cache, config, one.key, now)
                const naive = Model.use(model, one.key, now, windows)
                expect(real?.value).toBe(naive?.value)
                if (real !== undefined && naive !== undefined) {
                  expect(CacheState.freshness(real, config, now)).toBe(Model.freshness(naive.storedAt, now, windows))
                }
                break
              }
              case "remove":
                expect(CacheState.remove(cache, one.key)).toBe(model.entries.some((entry) => entry.key === one.key))
                Model.remove(model, one.key)
                break
              case "put": {
                const known = CacheState.peek(cache, one.key)?.version ?? 0
                const before = model.entries.length
                value++
                if (one.stale) {
                  if (known === 0) break
                  // A refresh that started from another version changes nothing.
                  expect(CacheState.put(cache, config, one.key, value, now, known - 1)).toBeUndefined()
                  break
                }
                const evicted = CacheState.put(cache, config, one.key, value, now, known)
                const isNew = !model.entries.some((entry) => entry.key === one.key)
                Model.put(model, capacity, { key: one.key, value, storedAt: now })
                expect(evicted).toBe(before + (isNew ? 1 : 0) - model.entries.length)
              }
            }
            expect(cache.entries.size).toBe(model.entries.length)
          }
        }
      ),
      { numRuns: runs }
    )
    expect(steps).toBeGreaterThanOrEqual(runs * stepsPerRun)
  })
})
