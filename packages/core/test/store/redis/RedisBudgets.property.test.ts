import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as BudgetState from "../../../src/store/BudgetState.ts"
import { keyOf } from "../../../src/store/redis/Keys.ts"
import * as RedisBudgets from "../../../src/store/redis/RedisBudgets.ts"
import { rawServer } from "./rawServer.ts"

type Step =
  | { readonly _tag: "wait"; readonly millis: number }
  | { readonly _tag: "deposit" | "spend" | "balance" }
  | { readonly _tag: "giveBack"; readonly which: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ _tag: fc.constant("wait" as const), millis: fc.constantFrom(1, 90, 250, 999, 5000, 20_000) })
  },
  { weight: 8, arbitrary: fc.record({ _tag: fc.constantFrom("deposit" as const, "spend", "spend", "balance") }) },
  { weight: 2, arbitrary: fc.record({ _tag: fc.constant("giveBack" as const), which: fc.nat(5) }) }
)

describe("retry budgets in Redis", () => {
  const { catchUp, decide, expire, server, time, upkeep } = rawServer()
  let names = 0

  for (const isKeeping of [false, true]) {
    const told = isKeeping ? "calls are told late" : "every call is told at once"
    it(`decide like the machine in memory when ${told}`, { timeout: 60_000 }, async () => {
      const factory = RedisBudgets.make(await server, upkeep, isKeeping)
      const seen = { allowed: 0, refused: 0, given: 0 }
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            ratio: fc.constantFrom(0, 0.1, 0.5),
            minPerSecond: fc.constantFrom(0, 0.4, 3),
            ttlMillis: fc.constantFrom(1000, 10_000)
          }),
          fc.array(step, { minLength: 50, maxLength: 50 }),
          async (config, script) => {
            const name = `budget${names++}`
            const key = keyOf("test", "budget", name)
            const store = factory(name, config)
            const pure = BudgetState.make()
            const taken: Array<number> = []
            for (const one of script) {
              switch (one._tag) {
                case "wait":
                  await catchUp()
                  time.now += one.millis
                  await expire(key)
                  break
                case "deposit":
                  BudgetState.deposit(pure, config, time.now)
                  await decide(key, () => store.deposit(time.now))
                  break
                case "spend": {
                  const allowed = await decide(key, () => store.trySpend(time.now))
                  expect(allowed).toBe(BudgetState.trySpend(pure, config, time.now))
                  if (allowed) taken.push(time.now)
                  seen[allowed ? "allowed" : "refused"]++
                  break
                }
                case "giveBack": {
                  const [at] = taken.splice(taken.length - 1 - one.which, 1)
                  if (at === undefined) break
                  seen.given++
                  BudgetState.giveBack(pure, config, at, time.now)
                  await decide(key, () => store.giveBack(at, time.now))
                  break
                }
                case "balance":
                  expect(await decide(key, () => store.balance(time.now))).toBeCloseTo(
                    BudgetState.balance(pure, config, time.now),
                    9
                  )
              }
            }
          }
        ),
        { numRuns: 100 }
      )
      expect(Math.min(seen.allowed, seen.refused, seen.given)).toBeGreaterThan(100)
    })
  }
})
