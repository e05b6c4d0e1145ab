import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as BulkheadState from "../../src/store/BulkheadState.ts"
import * as Model from "../../src/testing/BulkheadModel.ts"

type Step =
  | { readonly _tag: "arrive" }
  | { readonly _tag: "depart"; readonly which: number }
  | { readonly _tag: "giveUp"; readonly which: number }
  | { readonly _tag: "resize"; readonly concurrency: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ _tag: fc.constant("arrive" as const) }) },
  { weight: 5, arbitrary: fc.record({ _tag: fc.constant("depart" as const), which: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ _tag: fc.constant("giveUp" as const), which: fc.nat(9) }) },
  {
    weight: 1,
    arbitrary: fc.record({ _tag: fc.constant("resize" as const), concurrency: fc.integer({ min: 1, max: 6 }) })
  }
)

const runs = 2000
const stepsPerRun = 150
const maxQueue = 5

describe("the bulkhead as a state machine", () => {
  it("lets the same callers run and wait as the model, in the same order", { timeout: 60_000 }, () => {
    let steps = 0
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(step, { minLength: stepsPerRun, maxLength: stepsPerRun }),
        (concurrency, script) => {
          const state = BulkheadState.make<number>(concurrency)
          const model = Model.make(concurrency)
          const running = new Set<number>()
          let next = 0
          const granted = (callers: ReadonlyArray<number>) => callers.forEach((caller) => running.add(caller))
          const pick = (callers: ReadonlyArray<number>, which: number) => callers[which % Math.max(1, callers.length)]
          for (const one of script) {
            steps++
            switch (one._tag) {
              case "arrive": {
                const caller = next++
                const expected = Model.arrive(model, caller, maxQueue)
                if (BulkheadState.tryEnter(state)) {
                  running.add(caller)
                  expect(expected).toBe("runs")
                } else if (state.queue.size >= maxQueue) {
                  expect(expected).toBe("refused")
                } else {
                  BulkheadState.join(state, caller)
                  expect(expected).toBe("waits")
                }
                break
              }
              case "depart": {
                const caller = pick(Array.from(running), one.which)
                if (caller === undefined) break
                running.delete(caller)
                granted(BulkheadState.leave(state))
                Model.depart(model, caller)
                break
              }
              case "giveUp": {
                const caller = pick(model.waiting, one.which)
                if (caller === undefined) break
                expect(BulkheadState.abandon(state, caller)).toBe(true)
                Model.depart(model, caller)
                break
              }
              case "resize":
                granted(BulkheadState.resize(state, one.concurrency))
                Model.resize(model, one.concurrency)
            }
            expect(state.running).toBe(model.running.length)
            expect(Array.from(state.queue)).toEqual(model.waiting)
          }
          expect(Array.from(running).toSorted((a, b) => a - b)).toEqual(model.running.toSorted((a, b) => a - b))
        }
      ),
      { numRuns: runs }
    )
    expect(steps).toBeGreaterThanOrEqual(runs * stepsPerRun)
  })
})
