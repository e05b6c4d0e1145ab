/**
 * The table of services: as many columns as have room, the most important first.
 *
 * @module
 */
import type { Snapshot } from "@skippy/core"
import { type Cell, count, type Style } from "../output/Style.ts"
import { widthOf } from "../output/Width.ts"
import { type Cells, fit, textOf, widthOfCells } from "./Line.ts"
import type { ServiceView } from "./View.ts"
import { durationText, rateText, stateCell } from "./Words.ts"

type Limiter = NonNullable<Snapshot.ServicePicture["limiter"]>

const barWidth = 5

const bar = (share: number, style: Style): Cell => {
  const full = Math.min(barWidth, Math.max(0, Math.ceil(share * barWidth)))
  const text = "█".repeat(full) + "░".repeat(barWidth - full)
  if (share > 0.5) return [text, style.good]
  return [text, share > 0.2 ? style.poor : style.bad]
}

/** `48 of 60/1m`, `4999 of X-RateLimit`. */
const limitText = ({ limit, remaining }: Limiter["limits"][number]): string => {
  const [most, per, ...more] = limit.split(" per ")
  return `${remaining} of ${per === undefined || more.length > 0 ? limit : `${most}/${per}`}`
}

/** What remains of each limit: a bar where its size is known, and the number. */
const limitsOf = ({ limits, penaltyMs }: Limiter, style: Style): ReadonlyArray<Cells> => [
  ...(penaltyMs > 0 ? [[[`quiet for ${Math.ceil(penaltyMs / 1000)} s`, style.bad] as const]] : []),
  ...limits.map((limit): Cells => [
    limit.capacity === undefined ? " ".repeat(barWidth) : bar(limit.remaining / limit.capacity, style),
    ` ${limitText(limit)}`
  ])
]

const levels = "▁▂▃▄▅▆▇█"

/** One sign for each number, as high as it is among them. */
export const sparkline = (numbers: ReadonlyArray<number>): string => {
  const most = Math.max(1, ...numbers)
  return numbers.map((number) => levels[Math.ceil((number / most) * (levels.length - 1))] ?? "").join("")
}

type Circuit = NonNullable<ServiceView["circuit"]>

const circuitCell = ({ nextAttemptAt, state }: Circuit, now: number, style: Style): Cell => {
  if (state !== "Open" || nextAttemptAt === undefined) return stateCell(state, style)
  const left = Math.ceil((nextAttemptAt - now) / 1000)
  return [left > 0 ? `open, ${left} s left` : "open, to be tried", style.bad]
}

/** Nothing is dimmed, so that what happens is seen. */
const unless = (isNothing: boolean, text: string, style: Style, mark: (text: string) => string): Cell => [
  text,
  isNothing ? style.dim : mark
]

/** Whether somebody should look at it. */
export const isTroubled = ({ circuit, lastMinute, limiter, partitions = [] }: ServiceView): boolean =>
  (circuit !== undefined && circuit.state !== "Closed") ||
  partitions.length > 0 ||
  lastMinute.failures > 0 ||
  (limiter !== undefined && limiter.penaltyMs > 0)

interface Column {
  readonly name: "cache" | "calls" | "circuit" | "failures" | "history" | "limits" | "p95" | "retries" | "service"
  readonly title: string
  readonly width: number
  /** How narrow it may become; `width` by default. */
  readonly least?: number
  readonly right?: boolean
}

type Row = { readonly [Name in Column["name"]]?: Cells }

