/**
 * What was to leave a cache while its store was away: those entries are not given any more when the store is back. Kept for
 * as long as such an entry could still be used, so it needs no end of its own.
 *
 * @module
 */
import type { CacheConfig, Entry } from "../CacheState.ts"

/** Above this many keys or patterns the whole cache counts as forgotten. */
const mostKeys = 10_000
const mostPatterns = 100

/** Entries that must not be given, by when they were forgotten. */
export class Forgotten {
  private readonly lifeMillis: number
  private readonly keys = new Map<string, number>()
  private patterns: Array<{ readonly matches: (key: string) => boolean; readonly at: number }> = []

  constructor({ staleIfErrorMillis, staleWhileRevalidateMillis, ttlMillis }: CacheConfig) {
    this.lifeMillis = ttlMillis + Math.max(staleIfErrorMillis, staleWhileRevalidateMillis)
  }

  /** Forgets the entry of a key. */
  key(key: string, now: number): void {
    this.expire(now)
    this.keys.delete(key)
    this.keys.set(key, now)
    if (this.keys.size > mostKeys) this.everything(now)
  }

  /** Forgets the entries whose key matches. */
  matching(matches: (key: string) => boolean, now: number): void {
    this.expire(now)
    this.patterns.push({ matches, at: now })
    if (this.patterns.length > mostPatterns) this.everything(now)
  }

  /** Whether the entry of a key was forgotten, and none has taken its place since. */
  has(key: string): boolean {
    return this.keys.size > 0 && this.keys.has(key)
  }

  /** The key has an entry of its own time again. */
  replaced(key: string): void {
    if (this.keys.size > 0) this.keys.delete(key)
  }

  /** Whether an entry was stored before it was forgotten. */
  covers({ key, storedAt }: Entry<unknown>): boolean {
    const at = this.keys.get(key)
    if (at !== undefined) return storedAt <= at
    const pattern = this.patterns.find((pattern) => storedAt <= pattern.at && pattern.matches(key))
    if (pattern === undefined) return false
    this.keys.set(key, pattern.at)
    return true
  }

  private everything(now: number): void {
    this.keys.clear()
    this.patterns = [{ matches: () => true, at: now }]
  }

  private expire(now: number): void {
    for (const [key, at] of this.keys) {
      if (at + this.lifeMillis >= now) break
      this.keys.delete(key)
    }
    this.patterns = this.patterns.filter(({ at }) => at + this.lifeMillis >= now)
  }
}
