/**
 * The circuit breaker as a state machine: plain data, and transitions that depend on nothing but the state, the time
 * and the input. It runs in memory as it is, inside a SQLite transaction, and as the model of the Redis script.
 *
 * States are updated in place: copying a window of buckets on every call would cost more than the decision.
 *
 * ```mermaid
 * stateDiagram-v2
 *   [*] --> Closed
 *   Closed --> Open: a trip condition holds
 *   Open --> HalfOpen: first call after the open time
 *   HalfOpen --> Closed: successThreshold probes succeeded
 *   HalfOpen --> Open: a probe failed
 * ```
 *
 * @module
 */
import type { CircuitStateName, CircuitTransitionReason } from "../event/ResilienceEvent.ts"
import type {
  Admission,
  Admitted,
  Circuit,
  CircuitConfig,
  Command,
  Probe,
  Report,
  Settled,
  Transition
} from "./CircuitModel.ts"
import * as OutcomeWindow from "./OutcomeWindow.ts"

export type * from "./CircuitModel.ts"

const ticketOf = (generation: number): Admitted => ({
  _tag: "Admitted",
  generation,
  probe: 0,
  transition: undefined,
  reclaimed: 0
})

const unchanged: Settled = { transition: undefined, wouldOpen: undefined }

const isFree = (name: CircuitStateName): boolean => name === "Closed" || name === "MetricsOnly" || name === "Disabled"

/** A closed circuit that has seen nothing. */
export const make = (name: CircuitStateName, now: number): Circuit => ({
  name,
  free: isFree(name),
  generation: 1,
  since: now,
  openUntil: 0,
  openings: 0,
  lastOpenMillis: 0,
  fadesAt: 0,
  streak: 0,
  window: undefined,
  probes: [],
  probeSuccesses: 0,
  nextProbe: 1,
  lastUsed: now,
  ticket: ticketOf(1)
})

/** Gives a circuit another generation. */
export const renumber = (circuit: Circuit, generation: number): void => {
  circuit.generation = generation
  circuit.ticket = ticketOf(generation)
}

const move = (
  circuit: Circuit,
  to: CircuitStateName,
  reason: CircuitTransitionReason,
  now: number,
  openMillis?: number
): Transition => {
  const from = circuit.name
  circuit.name = to
  circuit.free = isFree(to)
  renumber(circuit, circuit.generation + 1)
  circuit.since = now
  circuit.streak = 0
  circuit.window = undefined
  circuit.probes = []
  circuit.probeSuccesses = 0
  return { from, to, reason, openMillis }
}

const trip = (circuit: Circuit, reason: CircuitTransitionReason, openMillis: number, now: number): Transition => {
  circuit.openings++
  circuit.lastOpenMillis = openMillis
  circuit.openUntil = now + openMillis
  return move(circuit, "Open", reason, now, openMillis)
}

const close = (circuit: Circuit, reason: CircuitTransitionReason, now: number): Transition => {
  circuit.fadesAt = now + circuit.lastOpenMillis
  return move(circuit, "Closed", reason, now)
}

/** Whether the circuit stayed closed for long enough for its earlier openings to be forgotten. */
export const hasFaded = ({ fadesAt, name, openings }: Circuit, now: number): boolean =>
  name === "Closed" && openings > 0 && now >= fadesAt

const fade = (circuit: Circuit, now: number): void => {
  if (hasFaded(circuit, now)) circuit.openings = 0
}

/** Milliseconds left of the open time; a clock that went backward never makes it longer than it was. */
export const openLeft = (circuit: Circuit, now: number): number =>
  Math.min(circuit.openUntil - now, circuit.lastOpenMillis)

/** Milliseconds left of the lease of a probe, at most the whole of it. */
export const leaseLeft = (
  { expiresAt }: Probe,
  { probeTimeoutMillis }: Pick<CircuitConfig, "probeTimeoutMillis">,
  now: number
): number => Math.min(expiresAt - now, probeTimeoutMillis)

/** Whether the circuit knows of a later time than its clock can have been set to: times have to be counted anew. */
export const isAhead = (circuit: Circuit, config: CircuitConfig, now: number): boolean =>
  (circuit.name === "Open" && circuit.openUntil - now > circuit.lastOpenMillis) ||
  circuit.probes.some((probe) => probe.expiresAt - now > config.probeTimeoutMillis)

const admitProbe = (
  circuit: Circuit,
  config: CircuitConfig,
  now: number,
  transition: Transition | undefined
): Admission => {
  let reclaimed = 0
  if (circuit.probes.length >= config.probes) {
    // Of a clock that was set back the whole lease is left, and no more than that.
    const running = circuit.probes
      .filter((probe) => probe.expiresAt > now)
      .map(({ expiresAt, id }) => ({ id, expiresAt: Math.min(expiresAt, now + config.probeTimeoutMillis) }))
    reclaimed = circuit.probes.length - running.length
    circuit.probes = running
    if (running.length >= config.probes) {
      const soonest = running.reduce((least, probe) => Math.min(least, probe.expiresAt), Infinity)
      return {
        _tag: "Refused",
        state: "HalfOpen",
        retryAfterMillis: Number.isFinite(soonest) ? soonest - now : undefined
      }
    }
  }
  const id = circuit.nextProbe++
  circuit.probes.push({ id, expiresAt: now + config.probeTimeoutMillis })
  return { _tag: "Admitted", generation: circuit.generation, probe: id, transition, reclaimed }
}

/** Whether calls pass without asking the time. */
export const admitsFreely = (circuit: Circuit): boolean => circuit.free

