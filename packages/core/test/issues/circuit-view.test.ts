import { describe, expect, it } from "vitest"
import * as CircuitReads from "../../src/store/CircuitReads.ts"
import * as CircuitState from "../../src/store/CircuitState.ts"

const config: CircuitState.CircuitConfig = {
  consecutiveFailures: 1,
  failureRate: undefined,
  slowCallRate: undefined,
  window: { _tag: "Time", millis: 1000, buckets: 10 },
  probes: 1,
  successThreshold: 1,
  probeTimeoutMillis: 1000,
  maxOpenMillis: 60_000
}

const openMillis = (opening: number) => opening * 100

const report = { outcome: "Failure", latencyMillis: 0, retryAfterMillis: 0, openMillis } as const

/** Opens, closes by hand after its earlier opening has faded, and opens again; `look` is done in between. */
const nextOpening = (look: (circuit: CircuitState.Circuit, now: number) => void) => {
  const circuit = CircuitState.make("Closed", 0)
  CircuitState.settle(circuit, config, circuit.ticket, report, 0)
  CircuitState.control(circuit, "close", openMillis, 0)
  look(circuit, 100)
  CircuitState.control(circuit, "isolate", openMillis, 150)
  CircuitState.control(circuit, "close", openMillis, 160)
  return CircuitState.settle(circuit, config, circuit.ticket, report, 170).transition?.openMillis
}

describe("looking at a circuit", () => {
  it("changes none of its later open times", () => {
    expect(nextOpening((circuit, now) => CircuitReads.view(circuit, now))).toBe(nextOpening(() => {}))
  })

  it("shows that earlier openings have faded", () => {
    nextOpening((circuit) => {
      expect(CircuitReads.view(circuit, 99).openings).toBe(1)
      expect(CircuitReads.view(circuit, 100).openings).toBe(0)
    })
  })

  it("leaves its window as it is, and shows what is left of it", () => {
    const circuit = CircuitState.make("Closed", 0)
    const lax = { ...config, consecutiveFailures: 0 }
    for (const now of [0, 500, 950]) CircuitState.settle(circuit, lax, circuit.ticket, report, now)
    CircuitState.succeed(circuit, lax, circuit.ticket, 960)
    const before = circuit.window?.snapshot()
    const seen = [960, 1050, 1500, 1899, 1900, 9999].map((now) => {
      const { calls, failures } = CircuitReads.view(circuit, now)
      return [calls, failures]
    })
    expect(seen).toEqual([
      [4, 3],
      [3, 2],
      [2, 1],
      [2, 1],
      [0, 0],
      [0, 0]
    ])
    expect(circuit.window?.snapshot()).toEqual(before)
  })
})
