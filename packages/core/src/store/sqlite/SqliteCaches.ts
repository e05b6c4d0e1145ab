/**
 * Cached values as rows, in the order of their last use. Values that JSON cannot carry stay with the process that stored
 * them, in a memory cache of their own.
 *
 * @module
 */
import type { RawCacheStore, RawCacheStoreFactory } from "../away/RawStores.ts"
import * as CacheState from "../CacheState.ts"
import type { CacheStoreOptions } from "../CacheStore.ts"
import * as Shareable from "./Shareable.ts"
import { type Database, numberOf, quote, type Row, type Sql, textOf, unquote } from "./Sql.ts"

const find = "SELECT id, value, stored_at, version, used FROM entries WHERE name = ? AND key = ?"
const findNewest = "SELECT MAX(used) AS used FROM entries WHERE name = ?"
const tick =
  "INSERT INTO names (kind, name, size, tick) VALUES ('entries', ?, 0, 1) ON CONFLICT DO UPDATE SET tick = tick + 1 RETURNING tick"
// The oldest Node with SQLite knows no `?1`.
const store = `INSERT INTO entries (name, key, value, stored_at, version, forget_at, used)
  VALUES (?, ?, ?, ?, ?, ?, (SELECT COALESCE(MAX(used), 0) + 1 FROM entries WHERE name = ?))
  ON CONFLICT (name, key) DO UPDATE SET value = excluded.value, stored_at = excluded.stored_at, version = excluded.version,
    forget_at = excluded.forget_at, used = excluded.used`
const touch = "UPDATE entries SET used = (SELECT MAX(used) + 1 FROM entries WHERE name = ?) WHERE name = ? AND key = ?"
const drop = "DELETE FROM entries WHERE id = ?"
const dropOldest = "DELETE FROM entries WHERE id IN (SELECT id FROM entries WHERE name = ? ORDER BY used LIMIT ?)"
const keysOf = "SELECT id, key FROM entries WHERE name = ?"
const sizeOf = "SELECT size FROM names WHERE kind = 'entries' AND name = ?"

/** Versions of this process's own values, told apart from those in the database. */
const own = (version: number): number => -version

/** What `JSON.parse` makes of a text that `Shareable` made is what was stored. */
const parse: (text: string) => unknown = JSON.parse

const isOfStore = <A>(_value: unknown): _value is A => true

class SqliteCache<A> implements RawCacheStore<A> {
  private readonly database: Database
  private readonly name: string
  private readonly config: CacheState.CacheConfig
  private readonly local = CacheState.make<A>()

  constructor(database: Database, { config, name }: CacheStoreOptions) {
    this.database = database
    this.name = quote(name)
    this.config = config
  }

  readonly use = (key: string, now: number): CacheState.Entry<A> | undefined => {
    const { config, name } = this
    const isSettled = this.database.read((sql) => {
      const row = sql.get(find, name, quote(key))
      const entry = this.entryOf(key, row)
      if (entry === undefined || CacheState.freshness(entry, config, now) === "dead")
        return { entry, asks: row !== undefined }
      return { entry, asks: numberOf(row, "used") !== numberOf(sql.get(findNewest, name), "used") }
    })
    const entry = isSettled.asks ? this.database.write((sql) => this.useIn(sql, key, now)) : isSettled.entry
    return entry ?? this.ofOwn(CacheState.use(this.local, config, key, now))
  }

  readonly peek = (key: string): CacheState.Entry<A> | undefined =>
    this.database.read((sql) => this.entryOf(key, sql.get(find, this.name, quote(key)))) ??
    this.ofOwn(CacheState.peek(this.local, key))

  readonly put = (key: string, value: A, now: number, expected?: number): number | undefined => {
    const { config, local } = this
    const text = Shareable.textOf(value)
    const evicted = this.database.write((sql) => {
      const row = sql.get(find, this.name, quote(key))
      const known = this.entryOf(key, row) ?? this.ofOwn(CacheState.peek(local, key))
      if (expected !== undefined && known !== undefined && known.version !== expected) return undefined
      if (text !== undefined) return this.putIn(sql, key, text, now)
      if (row !== undefined) sql.run(drop, numberOf(row, "id"))
      return 0
    })
    if (evicted === undefined) return undefined
    if (text === undefined) return CacheState.put(local, config, key, value, now)
    CacheState.remove(local, key)
    return evicted
  }

  readonly remove = (key: string): boolean => {
    const shared = this.database.write((sql) =>
      sql.run("DELETE FROM entries WHERE name = ? AND key = ?", this.name, quote(key))
    )
    return CacheState.remove(this.local, key) || shared > 0
  }

  readonly removeMatching = (matches: (key: string) => boolean): number => {
    const shared = this.database.write((sql) => {
      const gone = sql.all(keysOf, this.name).filter((row) => matches(unquote(textOf(row, "key"))))
      for (const row of gone) sql.run(drop, numberOf(row, "id"))
      return gone.length
    })
    return shared + CacheState.removeMatching(this.local, matches)
  }

  readonly size = (): number =>
    this.database.read((sql) => numberOf(sql.get(sizeOf, this.name), "size")) + this.local.entries.size

  private useIn(sql: Sql, key: string, now: number): CacheState.Entry<A> | undefined {
    const row = sql.get(find, this.name, quote(key))
    const entry = this.entryOf(key, row)
    if (row === undefined) return undefined
    if (entry === undefined || CacheState.freshness(entry, this.config, now) === "dead")
      sql.run(drop, numberOf(row, "id"))
    else sql.run(touch, this.name, this.name, quote(key))
    return entry
  }

  private putIn(sql: Sql, key: string, text: string, now: number): number {
    const { capacity, staleIfErrorMillis, staleWhileRevalidateMillis, ttlMillis } = this.config
    const version = numberOf(sql.get(tick, this.name), "tick")
    const forgetAt = now + ttlMillis + Math.max(staleIfErrorMillis, staleWhileRevalidateMillis)
    sql.run(store, this.name, quote(key), text, now, version, forgetAt, this.name)
    const over = numberOf(sql.get(sizeOf, this.name), "size") - capacity
    return over > 0 ? sql.run(dropOldest, this.name, over) : 0
  }

  private entryOf(key: string, row: Row | undefined): CacheState.Entry<A> | undefined {
    if (row === undefined) return undefined
    try {
      const value = parse(textOf(row, "value"))
      return isOfStore<A>(value)
        ? { key, value, storedAt: numberOf(row, "stored_at"), version: numberOf(row, "version") }
        : undefined
    } catch {
      return undefined
    }
  }

  private ofOwn(entry: CacheState.Entry<A> | undefined): CacheState.Entry<A> | undefined {
    return entry && { ...entry, version: own(entry.version) }
  }
}

/** Caches whose values are in a database. */
export const make =
  (database: Database): RawCacheStoreFactory =>
  <A>(options: CacheStoreOptions): RawCacheStore<A> =>
    new SqliteCache<A>(database, options)
