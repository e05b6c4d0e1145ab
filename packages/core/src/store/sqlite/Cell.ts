/**
 * One state machine whose state is a row. Each decision reads the row, lets the machine decide and writes the row, in
 * one transaction. A row that is as this process wrote it needs no reading: the state is still here.
 *
 * @module
 */
import type { Lifetime, Rows } from "./Rows.ts"
import type { Database, Sql } from "./Sql.ts"

/** How states of one kind are made, written and read. */
export interface Kind<S> {
  readonly make: (now: number) => S
  readonly write: (state: S) => string
  /** `before` is the state as it was here until now. */
  readonly read: (record: string, before: S | undefined) => S | undefined
  /** The time of a decision of this state, from a clock that was read before the row. */
  readonly timeOf: (state: S, now: number) => number
  readonly lifetime: (state: S, now: number) => Lifetime
}

/** A state in a row. */
export class Cell<S> {
  private readonly database: Database
  private readonly rows: Rows
  private readonly key: string
  private readonly kind: Kind<S>
  private here: { readonly record: string; readonly state: S } | undefined

  constructor(database: Database, rows: Rows, key: string, kind: Kind<S>) {
    this.database = database
    this.rows = rows
    this.key = key
    this.kind = kind
  }

  /** The state now, to be looked at; `undefined` when there is none. Machines may age it. */
  peek(): S | undefined {
    return this.database.read(this.load)
  }

  /** Decides, and writes what became of the state unless `changed` says that the answer changed nothing. */
  decide<A>(now: number, decide: (state: S, now: number) => A, changed: (answer: A) => boolean = always): A {
    const { kind } = this
    return this.database.write((sql, waitedMillis) => {
      const found = this.rows.find(sql, this.key)
      const state = (found && this.stateOf(found.record)) ?? kind.make(now)
      // Until the row says the same, a decision that is not carried out must not be taken for the state.
      this.here = undefined
      const time = kind.timeOf(state, now + waitedMillis)
      const answer = decide(state, time)
      if (!changed(answer)) {
        if (found !== undefined) this.here = { record: found.record, state }
        return answer
      }
      const record = kind.write(state)
      if (record !== found?.record) this.rows.put(sql, found, this.key, record, kind.lifetime(state, time), time)
      this.here = { record, state }
      return answer
    })
  }

  private readonly load = (sql: Sql): S | undefined => {
    const found = this.rows.find(sql, this.key)
    return found && this.stateOf(found.record)
  }

  private stateOf(record: string): S | undefined {
    if (this.here?.record === record) return this.here.state
    const state = this.kind.read(record, this.here?.state)
    this.here = state === undefined ? undefined : { record, state }
    return state
  }
}

const always = (): boolean => true
