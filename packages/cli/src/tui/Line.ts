/**
 * Lines of a screen: marked texts next to each other, never wider than they may be.
 *
 * @module
 */
import { type Cell, cellOf, marked } from "../output/Style.ts"
import { cut, widthOf } from "../output/Width.ts"

/** Marked texts next to each other. */
export type Cells = ReadonlyArray<Cell>

/** The columns they take. */
export const widthOfCells = (cells: Cells): number => cells.reduce((sum, cell) => sum + widthOf(cellOf(cell).text), 0)

/** As much of them as has room in so many columns. */
export const clip = (cells: Cells, columns: number): Cells => {
  const kept: Array<Cell> = []
  let left = columns
  for (const { mark, text } of cells.map(cellOf)) {
    const part = cut(text, left)
    if (part !== "") kept.push([part, mark])
    left -= widthOf(part)
    if (part !== text) break
  }
  return kept
}

/** Exactly so many columns of them, with room after or before them. */
export const fit = (cells: Cells, columns: number, right = false): Cells => {
  const kept = clip(cells, columns)
  const room = " ".repeat(Math.max(0, columns - widthOfCells(kept)))
  return right ? [room, ...kept] : [...kept, room]
}

/** The line they make. */
export const textOf = (cells: Cells, columns: number): string => clip(cells, columns).map(marked).join("")
