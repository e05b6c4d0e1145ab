import { describe, expect, it } from "vitest"
import * as AwayState from "../../src/store/away/AwayState.ts"
import * as BudgetState from "../../src/store/BudgetState.ts"
import * as CircuitReads from "../../src/store/CircuitReads.ts"
import * as CircuitState from "../../src/store/CircuitState.ts"
import * as OutcomeWindow from "../../src/store/OutcomeWindow.ts"

const hour = 3_600_000
const later = 1_700_000_000_000
const now = later - hour

describe("a clock that is set back by an hour", () => {
  it("does not keep a circuit open for longer than its open time", () => {
    const circuit = CircuitState.make("Closed", later)
    CircuitState.control(circuit, "open", () => 1000, later)
    expect(CircuitState.admit(circuit, config, now)).toMatchObject({ _tag: "Refused", retryAfterMillis: 1000 })
    expect(CircuitState.admit(circuit, config, now + 999)).toMatchObject({ _tag: "Refused", retryAfterMillis: 1 })
    expect(CircuitState.admit(circuit, config, now + 1000)).toMatchObject({ _tag: "Admitted", probe: 1 })
  })

  it("does not keep the slot of a probe that is gone for longer than its lease", () => {
    const circuit = CircuitState.make("Closed", later)
    CircuitState.control(circuit, "open", () => 0, later)
    expect(CircuitState.admit(circuit, config, later)).toMatchObject({ _tag: "Admitted", probe: 1 })
    expect(CircuitState.admit(circuit, config, now)).toMatchObject({ _tag: "Refused", retryAfterMillis: 500 })
    expect(CircuitReads.peek(circuit, config, now + 499)).toMatchObject({ retryAfterMillis: 1 })
    expect(CircuitState.admit(circuit, config, now + 500)).toMatchObject({ _tag: "Admitted", probe: 2, reclaimed: 1 })
  })

  it("does not keep a retry budget used up", () => {
    const budget = { ratio: 0, minPerSecond: 1, ttlMillis: 2000 }
    const state = BudgetState.make()
    expect([1, 2, 3].map(() => BudgetState.trySpend(state, budget, later))).toEqual([true, true, false])
    expect(BudgetState.trySpend(state, budget, now)).toBe(false)
    expect(BudgetState.trySpend(state, budget, now + 1000)).toBe(false)
    expect(BudgetState.trySpend(state, budget, now + 2200)).toBe(true)
  })

  it("does not stop the ages of a budget from being told apart", () => {
    const budget = { ratio: 1, minPerSecond: 0, ttlMillis: 1000 }
    const state = BudgetState.make()
    BudgetState.deposit(state, budget, later - 500)
    BudgetState.deposit(state, budget, later)
    expect(BudgetState.balance(state, budget, now)).toBe(2)
    expect(BudgetState.balance(state, budget, now + 550)).toBe(1)
    expect(BudgetState.balance(state, budget, now + 1100)).toBe(0)
  })

  it("does not keep old failures in a window of time", () => {
    const window = OutcomeWindow.make({ _tag: "Time", millis: 1000, buckets: 10 })
    window.add(true, false, later)
    window.add(true, false, now)
    window.add(false, false, now + 1100)
    expect([window.calls, window.failures]).toEqual([1, 0])
  })

  it("does not leave a store alone that was away", () => {
    const state = AwayState.make()
    const pauses = { pauseMillis: 100, maxPauseMillis: 1000 }
    AwayState.failed(state, pauses, state.pass, later, 0.5)
    expect(AwayState.isDue(state, later)).toBe(false)
    expect(AwayState.isDue(state, now)).toBe(true)
    expect(AwayState.pauseLeft(state, now)).toBe(0)
  })
})

const config: CircuitState.CircuitConfig = {
  consecutiveFailures: 1,
  failureRate: undefined,
  slowCallRate: undefined,
  window: undefined,
  probes: 1,
  successThreshold: 1,
  probeTimeoutMillis: 500,
  maxOpenMillis: 60_000
}
