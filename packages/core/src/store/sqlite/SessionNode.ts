/**
 * One open file: its prepared statements and its transactions. `node:sqlite` is loaded when the first is opened, so that a
 * Node without it can load everything else.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite"
import { patiently } from "./PatienceNode.ts"
import type { Row, Sql, Value } from "./Sql.ts"

/** The part of `node:sqlite` that opens files. */
export type Sqlite = typeof import("node:sqlite")

/** An open file. */
export class Session implements Sql {
  private readonly database: DatabaseSync
  private closed = false
  private readonly statements = new Map<string, StatementSync>()

  constructor({ DatabaseSync }: Sqlite, file: string) {
    // Waiting is done elsewhere: see `PatienceNode`.
    this.database = new DatabaseSync(file, { timeout: 0 })
  }

  get(text: string, ...values: ReadonlyArray<Value>): Row | undefined {
    return this.statement(text).get(...values)
  }

  all(text: string, ...values: ReadonlyArray<Value>): ReadonlyArray<Row> {
    return this.statement(text).all(...values)
  }

  run(text: string, ...values: ReadonlyArray<Value>): number {
    return Number(this.statement(text).run(...values).changes)
  }

  /** Runs statements that are needed once. */
  exec(text: string): void {
    this.database.exec(text)
  }

  /** Begins alone. */
  begin(): void {
    this.run("BEGIN IMMEDIATE")
  }

  commit(): void {
    this.run("COMMIT")
  }

  /** Undoes what was begun. */
  rollback(): void {
    try {
      this.run("ROLLBACK")
    } catch {
      // SQLite has done so itself. `isTransaction` would tell, but not in every Node that has SQLite.
    }
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.database.close()
  }

  private statement(text: string): StatementSync {
    const known = this.statements.get(text)
    if (known !== undefined) return known
    const statement = this.database.prepare(text)
    this.statements.set(text, statement)
    return statement
  }
}

/** Runs a transaction when nobody else has one: all of it counts, or nothing. */
export const alone = <A>(session: Session, patienceMillis: number, decide: (waitedMillis: number) => A): A => {
  const waitedMillis = patiently(patienceMillis, (waited) => {
    session.begin()
    return waited
  })
  try {
    const answer = decide(waitedMillis)
    session.commit()
    return answer
  } catch (error) {
    session.rollback()
    throw error
  }
}
