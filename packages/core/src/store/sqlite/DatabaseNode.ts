/**
 * The file as the stores use it: every failure is `StoreTrouble`, and a file that was torn, replaced or removed while it
 * was in use is opened anew.
 *
 * @module
 */
import { performance } from "node:perf_hooks"
import { Predicate } from "effect"
import { StoreTrouble, storeTrouble } from "../away/StoreTrouble.ts"
import * as File from "./FileNode.ts"
import * as Migrations from "./Migrations.ts"
import { patiently } from "./PatienceNode.ts"
import { alone, type Session, type Sqlite } from "./SessionNode.ts"
import type { Database, Sql } from "./Sql.ts"
import * as SqliteCodes from "./SqliteCodes.ts"
import { SqliteStoreError } from "./SqliteStoreError.ts"

/** Which file, and what it needs of the program. */
export interface Options {
  readonly sqlite: Sqlite
  readonly file: string
  /** How long a decision waits for those of other processes. */
  readonly busyMillis: number
  /** Told when a file was set aside. */
  readonly warn: (warning: string) => void
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** How the tables came to be what they are. Default: as released. */
  readonly steps?: ReadonlyArray<Migrations.Step> | undefined
}

/** At the start another program may be making or upgrading the file. */
const startMillis = 2000

/** So often it is asked whether the file is still the one that stands at its place. */
const lookEveryMillis = 1000

/** An error, in words without what it was about. */
const troubleOf = (error: unknown): StoreTrouble | undefined => {
  if (error instanceof StoreTrouble) return error
  if (error instanceof SqliteStoreError) return storeTrouble("sqlite", error.reason)
  const code = SqliteCodes.codeOf(error)
  return code === undefined ? undefined : storeTrouble("sqlite", code)
}

/** A database in a file. Making it opens the file and throws `SqliteStoreError`. */
export class FileDatabase implements Database {
  private readonly options: Options
  private opened: File.Opened | undefined
  private closed = false
  private lookedAt = performance.now()

  constructor(options: Options) {
    this.options = options
    this.open(startMillis)
  }

  read<A>(look: (sql: Sql) => A): A {
    try {
      const session = this.session()
      return patiently(this.options.busyMillis, () => look(session))
    } catch (error) {
      throw this.failed(error)
    }
  }

  write<A>(decide: (sql: Sql, waitedMillis: number) => A): A {
    try {
      const session = this.session()
      return alone(session, this.options.busyMillis, (waited) => decide(session, waited))
    } catch (error) {
      throw this.failed(error)
    }
  }

  /** Closes the file. Whoever comes later is told that the store is away. */
  close(): void {
    this.closed = true
    this.drop()
  }

  private session(): Session {
    if (this.closed) throw storeTrouble("sqlite", "closed")
    const at = performance.now()
    if (at - this.lookedAt > lookEveryMillis) {
      this.lookedAt = at
      if (this.opened !== undefined && File.identityOf(this.options.file) !== this.opened.identity) this.drop()
    }
    return this.opened?.session ?? this.open(this.options.busyMillis)
  }

  private open(patienceMillis: number): Session {
    const { file, now, sqlite, steps = Migrations.steps, warn } = this.options
    this.opened = File.openFile({ file, now: now(), patienceMillis, sqlite, steps })
    this.opened.warnings.forEach(warn)
    return this.opened.session
  }

  private drop(): void {
    const { opened } = this
    this.opened = undefined
    try {
      opened?.session.close()
    } catch {
      // A file that is torn cannot always be closed in order; it is not used again.
    }
  }

  private failed(error: unknown): unknown {
    const trouble = troubleOf(error)
    if (SqliteCodes.isBroken(error)) this.drop()
    return trouble ?? (Predicate.isError(error) ? error : new Error("a store failed", { cause: error }))
  }
}
