/**
 * The three ways to count against a limit, as plain machines: token bucket, fixed window, sliding window. Each answers
 * how long a weight has to wait, takes it, and gives it back. Times are milliseconds of a clock that never goes back.
 *
 * @module
 */

/** A limit in plain numbers. */
export type Limit =
  | {
      readonly _tag: "TokenBucket"
      readonly name: string
      readonly limit: number
      readonly perMillis: number
      readonly burst: number
    }
  | {
      readonly _tag: "FixedWindow" | "SlidingWindow"
      readonly name: string
      readonly limit: number
      readonly perMillis: number
    }

/** What one limit has counted. */
export interface LimitPart {
  readonly limit: Limit
  /**
   * Milliseconds until `weight` fits; 0 when it fits now. A weight above the capacity is the sum of several waiters, and
   * the answer is then the soonest moment at which all of them can be through.
   */
  readonly waitFor: (weight: number, now: number) => number
  /** Takes what `waitFor` said fits; answers a note that `giveBack` needs. */
  readonly take: (weight: number, now: number) => number
  /** Gives back what was taken at `takenAt`, unless it has expired meanwhile. */
  readonly giveBack: (weight: number, takenAt: number, note: number, now: number) => void
  readonly remaining: (now: number) => number
  /** Milliseconds until the limit is as new. */
  readonly resetAfter: (now: number) => number
  /** The same consumption under another limit of the same kind and period. */
  readonly under: (limit: Limit, now: number) => LimitPart
}

/** Shares such as 1/60 do not add up exactly; a whole token must not fail for a rounding error. */
const tolerance = 1e-9

class TokenBucket implements LimitPart {
  readonly limit: Limit & { readonly _tag: "TokenBucket" }
  private readonly perMilli: number
  private tokens: number
  private filledAt: number
  /** All that was ever given back: it raised the level that earlier notes speak of. */
  private returned = 0

  constructor(limit: Limit & { readonly _tag: "TokenBucket" }, tokens: number, now: number) {
    this.limit = limit
    this.perMilli = limit.limit / limit.perMillis
    this.tokens = tokens
    this.filledAt = now
  }

  waitFor(weight: number, now: number): number {
    this.fill(now)
    const missing = weight - this.tokens
    return missing <= tolerance ? 0 : missing / this.perMilli
  }

  /** The note is the level before the take, without what was given back until then. */
  take(weight: number, now: number): number {
    this.fill(now)
    const before = this.tokens
    this.tokens = Math.max(0, before - weight)
    return before - this.returned
  }

  /** Had the tokens not been taken, some of the refill since then might have run over; that much is not given back. */
  giveBack(weight: number, takenAt: number, note: number, now: number): void {
    this.fill(now)
    const { burst } = this.limit
    const runOver = Math.max(0, note + this.returned + (now - takenAt) * this.perMilli - burst)
    const given = Math.min(burst - this.tokens, Math.max(0, weight - runOver))
    this.tokens += given
    this.returned += weight
  }

  remaining(now: number): number {
    this.fill(now)
    return Math.floor(this.tokens + tolerance)
  }

  resetAfter(now: number): number {
    this.fill(now)
    return (this.limit.burst - this.tokens) / this.perMilli
  }

  under(limit: Limit, now: number): LimitPart {
    if (limit._tag !== "TokenBucket") return make(limit, now)
    this.fill(now)
    const consumed = this.limit.burst - this.tokens
    return new TokenBucket(limit, Math.max(0, limit.burst - consumed), now)
  }

  private fill(now: number): void {
    if (now <= this.filledAt) return
    const { burst } = this.limit
    if (this.tokens < burst) this.tokens = Math.min(burst, this.tokens + (now - this.filledAt) * this.perMilli)
    this.filledAt = now
  }
}

class FixedWindow implements LimitPart {
  readonly limit: Limit
  private window: number
  private used: number

  constructor(limit: Limit, window: number, used: number) {
    this.limit = limit
    this.window = window
    this.used = used
  }

  waitFor(weight: number, now: number): number {
    this.turn(now)
    const missing = weight - (this.limit.limit - this.used)
    return missing <= 0 ? 0 : this.endsAfter(now) + (Math.ceil(missing / this.limit.limit) - 1) * this.limit.perMillis
  }

