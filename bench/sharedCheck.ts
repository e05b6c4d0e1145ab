/** Judges what processes that share a limit were granted. */
import { type Kind, quota } from "./sharedPlan.ts"

/**
 * One grant. The process read the clock right before it asked and right after it was answered, and the decision fell
 * somewhere between: what lies wholly inside a window was certainly decided in it.
 */
export interface Grant {
  readonly process: number
  readonly before: number
  readonly after: number
  /** The time of the store. */
  readonly at: number
}

const byAfter = (grants: ReadonlyArray<Grant>): ReadonlyArray<Grant> => grants.toSorted((a, b) => a.after - b.after)

const windowOf = (time: number): number => Math.floor(time / quota.perMillis)

/** The most grants that certainly fell into one window of the clock. */
const mostInFixed = (grants: ReadonlyArray<Grant>): number => {
  const counts = new Map<number, number>()
  for (const { after, before } of grants) {
    const window = windowOf(before)
    if (windowOf(after) === window) counts.set(window, (counts.get(window) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values())
}

/** The most grants that certainly fell into any span as long as a window. */
const mostInSliding = (grants: ReadonlyArray<Grant>): number => {
  const sorted = grants.toSorted((a, b) => a.before - b.before)
  let most = 0
  for (const [index, { before }] of sorted.entries()) {
    const end = before + quota.perMillis
    let count = 0
    for (let next = index; (sorted[next]?.before ?? end) < end; next++) if ((sorted[next]?.after ?? end) < end) count++
    most = Math.max(most, count)
  }
  return most
}

/** The most grants in any span beyond what flows in during it: what the burst of a token bucket has to cover. */
const mostAtOnce = (grants: ReadonlyArray<Grant>): number => {
  const ends = byAfter(grants)
  const perMilli = quota.limit / quota.perMillis
  let most = 0
  for (const start of new Set(grants.map(({ before }) => before))) {
    let count = 0
    for (const { after, before } of ends) {
      if (before < start) continue
      count++
      // Clocks tell whole milliseconds, so the span may have been one longer.
      most = Math.max(most, count - perMilli * (after + 1 - start))
    }
  }
  return Math.floor(most + 1e-6)
}

/** The most that certainly happened in any window the limit promises, and what it promises. */
export const peakOf = (kind: Kind, grants: ReadonlyArray<Grant>) => {
  switch (kind) {
    case "token bucket":
      return { most: mostAtOnce(grants), allowed: quota.burst, unit: "above the steady flow in any span" }
    case "fixed window":
      return { most: mostInFixed(grants), allowed: quota.limit, unit: `in any window of ${quota.perMillis} ms` }
    case "sliding window":
      return { most: mostInSliding(grants), allowed: quota.limit, unit: `in any span of ${quota.perMillis} ms` }
  }
}

/** The same by the store's own clock, to which every decision is a moment. */
export const atStore = (grants: ReadonlyArray<Grant>): ReadonlyArray<Grant> =>
  grants.map((grant) => ({ ...grant, before: grant.at, after: grant.at }))

/**
 * The share of what the limit allows between two times that was used. `full`: the limit was untouched at the first of
 * them, so that a token bucket had its burst too.
 */
export const usedShare = (
  kind: Kind,
  grants: ReadonlyArray<Grant>,
  { from, full, until }: { readonly from: number; readonly until: number; readonly full: boolean }
): number => {
  const { burst, limit, perMillis } = quota
  // Of fixed windows only whole ones say how much can be used.
  const start = kind === "fixed window" ? Math.ceil(from / perMillis) * perMillis : from
  const end = kind === "fixed window" ? Math.floor(until / perMillis) * perMillis : until
  const used = grants.filter(({ at }) => at >= start && at < end).length
  const extra = kind === "token bucket" && full ? burst : 0
  return used / ((limit * (end - start)) / perMillis + extra)
}

/** The longest time in which nobody was granted anything. */
export const longestStillness = (grants: ReadonlyArray<Grant>): number => {
  let longest = 0
  let last: number | undefined
  for (const { after } of byAfter(grants)) {
    if (last !== undefined) longest = Math.max(longest, after - last)
    last = after
  }
  return longest
}

/** The number so far into a sorted list that this share lies before it. */
export const quantile = (numbers: ReadonlyArray<number>, share: number): number => {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}
