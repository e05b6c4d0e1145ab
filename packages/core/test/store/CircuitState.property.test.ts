import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { CircuitConfig } from "../../src/store/CircuitModel.ts"
import * as CircuitReads from "../../src/store/CircuitReads.ts"
import * as CircuitState from "../../src/store/CircuitState.ts"
import * as Model from "../../src/testing/CircuitBreakerModel.ts"

type Step =
  | { readonly _tag: "wait"; readonly millis: number }
  | { readonly _tag: "call" }
  | {
      readonly _tag: "end"
      readonly which: number
      readonly outcome: "Success" | "Failure" | "Ignored"
      readonly latency: number
      readonly retryAfter: number
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
      latency: fc.constantFrom(0, 50, 500),
      retryAfter: fc.constantFrom(0, 0, 0, 3000, 100_000)
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      _tag: fc.constant("control" as const),
      command: fc.constantFrom(
        "open" as const,
        "isolate" as const,
        "close" as const,
        "reset" as const,
        "disable" as const,
        "metricsOnly" as const
      )
    })
  }
)

const rate = fc.option(
  fc.record({ threshold: fc.constantFrom(0.2, 0.5, 1), minimumCalls: fc.integer({ min: 1, max: 6 }) }),
  { nil: undefined }
)

const rulesArbitrary = fc
  .record({
    consecutiveFailures: fc.integer({ min: 0, max: 4 }),
    failureRate: rate,
    slow: rate,
    window: fc.constantFrom(
      { size: 1 },
      { size: 8 },
      { bucketMillis: 100, buckets: 1 },
      { bucketMillis: 100, buckets: 5 }
    ),
    probes: fc.integer({ min: 1, max: 3 }),
    successThreshold: fc.integer({ min: 1, max: 3 }),
    probeTimeoutMillis: fc.constantFrom(50, 2000),
    base: fc.constantFrom(100, 1000),
    growing: fc.boolean()
  })
  .map(({ base, failureRate, growing, slow, window, ...rest }): Model.Rules => ({
    ...rest,
    failureRate,
    slowCallRate: slow && { ...slow, slowerThanMillis: 100 },
    window: failureRate === undefined && slow === undefined ? undefined : window,
    openMillis: growing ? (opening) => base * 2 ** (opening - 1) : () => base,
    maxOpenMillis: 20_000
  }))

const configOf = ({ window, ...rules }: Model.Rules): CircuitConfig => ({
  ...rules,
  window:
    window === undefined
      ? undefined
      : "size" in window
        ? { _tag: "Count", size: window.size }
        : { _tag: "Time", millis: window.bucketMillis * window.buckets, buckets: window.buckets }
})

const runs = 3000
const stepsPerRun = 150

describe("the circuit as a state machine", () => {
  it("decides like a model that keeps the whole history", { timeout: 60_000 }, () => {
    let steps = 0
    fc.assert(
      fc.property(
        rulesArbitrary,
        fc.array(step, { minLength: stepsPerRun, maxLength: stepsPerRun }),
        (rules, script) => {
          const config = configOf(rules)
          let now = 1_700_000_000_000
          const circuit = CircuitState.make("Closed", now)
          const model = Model.make()
          const calls: Array<{ readonly real: CircuitState.Admitted; readonly naive: Model.ModelCall }> = []
          for (const one of script) {
            steps++
            switch (one._tag) {
              case "wait":
                now += one.millis
                break
              case "call": {
                const couldCall = CircuitReads.peek(circuit, config, now) === undefined
                const real = CircuitState.admit(circuit, config, now)
                const naive = Model.admit(model, rules, now)
                expect(real._tag === "Admitted").toBe(naive !== undefined)
                expect(couldCall).toBe(naive !== undefined)
                if (real._tag === "Admitted" && naive !== undefined) calls.push({ real, naive })
                break
              }
              case "end": {
                const [call] = calls.splice(one.which % Math.max(1, calls.length), 1)
                if (call === undefined) break
                const { latency, outcome, retryAfter } = one
                CircuitState.settle(
                  circuit,
                  config,
                  call.real,
                  {
                    outcome,
                    latencyMillis: latency,
                    retryAfterMillis: outcome === "Failure" ? retryAfter : 0,
                    openMillis: rules.openMillis
                  },
                  now
                )
                Model.settle(model, rules, call.naive, outcome, latency, retryAfter, now)
                break
              }
              case "control":
                CircuitState.control(circuit, one.command, rules.openMillis, now)
                Model.control(model, rules, one.command, now)
            }
            if (circuit.name !== model.state) expect(circuit.name).toBe(model.state)
          }
        }
      ),
      { numRuns: runs }
    )
    expect(steps).toBeGreaterThanOrEqual(runs * stepsPerRun)
  })
})
