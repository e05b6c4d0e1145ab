/**
 * The live picture of what is watched: on a screen, or as lines where no line can change.
 *
 * @module
 */
import { Effect, Stream } from "effect"
import type { Shape } from "../output/Channels.ts"
import { type Style } from "../output/Style.ts"
import { textOf } from "./Line.ts"
import { render } from "./Render.ts"
import { show } from "./Screen.ts"
import { table } from "./Services.ts"
import type { View } from "./View.ts"
import { alertCells, happeningCells } from "./Words.ts"

/** Takes the terminal, and shows views on it until they end or somebody presses `q`. */
export const onScreen = <E, R>(
  screen: NonNullable<Shape["screen"]>,
  views: Stream.Stream<View, E, R>,
  { style, title }: { readonly style: Style; readonly title: string }
) =>
  Effect.scoped(
    Effect.flatMap(screen, (open) =>
      show(open, views, (view, size, footer) => render(view, { ...size, style, title, footer }))
    )
  )

/** Of each view only what happened since the one before. */
export const fresh = <E, R>(views: Stream.Stream<View, E, R>): Stream.Stream<View, E, R> =>
  Stream.mapAccum(
    views,
    () => 0,
    (seen, view) => {
      const count = Math.min(view.happenings.length, view.seen - seen)
      return [view.seen, [{ ...view, happenings: view.happenings.slice(view.happenings.length - count) }]]
    }
  )

/** What a line can be as long as. */
const endless = Infinity
/** Where nobody says how wide it is. */
const usual = 80

/** What changed between two views that are `fresh`, one thing a line; the services of the first one before that. */
export const linesOf = (before: View | undefined, now: View, style: Style): ReadonlyArray<string> => {
  const known = new Set([before?.alerts.active ?? [], before?.alerts.recent ?? []].flat().map(keyOf))
  const { active, recent } = now.alerts
  const alerts = [
    ...active.map((alert) => [alert, true] as const),
    ...(before === undefined ? [] : recent).map((alert) => [alert, false] as const)
  ].filter(([alert]) => !known.has(keyOf(alert)))
  const advice = new Set(before?.recommendations.map(({ text }) => text))
  const untold = before === undefined ? 0 : now.seen - before.seen - now.happenings.length
  return [
    ...(before === undefined ? table(now.services, now.at, usual, style) : []),
    ...(untold > 0 ? [style.dim(`… ${untold} more; skippy journal tail has them`)] : []),
    ...now.happenings.map((happening) => textOf(happeningCells(happening, now.at, style), endless)),
    ...alerts.map(([alert, isActive]) => textOf(alertCells(alert, isActive, now.at, style), endless)),
    ...now.recommendations
      .filter(({ text }) => !advice.has(text))
      .map(({ text }) => textOf([[`→ ${text}`, style.poor]], endless))
  ]
}

const keyOf = ({ at, fingerprint, status }: View["alerts"]["active"][number]): string =>
  `${fingerprint} ${at} ${status}`
