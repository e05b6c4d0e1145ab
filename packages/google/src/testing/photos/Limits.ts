/**
 * Requests of a minute: https://developers.google.com/photos/overview/api-limits-quotas
 *
 * @module
 */

const minute = 60_000

/** Counts requests in a window of a minute, which begins with its first request. */
export class Minute {
  private used = 0
  private endsAt = 0

  /** Counts one; `false` when it is over the limit, and then it does not count. */
  take(limit: number, now: number): boolean {
    if (now >= this.endsAt) {
      this.used = 0
      this.endsAt = now + minute
    }
    if (this.used >= limit) return false
    this.used++
    return true
  }
}
