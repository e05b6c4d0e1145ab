/**
 * Rows in SQLite. All of them are in memory, too; a request reads what other processes wrote since, and writes what it
 * changed, in one transaction.
 *
 * @module
 */
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Schema } from "effect"
import { makeTables } from "./MemoryStorage.ts"
import { DriveRow, FileRow, NotificationRow, OperationRow, SessionRow } from "./Rows.ts"
import type { Storage, Table, Tables } from "./Storage.ts"

/** The version of what is in the file. */
const version = 1

/** How long a request waits for another process, in milliseconds. */
const busyTimeout = 5000

const decoders = {
  files: Schema.decodeUnknownSync(Schema.fromJsonString(FileRow)),
  drives: Schema.decodeUnknownSync(Schema.fromJsonString(DriveRow)),
  sessions: Schema.decodeUnknownSync(Schema.fromJsonString(SessionRow)),
  operations: Schema.decodeUnknownSync(Schema.fromJsonString(OperationRow)),
  notifications: Schema.decodeUnknownSync(Schema.fromJsonString(NotificationRow)),
  counters: Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Finite))
}

type Name = keyof Tables

const Stored = Schema.Struct({
  kind: Schema.Literals(["files", "drives", "sessions", "operations", "notifications", "counters"]),
  key: Schema.String,
  /** `null` for a row that was removed. */
  value: Schema.NullOr(Schema.String),
  seq: Schema.Finite
})

const decodeStored = Schema.decodeUnknownSync(Stored)

/** The file was written by another version. */
export class OtherVersion extends Error {}

const prepare = (db: DatabaseSync): void => {
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
  db.exec("BEGIN IMMEDIATE")
  try {
    const found = Number(db.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0)
    if (found !== 0 && found !== version) throw new OtherVersion(`version ${found}`)
    db.exec(
      `CREATE TABLE IF NOT EXISTS rows (
         kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT, seq INTEGER NOT NULL, PRIMARY KEY (kind, key)
       ) WITHOUT ROWID;
       CREATE INDEX IF NOT EXISTS rows_seq ON rows (seq);
       PRAGMA user_version = ${version};`
    )
    db.exec("COMMIT")
  } catch (error) {
    db.exec("ROLLBACK")
    throw error
  }
}

/** A table that notes what is changed. */
const noting = <Row>(table: Table<Row>, note: (key: string, row: Row | undefined) => void): Table<Row> => ({
  ...table,
  put: (key, row) => {
    table.put(key, row)
    note(key, row)
  },
  remove: (key) => {
    table.remove(key)
    note(key, undefined)
  }
})

/** Rows on disk. */
export interface DiskTables extends Pick<Storage, "transact"> {
  readonly close: () => void
}

/** Opens the rows of a directory. */
export const make = (directory: string): DiskTables => {
  const db = new DatabaseSync(join(directory, "drive.sqlite"), { timeout: busyTimeout })
  try {
    prepare(db)
  } catch (error) {
    db.close()
    throw error
  }
  const changes = db.prepare("SELECT kind, key, value, seq FROM rows WHERE seq > ? ORDER BY seq")
  const write = db.prepare(
    "INSERT INTO rows (kind, key, value, seq) VALUES (?, ?, ?, ?) " +
      "ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value, seq = excluded.seq"
  )
  let cached = makeTables()
  let seen = 0
  const pull = (): void => {
    for (const row of changes.iterate(seen)) {
      const { key, kind, seq, value } = decodeStored(row)
      if (value === null) cached[kind].remove(key)
      else load(cached, kind, key, value)
      seen = seq
    }
  }
  const noted = (dirty: Map<string, readonly [Name, string, string | null]>): Tables => {
    const on = (kind: Name) => (key: string, row: unknown) => {
      dirty.set(`${kind} ${key}`, [kind, key, row === undefined ? null : JSON.stringify(row)])
    }
    return {
      files: noting(cached.files, on("files")),
      drives: noting(cached.drives, on("drives")),
      sessions: noting(cached.sessions, on("sessions")),
      operations: noting(cached.operations, on("operations")),
      notifications: noting(cached.notifications, on("notifications")),
      counters: noting(cached.counters, on("counters"))
    }
  }
  return {
    transact: (run) => {
      const dirty = new Map<string, readonly [Name, string, string | null]>()
      db.exec("BEGIN IMMEDIATE")
      try {
        pull()
        const result = run(noted(dirty))
        for (const [kind, key, value] of dirty.values()) write.run(kind, key, value, ++seen)
        db.exec("COMMIT")
        return result
      } catch (error) {
        if (db.isTransaction) db.exec("ROLLBACK")
        cached = makeTables()
        seen = 0
        throw error
      }
    },
    close: () => db.close()
  }
}

const load = (tables: Tables, kind: Name, key: string, value: string): void => {
  switch (kind) {
    case "files":
      return tables.files.put(key, decoders.files(value))
    case "drives":
      return tables.drives.put(key, decoders.drives(value))
    case "sessions":
      return tables.sessions.put(key, decoders.sessions(value))
    case "operations":
      return tables.operations.put(key, decoders.operations(value))
    case "notifications":
      return tables.notifications.put(key, decoders.notifications(value))
    case "counters":
      return tables.counters.put(key, decoders.counters(value))
  }
}
