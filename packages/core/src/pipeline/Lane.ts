/**
 * A way of its own through a service for some of its operations: a narrower one, such as "calls that create something: one
 * at a time, a second apart", on top of what all calls of the service share; or with other time limits, such as
 * "downloads: an hour".
 *
 * @module
 */
import { Effect } from "effect"
import { InvalidOptionError } from "../error/InvalidOptionError.ts"
import type * as Bulkhead from "../policy/Bulkhead.ts"
import type * as RateLimiter from "../policy/RateLimiter.ts"

/** The policies of a lane. */
export interface Lane {
  readonly limiter: RateLimiter.RateLimiter | undefined
  readonly bulkhead: Bulkhead.Bulkhead | undefined
  /** Instead of the service's own, when it is set. */
  readonly timeoutMillis: number | undefined
  /** Instead of the service's own, when it is set. */
  readonly deadlineMillis: number | undefined
}

/** The lanes of a service, by name. */
export type Lanes = ReadonlyMap<string, Lane>

/** A name nobody configured is a mistake in the program, not of a call. */
export const unknownLane = (service: string, lanes: Lanes, name: string): Effect.Effect<never> => {
  const known = lanes.size === 0 ? "it has none" : `it has ${Array.from(lanes.keys()).join(", ")}`
  const fix = `configure "lanes.${name}" of "${service}" (${known}), or leave the lane out`
  return Effect.die(new InvalidOptionError({ policy: "Resilience", option: "lane", value: `"${name}"`, fix }))
}
