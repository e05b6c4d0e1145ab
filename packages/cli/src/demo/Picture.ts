/**
 * The demo on a screen: above what the services are doing, below what happens. Pure.
 *
 * @module
 */
import type { Style } from "../output/Style.ts"
import { textOf } from "../tui/Line.ts"
import { render } from "../tui/Render.ts"
import type { View } from "../tui/View.ts"
import { cellsOf, type Line } from "./Text.ts"

/** What is shown at one moment. */
export interface Shown {
  readonly view: View
  /** What happened so far, the oldest first. */
  readonly lines: ReadonlyArray<Line>
}

/** The screen, and when the demo began. */
export interface Frame {
  readonly columns: number
  readonly rows: number
  readonly style: Style
  readonly startedAt: number
  readonly footer: string
}

/** The services have as many rows, as far as the screen has them. */
const topMost = 14
const topShare = 0.5
/** A smaller screen has no last line. */
const roomy = 12

/** The lines of the screen, at most `rows`, none wider than `columns`. */
export const picture = ({ lines, view }: Shown, { columns, footer, rows, startedAt, style }: Frame) => {
  const top = render(view, {
    columns,
    rows: Math.min(topMost, Math.floor(rows * topShare)),
    style,
    title: "skippy demo"
  })
  const heading = textOf([["WHAT HAPPENS", style.bold]], columns)
  const last = rows >= roomy ? [textOf([[footer, style.dim]], columns)] : []
  const room = Math.max(0, rows - top.length - 1 - last.length)
  const kept = room === 0 ? [] : lines.slice(-room).map((line) => textOf(cellsOf(line, startedAt, style), columns))
  const empty = Array.from({ length: room - kept.length }, () => "")
  return [...top, heading, ...kept, ...empty, ...last].slice(0, rows)
}