/** Books the success of a freely admitted call. A success never opens a circuit, so nothing else has to be decided. */
export const succeed = (circuit: Circuit, config: CircuitConfig, admission: Admitted, now: number): void => {
  if (admission.generation !== circuit.generation) return
  circuit.streak = 0
  if (config.window === undefined || circuit.name === "Disabled") return
  circuit.window ??= OutcomeWindow.make(config.window)
  circuit.window.addSuccess(now)
}

/** May a call go through now? Takes a probe slot when half-open. */
export const admit = (circuit: Circuit, config: CircuitConfig, now: number): Admission => {
  switch (circuit.name) {
    case "Closed":
    case "Disabled":
    case "MetricsOnly":
      return circuit.ticket
    case "Open": {
      const left = openLeft(circuit, now)
      circuit.openUntil = Math.min(circuit.openUntil, now + circuit.lastOpenMillis)
      if (left > 0) return { _tag: "Refused", state: "Open", retryAfterMillis: left }
      return admitProbe(circuit, config, now, move(circuit, "HalfOpen", "openElapsed", now))
    }
    case "HalfOpen":
      return admitProbe(circuit, config, now, undefined)
    case "ForcedOpen":
      return { _tag: "Refused", state: "ForcedOpen", retryAfterMillis: undefined }
  }
}

const broken = (circuit: Circuit, config: CircuitConfig): CircuitTransitionReason | undefined => {
  if (config.consecutiveFailures > 0 && circuit.streak >= config.consecutiveFailures) return "consecutiveFailures"
  const window = circuit.window
  if (window === undefined) return undefined
  const rate = config.failureRate
  if (
    rate !== undefined &&
    window.failures > 0 &&
    window.calls >= rate.minimumCalls &&
    window.failures >= rate.threshold * window.calls
  )
    return "failureRate"
  const slow = config.slowCallRate
  if (
    slow !== undefined &&
    window.slow > 0 &&
    window.calls >= slow.minimumCalls &&
    window.slow >= slow.threshold * window.calls
  )
    return "slowCallRate"
  return undefined
}

const openFor = (circuit: Circuit, config: CircuitConfig, report: Report): number =>
  Math.max(report.openMillis(circuit.openings + 1), Math.min(report.retryAfterMillis, config.maxOpenMillis))

const settleProbe = (
  circuit: Circuit,
  config: CircuitConfig,
  admission: Admitted,
  report: Report,
  slow: boolean,
  now: number
): Settled => {
  const at = circuit.probes.findIndex((probe) => probe.id === admission.probe)
  // The slot was reclaimed: the probe comes too late to say anything.
  if (at < 0) return unchanged
  circuit.probes.splice(at, 1)
  if (report.outcome === "Ignored") return unchanged
  if (report.outcome === "Failure" || slow) {
    const reason = report.outcome === "Failure" ? "probeFailed" : "probeSlow"
    return { transition: trip(circuit, reason, openFor(circuit, config, report), now), wouldOpen: undefined }
  }
  circuit.probeSuccesses++
  return circuit.probeSuccesses >= config.successThreshold
    ? { transition: close(circuit, "probesSucceeded", now), wouldOpen: undefined }
    : unchanged
}

/** Books the result of an admitted call, exactly once. */
export const settle = (
  circuit: Circuit,
  config: CircuitConfig,
  admission: Admitted,
  report: Report,
  now: number
): Settled => {
  if (admission.generation !== circuit.generation) return unchanged
  const slow = config.slowCallRate !== undefined && report.latencyMillis > config.slowCallRate.slowerThanMillis
  if (circuit.name === "HalfOpen") return settleProbe(circuit, config, admission, report, slow, now)
  if (report.outcome === "Ignored" || (circuit.name !== "Closed" && circuit.name !== "MetricsOnly")) return unchanged
  const failed = report.outcome === "Failure"
  circuit.streak = failed ? circuit.streak + 1 : 0
  if (config.window !== undefined) {
    circuit.window ??= OutcomeWindow.make(config.window)
    circuit.window.add(failed, slow, now)
  }
  // Only a bad call opens a circuit: opening on a success would refuse a service that just answered.
  if (!failed && !slow) return unchanged
  const reason = broken(circuit, config)
  if (reason === undefined) return unchanged
  if (circuit.name === "MetricsOnly") {
    circuit.streak = 0
    circuit.window = undefined
    return { transition: undefined, wouldOpen: reason }
  }
  fade(circuit, now)
  return { transition: trip(circuit, reason, openFor(circuit, config, report), now), wouldOpen: undefined }
}

/** Does what a person said. `openMillis` is asked only by `open`. */
export const control = (
  circuit: Circuit,
  command: Command,
  openMillis: (opening: number) => number,
  now: number
): Transition | undefined => {
  switch (command) {
    case "open":
      fade(circuit, now)
      return trip(circuit, "manual", openMillis(circuit.openings + 1), now)
    case "close":
      return circuit.name === "Closed" ? undefined : close(circuit, "manual", now)
    case "reset": {
      circuit.openings = 0
      circuit.lastOpenMillis = 0
      circuit.fadesAt = 0
      circuit.openUntil = 0
      const from = circuit.name
      const transition = move(circuit, "Closed", "manual", now)
      return from === "Closed" ? undefined : transition
    }
    case "isolate":
      return circuit.name === "ForcedOpen" ? undefined : move(circuit, "ForcedOpen", "manual", now)
    case "disable":
      return circuit.name === "Disabled" ? undefined : move(circuit, "Disabled", "manual", now)
    case "metricsOnly":
      return circuit.name === "MetricsOnly" ? undefined : move(circuit, "MetricsOnly", "manual", now)
  }
}
