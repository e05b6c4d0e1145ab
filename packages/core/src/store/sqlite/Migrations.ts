/**
 * The tables of the file, and how an older file becomes one of now.
 *
 * @module
 */

/** Says in the head of a SQLite file whose it is: `SKPY`. */
export const applicationId = 0x53_4b_50_59

/** What a version changed, in order. */
export type Step = ReadonlyArray<string>

const counted = (kind: string): Step => [
  `CREATE TRIGGER ${kind}_come AFTER INSERT ON ${kind} BEGIN
    INSERT INTO names (kind, name, size) VALUES ('${kind}', new.name, 1)
    ON CONFLICT DO UPDATE SET size = size + 1;
  END`,
  `CREATE TRIGGER ${kind}_go AFTER DELETE ON ${kind} BEGIN
    UPDATE names SET size = size - 1 WHERE kind = '${kind}' AND name = old.name;
  END`
]

const records = (kind: string): Step => [
  `CREATE TABLE ${kind} (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    record TEXT NOT NULL,
    forget_at REAL NOT NULL,
    plain_at REAL NOT NULL,
    UNIQUE (name, key)
  ) STRICT`,
  // The ids of a name in order: which is the oldest.
  `CREATE INDEX ${kind}_by_name ON ${kind} (name)`,
  ...counted(kind)
]

/** Step n makes version n + 1 out of version n. A step that was released never changes. */
export const steps: ReadonlyArray<Step> = [
  [
    `CREATE TABLE names (
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      size INTEGER NOT NULL,
      tick INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (kind, name)
    ) STRICT, WITHOUT ROWID`,
    ...records("limits"),
    ...records("circuits"),
    ...records("budgets"),
    `CREATE TABLE entries (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      key TEXT NOT NULL,
      stored_at REAL NOT NULL,
      version INTEGER NOT NULL,
      used INTEGER NOT NULL,
      forget_at REAL NOT NULL,
      value TEXT NOT NULL,
      UNIQUE (name, key)
    ) STRICT`,
    `CREATE INDEX entries_by_use ON entries (name, used)`,
    `CREATE INDEX entries_by_end ON entries (forget_at)`,
    ...counted("entries"),
    `CREATE TABLE states (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL,
      expires_at REAL NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `CREATE INDEX states_by_expiry ON states (expires_at)`
  ]
]
