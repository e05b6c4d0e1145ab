import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Limit } from "../../../src/store/LimitParts.ts"
import * as LimitState from "../../../src/store/LimitState.ts"
import { keyOf } from "../../../src/store/redis/Keys.ts"
import * as RedisLimits from "../../../src/store/redis/RedisLimits.ts"
import * as Model from "../../../src/testing/RateLimiterModel.ts"
import { limit } from "../limitRuns.ts"
import { rawServer } from "./rawServer.ts"

type Step =
  | { readonly _tag: "wait"; readonly millis: number }
  | { readonly _tag: "take"; readonly weight: number }
  | { readonly _tag: "giveBack"; readonly which: number }
  | { readonly _tag: "estimate"; readonly ahead: number; readonly weight: number }
  | { readonly _tag: "penalize"; readonly millis: number }
  | { readonly _tag: "observe"; readonly name: string; readonly remaining: number; readonly millis: number }
  | { readonly _tag: "change"; readonly limits: ReadonlyArray<Limit> }
  | { readonly _tag: "view" }

const limits = fc.array(limit, { minLength: 1, maxLength: 3 })

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      _tag: fc.constant("wait" as const),
      millis: fc.constantFrom(1, 3, 17, 100, 333, 1000, 2500, 10_000)
    })
  },
  {
    weight: 10,
    arbitrary: fc.record({ _tag: fc.constant("take" as const), weight: fc.constantFrom(1, 1, 1, 2, 3, 0.5, 9) })
  },
  { weight: 4, arbitrary: fc.record({ _tag: fc.constant("giveBack" as const), which: fc.nat(5) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      _tag: fc.constant("estimate" as const),
      ahead: fc.constantFrom(0, 3, 20),
      weight: fc.constantFrom(1, 2)
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({ _tag: fc.constant("penalize" as const), millis: fc.constantFrom(10, 500, 3000) })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      _tag: fc.constant("observe" as const),
      name: fc.constantFrom("q", "r"),
      remaining: fc.constantFrom(0, 2, 5.5, Number.NaN),
      millis: fc.constantFrom(500, 5000, Infinity)
    })
  },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("change" as const), limits }) },
  { weight: 2, arbitrary: fc.constant({ _tag: "view" as const }) }
)

/** Rounding differs in the last digits where one has forgotten that it was full. */
const close = (real: number, pure: number): void => {
  if (Number.isFinite(pure)) expect(Math.abs(real - pure)).toBeLessThan(1e-3)
  else expect(real).toBe(pure)
}

const same = (real: LimitState.Wait | undefined, pure: LimitState.Wait | undefined): void => {
  expect(real?.limit).toBe(pure?.limit)
  if (pure !== undefined && real !== undefined) close(real.millis, pure.millis)
}

const runs = 150
const stepsPerRun = 50

