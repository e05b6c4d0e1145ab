/**
 * What SQLite says of a failure.
 *
 * @module
 */
import { Predicate } from "effect"

const names: Readonly<Record<number, string>> = {
  3: "SQLITE_PERM",
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  8: "SQLITE_READONLY",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  26: "SQLITE_NOTADB"
}

/** One word for a failure of SQLite or of the file system; `undefined` when it is of neither. */
export const codeOf = (error: unknown): string | undefined => {
  if (Predicate.hasProperty(error, "errcode") && typeof error.errcode === "number") {
    // The upper bits say more than anybody here needs.
    const code = error.errcode % 256
    return names[code] ?? `SQLITE_${code}`
  }
  return Predicate.hasProperty(error, "code") && typeof error.code === "string" ? error.code : undefined
}

/** Whether another connection is in the way for a moment. */
export const isBusy = (error: unknown): boolean => {
  const code = codeOf(error)
  return code === "SQLITE_BUSY" || code === "SQLITE_LOCKED"
}

/** Whether the file is no database, or one that is torn. */
export const isDamage = (error: unknown): boolean => {
  const code = codeOf(error)
  return code === "SQLITE_CORRUPT" || code === "SQLITE_NOTADB"
}

/** Whether the file has to be opened anew: everything but a lock and a full disk, which pass. */
export const isBroken = (error: unknown): boolean => {
  const code = codeOf(error)
  return code !== undefined && !isBusy(error) && code !== "SQLITE_FULL"
}
