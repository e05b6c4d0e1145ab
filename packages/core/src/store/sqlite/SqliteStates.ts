/**
 * The store of states as rows.
 *
 * @module
 */
import type { RawStates } from "../away/RawStores.ts"
import { type Database, quote, textOf, unquote } from "./Sql.ts"

/** States in a database. Those whose time is over are removed whenever one is set. */
export const make = (database: Database): RawStates => ({
  get: (key, now) =>
    database.read((sql) => {
      const row = sql.get("SELECT value FROM states WHERE key = ? AND expires_at > ?", quote(key), now)
      return row === undefined ? undefined : unquote(textOf(row, "value"))
    }),
  set: (key, text, expiresAt, now) =>
    database.write((sql) => {
      sql.run("DELETE FROM states WHERE expires_at <= ?", now)
      sql.run(
        "INSERT INTO states (key, value, expires_at) VALUES (?, ?, ?) " +
          "ON CONFLICT DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at",
        quote(key),
        quote(text),
        expiresAt
      )
    }),
  remove: (key) =>
    database.write((sql) => {
      sql.run("DELETE FROM states WHERE key = ?", quote(key))
    }),
  keys: (prefix, now) =>
    database.read((sql) =>
      sql
        .all("SELECT key FROM states WHERE expires_at > ?", now)
        .map((row) => unquote(textOf(row, "key")))
        .filter((key) => key.startsWith(prefix))
        .toSorted()
    )
})
