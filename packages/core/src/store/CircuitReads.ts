/**
 * What can be read of a circuit without taking anything.
 *
 * @module
 */
import type { CircuitStateName } from "../event/ResilienceEvent.ts"
import type { Circuit, CircuitConfig, CircuitView, Refused } from "./CircuitModel.ts"
import { hasFaded, leaseLeft, openLeft } from "./CircuitState.ts"

/** The same answer as `admit`, taking nothing: `undefined` when a call could go through. */
export const peek = (circuit: Circuit, config: CircuitConfig, now: number): Refused | undefined => {
  switch (circuit.name) {
    case "Closed":
    case "Disabled":
    case "MetricsOnly":
      return undefined
    case "Open": {
      const left = openLeft(circuit, now)
      return left > 0 ? { _tag: "Refused", state: "Open", retryAfterMillis: left } : undefined
    }
    case "HalfOpen": {
      let soonest = Infinity
      let running = 0
      for (const probe of circuit.probes) {
        const left = leaseLeft(probe, config, now)
        if (left <= 0) continue
        running++
        soonest = Math.min(soonest, left)
      }
      if (running < config.probes) return undefined
      return {
        _tag: "Refused",
        state: "HalfOpen",
        retryAfterMillis: Number.isFinite(soonest) ? soonest : undefined
      }
    }
    case "ForcedOpen":
      return { _tag: "Refused", state: "ForcedOpen", retryAfterMillis: undefined }
  }
}

/** Reads a circuit without changing a decision. */
export const view = (circuit: Circuit, now: number): CircuitView => {
  const { calls, failures, slow } = circuit.window?.countsAt(now) ?? { calls: 0, failures: 0, slow: 0 }
  const left = circuit.name === "Open" ? openLeft(circuit, now) : 0
  return {
    state: circuit.name === "Open" && left <= 0 ? "HalfOpen" : circuit.name,
    since: circuit.since,
    nextAttemptAt: left > 0 ? now + left : undefined,
    openings: hasFaded(circuit, now) ? 0 : circuit.openings,
    consecutiveFailures: circuit.streak,
    calls,
    failures,
    slow,
    failureRate: calls === 0 ? 0 : failures / calls,
    slowCallRate: calls === 0 ? 0 : slow / calls,
    probesRunning: circuit.probes.filter((probe) => probe.expiresAt > now).length,
    probeSuccesses: circuit.probeSuccesses
  }
}

/** Whether forgetting the circuit changes nothing, or nobody used it for `idleMillis` after its open time. */
export const isIdle = (circuit: Circuit, initial: CircuitStateName, idleMillis: number, now: number): boolean => {
  if (circuit.probes.some((probe) => probe.expiresAt > now)) return false
  const quietFor = now - Math.max(circuit.lastUsed, circuit.name === "Open" ? circuit.openUntil : 0)
  if (quietFor < idleMillis) return false
  // What a person switched stays switched.
  return circuit.name === initial || circuit.name === "Closed" || circuit.name === "Open" || circuit.name === "HalfOpen"
}

/** Whether a circuit remembers nothing that anybody would miss. */
export const isPlain = (circuit: Circuit): boolean =>
  circuit.name === "Closed" && circuit.streak === 0 && circuit.openings === 0
