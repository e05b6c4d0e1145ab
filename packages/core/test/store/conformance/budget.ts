/** What a retry budget does on every store. */
import { describe, expect } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import * as Retry from "../../../src/policy/Retry.ts"
import * as RetryBudget from "../../../src/policy/RetryBudget.ts"
import * as EventProbe from "../../../src/testing/EventProbe.ts"
import { decided, factories, forAll, pass, type Subject, tests } from "./Subject.ts"

type Step =
  | { readonly _tag: "wait"; readonly millis: number }
  | { readonly _tag: "call" | "spend" }
  | { readonly _tag: "giveBack"; readonly which: number }

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ _tag: fc.constant("wait" as const), millis: fc.constantFrom(1, 99, 100, 450, 1000, 3000) })
  },
  { weight: 6, arbitrary: fc.record({ _tag: fc.constant("call" as const) }) },
  { weight: 4, arbitrary: fc.record({ _tag: fc.constant("spend" as const) }) },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("giveBack" as const), which: fc.nat(3) }) }
)

let names = 0

/** A budget as anybody would write it down: a list of calls, a list of what was spent; both count for ten buckets. */
const likeModel = (
  {
    minPerSecond,
    ratio,
    ttlMillis
  }: { readonly ratio: number; readonly minPerSecond: number; readonly ttlMillis: number },
  script: ReadonlyArray<Step>
) =>
  Effect.gen(function* () {
    const stores = yield* factories
    const store = stores.budgets(`budget-${++names}`, { ratio, minPerSecond, ttlMillis })
    const calls: Array<number> = []
    let spent: Array<number> = []
    const bucketOf = (time: number): number => Math.floor(time / (ttlMillis / 10))
    for (const one of script) {
      const now = yield* Clock.currentTimeMillis
      const counts = (at: number): boolean => bucketOf(now) - bucketOf(at) < 10
      const balance =
        ratio * calls.filter(counts).length + (minPerSecond * ttlMillis) / 1000 - spent.filter(counts).length
      expect(yield* decided(() => store.balance(now))).toBeCloseTo(balance, 6)
      switch (one._tag) {
        case "wait":
          yield* TestClock.adjust(one.millis)
          break
        case "call":
          yield* decided(() => store.deposit(now))
          calls.push(now)
          break
        case "spend": {
          const allowed = yield* decided(() => store.trySpend(now))
          expect(allowed).toBe(balance >= 1 - 1e-9)
          if (allowed) spent.push(now)
          break
        }
        case "giveBack": {
          const at = spent.at(-1 - one.which)
          if (at === undefined) break
          yield* decided(() => store.giveBack(at, now))
          spent = spent.toSpliced(spent.lastIndexOf(at), 1)
        }
      }
    }
  })

/** Runs the suite of retry budgets. */
export const budgetConformance = (subject: Subject): void => {
  const test = tests(subject)

  describe(`a retry budget on ${subject.name}`, () => {
    test(
      "allows what a list of calls and retries allows",
      () =>
        forAll(
          subject,
          fc.tuple(
            fc.record({
              ratio: fc.constantFrom(0.1, 0.5, 1),
              minPerSecond: fc.constantFrom(0, 1, 3),
              ttlMillis: fc.constantFrom(1000, 10_000)
            }),
            fc.array(stepArbitrary, { minLength: subject.steps, maxLength: subject.steps })
          ),
          ([config, script]) => likeModel(config, script)
        ),
      120_000
    )

    test("calls earn retries, and both are forgotten in time", () =>
      Effect.gen(function* () {
        const budget = yield* RetryBudget.make({ name: "reports", ratio: 0.2, minPerSecond: 0 })
        yield* Effect.replicateEffect(budget.recordCall, 10)
        expect(yield* budget.balance).toBeCloseTo(2)
        yield* pass(subject, "5 seconds")
        expect(yield* budget.balance).toBeCloseTo(2)
        yield* pass(subject, "6 seconds")
        expect(yield* budget.balance).toBe(0)
      }))

    test("stops retrying when it is used up, and says so", () => {
      const probe = EventProbe.make()
      return Effect.gen(function* () {
        const budget = yield* RetryBudget.make({ name: "reports", ratio: 0.5, minPerSecond: 0 })
        const retry = yield* Retry.make({
          name: "reports",
          maxAttempts: 10,
          idempotent: true,
          delayFor: () => 0,
          budget
        })
        let attempts = 0
        const failing = Effect.suspend(() => {
          attempts++
          return Effect.fail({ category: "transient" })
        })
        yield* Effect.replicateEffect(Effect.exit(failing.pipe(retry)), 4)
        expect(attempts).toBe(6)
        expect(probe.of("BudgetExhausted").length).toBe(4)
      }).pipe(probe.provide)
    })

    if (!subject.isShared) return

    test("is one for two processes", ({ there }) =>
      Effect.gen(function* () {
        const options = { name: "reports", ratio: 0.5, minPerSecond: 0 }
        const budget = yield* RetryBudget.make(options)
        const other = yield* there(RetryBudget.make(options))
        yield* Effect.replicateEffect(budget.recordCall, 4)
        const spend = (of: RetryBudget.RetryBudget) =>
          Effect.withFiber((fiber) => decided(() => of.trySpend("retry", fiber)))
        expect([yield* spend(other), yield* spend(budget), yield* spend(other)]).toEqual([true, true, false])
        const now = yield* Clock.currentTimeMillis
        yield* decided(() => budget.giveBack(now, now))
        expect(yield* spend(other)).toBe(true)
      }))
  })
}
