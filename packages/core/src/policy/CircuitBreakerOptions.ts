/**
 * What a circuit breaker can be told, its defaults and its checks.
 *
 * @module
 */
import { Duration, Schedule } from "effect"
import { checkInteger, checkMillis, checkNumber, checkOption } from "../error/InvalidOptionError.ts"
import type { CircuitConfig } from "../store/CircuitState.ts"
import type { CircuitStoreOptions } from "../store/CircuitStore.ts"
import { type Classifier, classify } from "./Outcome.ts"

/** How a breaker trips, waits and recovers. Trip conditions can be combined; the first that holds opens the circuit. */
export interface Options {
  /** Names the circuit in events, errors and reads. */
  readonly name: string
  /**
   * Failures in a row that open the circuit. Default 5, unless `failureRate` or `slowCallRate` is given: then this rule
   * is off unless it is given too. `false` switches it off.
   */
  readonly consecutiveFailures?: number | false | undefined
  /** Opens when this share of the calls in the window failed. */
  readonly failureRate?:
    | {
        /** From 0 (exclusive) to 1. */
        readonly threshold: number
        /** Calls the window must hold before the rate says anything. Default 10. */
        readonly minimumCalls?: number | undefined
      }
    | undefined
  /** Opens when this share of the calls in the window was slow, failed or not. A slow probe counts as a failed one. */
  readonly slowCallRate?:
    | {
        /** From 0 (exclusive) to 1. */
        readonly threshold: number
        /** A call is slow when it takes longer than this. */
        readonly slowerThan: Duration.Input
        /** Calls the window must hold before the rate says anything. Default 10. */
        readonly minimumCalls?: number | undefined
      }
    | undefined
  /**
   * What the rates look at: the last `count` calls, or the calls of the last `duration`, which ages in `buckets`
   * (default 10) whether anybody calls or not. Default: the last 100 calls.
   */
  readonly window?:
    | { readonly count: number }
    | { readonly duration: Duration.Input; readonly buckets?: number | undefined }
    | undefined
  /**
   * How long the circuit stays open: a duration, or a schedule whose step n gives the n-th opening in a row (back-off,
   * jitter). The count of openings fades once the circuit stayed closed for as long as it was last open. Default 60
   * seconds. The schedule must answer without waiting.
   */
  readonly openFor?: Duration.Input | Schedule.Schedule<unknown, number> | undefined
  /** A failure's `retryAfter` lengthens the open time, at most to this. Default 1 hour. */
  readonly maxOpenFor?: Duration.Input | undefined
  /** Probes at the same time while half-open; other calls are refused. Default 1. */
  readonly probes?: number | undefined
  /** Successful probes that close the circuit. Default 3. */
  readonly successThreshold?: number | undefined
  /** A probe that has not settled after this long loses its slot to the next caller. Default 60 seconds. */
  readonly probeTimeout?: Duration.Input | undefined
  /** Judges results. Default `Outcome.classify`: transient errors and defects are failures. */
  readonly classify?: Classifier | undefined
  /** `enforce` (default), `metricsOnly` (count and tell, never refuse) or `disabled`. */
  readonly mode?: "enforce" | "metricsOnly" | "disabled" | undefined
  /** Keyed breakers: a circuit nobody used for so long is forgotten. Default 1 hour. */
  readonly idleTimeToLive?: Duration.Input | undefined
  /** Keyed breakers: the most circuits remembered; above it one that is closed and well goes first. Default 100,000. */
  readonly maxKeys?: number | undefined
}

/** The defaults, in one place. */
export const defaults = {
  consecutiveFailures: 5,
  minimumCalls: 10,
  windowCalls: 100,
  buckets: 10,
  openFor: "60 seconds",
  maxOpenFor: "1 hour",
  probes: 1,
  successThreshold: 3,
  probeTimeout: "60 seconds",
  idleTimeToLive: "1 hour",
  maxKeys: 100_000
} as const

/** Checked options. */
export interface Resolved {
  readonly name: string
  readonly store: CircuitStoreOptions
  readonly openFor: number | Schedule.Schedule<unknown, number>
  readonly classify: Classifier
  /** A call that takes longer than these milliseconds is slow; `undefined` when no rule asks. */
  readonly slowerThan: number | undefined
}

const policy = "CircuitBreaker"

