/**
 * How much of Drive one user takes within a minute
 * (https://developers.google.com/workspace/drive/api/guides/limits). It is counted in each process by itself.
 *
 * @module
 */
import type { LimitOptions } from "./Options.ts"
import * as Refusals from "./Refusals.ts"
import type { Reply } from "./Reply.ts"

/** What one user took in the last minute. */
export interface Use {
  readonly calls: number
  readonly units: number
  readonly shares: number
}

interface Taken {
  readonly at: number
  readonly units: number
  readonly isShare: boolean
}

const minute = 60_000

/** What a request over the limits is told. */
const refusalOf = ({ refusal = "403 userRateLimitExceeded" }: LimitOptions): Reply => {
  switch (refusal) {
    case "403 userRateLimitExceeded":
      return Refusals.userRateLimit()
    case "403 rateLimitExceeded":
      return Refusals.rateLimit(403)
    case "429 rateLimitExceeded":
      return Refusals.rateLimit(429)
  }
}

/** Counts requests. */
export class Limits {
  options: LimitOptions
  private readonly taken = new Map<string, Array<Taken>>()
  /** The most that one user took within a minute. */
  private readonly most = { calls: 0, units: 0, shares: 0 }

  constructor(options: LimitOptions) {
    this.options = options
  }

  /** What a user took in the minute before a moment. */
  useOf(email: string, now: number): Use {
    const recent = (this.taken.get(email) ?? []).filter(({ at }) => at > now - minute)
    this.taken.set(email, recent)
    return {
      calls: recent.length,
      units: recent.reduce((sum, { units }) => sum + units, 0),
      shares: recent.filter(({ isShare }) => isShare).length
    }
  }

  /** Counts a request, or refuses it. One that is refused is not counted. */
  take(email: string, units: number, isShare: boolean, now: number): Reply | undefined {
    const { callsPerMinute = Infinity, sharesPerMinute = Infinity, unitsPerMinute = 325_000 } = this.options
    const use = this.useOf(email, now)
    if (use.calls + 1 > callsPerMinute || use.units + units > unitsPerMinute) return refusalOf(this.options)
    if (isShare && use.shares + 1 > sharesPerMinute) return Refusals.sharingRateLimit("file")
    this.taken.get(email)?.push({ at: now, units, isShare })
    this.most.calls = Math.max(this.most.calls, use.calls + 1)
    this.most.units = Math.max(this.most.units, use.units + units)
    this.most.shares = Math.max(this.most.shares, use.shares + (isShare ? 1 : 0))
    return undefined
  }

  /** The most that one user took within a minute. */
  get peak(): Use {
    return { ...this.most }
  }
}