  take(weight: number, now: number): number {
    this.turn(now)
    this.used += weight
    return 0
  }

  giveBack(weight: number, takenAt: number, _note: number, now: number): void {
    this.turn(now)
    if (Math.floor(takenAt / this.limit.perMillis) === this.window) this.used = Math.max(0, this.used - weight)
  }

  remaining(now: number): number {
    this.turn(now)
    return Math.max(0, this.limit.limit - this.used)
  }

  resetAfter(now: number): number {
    this.turn(now)
    return this.used === 0 ? 0 : this.endsAfter(now)
  }

  under(limit: Limit, now: number): LimitPart {
    this.turn(now)
    return new FixedWindow(limit, this.window, this.used)
  }

  private turn(now: number): void {
    const window = Math.floor(now / this.limit.perMillis)
    if (window <= this.window) return
    this.window = window
    this.used = 0
  }

  private endsAfter(now: number): number {
    return (this.window + 1) * this.limit.perMillis - now
  }
}

/** Takes within one such part of the window are remembered as one, at the time of the last: never too many, rarely late. */
const granules = 64

interface Taken {
  readonly granule: number
  at: number
  weight: number
}

class SlidingWindow implements LimitPart {
  readonly limit: Limit
  private readonly granuleMillis: number
  private log: Array<Taken>
  private used: number

  constructor(limit: Limit, log: Array<Taken>, used: number) {
    this.limit = limit
    this.granuleMillis = limit.perMillis / granules
    this.log = log
    this.used = used
  }

  waitFor(weight: number, now: number): number {
    this.forget(now)
    const { limit, perMillis } = this.limit
    let missing = weight - (limit - this.used)
    if (missing <= 0) return 0
    // Waiters beyond one whole window come a window later, in the same rhythm.
    const laps = Math.max(0, Math.ceil((missing - this.used) / limit))
    missing -= laps * limit
    if (missing <= 0) return laps * perMillis
    for (const taken of this.log) {
      missing -= taken.weight
      if (missing <= 0) return taken.at + perMillis - now + laps * perMillis
    }
    return laps * perMillis
  }

  take(weight: number, now: number): number {
    this.forget(now)
    const granule = Math.floor(now / this.granuleMillis)
    const last = this.log.at(-1)
    if (last !== undefined && last.granule === granule) {
      last.at = now
      last.weight += weight
    } else {
      this.log.push({ granule, at: now, weight })
    }
    this.used += weight
    return 0
  }

  giveBack(weight: number, takenAt: number, _note: number, now: number): void {
    this.forget(now)
    const granule = Math.floor(takenAt / this.granuleMillis)
    const taken = this.log.find((entry) => entry.granule === granule)
    if (taken === undefined) return
    const given = Math.min(weight, taken.weight)
    taken.weight -= given
    this.used -= given
    if (taken.weight === 0) this.log.splice(this.log.indexOf(taken), 1)
  }

  remaining(now: number): number {
    this.forget(now)
    return Math.max(0, this.limit.limit - this.used)
  }

  resetAfter(now: number): number {
    this.forget(now)
    const last = this.log.at(-1)
    return last === undefined ? 0 : last.at + this.limit.perMillis - now
  }

  under(limit: Limit, now: number): LimitPart {
    this.forget(now)
    return new SlidingWindow(limit, this.log, this.used)
  }

  private forget(now: number): void {
    let expired = 0
    for (const taken of this.log) {
      if (taken.at + this.limit.perMillis > now) break
      this.used -= taken.weight
      expired++
    }
    if (expired > 0) this.log.splice(0, expired)
  }
}

/** A limit that has counted nothing. */
export const make = (limit: Limit, now: number): LimitPart => {
  switch (limit._tag) {
    case "TokenBucket":
      return new TokenBucket(limit, limit.burst, now)
    case "FixedWindow":
      return new FixedWindow(limit, Math.floor(now / limit.perMillis), 0)
    case "SlidingWindow":
      return new SlidingWindow(limit, [], 0)
  }
}

/** The most that can ever be taken at once. */
export const capacityOf = (limit: Limit): number => (limit._tag === "TokenBucket" ? limit.burst : limit.limit)