const rate = (option: string, threshold: number): number => {
  checkOption(
    threshold > 0 && threshold <= 1,
    policy,
    option,
    threshold,
    "give a share above 0 and up to 1, such as 0.5"
  )
  return threshold
}

const windowOf = (options: Options): CircuitConfig["window"] => {
  if (options.failureRate === undefined && options.slowCallRate === undefined) return undefined
  const window = options.window ?? { count: defaults.windowCalls }
  if ("count" in window) return { _tag: "Count", size: checkInteger(policy, "window.count", window.count, 1) }
  const millis = checkMillis(policy, "window.duration", window.duration, 1)
  checkOption(Number.isFinite(millis), policy, "window.duration", window.duration, "give a duration that ends")
  return {
    _tag: "Time",
    millis,
    buckets: checkInteger(policy, "window.buckets", window.buckets ?? defaults.buckets, 1)
  }
}

const minimumCalls = (option: string, calls: number | undefined, window: CircuitConfig["window"]): number => {
  const minimum = checkInteger(policy, option, calls ?? defaults.minimumCalls, 1)
  if (window?._tag !== "Count") return minimum
  checkOption(
    calls === undefined || minimum <= window.size,
    policy,
    option,
    minimum,
    `the window holds only ${window.size} calls, so the rule could never trip; make the window larger or this smaller`
  )
  return Math.min(minimum, window.size)
}

const configOf = (options: Options): CircuitConfig => {
  const window = windowOf(options)
  const { failureRate, slowCallRate } = options
  checkOption(
    options.window === undefined || window !== undefined,
    policy,
    "window",
    "given",
    `a window does nothing without "failureRate" or "slowCallRate"; give one of them or leave the window out`
  )
  const consecutive = options.consecutiveFailures ?? (window === undefined ? defaults.consecutiveFailures : false)
  checkOption(
    consecutive !== false || window !== undefined,
    policy,
    "consecutiveFailures",
    false,
    `the circuit could never open; give "consecutiveFailures", "failureRate" or "slowCallRate"`
  )
  return {
    consecutiveFailures: consecutive === false ? 0 : checkInteger(policy, "consecutiveFailures", consecutive, 1),
    failureRate: failureRate && {
      threshold: rate("failureRate.threshold", failureRate.threshold),
      minimumCalls: minimumCalls("failureRate.minimumCalls", failureRate.minimumCalls, window)
    },
    slowCallRate: slowCallRate && {
      threshold: rate("slowCallRate.threshold", slowCallRate.threshold),
      minimumCalls: minimumCalls("slowCallRate.minimumCalls", slowCallRate.minimumCalls, window),
      slowerThanMillis: checkMillis(policy, "slowCallRate.slowerThan", slowCallRate.slowerThan, 0)
    },
    window,
    probes: checkInteger(policy, "probes", options.probes ?? defaults.probes, 1),
    successThreshold: checkInteger(
      policy,
      "successThreshold",
      options.successThreshold ?? defaults.successThreshold,
      1
    ),
    probeTimeoutMillis: checkMillis(policy, "probeTimeout", options.probeTimeout ?? defaults.probeTimeout, 1),
    maxOpenMillis: checkMillis(policy, "maxOpenFor", options.maxOpenFor ?? defaults.maxOpenFor, 1)
  }
}

const initialStates = { enforce: "Closed", metricsOnly: "MetricsOnly", disabled: "Disabled" } as const

/** Checks the options and fills in the defaults; throws `InvalidOptionError`. */
export const resolve = (options: Options): Resolved => {
  const config = configOf(options)
  const openFor = options.openFor ?? defaults.openFor
  const maxKeys = checkNumber(policy, "maxKeys", options.maxKeys ?? defaults.maxKeys, 1)
  return {
    name: options.name,
    store: {
      name: options.name,
      config,
      initial: initialStates[options.mode ?? "enforce"],
      idleMillis: checkMillis(policy, "idleTimeToLive", options.idleTimeToLive ?? defaults.idleTimeToLive, 1),
      maxKeys
    },
    openFor: Schedule.isSchedule(openFor) ? openFor : checkMillis(policy, "openFor", openFor, 1),
    classify: options.classify ?? classify,
    slowerThan: config.slowCallRate?.slowerThanMillis
  }
}
