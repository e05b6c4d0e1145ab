/**
 * What response headers say about limits: `Retry-After`, `RateLimit` as in the drafts of the IETF, and the `X-RateLimit-*`
 * many services send. Pure: the same headers at the same moment say the same.
 *
 * @module
 */
import type { RateLimiter } from "@skippy/core"
import { DateTime, Duration, Option } from "effect"

/** Headers by name in lower case. */
export type HeaderMap = Readonly<Record<string, string | undefined>>

/** The three forms of a date in HTTP: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7 */
const dates = [
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/
] as const

/** Milliseconds since the epoch of an HTTP date. */
export const dateOf = (text: string | undefined): number | undefined => {
  const trimmed = text?.trim() ?? ""
  if (!dates.some((form) => form.test(trimmed))) return undefined
  // The oldest form names no zone, and is in GMT all the same.
  const zoned = trimmed.endsWith("GMT") ? trimmed : `${trimmed} GMT`
  return Option.getOrUndefined(Option.map(DateTime.make(zoned), DateTime.toEpochMillis))
}

const decimal = /^\d{1,15}(?:\.\d+)?$/

const numberOf = (text: string | undefined): number | undefined => {
  const trimmed = text?.trim() ?? ""
  return decimal.test(trimmed) ? Number(trimmed) : undefined
}

/** Moments are told by the service's clock, which its `date` header shows; without one the own clock has to do. */
const serverNow = (headers: HeaderMap, now: number): number => dateOf(headers["date"]) ?? now

/**
 * How long to wait, from `Retry-After` in seconds or as a date; nothing when it is missing or cannot be read. A date in the
 * past is no wait. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export const retryAfterOf = (headers: HeaderMap, now: number): Duration.Duration | undefined => {
  const text = headers["retry-after"]
  if (text === undefined) return undefined
  const seconds = numberOf(text)
  if (seconds !== undefined) return Duration.seconds(seconds)
  const at = dateOf(text)
  return at === undefined ? undefined : Duration.millis(Math.max(0, at - serverNow(headers, now)))
}

/** Above this a reset is a moment, not a number of seconds: three years in seconds. */
const momentInSeconds = 1e8
/** Above this it is a moment in milliseconds. */
const momentInMillis = 1e11

/** Seconds from now, seconds since the epoch or milliseconds since the epoch: services differ, and the size tells. */
const resetMillis = (reset: number, headers: HeaderMap, now: number): number => {
  if (reset < momentInSeconds) return reset * 1000
  const at = reset < momentInMillis ? reset * 1000 : reset
  return at - serverNow(headers, now)
}

const quota = (
  name: string,
  remaining: number | undefined,
  reset: number | undefined,
  headers: HeaderMap,
  now: number
) =>
  remaining === undefined || reset === undefined
    ? []
    : [{ name, remaining, resetAfterMillis: resetMillis(reset, headers, now) }]

/** `"daily";r=50;t=30` of the newer drafts, or `limit=100, remaining=50, reset=30` of one in between. */
const structured = (text: string, headers: HeaderMap, now: number): ReadonlyArray<RateLimiter.Quota> => {
  const valueOf = (part: string, key: string) =>
    numberOf(new RegExp(`(?:^|[;,\\s])${key}\\s*=\\s*([\\d.]+)`).exec(part)?.[1])
  if (!/(?:^|[;,\s])r\s*=/.test(text)) {
    return quota("RateLimit", valueOf(text, "remaining"), valueOf(text, "reset"), headers, now)
  }
  return text.split(",").flatMap((part) => {
    const name = /^\s*"?([^";,]*)"?/.exec(part)?.[1]?.trim() ?? ""
    return quota(`RateLimit "${name}"`, valueOf(part, "r"), valueOf(part, "t"), headers, now)
  })
}

/**
 * The quotas a response speaks of: what remains, and milliseconds until the reset. Where a service tells several resources
 * apart (`x-ratelimit-resource`, as GitHub does), only `core` speaks of the calls this is for.
 *
 * Read: `RateLimit` (https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/), `RateLimit-Remaining` with
 * `RateLimit-Reset` of its older drafts, and `X-RateLimit-Remaining` with `X-RateLimit-Reset`.
 */
export const quotasOf = (headers: HeaderMap, now: number): ReadonlyArray<RateLimiter.Quota> => {
  const newest = headers["ratelimit"]
  if (newest !== undefined) return structured(newest, headers, now)
  const older = headers["ratelimit-remaining"]
  if (older !== undefined) {
    return quota("RateLimit", numberOf(older), numberOf(headers["ratelimit-reset"]), headers, now)
  }
  const common = headers["x-ratelimit-remaining"]
  if (common === undefined || (headers["x-ratelimit-resource"] ?? "core") !== "core") return none
  return quota("X-RateLimit", numberOf(common), numberOf(headers["x-ratelimit-reset"]), headers, now)
}

const none: ReadonlyArray<never> = []
