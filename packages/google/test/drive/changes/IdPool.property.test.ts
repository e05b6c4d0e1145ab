/** The pool of ids against a naive one that knows the age of every id. */
import { describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as IdPool from "../../../src/drive/changes/IdPool.ts"

const steps = fc.array(
  fc.oneof(
    fc.record({ take: fc.integer({ min: 1, max: 150 }) }),
    fc.record({ wait: fc.integer({ min: 0, max: 2 * IdPool.maxAgeMillis }) })
  ),
  { maxLength: 30 }
)

describe("the pool of ids", () => {
  it("gives each id once, none that is too old, and asks for 20 to 100", () => {
    fc.assert(
      fc.property(steps, (steps) => {
        let pool = IdPool.empty
        let now = 1_000_000
        let made = 0
        const born = new Map<string, number>()
        const given = new Set<string>()
        for (const step of steps) {
          if ("wait" in step) now += step.wait
          else {
            for (let n = 0; n < step.take; n++) {
              let [id, rest] = IdPool.take(pool, now)
              if (id === undefined) {
                const lot = IdPool.nextLot(rest, now, 1)
                expect(lot).toBeGreaterThanOrEqual(20)
                expect(lot).toBeLessThanOrEqual(100)
                const ids = Array.from({ length: lot }, () => `id-${made++}`)
                for (const id of ids) born.set(id, now)
                ;[id, rest] = IdPool.take(IdPool.filled(ids, now), now)
              }
              pool = rest
              expect(given.has(id!)).toBe(false)
              expect(now - born.get(id!)!).toBeLessThanOrEqual(IdPool.maxAgeMillis)
              given.add(id!)
            }
          }
        }
      })
    )
  })

  it("asks for twice as many when a lot was used up within a minute, and begins again after a rest", () => {
    let pool = IdPool.empty
    const lots: Array<number> = []
    for (const now of [0, 1000, 2000, 3000, 200_000]) {
      const lot = IdPool.nextLot(pool, now, 1)
      lots.push(lot)
      pool = IdPool.filled(
        Array.from({ length: lot }, (_, n) => `${now}-${n}`),
        now
      )
    }
    expect(lots).toEqual([20, 40, 80, 100, 20])
  })

  it("asks for as many as are waiting", () => {
    expect(IdPool.nextLot(IdPool.empty, 0, 64)).toBe(64)
    expect(IdPool.nextLot(IdPool.empty, 0, 1000)).toBe(100)
  })

  it("drops its ids when the clock goes back", () => {
    expect(IdPool.take(IdPool.filled(["a"], 5000), 4000)[0]).toBeUndefined()
  })

  it("gives an id that came twice in a lot once", () => {
    const pool = IdPool.filled(["a", "a", "b"], 0)
    const [first, rest] = IdPool.take(pool, 0)
    const [second, last] = IdPool.take(rest, 0)
    expect([first, second, IdPool.take(last, 0)[0]]).toEqual(["a", "b", undefined])
  })
})
