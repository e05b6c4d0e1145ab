/**
 * The records of one name in one table, with bounded room: each change looks at a few other rows and forgets those
 * whose time is over, whoever wrote them, so no timer is needed and no call ever pays for a sweep.
 *
 * @module
 */
import { numberOf, quote, type Sql, textOf, unquote } from "./Sql.ts"

/** A table of records. */
export type Table = "limits" | "circuits" | "budgets"

/** A row that is there. */
export interface Found {
  readonly id: number
  readonly record: string
}

/** When a record may go, in milliseconds since the epoch. */
export interface Lifetime {
  /** From then on forgetting it changes nothing, or it is idle for so long that it may. */
  readonly forgetAt: number
  /** From then on losing it costs least when there is no room. */
  readonly plainAt: number
}

/** Two visits for each new row clean faster than a flood of one-shot keys can fill. */
const visitsPerNewRow = 2
/** Changes of known rows clean too, so that a quiet hot key still forgets an old flood. */
const changesPerVisit = 8
/** Old rows that are looked at for one that can go without harm. */
const candidates = 64

/** The key of what has no key. */
export const single = "s"

/** A key as it stands in the table; no key is like `single`. */
export const keyed = (key: string): string => `k${quote(key)}`

/** The rows of one name. */
export class Rows {
  private readonly table: Table
  private readonly name: string
  private readonly maxKeys: number
  private cursor: number | undefined
  private changes = 0
  private readonly sql: Readonly<
    Record<"find" | "insert" | "update" | "visit" | "drop" | "last" | "size" | "plain" | "all", string>
  >

  constructor(table: Table, name: string, maxKeys: number) {
    this.table = table
    this.name = quote(name)
    this.maxKeys = maxKeys
    this.sql = {
      find: `SELECT id, record FROM ${table} WHERE name = ? AND key = ?`,
      insert: `INSERT INTO ${table} (name, key, record, forget_at, plain_at) VALUES (?, ?, ?, ?, ?)`,
      update: `UPDATE ${table} SET record = ?, forget_at = ?, plain_at = ? WHERE id = ?`,
      visit: `SELECT id, forget_at FROM ${table} WHERE id > ? ORDER BY id LIMIT ?`,
      last: `SELECT MAX(id) AS id FROM ${table}`,
      drop: `DELETE FROM ${table} WHERE id = ?`,
      size: `SELECT size FROM names WHERE kind = ? AND name = ?`,
      plain: `SELECT id, plain_at FROM ${table} WHERE name = ? AND key <> ? AND key <> '${single}' ORDER BY id LIMIT ${candidates}`,
      all: `SELECT key, record FROM ${table} WHERE name = ? ORDER BY id`
    }
  }

  find(sql: Sql, key: string): Found | undefined {
    const row = sql.get(this.sql.find, this.name, key)
    return row === undefined ? undefined : { id: numberOf(row, "id"), record: textOf(row, "record") }
  }

  /** Puts a record in place of `found`, or where there was none. */
  put(
    sql: Sql,
    found: Found | undefined,
    key: string,
    record: string,
    { forgetAt, plainAt }: Lifetime,
    now: number
  ): void {
    if (found !== undefined) {
      sql.run(this.sql.update, record, forgetAt, plainAt, found.id)
      if (++this.changes % changesPerVisit === 0) this.visit(sql, 1, now, found.id)
      return
    }
    this.visit(sql, visitsPerNewRow, now, 0)
    sql.run(this.sql.insert, this.name, key, record, forgetAt, plainAt)
    if (numberOf(sql.get(this.sql.size, this.table, this.name), "size") > this.maxKeys) this.makeRoom(sql, key, now)
  }

  /** All rows, the oldest first; `key` is `undefined` for what has no key. */
  all(sql: Sql): ReadonlyArray<{ readonly key: string | undefined; readonly record: string }> {
    return sql.all(this.sql.all, this.name).map((row) => {
      const key = textOf(row, "key")
      return { key: key === single ? undefined : unquote(key.slice(1)), record: textOf(row, "record") }
    })
  }

  private visit(sql: Sql, times: number, now: number, except: number): void {
    this.cursor ??= this.somewhere(sql, now)
    const seen = sql.all(this.sql.visit, this.cursor, times)
    for (const row of seen) {
      const id = numberOf(row, "id")
      if (id !== except && numberOf(row, "forget_at") <= now) sql.run(this.sql.drop, id)
      this.cursor = id
    }
    if (seen.length < times) this.cursor = 0
  }

  /** Programs that run for a second would all look at the first rows only. */
  private somewhere(sql: Sql, now: number): number {
    return Math.floor(Math.abs(now)) % (numberOf(sql.get(this.sql.last), "id") + 1)
  }

  private makeRoom(sql: Sql, except: string, now: number): void {
    const old = sql.all(this.sql.plain, this.name, except)
    const goes = old.find((row) => numberOf(row, "plain_at") <= now) ?? old[0]
    if (goes !== undefined) sql.run(this.sql.drop, numberOf(goes, "id"))
  }
}
