import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Limit } from "../../src/store/LimitParts.ts"
import * as LimitState from "../../src/store/LimitState.ts"
import * as Model from "../../src/testing/RateLimiterModel.ts"
import { keeps, limit, type Step, step } from "./limitRuns.ts"

const runs = 3000
const stepsPerRun = 100

const play = (limits: ReadonlyArray<Limit>, script: ReadonlyArray<Step>) => {
  const config = { limits }
  let now = 1_700_000_000_000
  const state = LimitState.make(config, now)
  let grants: Array<LimitState.Taken> = []
  const take = (weight: number) => {
    const answer = LimitState.take(state, config, weight, now)
    if (answer._tag === "Taken") grants.push(answer)
    return answer
  }
  for (const one of script) {
    switch (one._tag) {
      case "wait":
        now += one.millis
        break
      case "take":
        take(one.weight)
        break
      case "giveBack": {
        const given = grants.at(-1 - one.which)
        if (given === undefined) break
        LimitState.giveBack(state, config, given, now)
        grants = grants.filter((grant) => grant !== given)
        break
      }
      case "waitAsTold": {
        const answer = take(one.weight)
        if (answer._tag === "Taken" || answer.millis === Infinity) break
        expect(answer.millis).toBeGreaterThan(0)
        now += Math.ceil(answer.millis)
        // With one limit the wait that was told is exact; with several another may be in the way by then.
        if (limits.length === 1) expect(take(one.weight)._tag).toBe("Taken")
      }
    }
  }
  return grants
}

describe("the limiter as a state machine", () => {
  it("never grants more than its limits promise, whatever happens", { timeout: 120_000 }, () => {
    let steps = 0
    fc.assert(
      fc.property(
        fc.array(limit, { minLength: 1, maxLength: 3 }),
        fc.array(step, { minLength: stepsPerRun, maxLength: stepsPerRun }),
        (limits, script) => {
          steps += script.length
          const grants = play(limits, script)
          for (const rule of limits) expect(keeps(grants, rule)).toBe(true)
        }
      ),
      { numRuns: runs }
    )
    expect(steps).toBeGreaterThanOrEqual(runs * stepsPerRun)
  })

  it("grants what the models would grant, one limit at a time", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        limit,
        fc.array(fc.tuple(fc.constantFrom(0, 1, 10, 100, 640, 1000), fc.integer({ min: 1, max: 4 })), {
          minLength: 80,
          maxLength: 80
        }),
        (rule, script) => {
          const config = { limits: [rule] }
          let now = 1_700_000_000_000
          const state = LimitState.make(config, now)
          const grants: Array<Model.Grant> = []
          const bucket = { tokens: rule._tag === "TokenBucket" ? rule.burst : 0, at: now }
          for (const [wait, weight] of script) {
            now += wait
            const real = LimitState.take(state, config, weight, now)._tag === "Taken"
            if (rule._tag === "TokenBucket") {
              const naive = Model.bucketHas(bucket, rule.limit, rule.perMillis, rule.burst, weight, now)
              if (naive) bucket.tokens -= weight
              expect(real).toBe(naive)
            } else if (rule._tag === "FixedWindow") {
              expect(real).toBe(Model.windowHas(grants, "fixed", rule.limit, rule.perMillis, weight, now))
            } else if (real) {
              expect(Model.windowHas(grants, "sliding", rule.limit, rule.perMillis, weight, now)).toBe(true)
            } else {
              // What the granules cost: at the latest 1/64 of the period later it is granted too.
              const later = now + rule.perMillis / 64
              const before = grants.filter((grant) => grant.at > now - rule.perMillis)
              const fitsNow = Model.windowHas(before, "sliding", rule.limit, rule.perMillis, weight, now)
              const waits = LimitState.estimate(state, config, 0, weight, now)?.millis ?? 0
              if (fitsNow && weight <= rule.limit) expect(waits).toBeLessThanOrEqual(later - now)
            }
            if (real) grants.push({ at: now, weight })
          }
        }
      ),
      { numRuns: 1000 }
    )
  })
})
