/**
 * The limits of Pexels: so many requests of one key in an hour and in a month
 * (https://www.pexels.com/api/documentation/#guidelines). A window begins with its first request.
 *
 * @module
 */
import { Duration } from "effect"
import type { LimitOptions } from "./Options.ts"

/** What the headers of a success tell: the month. */
export interface Usage {
  readonly limit: number
  readonly remaining: number
  /** Seconds since the epoch. */
  readonly reset: number
}

interface Window {
  used: number
  endsAt: number
}

const hour = 3_600_000

const resolve = ({ month = "30 days", perHour = 200, perMonth = 20_000 }: LimitOptions) => ({
  perHour,
  perMonth,
  month: Duration.toMillis(Duration.fromInputUnsafe(month))
})

const renew = (window: Window, length: number, now: number): void => {
  if (now < window.endsAt) return
  window.used = 0
  window.endsAt = now + length
}

/** Counts requests. */
export class Limits {
  private resolved: ReturnType<typeof resolve>
  private readonly windows = new Map<string, { readonly hour: Window; readonly month: Window }>()

  constructor(options: LimitOptions) {
    this.resolved = resolve(options)
  }

  /** Other limits from now on. What was counted stays counted. */
  change(options: LimitOptions): void {
    this.resolved = resolve(options)
  }

  /** Counts a request of a key; `undefined` when it is over one of the limits, and then it does not count. */
  take(key: string, now: number): Usage | undefined {
    const { month, perHour, perMonth } = this.resolved
    const known = this.windows.get(key) ?? { hour: { used: 0, endsAt: 0 }, month: { used: 0, endsAt: 0 } }
    this.windows.set(key, known)
    renew(known.hour, hour, now)
    renew(known.month, month, now)
    if (known.hour.used >= perHour || known.month.used >= perMonth) return undefined
    known.hour.used++
    known.month.used++
    return { limit: perMonth, remaining: perMonth - known.month.used, reset: Math.ceil(known.month.endsAt / 1000) }
  }
}
