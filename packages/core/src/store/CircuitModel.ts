/**
 * The data of a circuit: what it is told, what it holds, and what it answers.
 *
 * @module
 */
import type { CircuitStateName, CircuitTransitionReason, DecidedBy } from "../event/ResilienceEvent.ts"
import type { OutcomeWindow, WindowSpec } from "./OutcomeWindow.ts"

/** Everything the machine needs to know, in milliseconds and plain numbers. */
export interface CircuitConfig {
  /** Failures in a row that open the circuit; 0 switches the rule off. */
  readonly consecutiveFailures: number
  readonly failureRate: { readonly threshold: number; readonly minimumCalls: number } | undefined
  readonly slowCallRate:
    | { readonly threshold: number; readonly minimumCalls: number; readonly slowerThanMillis: number }
    | undefined
  readonly window: WindowSpec | undefined
  /** Probes at the same time while half-open. */
  readonly probes: number
  /** Successful probes that close the circuit. */
  readonly successThreshold: number
  /** After this long a probe that has not settled loses its slot. */
  readonly probeTimeoutMillis: number
  /** The longest open time that a `retryAfter` can ask for. */
  readonly maxOpenMillis: number
}

/** A probe slot that is taken. */
export interface Probe {
  readonly id: number
  readonly expiresAt: number
}

/** One circuit. */
export interface Circuit {
  name: CircuitStateName
  /** Whether the state lets calls pass without asking the time. */
  free: boolean
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
  window: OutcomeWindow | undefined
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
  /** Who decided, where circuits are shared. */
  readonly store?: DecidedBy
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
  /** Who decided, where circuits are shared. */
  readonly store?: DecidedBy
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
