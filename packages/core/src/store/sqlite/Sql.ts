/**
 * What the stores ask of a database: statements, and transactions around them.
 *
 * @module
 */

/** What can be put into a column. */
export type Value = string | number

/** A row, by column. */
export type Row = Readonly<Record<string, unknown>>

/** Statements within one look or one transaction. Each text is prepared once. */
export interface Sql {
  readonly get: (text: string, ...values: ReadonlyArray<Value>) => Row | undefined
  readonly all: (text: string, ...values: ReadonlyArray<Value>) => ReadonlyArray<Row>
  readonly run: (text: string, ...values: ReadonlyArray<Value>) => number
}

/** A database that several processes use. Both throw `StoreTrouble`. */
export interface Database {
  /** Runs statements that change nothing; they may be run again. */
  readonly read: <A>(look: (sql: Sql) => A) => A
  /**
   * Runs a decision alone: nobody changes anything between its first statement and its last, and either all of it counts
   * or nothing. It is told how many milliseconds it waited for its turn.
   */
  readonly write: <A>(decide: (sql: Sql, waitedMillis: number) => A) => A
}

/** The text of a column, empty if it is none. */
export const textOf = (row: Row | undefined, column: string): string => {
  const value = row?.[column]
  return typeof value === "string" ? value : ""
}

/** The number of a column, 0 if it is none. */
export const numberOf = (row: Row | undefined, column: string): number => {
  const value = row?.[column]
  return typeof value === "number" ? value : 0
}

const needsQuotes = (text: string): boolean => text.startsWith(`"`) || text.includes("\0") || !text.isWellFormed()

/** SQLite's texts are UTF-8: what that cannot say is written as a JSON text, so that no two texts become one. */
export const quote = (text: string): string => (needsQuotes(text) ? JSON.stringify(text) : text)

/** The text that was quoted. */
export const unquote = (quoted: string): string => {
  if (!quoted.startsWith(`"`)) return quoted
  const text: unknown = JSON.parse(quoted)
  return typeof text === "string" ? text : quoted
}
