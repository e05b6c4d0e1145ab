/**
 * Files as released versions of Skippy wrote them. These texts are never changed: a file that was written once must be
 * read for ever.
 */
import { DatabaseSync } from "node:sqlite"

const head = [
  "PRAGMA journal_mode = WAL",
  "PRAGMA application_id = 1397444697",
  `CREATE TABLE names (kind TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, tick INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, name)) STRICT, WITHOUT ROWID`
]

const counted = (kind: string) => [
  `CREATE TRIGGER ${kind}_come AFTER INSERT ON ${kind} BEGIN
    INSERT INTO names (kind, name, size) VALUES ('${kind}', new.name, 1) ON CONFLICT DO UPDATE SET size = size + 1; END`,
  `CREATE TRIGGER ${kind}_go AFTER DELETE ON ${kind} BEGIN
    UPDATE names SET size = size - 1 WHERE kind = '${kind}' AND name = old.name; END`
]

const records = (kind: string) => [
  `CREATE TABLE ${kind} (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, key TEXT NOT NULL,
    record TEXT NOT NULL, forget_at REAL NOT NULL, plain_at REAL NOT NULL, UNIQUE (name, key)) STRICT`,
  `CREATE INDEX ${kind}_by_name ON ${kind} (name)`,
  ...counted(kind)
]

const version1 = [
  ...head,
  ...records("limits"),
  ...records("circuits"),
  ...records("budgets"),
  `CREATE TABLE entries (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, key TEXT NOT NULL,
    stored_at REAL NOT NULL, version INTEGER NOT NULL, used INTEGER NOT NULL, forget_at REAL NOT NULL,
    value TEXT NOT NULL, UNIQUE (name, key)) STRICT`,
  "CREATE INDEX entries_by_use ON entries (name, used)",
  "CREATE INDEX entries_by_end ON entries (forget_at)",
  ...counted("entries"),
  `CREATE TABLE states (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires_at REAL NOT NULL) STRICT, WITHOUT ROWID`,
  "CREATE INDEX states_by_expiry ON states (expires_at)",
  `INSERT INTO limits (name, key, record, forget_at, plain_at) VALUES ('reports', 's',
    '{"limits":[{"_tag":"FixedWindow","name":"5 per 1d","limit":5,"perMillis":86400000}],"counts":[[0,4]],"latest":0,"skew":0}',
    86400001, 86400001)`,
  `INSERT INTO circuits (name, key, record, forget_at, plain_at) VALUES ('reports', 's',
    '{"state":"ForcedOpen","generation":7,"since":0,"openUntil":0,"openings":0,"lastOpenMillis":0,"fadesAt":0,"streak":0,"probes":[],"probeSuccesses":0,"nextProbe":1,"lastUsed":0}',
    9e999, 9e999)`,
  `INSERT INTO budgets (name, key, record, forget_at, plain_at) VALUES ('reports', 's',
    '{"ttlMillis":10000,"newest":0,"cells":[10,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}', 10000, 9e999)`,
  `INSERT INTO entries (name, key, stored_at, version, used, forget_at, value) VALUES ('reports', 'a', 0, 3, 3, 60000, '{"pages":3}')`,
  "INSERT INTO states (key, value, expires_at) VALUES ('uploads/a', 'half', 9e999)",
  "PRAGMA user_version = 1"
]

/** Writes a file of version 1 that has something of everything. */
export const writeVersion1 = (file: string): void => {
  const database = new DatabaseSync(file)
  for (const statement of version1) database.exec(statement)
  database.close()
}
