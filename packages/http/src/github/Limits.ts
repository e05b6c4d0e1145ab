/**
 * When GitHub has had enough, and for how long. Pure: the answer, the moment and what was before decide.
 *
 * - The primary limit is exceeded: 403 or 429 with no request remaining. Wait until the reset.
 * - A secondary limit is exceeded: 403 or 429 with `retry-after`, or with a message that says so. Wait for `retry-after`;
 *   else, when nothing remains, until the reset; else a minute, and twice as long for each time in a row.
 * - Something was created too quickly after something else: 422 with a message that says so. As without a hint.
 * - Any other 403 is about permissions.
 *
 * Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit,
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately,
 * https://github.com/cli/cli/issues/4801
 *
 * @module
 */
import { Duration } from "effect"
import { type HeaderMap, quotasOf, retryAfterOf } from "../client/RateHeaders.ts"

/** How often in a row a secondary limit was met, and until when it keeps everybody out. */
export interface Backoff {
  readonly hits: number
  /** Milliseconds since the epoch. */
  readonly until: number
}

/** Nothing was met. */
export const rested: Backoff = { hits: 0, until: 0 }

/** An answer, as far as limits are concerned. */
export interface Signs {
  readonly status: number
  readonly headers: HeaderMap
  /** What the body says, empty when it says nothing. */
  readonly message: string
}

/** A limit that was met, and how long to wait. */
export interface Refusal {
  readonly limit: "primary" | "secondary"
  readonly waitMillis: number
}

const minute = 60_000
/** The longest wait that is made up here. */
const longest = 60 * minute

const secondaryText = /secondary rate limit|abuse detection/i

const tooQuickly = /\bsubmitted too quickly\b/i

/** The last request of a window shows 0 too, so another message means another reason. */
const isPrimary = ({ headers, message }: Signs): boolean =>
  headers["x-ratelimit-remaining"]?.trim() === "0" && (message === "" || /rate limit/i.test(message))

const untilReset = (headers: HeaderMap, now: number): number | undefined => {
  const used = quotasOf(headers, now).find(({ remaining }) => remaining === 0)
  return used === undefined ? undefined : Math.max(0, used.resetAfterMillis)
}

const named = ({ headers }: Signs, now: number): number | undefined => {
  const asked = retryAfterOf(headers, now)
  return asked === undefined ? untilReset(headers, now) : Duration.toMillis(asked)
}

const growing = (hits: number): number => Math.min(longest, minute * 2 ** (hits - 1))

const secondary = (signs: Signs, now: number, backoff: Backoff): readonly [Refusal, Backoff] => {
  // Requests that were on their way together are refused together: that is one time, not many in a row.
  const hits = now < backoff.until ? backoff.hits : backoff.hits + 1
  const waitMillis = named(signs, now) ?? growing(hits)
  return [
    { limit: "secondary", waitMillis },
    { hits, until: Math.max(backoff.until, now + waitMillis) }
  ]
}

/** Judges an answer that came at `now`, in milliseconds since the epoch. */
export const judge = (signs: Signs, now: number, backoff: Backoff): readonly [Refusal | undefined, Backoff] => {
  const { headers, message, status } = signs
  if (status === 422 && tooQuickly.test(message)) return secondary(signs, now, backoff)
  if (status !== 403 && status !== 429) return [undefined, status < 400 && now >= backoff.until ? rested : backoff]
  if (secondaryText.test(message)) return secondary(signs, now, backoff)
  if (isPrimary(signs)) return [{ limit: "primary", waitMillis: untilReset(headers, now) ?? minute }, backoff]
  return status === 429 || headers["retry-after"] !== undefined ? secondary(signs, now, backoff) : [undefined, backoff]
}
