/**
 * Tables of Markdown, for the pages that are made.
 *
 * @module
 */

/** A bar would end the cell. */
const cell = (text: string): string => text.replaceAll("|", "\\|")

/** A table, padded as oxfmt pads it, so that formatting changes nothing. */
export const tableOf = (header: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const cells = rows.map((row) => row.map(cell))
  const widths = header.map((name, at) => Math.max(name.length, ...cells.map((row) => row[at]?.length ?? 0)))
  const padded = (row: ReadonlyArray<string>): string =>
    `| ${widths.map((width, at) => (row[at] ?? "").padEnd(width)).join(" | ")} |`
  return [padded(header), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...cells.map(padded)].join(
    "\n"
  )
}
