/**
 * What can be wrong with the file before it is used. Once it is open, trouble with it is a matter of `away`.
 *
 * @module
 */
import { Schema } from "effect"
import { ErrorCategory } from "../../error/ErrorCategory.ts"
import { withoutStack } from "../../error/Refusal.ts"

/**
 * - `newer`: a newer Skippy wrote the file.
 * - `unwritable`: the file or its directory cannot be made or written.
 * - `busy`: another program keeps the file to itself.
 * - `unsupported`: this Node has no `node:sqlite`.
 */
export const SqliteStoreReason = Schema.Literals(["newer", "unwritable", "busy", "unsupported"])
/** Why the file cannot be used. */
export type SqliteStoreReason = typeof SqliteStoreReason.Type

/** The file of the shared state cannot be opened. */
export class SqliteStoreError extends Schema.TaggedError<SqliteStoreError>()("SqliteStoreError", {
  reason: SqliteStoreReason,
  category: ErrorCategory,
  file: Schema.String,
  /** What the system says: `EACCES`, `SQLITE_FULL`; of a newer file its version and the last one that is known. */
  detail: Schema.String
}) {
  readonly retryable = false

  override get message(): string {
    switch (this.reason) {
      case "newer":
        return `${this.file} was written by a newer Skippy (${this.detail}); update this one, or give it a directory of its own`
      case "unwritable":
        return `${this.file} cannot be written (${this.detail}); make its directory one of yours, on a local disk with room left`
      case "busy":
        return `${this.file} is kept busy by another program (${this.detail}); stop it, or give this one a directory of its own`
      case "unsupported":
        return `${this.file} cannot be opened: this Node has no SQLite (${this.detail}); use Node 22.13 or newer`
    }
  }
}

/** Makes the error. */
export const sqliteStoreError = (reason: SqliteStoreReason, file: string, detail: string): SqliteStoreError =>
  withoutStack(() => new SqliteStoreError({ reason, category: "fatal", file, detail }))
