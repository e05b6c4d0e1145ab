/**
 * What happened in the last minute, second by second. Pure: it never holds more than sixty seconds and a thousand durations.
 *
 * @module
 */
import { TraceStore } from "@skippy/core"
import type { LastMinute } from "./View.ts"

/** Seconds that are looked at, the one that is not over yet included. */
const window = 60
/** Seconds that are one number of the history. */
const step = 5
/** Durations that are remembered; above it the oldest go. */
const maxDurations = 1000

/** What is counted of a call. */
export interface Counted {
  readonly at: number
  readonly durationMs: number
  readonly failed: boolean
  readonly retries: number
  readonly hit: boolean
  readonly stale: boolean
}

interface Second {
  readonly second: number
  readonly calls: number
  readonly failures: number
  readonly retries: number
  readonly hits: number
  readonly stale: number
}

/** The calls of one service. */
export interface Rates {
  /** In no order: what several processes write comes as it comes. */
  readonly seconds: ReadonlyArray<Second>
  readonly durations: ReadonlyArray<readonly [second: number, millis: number]>
}

/** No calls. */
export const none: Rates = { seconds: [], durations: [] }

const secondOf = (millis: number): number => Math.floor(millis / 1000)

const isIn = (second: number, now: number): boolean => second > now - window && second <= now

/** Counts a call. What is older than a minute is forgotten; a call of the future, by another clock, is one of now. */
export const add = (rates: Rates, call: Counted, nowMillis: number): Rates => {
  const now = secondOf(nowMillis)
  const second = Math.min(secondOf(call.at), now)
  if (!isIn(second, now)) return rates
  const known = rates.seconds.find((one) => one.second === second)
  const others = rates.seconds.filter((one) => one !== known && isIn(one.second, now))
  const { calls, failures, hits, retries, stale } = known ?? { calls: 0, failures: 0, hits: 0, retries: 0, stale: 0 }
  const counted: Second = {
    second,
    calls: calls + 1,
    failures: failures + Number(call.failed),
    retries: retries + call.retries,
    hits: hits + Number(call.hit),
    stale: stale + Number(call.stale)
  }
  const kept = rates.durations.length < maxDurations ? rates.durations : rates.durations.slice(1 - maxDurations)
  return { seconds: [...others, counted], durations: [...kept, [second, call.durationMs]] }
}

/** The last minute. */
export const lastMinute = ({ durations, seconds }: Rates, nowMillis: number): LastMinute => {
  const now = secondOf(nowMillis)
  const recent = seconds.filter(({ second }) => isIn(second, now))
  const sum = (of: (second: Second) => number): number => recent.reduce((total, one) => total + of(one), 0)
  const sorted = durations
    .filter(([second]) => isIn(second, now))
    .map(([, millis]) => millis)
    .toSorted((a, b) => a - b)
  const history = Array.from({ length: window / step }, () => 0)
  for (const { calls, second } of recent) {
    const slot = Math.floor((second - (now - window + 1)) / step)
    history[slot] = (history[slot] ?? 0) + calls
  }
  return {
    calls: sum(({ calls }) => calls),
    failures: sum(({ failures }) => failures),
    retries: sum(({ retries }) => retries),
    hits: sum(({ hits }) => hits),
    stale: sum(({ stale }) => stale),
    ...(sorted.length === 0 ? {} : { p95: TraceStore.quantile(sorted, 0.95) }),
    history
  }
}
