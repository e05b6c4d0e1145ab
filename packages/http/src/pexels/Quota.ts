/**
 * What is known of the quotas of Pexels, and how long to wait when one is used up. Pure.
 *
 * A success tells how much of the month is left, and when it ends; a 429 tells nothing
 * (https://help.pexels.com/hc/en-us/articles/900005368726). So what was seen last decides:
 *
 * - Nothing of the month was left: wait until it ends.
 * - Else it is the quota of the hour, of which Pexels never says when it ends: wait 5 minutes, and 10, 20, 40 and then 60
 *   for one refusal after the other, until there is a success. These waits are Skippy's own.
 * - Should there be a `Retry-After` after all, it is obeyed.
 *
 * @module
 */
import { Duration } from "effect"
import { type HeaderMap, quotasOf, retryAfterOf } from "../client/RateHeaders.ts"

/** Which quota. */
export type Quota = "hour" | "month"

/** What was seen of the month. Times are in milliseconds since the epoch. */
interface Month {
  readonly remaining: number
  readonly endsAt: number
}

/** What is known. */
export interface Memory {
  readonly month: Month | undefined
  /** Refusals in a row that were taken for the quota of the hour. */
  readonly refusals: number
  /** What the last refusal asked for. */
  readonly quiet: { readonly quota: Quota; readonly until: number } | undefined
}

/** Nothing is known. */
export const nothing: Memory = { month: undefined, refusals: 0, quiet: undefined }

/** A refusal. */
export interface Refusal {
  readonly quota: Quota
  readonly waitMillis: number
}

const minute = 60_000

/** The waits for the quota of the hour, which is over after the longest of them. */
export const waits: ReadonlyArray<number> = [5, 10, 20, 40, 60].map((minutes) => minutes * minute)

/** Answers tell whole seconds and come at different times: ends this close are the same. */
const sameEnd = 2000

const monthOf = (known: Month | undefined, headers: HeaderMap, now: number): Month | undefined => {
  const [told] = quotasOf(headers, now)
  if (told === undefined) return known
  const endsAt = now + told.resetAfterMillis
  // Within one month the smaller count is the newer one, whatever order the answers come in.
  const isSame = known !== undefined && Math.abs(known.endsAt - endsAt) <= sameEnd
  return { endsAt, remaining: isSame ? Math.min(known.remaining, told.remaining) : told.remaining }
}

/** After a success at `now`. One that was on its way when another request was refused is no sign that it is over. */
export const succeed = (memory: Memory, headers: HeaderMap, now: number): Memory => {
  const month = monthOf(memory.month, headers, now)
  return memory.quiet !== undefined && now < memory.quiet.until ? { ...memory, month } : { ...nothing, month }
}

/** After a 429 at `now`. Requests that were on their way together are refused together: that is one refusal, not many. */
export const refuse = (memory: Memory, headers: HeaderMap, now: number): readonly [Refusal, Memory] => {
  const { month, quiet, refusals } = memory
  if (quiet !== undefined && now < quiet.until) return [{ quota: quiet.quota, waitMillis: quiet.until - now }, memory]
  const isMonth = month !== undefined && month.remaining === 0 && month.endsAt > now
  const quota = isMonth ? "month" : "hour"
  const own = isMonth ? month.endsAt - now : (waits[Math.min(refusals, waits.length - 1)] ?? 0)
  const told = retryAfterOf(headers, now)
  const waitMillis = told !== undefined && Duration.isGreaterThan(told, Duration.zero) ? Duration.toMillis(told) : own
  return [
    { quota, waitMillis },
    { month, refusals: isMonth ? refusals : refusals + 1, quiet: { quota, until: now + waitMillis } }
  ]
}
