import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as LimitState from "../../src/store/LimitState.ts"

/** A service that counts `size` calls in windows of `millis`, and tells what remains with every answer. */
interface Service {
  readonly size: number
  readonly millis: number
}

type Step =
  | { readonly _tag: "wait"; readonly millis: number }
  | { readonly _tag: "call" }
  | { readonly _tag: "answer"; readonly which: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ _tag: fc.constant("wait" as const), millis: fc.constantFrom(1, 100, 3000, 9000) })
  },
  { weight: 6, arbitrary: fc.constant({ _tag: "call" as const }) },
  { weight: 5, arbitrary: fc.record({ _tag: fc.constant("answer" as const), which: fc.nat(4) }) }
)

describe("quotas a service speaks of", () => {
  it("are never passed once the service has spoken, in whatever order its answers come", { timeout: 60_000 }, () => {
    let refusals = 0
    fc.assert(
      fc.property(
        fc.record({ size: fc.integer({ min: 1, max: 8 }), millis: fc.constantFrom(10_000, 60_000) }),
        fc.array(step, { minLength: 80, maxLength: 80 }),
        (service: Service, script) => {
          const config = { limits: [] }
          const start = 1_700_000_000_000
          let now = start
          const state = LimitState.make(config, now)
          const windowOf = (at: number) => Math.floor(at / service.millis)
          const used = new Map<number, number>()
          // An answer tells what the service counted when the call came in.
          let underway: Array<{
            readonly remaining: number
            readonly resetAt: number
            readonly taken: LimitState.Taken
          }> = []
          const heardIn = new Set<number>()
          let overrun = 0
          for (const one of script) {
            switch (one._tag) {
              case "wait":
                now += one.millis
                break
              case "call": {
                const window = windowOf(now)
                const before = used.get(window) ?? 0
                const taken = LimitState.take(state, config, 1, now)
                if (taken._tag === "Wait") {
                  refusals++
                  // It never waits longer than until the service counts anew.
                  expect(taken.millis).toBeLessThanOrEqual((window + 1) * service.millis - now)
                  break
                }
                used.set(window, before + 1)
                // Calls that went out before the first word of a window cannot be held back by it.
                if (heardIn.has(window) && before >= service.size) overrun++
                underway.push({
                  remaining: Math.max(0, service.size - before - 1),
                  resetAt: (window + 1) * service.millis,
                  taken
                })
                break
              }
              case "answer": {
                const answer = underway[one.which % Math.max(1, underway.length)]
                if (answer === undefined) break
                underway = underway.filter((other) => other !== answer)
                const quota = { name: "q", remaining: answer.remaining, resetAfterMillis: answer.resetAt - now }
                LimitState.observe(state, config, [quota], now)
                // Only what the service knew when it answered; calls under way at the first word of a window are unknown.
                if (answer.resetAt > now && underway.every(({ resetAt }) => resetAt !== answer.resetAt)) {
                  heardIn.add(windowOf(now))
                }
                break
              }
            }
          }
          expect(overrun).toBe(0)
        }
      ),
      { numRuns: 2000 }
    )
    expect(refusals).toBeGreaterThan(1000)
  })

  it("count what is given back again, and believe no nonsense", () => {
    const config = { limits: [] }
    const state = LimitState.make(config, 0)
    LimitState.observe(state, config, [{ name: "q", remaining: 1, resetAfterMillis: 1000 }], 0)
    const taken = LimitState.take(state, config, 1, 0)
    expect(LimitState.take(state, config, 1, 0)).toEqual({ _tag: "Wait", millis: 1000, limit: "q" })
    if (taken._tag === "Taken") LimitState.giveBack(state, config, taken, 10)
    expect(LimitState.take(state, config, 1, 10)._tag).toBe("Taken")
    for (const nonsense of [Number.NaN, -1]) {
      LimitState.observe(state, config, [{ name: "n", remaining: nonsense, resetAfterMillis: 1000 }], 20)
      LimitState.observe(state, config, [{ name: "n", remaining: 0, resetAfterMillis: nonsense }], 20)
    }
    LimitState.observe(state, config, [{ name: "n", remaining: 0, resetAfterMillis: Infinity }], 20)
    expect(LimitState.view(state, config, 20).limits.map(({ limit }) => limit)).toEqual(["q"])
    expect(LimitState.isIdle(state, 999)).toBe(false)
    expect(LimitState.isIdle(state, 1000)).toBe(true)
  })

  it("with ever new names do not fill the memory", () => {
    const config = { limits: [] }
    const state = LimitState.make(config, 0)
    for (let n = 0; n < 1000; n++) {
      LimitState.observe(state, config, [{ name: `q${n}`, remaining: 1, resetAfterMillis: 1000 }], n / 1000)
    }
    expect(LimitState.view(state, config, 1).limits.length).toBe(16)
  })
})
