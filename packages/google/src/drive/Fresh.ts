/**
 * How old answers are that are made of several.
 *
 * @module
 */
import type { Freshness } from "@skippy/http"

/** An answer of now. */
export const live: Freshness = { fromCache: false, ageSeconds: 0, stale: false }

/** An answer is as old as the oldest part of it. */
export const older = (a: Freshness, b: Freshness): Freshness => ({
  fromCache: a.fromCache || b.fromCache,
  ageSeconds: Math.max(a.ageSeconds, b.ageSeconds),
  stale: a.stale || b.stale
})
