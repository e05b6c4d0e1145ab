/**
 * What a hedge can be told, its defaults and its checks.
 *
 * @module
 */
import { Duration } from "effect"
import { checkInteger, checkMillis, checkNumber, checkOption } from "../error/InvalidOptionError.ts"
import { LatencyQuantile } from "./LatencyQuantile.ts"
import type { RetryBudget } from "./RetryBudget.ts"

/** A delay that follows the service: a quantile of its recent latencies. */
export interface QuantileDelay {
  /** Above 0 and below 1: `0.95` sends a second request for the slowest 5 % of the calls. */
  readonly quantile: number
  /** Latencies to have seen before anything is hedged. Default 20. */
  readonly minimumSamples?: number | undefined
  /** The delay is never shorter. Default 1 ms. */
  readonly atLeast?: Duration.Input | undefined
  /** The delay is never longer. Default: no limit. */
  readonly atMost?: Duration.Input | undefined
}

/** When a second request is sent beside a slow first one. */
export interface Options {
  /** Names the hedge in events. */
  readonly name: string
  /** How long to wait for the first request: fixed, or from recent latencies. */
  readonly after: Duration.Input | QuantileDelay
  /** Requests beside the first, each after another delay. Default 1. */
  readonly max?: number | undefined
  /**
   * Whether doing the work twice is the same as doing it once; otherwise nothing is hedged. Default: what the call says
   * (`CurrentCall.idempotent`), and `false` outside of one.
   */
  readonly idempotent?: boolean | undefined
  /** Shared with the retries of the service; a hedge it does not allow is not sent. */
  readonly budget?: RetryBudget | undefined
}

/** The defaults, in one place. */
export const defaults = { max: 1, minimumSamples: 20, atLeast: "1 milli" } as const

/** Where the delay comes from, and what it learns from. */
export interface DelaySource {
  /** Milliseconds, `undefined` while there is too little to go by. */
  readonly millis: () => number | undefined
  readonly learn: (latencyMillis: number) => void
}

/** Checked options. */
export interface Resolved {
  readonly name: string
  readonly delay: DelaySource
  readonly max: number
  readonly idempotent: boolean | undefined
  readonly budget: RetryBudget | undefined
}

const policy = "Hedge"

const isQuantile = (after: Options["after"]): after is QuantileDelay => typeof after === "object" && "quantile" in after

const delayOf = (after: Options["after"]): DelaySource => {
  if (!isQuantile(after)) {
    const fixed = checkMillis(policy, "after", after)
    return { millis: () => fixed, learn: () => {} }
  }
  const quantile = checkNumber(policy, "after.quantile", after.quantile, 0, 1)
  checkOption(
    quantile > 0 && quantile < 1,
    policy,
    "after.quantile",
    quantile,
    "give a share between 0 and 1, such as 0.95"
  )
  const minimum = checkInteger(policy, "after.minimumSamples", after.minimumSamples ?? defaults.minimumSamples, 1)
  const atLeast = checkMillis(policy, "after.atLeast", after.atLeast ?? defaults.atLeast)
  const atMost = checkMillis(policy, "after.atMost", after.atMost ?? Duration.infinity, atLeast)
  const latencies = new LatencyQuantile(quantile)
  return {
    millis: () => (latencies.count < minimum ? undefined : Math.min(atMost, Math.max(atLeast, latencies.get()))),
    learn: (millis) => latencies.add(millis)
  }
}

/** Checks the options and fills in the defaults; throws `InvalidOptionError`. */
export const resolve = (options: Options): Resolved => ({
  name: options.name,
  delay: delayOf(options.after),
  max: checkInteger(policy, "max", options.max ?? defaults.max, 1),
  idempotent: options.idempotent,
  budget: options.budget
})