describe("limits in Redis", () => {
  const { decide, expire, server, time } = rawServer()
  let names = 0

  it("decide like the machine in memory, whatever happens", { timeout: 120_000 }, async () => {
    const factory = RedisLimits.make(await server)
    const seen = { taken: 0, waited: 0, given: 0 }
    await fc.assert(
      fc.asyncProperty(
        limits,
        fc.array(step, { minLength: stepsPerRun, maxLength: stepsPerRun }),
        async (initial, script) => {
          const name = `limit:${names++}`
          const key = keyOf("test", "limit", name)
          let config: LimitState.LimitConfig = { limits: initial }
          const store = factory({ name, config, maxKeys: 10 })
          const cell = store.single
          const pure = LimitState.make(config, time.now)
          const grants: Array<{ readonly real: LimitState.Taken; readonly pure: LimitState.Taken }> = []
          for (const one of script) {
            switch (one._tag) {
              case "wait":
                time.now += one.millis
                await expire(key)
                break
              case "take": {
                const expected = LimitState.take(pure, config, one.weight, time.now)
                const real = await decide(key, () => cell.take(one.weight, 0))
                expect(real._tag).toBe(expected._tag)
                if (real._tag === "Taken" && expected._tag === "Taken") {
                  seen.taken++
                  expect(real.at).toBe(expected.at)
                  grants.push({ real, pure: expected })
                } else if (real._tag === "Wait" && expected._tag === "Wait") {
                  seen.waited++
                  same(real, expected)
                }
                break
              }
              case "giveBack": {
                const [given] = grants.splice(grants.length - 1 - one.which, 1)
                if (given === undefined) break
                seen.given++
                LimitState.giveBack(pure, config, given.pure, time.now)
                await decide(key, () => cell.giveBack(given.real, 0))
                break
              }
              case "estimate":
                same(
                  await decide(key, () => cell.estimate(one.ahead, one.weight, 0)),
                  LimitState.estimate(pure, config, one.ahead, one.weight, time.now)
                )
                break
              case "penalize":
                LimitState.penalize(pure, config, one.millis, time.now)
                await decide(key, () => cell.penalize(one.millis, 0))
                break
              case "observe": {
                const quotas = [{ name: one.name, remaining: one.remaining, resetAfterMillis: one.millis }]
                LimitState.observe(pure, config, quotas, time.now)
                await decide(key, () => cell.observe(quotas, 0))
                break
              }
              case "change":
                // In Redis the same limits are no change, whoever says them.
                if (JSON.stringify(one.limits) === JSON.stringify(config.limits)) break
                config = { limits: one.limits }
                store.change(one.limits)
                // Memory forgets what was given back before a change, Redis also that the bucket was full since: not the same.
                grants.length = 0
                LimitState.view(pure, config, time.now)
                await decide(key, () => cell.view(0))
                break
              case "view": {
                const expected = LimitState.view(pure, config, time.now)
                const real = await decide(key, () => cell.view(0))
                close(real.penaltyMillis, expected.penaltyMillis)
                expect(real.limits.map((one) => [one.limit, one.remaining])).toEqual(
                  expected.limits.map((one) => [one.limit, one.remaining])
                )
                real.limits.forEach((one, index) =>
                  close(one.resetAfterMillis, expected.limits[index]?.resetAfterMillis ?? Number.NaN)
                )
              }
            }
          }
        }
      ),
      { numRuns: runs }
    )
    expect(Math.min(seen.taken, seen.waited, seen.given)).toBeGreaterThan(300)
  })

  it("give back to the limits that are still there", async () => {
    const bucket: Limit = { _tag: "TokenBucket", name: "b", limit: 1, perMillis: 1000, burst: 4 }
    const sliding: Limit = { _tag: "SlidingWindow", name: "s", limit: 3, perMillis: 5000 }
    const name = `change${names++}`
    const config = { limits: [bucket, sliding] }
    const store = RedisLimits.make(await server)({ name, config, maxKeys: 10 })
    const cell = store.cell("k")
    const key = keyOf("test", "limit", name, "k")
    const taken = await decide(key, () => cell.take(3, 0))
    store.change([
      { ...sliding, limit: 5 },
      { ...sliding, perMillis: 60_000, name: "new" }
    ])
    const left = async () => (await decide(key, () => cell.view(0))).limits.map(({ remaining }) => remaining)
    expect(await left()).toEqual([2, 3])
    if (taken._tag === "Taken") await decide(key, () => cell.giveBack(taken, 0))
    expect(await left()).toEqual([5, 3])
    expect(await decide(key, () => cell.take(3, 0))).toMatchObject({ _tag: "Taken" })
    expect(await decide(key, store.keys)).toEqual(["k"])
  })

  it("go by new limits at the next take, and count on", async () => {
    const window: Limit = { _tag: "FixedWindow", name: "w", limit: 2, perMillis: 86_400_000 }
    const store = RedisLimits.make(await server)({ name: `new${names++}`, config: { limits: [window] }, maxKeys: 10 })
    const take = async (weight: number) => (await decide("none", () => store.single.take(weight, 0)))._tag
    expect([await take(2), await take(1)]).toEqual(["Taken", "Wait"])
    store.change([{ ...window, limit: 5 }])
    expect([await take(1), await take(3)]).toEqual(["Taken", "Wait"])
    store.change([{ ...window, limit: 2 }])
    expect(await take(1)).toBe("Wait")
  })

  it("begin a new window after a quiet time that was longer than the old one", async () => {
    const limits: ReadonlyArray<Limit> = [{ _tag: "FixedWindow", name: "w", limit: 2, perMillis: 1000 }]
    const { single } = RedisLimits.make(await server)({ name: `quiet${names++}`, config: { limits }, maxKeys: 10 })
    const take = async () => (await decide("none", () => single.take(1, 0)))._tag
    expect([await take(), await take()]).toEqual(["Taken", "Taken"])
    await decide("none", () => single.penalize(5000, 0))
    time.now += 4999
    expect(await take()).toBe("Wait")
    time.now += 1
    expect([await take(), await take(), await take()]).toEqual(["Taken", "Taken", "Wait"])
  })

  it("keep their promise when the server's clock goes back", { timeout: 60_000 }, async () => {
    const factory = RedisLimits.make(await server)
    const rules: ReadonlyArray<Limit> = [
      { _tag: "SlidingWindow", name: "s", limit: 5, perMillis: 1000 },
      { _tag: "FixedWindow", name: "f", limit: 5, perMillis: 1000 },
      { _tag: "TokenBucket", name: "t", limit: 5, perMillis: 1000, burst: 5 }
    ]
    let steps = 0
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...rules),
        fc.array(fc.constantFrom(-5000, -300, 1, 50, 200, 200), { minLength: 60, maxLength: 60 }),
        async (rule, moves) => {
          const { single: cell } = factory({ name: `back${names++}`, config: { limits: [rule] }, maxKeys: 10 })
          const grants: Array<LimitState.Taken> = []
          for (const millis of moves) {
            steps++
            time.now += millis
            const answer = await decide("none", () => cell.take(1, 0))
            if (answer._tag === "Taken") {
              expect(answer.at).toBeGreaterThanOrEqual(grants.at(-1)?.at ?? 0)
              grants.push(answer)
            }
          }
          // A window of any beginning sees at most twice of what a bucket or a fixed window allows.
          const most = rule._tag === "SlidingWindow" ? rule.limit : rule.limit * 2
          expect(Model.keepsSlidingWindow(grants, most, rule.perMillis)).toBe(true)
          expect(grants.length).toBeGreaterThan(4)
        }
      ),
      { numRuns: 30 }
    )
    expect(steps).toBe(1800)
  })
})
