/**
 * What can be said about a shared store that is away.
 *
 * @module
 */
import { type Duration, Schema } from "effect"
import { checkMillis, checkOption } from "../../error/InvalidOptionError.ts"
import type { SharedStoreName } from "../../event/ResilienceEvent.ts"
import type { AwayConfig } from "./AwayState.ts"

/**
 * What decides while the shared store is away: `allow` lets everything through and counts nothing, `refuse` lets nothing
 * through, `local` goes on with state of this process alone.
 */
export const WhenAway = Schema.Literals(["allow", "refuse", "local"])
/** What decides while the shared store is away. */
export type WhenAway = typeof WhenAway.Type

/** How a store that is away is dealt with. */
export interface AwayOptions {
  /**
   * The longest wait for one decision; a caller is never held up for longer, unless this process itself was: then it is
   * twice as long. A store that decides in place (SQLite) has a time limit of its own. `Duration.infinity` switches it off.
   * Default 250 ms.
   */
  readonly timeout?: Duration.Input | undefined
  /**
   * What decides, for everything or for each kind of policy. Default `local`. Caches have no choice: they know of nothing,
   * so that calls reach the service; states fail with `StateStoreError`.
   */
  readonly whenAway?:
    | WhenAway
    | {
        readonly limiter?: WhenAway | undefined
        readonly breaker?: WhenAway | undefined
        readonly budget?: WhenAway | undefined
      }
    | undefined
  /** How long a store is left alone before one caller tries it; twice as long after each try that failed. Default 200 ms. */
  readonly pause?: Duration.Input | undefined
  /** The longest such pause. Default 5 seconds. */
  readonly maxPause?: Duration.Input | undefined
}

/** The defaults, in one place. */
export const defaults = {
  timeout: "250 millis",
  whenAway: "local",
  pause: "200 millis",
  maxPause: "5 seconds"
} as const

/** Checked options. */
export interface Resolved {
  readonly store: SharedStoreName
  readonly timeoutMillis: number
  readonly limiter: WhenAway
  readonly breaker: WhenAway
  readonly budget: WhenAway
  readonly pauses: AwayConfig
}

const policy = "SharedStore"

/** Checks the options and fills in the defaults; throws `InvalidOptionError`. */
export const resolve = (store: SharedStoreName, options: AwayOptions = {}): Resolved => {
  const { whenAway = defaults.whenAway } = options
  const choices = typeof whenAway === "string" ? { limiter: whenAway, breaker: whenAway, budget: whenAway } : whenAway
  const pauses = {
    pauseMillis: checkMillis(policy, "pause", options.pause ?? defaults.pause, 1),
    maxPauseMillis: checkMillis(policy, "maxPause", options.maxPause ?? defaults.maxPause, 1)
  }
  checkOption(
    pauses.maxPauseMillis >= pauses.pauseMillis && Number.isFinite(pauses.maxPauseMillis),
    policy,
    "maxPause",
    options.maxPause,
    `give at least "pause", and a duration that ends`
  )
  return {
    store,
    timeoutMillis: checkMillis(policy, "timeout", options.timeout ?? defaults.timeout, 1),
    limiter: choices.limiter ?? defaults.whenAway,
    breaker: choices.breaker ?? defaults.whenAway,
    budget: choices.budget ?? defaults.whenAway,
    pauses
  }
}
