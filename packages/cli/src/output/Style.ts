/**
 * Text for people: color where it is wanted, columns, sizes, times. Pure.
 *
 * @module
 */
import { DateTime } from "effect"
import { widthOf } from "./Width.ts"

/** How a text is marked. */
export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly good: (text: string) => string
  readonly poor: (text: string) => string
  readonly bad: (text: string) => string
  /** For texts of several lines from elsewhere: on a terminal they must not talk to it, else they are as they are. */
  readonly safe: (text: string) => string
}

const same = (text: string): string => text
const escape = "\u001B"
const sgr = (on: number, off: number) => (text: string) => `${escape}[${on}m${text}${escape}[${off}m`

/** Without any marks. */
const plain: Omit<Style, "safe"> = { bold: same, dim: same, good: same, poor: same, bad: same }

/** With the colors of the terminal. */
const colored: Omit<Style, "safe"> = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  good: sgr(32, 39),
  poor: sgr(33, 39),
  bad: sgr(31, 39)
}

/** Names and texts from elsewhere must not talk to the terminal, nor look like another line, nor read backwards. */
export const oneLine = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu, " ")

/** All control characters but tabs and ends of lines go; a line must not be written over. */
const harmless = (text: string): string => text.replaceAll(/\r(?!\n)|[^\P{Cc}\t\n\r]/gu, "")

/** A mark of a style, or what is no part of a text for people. */
const wild = new RegExp(`(${escape}\\[\\d{1,2}m)|\\r(?!\\n)|[^\\P{Cc}\\t\\n\\r]`, "gu")

/** The last door before a terminal: of all control characters only ends of lines, tabs and the marks of a style pass. */
export const tame = (text: string): string => text.replaceAll(wild, (_, mark: string | undefined) => mark ?? "")

/** The style of a stream. */
export const styleOf = (isColored: boolean, isTerminal: boolean): Style => ({
  ...(isColored ? colored : plain),
  safe: isTerminal ? harmless : same
})

/** For what is neither colored nor shown on a terminal. */
export const plainStyle: Style = styleOf(false, false)

/** A text, and how it is marked. */
export type Cell = string | readonly [text: string, mark: (text: string) => string]

/** The text of a cell, which is one line, and its mark. */
export const cellOf = (cell: Cell) =>
  typeof cell === "string" ? { text: oneLine(cell), mark: same } : { text: oneLine(cell[0]), mark: cell[1] }

/** A cell by itself. */
export const marked = (cell: Cell): string => {
  const { mark, text } = cellOf(cell)
  return mark(text)
}

/** Rows in columns, the last one as long as it is. */
export const table = (rows: ReadonlyArray<ReadonlyArray<Cell>>): string => {
  const cells = rows.map((row) => row.map(cellOf))
  const widths = (cells[0] ?? []).map((_, at) => Math.max(...cells.map((row) => widthOf(row[at]?.text ?? ""))))
  const padding = (text: string, at: number, last: number) =>
    at === last ? "" : " ".repeat((widths[at] ?? 0) - widthOf(text))
  return cells
    .map((row) =>
      row
        .map(({ mark, text }, at) => mark(text) + padding(text, at, row.length - 1))
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}

/** A list of what is known, one a line; what is not known is left out. */
export const facts = (
  pairs: ReadonlyArray<readonly [name: string, value: string | number | boolean | undefined]>
): string => table(pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])))

const units = ["B", "kB", "MB", "GB", "TB"] as const

/** `1.4 MB`, in powers of a thousand. */
export const bytesText = (bytes: number): string => {
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${power === 0 ? value : value.toFixed(1)} ${units[power] ?? "B"}`
}

/** `2026-11-16 14:30` in UTC; empty without a moment. */
export const momentText = (moment: DateTime.Utc | undefined): string =>
  moment === undefined ? "" : DateTime.formatIso(moment).slice(0, 16).replace("T", " ")

/** A moment in milliseconds since the epoch, to the second, in UTC. */
export const instantText = (millis: number): string =>
  DateTime.formatIso(DateTime.makeUnsafe(millis)).slice(0, 19).replace("T", " ")

/** `1 file`, `2 files`. */
export const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`