const rowsOf = (one: ServiceView, now: number, style: Style): ReadonlyArray<Row> => {
  const { circuit, kept, lastMinute, limiter, partitions = [], service } = one
  const { calls, failures, history, hits, p95, retries, stale } = lastMinute
  const [first, ...others] = limiter === undefined ? [] : limitsOf(limiter, style)
  const answers = hits + stale
  return [
    {
      service: [service],
      circuit: [circuit === undefined ? ["none", style.dim] : circuitCell(circuit, now, style)],
      calls: [unless(calls === 0, rateText(calls), style, style.bold)],
      failures: [unless(failures === 0, rateText(failures), style, style.bad)],
      history: [unless(calls === 0, sparkline(history), style, style.bold)],
      p95: p95 === undefined ? [] : [durationText(p95)],
      limits: first ?? [["none", style.dim]],
      cache:
        kept === undefined && answers === 0
          ? [["none", style.dim]]
          : [
              unless(
                answers === 0,
                stale === 0 ? count(hits, "hit") : `${count(hits, "hit")}, ${stale} old`,
                style,
                stale === 0 ? style.good : style.poor
              )
            ],
      retries: [unless(retries === 0, String(retries), style, style.poor)]
    },
    ...others.map((limits): Row => ({ limits })),
    ...partitions.map(({ circuit, partition }): Row => ({
      service: [`  ${partition}`],
      circuit: [circuitCell(circuit, now, style)]
    }))
  ]
}

const gap = 2

/** In their order on the screen. */
const columnsOf = (nameWidth: number): ReadonlyArray<Column> => [
  { name: "service", title: "SERVICE", width: nameWidth },
  { name: "circuit", title: "CIRCUIT", width: 17, least: 5 },
  { name: "calls", title: "CALL/S", width: 6, right: true },
  { name: "failures", title: "FAIL/S", width: 6, right: true },
  { name: "history", title: "LAST MINUTE", width: 12 },
  { name: "p95", title: "P95", width: 6, right: true },
  { name: "limits", title: "LEFT", width: 22 },
  { name: "cache", title: "CACHE", width: 16 },
  { name: "retries", title: "RETRY", width: 5, right: true }
]

/** Which come first when there is not room for all. */
const priority: ReadonlyArray<Column["name"]> = [
  "service",
  "circuit",
  "calls",
  "limits",
  "failures",
  "p95",
  "cache",
  "retries",
  "history"
]

/** The columns that have room; what is left over is for what remains of limits, which may need `widestLimit`. */
const chosen = (all: ReadonlyArray<Column>, columns: number, widestLimit: number): ReadonlyArray<Column> => {
  let left = columns
  const widths = new Map<Column["name"], number>()
  for (const column of priority.flatMap((name) => all.find((one) => one.name === name) ?? [])) {
    const { least = column.width, name } = column
    const width = Math.min(column.width, left)
    // Without its name a row says nothing, however narrow the screen.
    if (width < least && widths.size > 0) continue
    widths.set(name, width)
    left -= width + gap
  }
  return all.flatMap((column) => {
    const width = widths.get(column.name)
    if (width === undefined) return []
    const more = column.name === "limits" ? Math.min(left + gap, widestLimit - width) : 0
    return [{ ...column, width: width + Math.max(0, more) }]
  })
}

/** The head of the table and its rows, none wider than `columns`. */
export const table = (
  services: ReadonlyArray<ServiceView>,
  now: number,
  columns: number,
  style: Style
): ReadonlyArray<string> => {
  const widestName = services.reduce((most, { service }) => Math.max(most, widthOf(service)), 13)
  const rows = services.flatMap((service) => rowsOf(service, now, style))
  const widestLimit = rows.reduce((most, { limits = [] }) => Math.max(most, widthOfCells(limits)), 0)
  const shown = chosen(columnsOf(Math.min(24, widestName)), columns, widestLimit)
  const lineOf = (cellsOf: (column: Column) => Cells): string =>
    textOf(
      shown.flatMap((column, at) => [
        ...(at === 0 ? [] : [" ".repeat(gap)]),
        ...fit(cellsOf(column), column.width, column.right)
      ]),
      columns
    ).trimEnd()
  return [
    lineOf(({ title }) => [[title, style.dim]]),
    ...rows
      // Of a limit nothing is left where its column has no room.
      .filter((row) => shown.some(({ name }) => row[name] !== undefined))
      .map((row) => lineOf(({ name }) => row[name] ?? []))
  ]
}
