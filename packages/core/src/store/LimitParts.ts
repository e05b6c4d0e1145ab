/**
 * The three ways to count against a limit, as plain machines: token bucket, fixed window, sliding window. Each answers
 * how long a weight has to wait, takes it, and gives it back. Times are milliseconds of a clock that never goes back.
 *
 * @module
 */
import type { Limit, LimitPart } from "./LimitPart.ts"
import * as Sliding from "./SlidingWindow.ts"

export type { Limit, LimitPart } from "./LimitPart.ts"

/** Shares such as 1/60 do not add up exactly; a whole token must not fail for a rounding error. */
const tolerance = 1e-9

class TokenBucket implements LimitPart {
  readonly limit: Limit & { readonly _tag: "TokenBucket" }
  private readonly perMilli: number
  private tokens: number
  private filledAt: number
  /** All that was ever given back: it raised the level that earlier notes speak of. */
  private returned: number

  constructor(limit: Limit & { readonly _tag: "TokenBucket" }, tokens: number, now: number, returned = 0) {
    this.limit = limit
    this.perMilli = limit.limit / limit.perMillis
    this.tokens = tokens
    this.filledAt = now
    this.returned = returned
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

  numbers(): ReadonlyArray<number> {
    return [this.tokens, this.filledAt, this.returned]
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

  numbers(): ReadonlyArray<number> {
    return [this.window, this.used]
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

/** A limit that has counted nothing. */
export const make = (limit: Limit, now: number): LimitPart => {
  switch (limit._tag) {
    case "TokenBucket":
      return new TokenBucket(limit, limit.burst, now)
    case "FixedWindow":
      return new FixedWindow(limit, Math.floor(now / limit.perMillis), 0)
    case "SlidingWindow":
      return new Sliding.SlidingWindow(limit, [], 0)
  }
}

/** The part whose `numbers` these are. */
export const restore = (limit: Limit, numbers: ReadonlyArray<number>): LimitPart => {
  const [first = 0, second = 0, third = 0] = numbers
  switch (limit._tag) {
    case "TokenBucket":
      return new TokenBucket(limit, first, second, third)
    case "FixedWindow":
      return new FixedWindow(limit, first, second)
    case "SlidingWindow":
      return Sliding.restore(limit, numbers)
  }
}

/** The most that can ever be taken at once. */
export const capacityOf = (limit: Limit): number => (limit._tag === "TokenBucket" ? limit.burst : limit.limit)
