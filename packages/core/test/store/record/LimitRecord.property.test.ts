import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Limit } from "../../../src/store/LimitParts.ts"
import * as LimitState from "../../../src/store/LimitState.ts"
import * as LimitRecord from "../../../src/store/record/LimitRecord.ts"

const limit: fc.Arbitrary<Limit> = fc
  .record({
    _tag: fc.constantFrom("TokenBucket" as const, "FixedWindow" as const, "SlidingWindow" as const),
    name: fc.constantFrom("a", `"b"\u0000\ud800`),
    limit: fc.integer({ min: 1, max: 12 }),
    perMillis: fc.constantFrom(640, 1000, 6400),
    burst: fc.integer({ min: 1, max: 12 })
  })
  .map(({ _tag, burst, ...rest }) => (_tag === "TokenBucket" ? { _tag, burst, ...rest } : { _tag, ...rest }))

const limits = fc.array(limit, { minLength: 0, maxLength: 3 })

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ _tag: fc.constant("wait" as const), millis: fc.constantFrom(-50, 1, 17, 333) }) },
  { weight: 8, arbitrary: fc.record({ _tag: fc.constant("take" as const), weight: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ _tag: fc.constant("giveBack" as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("change" as const), limits }) },
  {
    weight: 1,
    arbitrary: fc.record({ _tag: fc.constant("penalize" as const), millis: fc.constantFrom(10, 10, 10, 200, Infinity) })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      _tag: fc.constant("observe" as const),
      name: fc.constantFrom("q", `"r"\n`),
      remaining: fc.nat(3),
      resetAfterMillis: fc.constantFrom(100, 5000)
    })
  }
)

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** One machine that plays a script; `between` is what happens to its state after every step. */
const machine = (
  first: ReadonlyArray<Limit>,
  between: (state: LimitState.Limits, config: LimitState.LimitConfig) => LimitState.Limits
) => {
  let config: LimitState.LimitConfig = { limits: first }
  let now = 1_700_000_000_000
  let state = LimitState.make(config, now)
  const taken: Array<LimitState.Taken> = []
  return (one: Step): unknown => {
    const answer = ((): unknown => {
      switch (one._tag) {
        case "wait":
          now += one.millis
          return LimitState.estimate(state, config, 0, 1, now)
        case "take": {
          const answer = LimitState.take(state, config, one.weight, now)
          if (answer._tag === "Taken") taken.push(answer)
          return answer
        }
        case "giveBack": {
          const [given] = taken.splice(-1 - one.which, 1)
          return given && LimitState.giveBack(state, config, given, now)
        }
        case "change":
          config = { limits: one.limits }
          return LimitState.view(state, config, now)
        case "penalize":
          return LimitState.penalize(state, config, one.millis, now)
        case "observe":
          return LimitState.observe(state, config, [one], now)
      }
    })()
    state = between(state, config)
    return [answer, LimitState.view(state, config, now), LimitState.isIdle(state, now)]
  }
}

describe("the counts of a limiter as a record", () => {
  it("decide as those that were never written", { timeout: 60_000 }, () => {
    let grants = 0
    fc.assert(
      fc.property(limits, fc.array(step, { minLength: 60, maxLength: 60 }), (limits, script) => {
        const real = machine(limits, (state) => state)
        const stored = machine(limits, (state, config) => {
          const read = LimitRecord.read(LimitRecord.write(state), config)
          if (read === undefined) throw new Error("unread")
          return read
        })
        for (const one of script) {
          const answer = real(one)
          if (JSON.stringify(answer).includes(`"Taken"`)) grants++
          expect(stored(one)).toEqual(answer)
        }
      }),
      { numRuns: 1500 }
    )
    expect(grants).toBeGreaterThan(5000)
  })

  it("keep the configuration of the reader when it is the same, so that nothing is carried over", () => {
    const config: LimitState.LimitConfig = { limits: [{ _tag: "FixedWindow", name: "a", limit: 1, perMillis: 1000 }] }
    const text = LimitRecord.write(LimitState.make({ limits: [...config.limits] }, 5))
    expect(LimitRecord.read(text, config)?.config).toBe(config)
  })

  it.each([
    "",
    "{",
    "[]",
    "null",
    `{"limits":[],"counts":[[]],"latest":1,"skew":0}`,
    `{"limits":[],"counts":[]}`,
    `{"limits":[{"_tag":"Other","name":"a","limit":1,"perMillis":1}],"counts":[[1]],"latest":1,"skew":0}`
  ])("are not read from %j", (text) => {
    expect(LimitRecord.read(text, { limits: [] })).toBeUndefined()
  })

  it("take a reading of the clock that comes late for the time of the last decision, and do not run ahead of it", () => {
    const config: LimitState.LimitConfig = { limits: [] }
    const state = LimitState.make(config, 1000)
    expect(LimitRecord.timeOf(state, 900)).toBe(1000)
    expect(LimitRecord.timeOf(state, 1200)).toBe(1200)
    // A clock that was set back by more is the new clock.
    const back = 1000 - 5000
    expect(LimitRecord.timeOf(state, back)).toBe(back)
    LimitState.take(state, config, 1, back)
    expect(LimitRecord.timeOf(state, back - 10)).toBe(back)
    LimitState.take(state, config, 1, LimitRecord.timeOf(state, back - 10))
    expect(state.skew).toBe(5000)
  })
})
