/**
 * What a limit is, and what every way to count against one can do.
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
  /** All that was counted; `LimitParts.restore` makes the same part of it. */
  readonly numbers: () => ReadonlyArray<number>
}
