import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import * as RateLimiter from "../../src/policy/RateLimiter.ts"
import * as Away from "../../src/store/away/Away.ts"
import { storeTrouble } from "../../src/store/away/StoreTrouble.ts"
import { BudgetStores } from "../../src/store/BudgetStore.ts"
import * as Decision from "../../src/store/Decision.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"
import { rawMemory } from "../store/away/RawMemory.ts"

it.effect("a store is not back because of an answer that was at hand without asking it", () => {
  const probe = EventProbe.make()
  let isWell = true
  const asked = rawMemory(<A>(decide: () => Decision.Decision<A>) =>
    Effect.suspend(() => (isWell ? Decision.toEffect(decide) : Effect.fail(storeTrouble("redis", "ECONNREFUSED"))))
  )
  // Calls are kept, and told later on.
  const raw = {
    ...asked,
    budgets: (...args: Parameters<typeof asked.budgets>) => ({ ...asked.budgets(...args), deposit: () => undefined })
  }
  return Effect.gen(function* () {
    const limiter = yield* RateLimiter.make({
      name: "reports",
      limits: RateLimiter.fixedWindow({ limit: 1000, per: "1 hour" })
    })
    const budget = (yield* BudgetStores)("reports", { ratio: 1, minPerSecond: 1, ttlMillis: 1000 })
    isWell = false
    for (let n = 0; n < 60; n++) {
      yield* Decision.toEffect(() => budget.deposit(n))
      yield* limiter.acquire()
      yield* TestClock.adjust("1 second")
    }
    expect([probe.of("StoreAway").length, probe.of("StoreBack").length]).toEqual([1, 0])
    isWell = true
    for (let n = 0; n < 10; n++) {
      yield* Decision.toEffect(() => budget.deposit(n))
      yield* limiter.acquire()
      yield* TestClock.adjust("1 second")
    }
    expect([probe.of("StoreAway").length, probe.of("StoreBack").length]).toEqual([1, 1])
  }).pipe(Effect.provide(Away.layer("redis", Effect.succeed(raw))), probe.provide, Effect.scoped)
})
