/**
 * A cache with stale reads as a state machine: entries in the order of their last use, and what each may still be used
 * for. Both stale windows are counted from expiry, as RFC 5861 does it.
 *
 * @module
 */

/** Durations in milliseconds. */
export interface CacheConfig {
  readonly ttlMillis: number
  readonly staleWhileRevalidateMillis: number
  readonly staleIfErrorMillis: number
  readonly capacity: number
}

/** A value that was stored. */
export interface Entry<A> {
  readonly key: string
  readonly value: A
  readonly storedAt: number
  /** Grows with every store; a refresh overwrites only the version it started from. */
  readonly version: number
}

interface Node<A> extends Entry<A> {
  newer: Node<A> | undefined
  older: Node<A> | undefined
}

/** All entries. */
export interface Cache<A> {
  readonly entries: Map<string, Node<A>>
  newest: Node<A> | undefined
  oldest: Node<A> | undefined
  version: number
}

/** What an entry may be used for now. */
export type Freshness = "fresh" | "staleWhileRevalidate" | "staleIfError" | "dead"

/** An empty cache. */
export const make = <A>(): Cache<A> => ({ entries: new Map(), newest: undefined, oldest: undefined, version: 0 })

/** Milliseconds since an entry was stored; never negative, even if the clock went backward. */
export const ageOf = (entry: Entry<unknown>, now: number): number => Math.max(0, now - entry.storedAt)

/** What an entry may be used for now. */
export const freshness = (entry: Entry<unknown>, config: CacheConfig, now: number): Freshness => {
  const expired = now - entry.storedAt - config.ttlMillis
  if (expired < 0) return "fresh"
  if (expired < config.staleWhileRevalidateMillis) return "staleWhileRevalidate"
  return expired < config.staleIfErrorMillis ? "staleIfError" : "dead"
}

const unlink = <A>(cache: Cache<A>, node: Node<A>): void => {
  if (node.newer === undefined) cache.newest = node.older
  else node.newer.older = node.older
  if (node.older === undefined) cache.oldest = node.newer
  else node.older.newer = node.newer
}

const linkNewest = <A>(cache: Cache<A>, node: Node<A>): void => {
  node.newer = undefined
  node.older = cache.newest
  if (cache.newest === undefined) cache.oldest = node
  else cache.newest.newer = node
  cache.newest = node
}

/** Removes an entry. */
export const remove = <A>(cache: Cache<A>, key: string): boolean => {
  const node = cache.entries.get(key)
  if (node === undefined) return false
  cache.entries.delete(key)
  unlink(cache, node)
  return true
}

/**
 * The entry of a key, which counts as used. An entry whose windows are all over is removed, and given this one last time
 * so that its end can be told.
 */
export const use = <A>(cache: Cache<A>, config: CacheConfig, key: string, now: number): Entry<A> | undefined => {
  const node = cache.entries.get(key)
  if (node === undefined) return undefined
  if (freshness(node, config, now) === "dead") {
    remove(cache, key)
    return node
  }
  if (node === cache.newest) return node
  unlink(cache, node)
  linkNewest(cache, node)
  return node
}

/** The entry of a key, which does not count as used. */
export const peek = <A>(cache: Cache<A>, key: string): Entry<A> | undefined => cache.entries.get(key)

/**
 * Stores a value and answers how many entries had to go for it. With `expected` it answers `undefined` and stores nothing
 * when there is an entry of another version: somebody else stored meanwhile. An entry that left meanwhile is no reason
 * not to store.
 */
export const put = <A>(
  cache: Cache<A>,
  config: CacheConfig,
  key: string,
  value: A,
  now: number,
  expected?: number
): number | undefined => {
  const known = cache.entries.get(key)
  if (expected !== undefined && known !== undefined && known.version !== expected) return undefined
  if (known !== undefined) unlink(cache, known)
  const node: Node<A> = { key, value, storedAt: now, version: ++cache.version, newer: undefined, older: undefined }
  cache.entries.set(key, node)
  linkNewest(cache, node)
  let evicted = 0
  while (cache.entries.size > config.capacity && cache.oldest !== undefined) {
    remove(cache, cache.oldest.key)
    evicted++
  }
  return evicted
}

/** Removes the entries whose key matches; answers how many. */
export const removeMatching = <A>(cache: Cache<A>, matches: (key: string) => boolean): number => {
  let removed = 0
  for (const key of cache.entries.keys()) {
    if (matches(key) && remove(cache, key)) removed++
  }
  return removed
}
