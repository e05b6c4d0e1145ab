/**
 * A limit on every span of time, wherever it begins: takes are remembered until they are a period old.
 *
 * @module
 */
import type { Limit, LimitPart } from "./LimitPart.ts"

/** Takes within one such part of the window are remembered as one, at the time of the last: never too many, rarely late. */
const granules = 64

interface Taken {
  readonly granule: number
  at: number
  weight: number
}

/** At most so much in any span of the period. */
export class SlidingWindow implements LimitPart {
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

  numbers(): ReadonlyArray<number> {
    return [this.used, ...this.log.flatMap(({ at, weight }) => [at, weight])]
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

/** The window whose `numbers` these are. */
export const restore = (limit: Limit, numbers: ReadonlyArray<number>): SlidingWindow => {
  const granuleMillis = limit.perMillis / granules
  const log: Array<Taken> = []
  for (let i = 1; i + 1 < numbers.length; i += 2) {
    const [at = 0, weight = 0] = [numbers[i], numbers[i + 1]]
    log.push({ granule: Math.floor(at / granuleMillis), at, weight })
  }
  return new SlidingWindow(limit, log, numbers[0] ?? 0)
}
