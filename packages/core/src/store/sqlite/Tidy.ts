/**
 * What nobody comes across any more: caches of programs that are gone, states whose time is over.
 *
 * @module
 */
import type { Database } from "./Sql.ts"

/** A cache removes its own old values, and tells; only those that nobody asked for since are removed here. */
const graceMillis = 24 * 60 * 60 * 1000

const outdated = [
  { from: "states", column: "expires_at", graceMillis: 0 },
  { from: "entries", column: "forget_at", graceMillis }
]

/** Removes it. When there is none, which is nearly always, nothing is written. */
export const tidy = (database: Database, now: number): void => {
  for (const { column, from, graceMillis } of outdated) {
    const before = now - graceMillis
    const some = database.read((sql) => sql.get(`SELECT 1 FROM ${from} WHERE ${column} <= ? LIMIT 1`, before))
    if (some !== undefined) database.write((sql) => sql.run(`DELETE FROM ${from} WHERE ${column} <= ?`, before))
  }
}
