/**
 * A cache with stale reads as anybody would write it down: a list of entries, the last used at the end.
 *
 * @module
 */
import type { Freshness } from "../store/CacheState.ts"

/** Durations in milliseconds; both stale windows are counted from expiry. */
export interface Windows {
  readonly ttl: number
  readonly revalidate: number
  readonly ifError: number
}

/** One entry. */
export interface ModelEntry {
  readonly key: string
  readonly value: number
  readonly storedAt: number
}

/** All entries, the one that was not used for longest first. */
export interface Model {
  entries: Array<ModelEntry>
}

/** No entries. */
export const make = (): Model => ({ entries: [] })

/** What an entry may be used for: each window is counted from expiry. */
export const freshness = (storedAt: number, now: number, windows: Windows): Freshness => {
  const expiry = storedAt + windows.ttl
  if (now < expiry) return "fresh"
  if (now < expiry + windows.revalidate) return "staleWhileRevalidate"
  return now < expiry + windows.ifError ? "staleIfError" : "dead"
}

/** The entry of a key, which moves to the end; a dead one leaves. */
export const use = (model: Model, key: string, now: number, windows: Windows): ModelEntry | undefined => {
  const found = model.entries.find((entry) => entry.key === key)
  if (found === undefined) return undefined
  const others = model.entries.filter((entry) => entry !== found)
  model.entries = freshness(found.storedAt, now, windows) === "dead" ? others : [...others, found]
  return found
}

/** Stores a value; the first entries go when there are too many. */
export const put = (model: Model, capacity: number, entry: ModelEntry): void => {
  model.entries = [...model.entries.filter(({ key }) => key !== entry.key), entry].slice(-capacity)
}

/** Forgets a key. */
export const remove = (model: Model, key: string): void => {
  model.entries = model.entries.filter((entry) => entry.key !== key)
}
