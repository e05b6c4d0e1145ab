/**
 * The limits of GitHub: so many requests of one user in a window, and fewer that create content.
 *
 * @module
 */
import { Duration } from "effect"
import type { LimitOptions, RefusalStatus } from "./Options.ts"

/** Whom requests are counted for: a user, or `undefined` for everybody without a token. */
export type Counted = number | undefined

/** What the headers and `GET /rate_limit` tell of the window. */
export interface Usage {
  readonly limit: number
  readonly used: number
  readonly remaining: number
  /** Seconds since the epoch. */
  readonly reset: number
}

/** A creation that is refused. */
export interface Refusal {
  readonly status: RefusalStatus
  /** Seconds; absent when the limits say nothing. */
  readonly retryAfter: number | undefined
}

interface Window {
  used: number
  readonly endsAt: number
}

interface Creations {
  at: Array<number>
  blockedUntil: number
}

const minute = 60_000
const hour = 60 * minute

const resolve = ({ primary = {}, secondary = {} }: LimitOptions) => ({
  authenticated: primary.limit ?? 5000,
  unauthenticated: primary.unauthenticated ?? 60,
  window: Duration.toMillis(Duration.fromInputUnsafe(primary.window ?? "1 hour")),
  primaryStatus: primary.status ?? 403,
  perMinute: secondary.perMinute ?? 80,
  perHour: secondary.perHour ?? 500,
  secondaryStatus: secondary.status ?? 403,
  block: Duration.toMillis(Duration.fromInputUnsafe(secondary.block ?? "1 minute")),
  retryAfter: secondary.retryAfter ?? true
})

/** Counts requests. */
export class Limits {
  private resolved: ReturnType<typeof resolve>
  private readonly windows = new Map<Counted, Window>()
  private readonly creations = new Map<Counted, Creations>()

  constructor(options: LimitOptions) {
    this.resolved = resolve(options)
  }

  /** Other limits from now on. What was counted stays counted. */
  change(options: LimitOptions): void {
    this.resolved = resolve(options)
  }

  /** The status of a request over the primary limit. */
  get primaryStatus(): RefusalStatus {
    return this.resolved.primaryStatus
  }

  usage(counted: Counted, now: number): Usage {
    const { authenticated, unauthenticated, window } = this.resolved
    const limit = counted === undefined ? unauthenticated : authenticated
    const { endsAt, used } = this.windowOf(counted, now) ?? { endsAt: now + window, used: 0 }
    const shown = Math.min(used, limit)
    return { limit, used: shown, remaining: limit - shown, reset: Math.ceil(endsAt / 1000) }
  }

  /** Counts a request against the primary limit. */
  count(counted: Counted, now: number): void {
    const window = this.windowOf(counted, now)
    if (window === undefined) this.windows.set(counted, { used: 1, endsAt: now + this.resolved.window })
    else window.used++
  }

  /** Counts a request that creates content, or refuses it. */
  create(counted: Counted, now: number): Refusal | undefined {
    const { block, perHour, perMinute } = this.resolved
    const creations = this.creations.get(counted) ?? { at: [], blockedUntil: 0 }
    this.creations.set(counted, creations)
    creations.at = creations.at.filter((at) => at > now - hour)
    if (now < creations.blockedUntil) return this.refusal(creations, now)
    if (creations.at.length >= perHour || creations.at.filter((at) => at > now - minute).length >= perMinute) {
      creations.blockedUntil = now + block
      return this.refusal(creations, now)
    }
    creations.at.push(now)
    return undefined
  }

  private refusal({ blockedUntil }: Creations, now: number): Refusal {
    const { retryAfter, secondaryStatus } = this.resolved
    return { status: secondaryStatus, retryAfter: retryAfter ? Math.ceil((blockedUntil - now) / 1000) : undefined }
  }

  private windowOf(counted: Counted, now: number): Window | undefined {
    const window = this.windows.get(counted)
    return window !== undefined && now < window.endsAt ? window : undefined
  }
}
