/**
 * What a limiter promises, checked from scratch over the list of everything it granted.
 *
 * @module
 */

/** One grant: when, and how much. */
export interface Grant {
  readonly at: number
  readonly weight: number
}

/** Whether no span of `perMillis` ever saw more than `limit`: the promise of a sliding window. */
export const keepsSlidingWindow = (grants: ReadonlyArray<Grant>, limit: number, perMillis: number): boolean =>
  grants.every(({ at: start }) => {
    let sum = 0
    for (const { at, weight } of grants) if (at >= start && at < start + perMillis) sum += weight
    return sum <= limit
  })

/** Whether no window that starts at a multiple of `perMillis` saw more than `limit`: the promise of a fixed window. */
export const keepsFixedWindow = (grants: ReadonlyArray<Grant>, limit: number, perMillis: number): boolean => {
  const windows = new Map<number, number>()
  for (const { at, weight } of grants) {
    const window = Math.floor(at / perMillis)
    windows.set(window, (windows.get(window) ?? 0) + weight)
  }
  return Array.from(windows.values()).every((sum) => sum <= limit)
}

/** Whether any span t saw at most `burst + t * limit / per`: the promise of a token bucket. */
export const keepsTokenBucket = (
  grants: ReadonlyArray<Grant>,
  limit: number,
  perMillis: number,
  burst: number
): boolean =>
  grants.every(({ at: start }, first) => {
    let sum = 0
    return grants.slice(first).every(({ at, weight }) => {
      sum += weight
      return sum <= burst + ((at - start) * limit) / perMillis + 1e-6
    })
  })

/** A token bucket as anybody would write it down, for single decisions. */
export interface Bucket {
  tokens: number
  at: number
}

/** Whether a bucket has `weight` now, by plain arithmetic. */
export const bucketHas = (
  bucket: Bucket,
  limit: number,
  perMillis: number,
  burst: number,
  weight: number,
  now: number
): boolean => {
  bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) * limit) / perMillis)
  bucket.at = now
  return bucket.tokens >= weight - 1e-6
}

/** Whether a window has room for `weight` at `now`, counted over the list of all grants. */
export const windowHas = (
  grants: ReadonlyArray<Grant>,
  kind: "fixed" | "sliding",
  limit: number,
  perMillis: number,
  weight: number,
  now: number
): boolean => {
  const from = kind === "fixed" ? Math.floor(now / perMillis) * perMillis : now - perMillis
  let used = 0
  for (const grant of grants) if (kind === "fixed" ? grant.at >= from : grant.at > from) used += grant.weight
  return used + weight <= limit
}
