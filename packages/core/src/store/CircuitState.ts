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
import type { Clock } from "effect"
import type { CircuitStateName, CircuitTransitionReason } from "../event/ResilienceEvent.ts"
import * as OutcomeWindow from "./OutcomeWindow.ts"

/** Everything the machine needs to know, in milliseconds and plain numbers. */
export interface CircuitConfig {
  /** Failures in a row that open the circuit; 0 switches the rule off. */
  readonly consecutiveFailures: number
  readonly failureRate: { readonly threshold: number; readonly minimumCalls: number } | undefined
  readonly slowCallRate:
    | { readonly threshold: number; readonly minimumCalls: number; readonly slowerThanMillis: number }
    | undefined
  readonly window: OutcomeWindow.WindowSpec | undefined
  /** Probes at the same time while half-open. */
  readonly probes: number
  /** Successful probes that close the circuit. */
  readonly successThreshold: number
  /** After this long a probe that has not settled loses its slot. */
  readonly probeTimeoutMillis: number
  /** The longest open time that a `retryAfter` can ask for. */
  readonly maxOpenMillis: number
}

interface Probe {
  readonly id: number
  readonly expiresAt: number
}

/** One circuit. */
export interface Circuit {
  name: CircuitStateName
  /** Grows with every transition; results of calls admitted under an older one change nothing. */
  generation: number
  since: number
  openUntil: number
  /** Openings without a lasting close in between; the argument of the open schedule. */
  openings: number
  lastOpenMillis: number
  /** Staying closed until then clears `openings`. */
  fadesAt: number
  streak: number
  window: OutcomeWindow.OutcomeWindow | undefined
  probes: Array<Probe>
  probeSuccesses: number
  nextProbe: number
  lastUsed: number
  /** The admission of the present generation, shared by all calls of a closed circuit. */
  ticket: Admitted
}

/** A state change, to be published. */
export interface Transition {
  readonly from: CircuitStateName
  readonly to: CircuitStateName
  readonly reason: CircuitTransitionReason
  readonly openMillis: number | undefined
}

/** Permission to call; hand it back with the report. */
export interface Admitted {
  readonly _tag: "Admitted"
  readonly generation: number
  /** 0 for an ordinary call, else the id of the probe slot it holds. */
  readonly probe: number
  readonly transition: Transition | undefined
  /** Probes that lost their slot to this one. */
  readonly reclaimed: number
}

/** A refusal, and when it is worth trying again. */
export interface Refused {
  readonly _tag: "Refused"
  readonly state: CircuitStateName
  /** Milliseconds until the next probe is possible; `undefined` when only a person can say. */
  readonly retryAfterMillis: number | undefined
}

/** The answer to "may I call?". */
export type Admission = Admitted | Refused

/** What became of an admitted call. */
export interface Report {
  readonly outcome: "Success" | "Failure" | "Ignored"
  /** How long the call took; 0 when no rule asks. */
  readonly latencyMillis: number
  readonly retryAfterMillis: number
  /** The open time of opening number n; asked at most once, and only when the circuit opens. */
  readonly openMillis: (opening: number) => number
}

/** What a settled call changed. */
export interface Settled {
  readonly transition: Transition | undefined
  /** In MetricsOnly: the rule that would have opened the circuit. */
  readonly wouldOpen: CircuitTransitionReason | undefined
}

/** What a person can do to a circuit. */
export type Command = "open" | "isolate" | "close" | "reset" | "disable" | "metricsOnly"

const ticketOf = (generation: number): Admitted => ({
  _tag: "Admitted",
  generation,
  probe: 0,
  transition: undefined,
  reclaimed: 0
})

const unchanged: Settled = { transition: undefined, wouldOpen: undefined }

/** A closed circuit that has seen nothing. */
export const make = (name: CircuitStateName, now: number): Circuit => ({
  name,
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

const fade = (circuit: Circuit, now: number): void => {
  if (circuit.name === "Closed" && circuit.openings > 0 && now >= circuit.fadesAt) circuit.openings = 0
}

/** Milliseconds left of the open time; a clock that went backward never makes it longer than it was. */
const openLeft = (circuit: Circuit, now: number): number => Math.min(circuit.openUntil - now, circuit.lastOpenMillis)

const admitProbe = (
  circuit: Circuit,
  config: CircuitConfig,
  now: number,
  transition: Transition | undefined
): Admission => {
  let reclaimed = 0
  if (circuit.probes.length >= config.probes) {
    const running = circuit.probes.filter((probe) => probe.expiresAt > now)
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
export const admitsFreely = (circuit: Circuit): boolean =>
  circuit.name === "Closed" || circuit.name === "MetricsOnly" || circuit.name === "Disabled"

/**
 * Books the success of a freely admitted call. A success never opens a circuit, so nothing else has to be decided, and
 * the time is read only for a window.
 */
export const succeed = (circuit: Circuit, config: CircuitConfig, admission: Admitted, clock: Clock.Clock): void => {
  if (admission.generation !== circuit.generation) return
  circuit.streak = 0
  if (config.window === undefined || circuit.name === "Disabled") return
  const window = (circuit.window ??= OutcomeWindow.make(config.window))
  window.add(false, false, config.window._tag === "Time" ? clock.currentTimeMillisUnsafe() : 0)
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
      if (left > 0) return { _tag: "Refused", state: "Open", retryAfterMillis: left }
      return admitProbe(circuit, config, now, move(circuit, "HalfOpen", "openElapsed", now))
    }
    case "HalfOpen":
      return admitProbe(circuit, config, now, undefined)
    case "ForcedOpen":
      return { _tag: "Refused", state: "ForcedOpen", retryAfterMillis: undefined }
  }
}

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
        if (probe.expiresAt <= now) continue
        running++
        soonest = Math.min(soonest, probe.expiresAt)
      }
      if (running < config.probes) return undefined
      return {
        _tag: "Refused",
        state: "HalfOpen",
        retryAfterMillis: Number.isFinite(soonest) ? soonest - now : undefined
      }
    }
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

/** What can be read of a circuit. */
export interface CircuitView {
  /** An open circuit whose time is over reads as HalfOpen: the next call is a probe. */
  readonly state: CircuitStateName
  readonly since: number
  /** When the next probe is possible; `undefined` unless open. */
  readonly nextAttemptAt: number | undefined
  readonly openings: number
  readonly consecutiveFailures: number
  readonly calls: number
  readonly failures: number
  readonly slow: number
  /** `failures / calls`, 0 without calls. */
  readonly failureRate: number
  readonly slowCallRate: number
  readonly probesRunning: number
  readonly probeSuccesses: number
}

/** Reads a circuit without changing a decision. */
export const view = (circuit: Circuit, now: number): CircuitView => {
  fade(circuit, now)
  circuit.window?.age(now)
  const { calls, failures, slow } = circuit.window ?? { calls: 0, failures: 0, slow: 0 }
  const left = circuit.name === "Open" ? openLeft(circuit, now) : 0
  return {
    state: circuit.name === "Open" && left <= 0 ? "HalfOpen" : circuit.name,
    since: circuit.since,
    nextAttemptAt: left > 0 ? now + left : undefined,
    openings: circuit.openings,
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
