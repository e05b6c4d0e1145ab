/**
 * Text for people: color where it is wanted, columns, sizes, times. Pure.
 *
 * @module
 */
import { DateTime } from "effect"

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
const sgr = (on: number, off: number) => (text: string) => `\u001B[${on}m${text}\u001B[${off}m`

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

/** Names and texts from elsewhere must not talk to the terminal, nor look like another line. */
export const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, " ")

/** All control characters but tabs and ends of lines go. */
const harmless = (text: string): string => text.replaceAll(/[^\P{Cc}\t\n\r]/gu, "")

/** The style of a stream. */
export const styleOf = (isColored: boolean, isTerminal: boolean): Style => ({
  ...(isColored ? colored : plain),
  safe: isTerminal ? harmless : same
})

/** A text, and how it is marked. */
export type Cell = string | readonly [text: string, mark: (text: string) => string]

const cellOf = (cell: Cell) =>
  typeof cell === "string" ? { text: oneLine(cell), mark: same } : { text: oneLine(cell[0]), mark: cell[1] }

/** A cell by itself. */
export const marked = (cell: Cell): string => {
  const { mark, text } = cellOf(cell)
  return mark(text)
}

/** Rows in columns, the last one as long as it is. */
export const table = (rows: ReadonlyArray<ReadonlyArray<Cell>>): string => {
  const cells = rows.map((row) => row.map(cellOf))
  const widths = (cells[0] ?? []).map((_, at) => Math.max(...cells.map((row) => row[at]?.text.length ?? 0)))
  const padding = (text: string, at: number, last: number) =>
    at === last ? "" : " ".repeat((widths[at] ?? 0) - text.length)
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
