import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as BudgetState from "../../../src/store/BudgetState.ts"
import * as BudgetRecord from "../../../src/store/record/BudgetRecord.ts"

const config: BudgetState.BudgetConfig = { ratio: 0.2, minPerSecond: 0.5, ttlMillis: 2000 }

describe("a retry budget as a record", () => {
  it("decides as one that was never written", { timeout: 60_000 }, () => {
    let spent = 0
    const step = fc.record({
      wait: fc.constantFrom(-100, 0, 0, 1, 199, 200, 5000),
      what: fc.constantFrom("deposit", "deposit", "spend", "giveBack")
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 100, maxLength: 100 }), (script) => {
        const real = BudgetState.make()
        let stored = BudgetState.make()
        let now = 1_700_000_000_000
        let takenAt = now
        for (const { wait, what } of script) {
          now += wait
          const [answer, again] = [real, stored].map((budget) => {
            if (what === "deposit") return BudgetState.deposit(budget, config, now)
            if (what === "spend") return BudgetState.trySpend(budget, config, now)
            return BudgetState.giveBack(budget, config, takenAt, now)
          })
          expect(again).toBe(answer)
          if (answer === true) {
            spent++
            takenAt = now
          }
          const read = BudgetRecord.read(BudgetRecord.write(stored, config), config)
          if (read === undefined) throw new Error("unread")
          stored = read
          expect(BudgetState.balance(stored, config, now)).toBe(BudgetState.balance(real, config, now))
        }
      }),
      { numRuns: 1000 }
    )
    expect(spent).toBeGreaterThan(1000)
  })

  it("is not read when its time is counted in other buckets, or when it is none", () => {
    const text = BudgetRecord.write(BudgetState.make(), config)
    expect(BudgetRecord.read(text, config)).toEqual(BudgetState.make())
    expect(BudgetRecord.read(text, { ...config, ttlMillis: 1000 })).toBeUndefined()
    for (const none of ["", "[]", "{}", text.replace("[0,", "[")]) {
      expect(BudgetRecord.read(none, config)).toBeUndefined()
    }
  })
})
