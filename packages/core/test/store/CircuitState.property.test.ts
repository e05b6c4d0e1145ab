import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as CircuitReads from "../../src/store/CircuitReads.ts"
import * as CircuitState from "../../src/store/CircuitState.ts"
import * as Model from "../../src/testing/CircuitBreakerModel.ts"
import { configOf, rulesArbitrary, step } from "./circuitRuns.ts"

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
