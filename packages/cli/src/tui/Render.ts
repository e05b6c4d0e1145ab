/**
 * What is seen on a screen, line by line: services, alerts, advice, and the last calls. Pure.
 *
 * @module
 */
import { count, type Style } from "../output/Style.ts"
import { type Cells, clip, textOf, widthOfCells } from "./Line.ts"
import { isTroubled, table } from "./Services.ts"
import type { View } from "./View.ts"
import { alertCells, clockText, happeningCells } from "./Words.ts"

/** The screen it has to have room on, and what stands around the view. */
export interface Frame {
  readonly columns: number
  readonly rows: number
  readonly style: Style
  /** What begins the first line, such as `skippy status`. */
  readonly title: string
  /** The last line, such as the keys there are; left out on a small screen. */
  readonly footer?: string | undefined
}

/** Screens with fewer rows have no last line and no headings, those with fewer than `airy` no empty lines. */
const roomy = 12
const airy = 30

const header = ({ at, path, sandbox }: View, { columns, style, title }: Frame): string => {
  const clock: Cells = [`  ${clockText(at)} UTC`]
  const left: Cells = [
    [title, style.bold],
    "  ",
    sandbox ? ["sandbox", style.poor] : ["live", style.good],
    "  ",
    [path, style.dim]
  ]
  const room = columns - widthOfCells(clock)
  const kept = clip(left, room)
  return textOf([...kept, " ".repeat(Math.max(0, room - widthOfCells(kept))), ...clock], columns)
}

interface Section {
  readonly title: string
  readonly lines: ReadonlyArray<Cells>
  /** Of the room that is left, heading included; and the most lines of it. */
  readonly share: number
  readonly most: number
  /** So many lines of it are more important than services, and than what stands below. */
  readonly least: number
  /** Which lines stay when there is not room for all. */
  readonly keeps: "first" | "last"
}

const sectionsOf = ({ alerts, at, happenings, recommendations }: View, style: Style): ReadonlyArray<Section> => [
  {
    title: "ALERTS",
    lines: [
      ...alerts.active.map((alert) => alertCells(alert, true, at, style)),
      ...alerts.recent.map((alert) => alertCells(alert, false, at, style))
    ],
    share: 1 / 3,
    most: 5,
    least: Math.min(2, alerts.active.length),
    keeps: "first"
  },
  {
    title: "WHAT TO DO",
    lines: recommendations.map(({ text }): Cells => [[`→ ${text}`, style.poor]]),
    share: 1 / 4,
    most: 3,
    least: Math.min(1, recommendations.length),
    keeps: "first"
  },
  {
    title: "LAST CALLS",
    lines:
      happenings.length === 0
        ? [[["none yet", style.dim]]]
        : happenings.map((happening) => happeningCells(happening, at, style)),
    share: 1,
    most: Infinity,
    least: 1,
    keeps: "last"
  }
]

/** The lines of a heading. */
const headingOf = ({ rows }: Frame): number => (rows >= airy ? 2 : Number(rows >= roomy))

const below = (sections: ReadonlyArray<Section>, rows: number, frame: Frame) => {
  const { columns, style } = frame
  const heading = headingOf(frame)
  const lines: Array<string> = []
  for (const { keeps, least, lines: own, most, share, title } of sections) {
    const left = rows - lines.length
    const room = Math.min(most, left - heading, Math.max(least, Math.ceil(left * share) - heading))
    if (own.length === 0 || room <= 0) continue
    const kept = keeps === "first" ? own.slice(0, room) : own.slice(-room)
    if (heading > 1) lines.push("")
    const more = keeps === "first" && kept.length < own.length ? `  ${own.length - kept.length} more` : ""
    if (heading > 0)
      lines.push(
        textOf(
          [
            [title, style.bold],
            [more, style.dim]
          ],
          columns
        )
      )
    lines.push(...kept.map((cells) => textOf(cells, columns)))
  }
  return lines
}

/** Services, in at most so many lines; where not all have room, those in trouble come first. */
const above = ({ at, services }: View, most: number, { columns, style }: Frame): ReadonlyArray<string> => {
  const all = table(services, at, columns, style)
  if (all.length <= most) return all
  const urgent = services.toSorted((a, b) => Number(isTroubled(b)) - Number(isTroubled(a)))
  const shown = table(urgent, at, columns, style).slice(0, Math.max(0, most - 1))
  return [...shown, textOf([[`… ${count(all.length - shown.length, "more line")}`, style.dim]], columns)]
}

/** The lines of the screen, at most `rows`, none wider than `columns`. */
export const render = (view: View, frame: Frame): ReadonlyArray<string> => {
  const { columns, footer, rows, style } = frame
  const isRoomy = rows >= roomy
  const last = footer !== undefined && isRoomy ? [textOf([[footer, style.dim]], columns)] : []
  const top = [header(view, frame), ...(isRoomy ? [""] : [])]
  const room = rows - top.length - last.length
  const sections = sectionsOf(view, style)
  // Services never take the room of what somebody has to see beside them.
  const wanted = sections.filter(({ least }) => least > 0).reduce((sum, { least }) => sum + headingOf(frame) + least, 0)
  const middle = above(view, Math.max(room - wanted, Math.ceil(room / 2)), frame)
  const bottom = below(sections, room - middle.length, frame)
  const empty = Array.from({ length: Math.max(0, room - middle.length - bottom.length) }, () => "")
  return [...top, ...middle, ...bottom, ...empty, ...last].slice(0, rows)
}
