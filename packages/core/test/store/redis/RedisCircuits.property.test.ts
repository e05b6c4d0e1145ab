import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as CircuitReads from "../../../src/store/CircuitReads.ts"
import * as CircuitState from "../../../src/store/CircuitState.ts"
import { keyOf } from "../../../src/store/redis/Keys.ts"
import * as RedisCircuits from "../../../src/store/redis/RedisCircuits.ts"
import { configOf, rulesArbitrary } from "../circuitRuns.ts"
import { rawServer } from "./rawServer.ts"

type Step =
  | { readonly _tag: "wait"; readonly millis: number }
  | { readonly _tag: "call" | "view" | "peek" | "catchUp" }
  | {
      readonly _tag: "end"
      readonly which: number
      readonly outcome: "Success" | "Failure" | "Ignored"
      readonly latencyMillis: number
      readonly retryAfterMillis: number
    }
  | { readonly _tag: "control"; readonly command: CircuitState.Command }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      _tag: fc.constant("wait" as const),
      millis: fc.constantFrom(1, 7, 99, 100, 450, 1000, 5000, 90_000)
    })
  },
  { weight: 8, arbitrary: fc.record({ _tag: fc.constant("call" as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      _tag: fc.constant("end" as const),
      which: fc.nat(7),
      outcome: fc.constantFrom("Success" as const, "Failure" as const, "Failure" as const, "Ignored" as const),
      latencyMillis: fc.constantFrom(0, 50, 500),
      retryAfterMillis: fc.constantFrom(0, 0, 0, 3000, 100_000)
    })
  },
  { weight: 2, arbitrary: fc.record({ _tag: fc.constantFrom("view" as const, "peek" as const, "catchUp" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      _tag: fc.constant("control" as const),
      command: fc.constantFrom<CircuitState.Command>("open", "isolate", "close", "reset", "disable", "metricsOnly")
    })
  }
)

const runs = 240
const stepsPerRun = 60

describe("circuits in Redis", () => {
  const { catchUp, clock, decide, expire, server, time, upkeep } = rawServer()
  let names = 0

  const decidesLikeMemory = async (maxAgeMillis: number) => {
    const factory = RedisCircuits.make(await server, upkeep, maxAgeMillis)
    const seen = { free: 0, probes: 0, opened: 0, wouldOpen: 0, forgotten: 0 }
    await fc.assert(
      fc.asyncProperty(
        rulesArbitrary.map(configOf),
        fc.boolean(),
        fc.array(step, { minLength: stepsPerRun, maxLength: stepsPerRun }),
        async (config, growing, script) => {
          const name = `circuit${names++}`
          const key = keyOf("test", "circuit", name, "k")
          const openMillis = (opening: number): number => (growing ? 100 * 2 ** (opening - 1) : 1000)
          const store = factory({ name, config, initial: "Closed", idleMillis: 80_000, maxKeys: 10 })
          const cell = store.cell("k")
          let pure = CircuitState.make("Closed", time.now)
          const calls: Array<CircuitState.Admitted> = []
          for (const one of script) {
            switch (one._tag) {
              case "catchUp":
                await catchUp()
                break
              case "wait":
                await catchUp()
                time.now += one.millis
                if (await expire(key)) {
                  seen.forgotten++
                  // Generations begin anew too: what a call of before says is anybody's guess.
                  calls.length = 0
                  pure = CircuitState.make("Closed", time.now)
                }
                break
              case "call": {
                const expected = CircuitState.admit(pure, config, time.now)
                const real = await decide(key, (fiber) => {
                  const free = cell.free(fiber)
                  if (free !== undefined) seen.free++
                  return free ?? cell.admit(fiber)
                })
                expect(real).toEqual(expected)
                if (real._tag === "Admitted") {
                  if (real.probe > 0) seen.probes++
                  calls.push(real)
                }
                break
              }
              case "end": {
                const [call] = calls.splice(one.which % Math.max(1, calls.length), 1)
                if (call === undefined) break
                const report = {
                  ...one,
                  retryAfterMillis: one.outcome === "Failure" ? one.retryAfterMillis : 0,
                  openMillis
                }
                const { slowCallRate } = config
                const slow = slowCallRate !== undefined && one.latencyMillis > slowCallRate.slowerThanMillis
                const expected = CircuitState.settle(pure, config, call, report, time.now)
                if (call.probe === 0 && one.outcome === "Success" && !slow) {
                  await decide(key, () => cell.succeed(call, clock))
                  break
                }
                const real = await decide(key, (fiber) => cell.settle(call, report, fiber))
                expect(real).toEqual(expected)
                if (real.transition?.to === "Open") seen.opened++
                if (real.wouldOpen !== undefined) seen.wouldOpen++
                break
              }
              case "control": {
                const expected = CircuitState.control(pure, one.command, openMillis, time.now)
                expect(await decide(key, (fiber) => cell.control(one.command, openMillis, fiber))).toEqual(expected)
                break
              }
              case "peek":
                expect(await decide(key, cell.peek)).toEqual(CircuitReads.peek(pure, config, time.now))
                break
              case "view": {
                const { since: _, ...expected } = CircuitReads.view(pure, time.now)
                const { since: __, ...real } = await decide(key, () => cell.view(time.now))
                expect(real).toEqual(expected)
              }
            }
          }
        }
      ),
      { numRuns: runs }
    )
    return seen
  }

  it("decide like the machine in memory when every call is asked for", { timeout: 120_000 }, async () => {
    const seen = await decidesLikeMemory(0)
    expect(seen.free).toBe(0)
    expect(Math.min(seen.probes, seen.opened, seen.wouldOpen, seen.forgotten)).toBeGreaterThan(20)
  })

  it(
    "decide like it too when closed ones are not asked and successes are told late",
    { timeout: 120_000 },
    async () => {
      const seen = await decidesLikeMemory(50)
      expect(Math.min(seen.free, seen.probes, seen.opened, seen.wouldOpen, seen.forgotten)).toBeGreaterThan(20)
    }
  )
})
