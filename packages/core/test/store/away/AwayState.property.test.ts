import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as AwayState from "../../../src/store/away/AwayState.ts"

type Step =
  | { readonly _tag: "wait"; readonly millis: number }
  | { readonly _tag: "ask" }
  | { readonly _tag: "end"; readonly which: number; readonly isGood: boolean; readonly chance: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ _tag: fc.constant("wait" as const), millis: fc.constantFrom(1, 40, 100, 350, 2000) })
  },
  { weight: 6, arbitrary: fc.record({ _tag: fc.constant("ask" as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      _tag: fc.constant("end" as const),
      which: fc.nat(7),
      isGood: fc.boolean(),
      chance: fc.constantFrom(0, 0.5, 0.999)
    })
  }
)

/** A question as the model remembers it: everything that has happened since it was asked is in `model.log`. */
interface Asked {
  readonly pass: AwayState.Pass
  readonly isTry: boolean
  readonly changes: number
}

const config = { pauseMillis: 100, maxPauseMillis: 1000 }

describe("a store that is here or away", () => {
  it(
    "is asked by everybody while it is here, by one at a time after a pause while it is away",
    { timeout: 60_000 },
    () => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 120, maxLength: 120 }), (script) => {
          let now = 1_700_000_000_000
          const state = AwayState.make()
          // The model: whether it is here, who tries, how many tries failed in a row, and since when nobody may ask.
          let isHere = true
          let changes = 0
          let trying: Asked | undefined
          let failures = 0
          let cameBackAt = -Infinity
          let quietFrom = 0
          let shortest = 0
          let longest = 0
          let asked: Array<Asked> = []
          for (const one of script) {
            switch (one._tag) {
              case "wait":
                now += one.millis
                break
              case "ask": {
                const pass = AwayState.ask(state, now)
                if (isHere) expect(pass?.isTry).toBe(false)
                else if (trying !== undefined || now < quietFrom + shortest) expect(pass).toBeUndefined()
                else if (now >= quietFrom + longest) expect(pass?.isTry).toBe(true)
                if (pass === undefined) break
                const question = { pass, isTry: !isHere, changes }
                asked.push(question)
                if (!isHere) trying = question
                break
              }
              case "end": {
                const question = asked[one.which % Math.max(1, asked.length)]
                if (question === undefined) break
                asked = asked.filter((other) => other !== question)
                const isCurrent = question.changes === changes
                const changed = one.isGood
                  ? AwayState.succeeded(state, question.pass, now)
                  : AwayState.failed(state, config, question.pass, now, one.chance)
                // What was asked before the last change says nothing of now.
                expect(changed).toBe(isCurrent && (question.isTry ? one.isGood : !one.isGood))
                if (question === trying) trying = undefined
                if (changed) {
                  isHere = !isHere
                  changes++
                }
                if (changed && isHere) cameBackAt = now
                if (!isHere && isCurrent && !one.isGood) {
                  failures = changed && now - cameBackAt >= 1000 ? 1 : failures + 1
                  quietFrom = now
                  longest = Math.min(1000, 100 * 2 ** (failures - 1))
                  shortest = longest / 2
                }
              }
            }
            expect(state.isHere).toBe(isHere)
            expect(AwayState.pauseLeft(state, now)).toBeLessThanOrEqual(1000)
          }
        }),
        { numRuns: 500 }
      )
    }
  )

  it("remembers when it was away the last time", () => {
    const state = AwayState.make()
    expect(AwayState.wasAwayAt(state, 100)).toBe(false)
    AwayState.failed(state, config, state.pass, 100, 0)
    expect([99, 100, 1e9].map((time) => AwayState.wasAwayAt(state, time))).toEqual([false, true, true])
    const pass = AwayState.ask(state, 1000)
    AwayState.succeeded(state, pass!, 1000)
    expect([999, 1000].map((time) => AwayState.wasAwayAt(state, time))).toEqual([true, false])
  })
})
