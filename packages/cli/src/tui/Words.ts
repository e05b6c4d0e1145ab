/**
 * How a moment, a circuit, an alert and a call are told in a few words.
 *
 * @module
 */
import type { Alert, ResilienceEvent } from "@skippy/core"
import { type Cell, count, instantText, type Style } from "../output/Style.ts"
import type { Happening } from "./View.ts"

/** `14:30:21`, in UTC. */
export const clockText = (millis: number): string => instantText(millis).slice(11)

const day = 24 * 60 * 60 * 1000

/** `14:30:21`, and of another day `11-15 14:30`, in UTC. */
const whenText = (millis: number, now: number): string =>
  Math.floor(millis / day) === Math.floor(now / day) ? clockText(millis) : instantText(millis).slice(5, 16)

/** What a circuit does, in color. */
export const stateCell = (state: ResilienceEvent.CircuitStateName, style: Style): Cell => {
  switch (state) {
    case "Closed":
      return ["closed", style.good]
    case "Open":
      return ["open", style.bad]
    case "HalfOpen":
      return ["being tried again", style.poor]
    case "ForcedOpen":
      return ["open by hand", style.bad]
    default:
      return [state, style.poor]
  }
}

/** `123 ms`, `1.2 s`, `123 s`. */
export const durationText = (millis: number): string => {
  if (millis < 999.5) return `${Math.round(millis)} ms`
  const seconds = millis / 1000
  return `${seconds < 99.95 ? seconds.toFixed(1) : Math.round(seconds)} s`
}

/** `0.52`, `12.3`, `1234`: so many in a minute, for each second. */
export const rateText = (inMinute: number): string => {
  const rate = inMinute / 60
  if (rate === 0) return "0"
  if (rate < 9.995) return rate.toFixed(2)
  return rate < 99.95 ? rate.toFixed(1) : String(Math.round(rate))
}

const endCell = (happening: Extract<Happening, { readonly _tag: "Call" }>, style: Style): Cell => {
  const { outcome, provenance } = happening
  if (outcome === "interrupted") return ["interrupted", style.poor]
  if (outcome !== "success") return ["failed", style.bad]
  switch (provenance) {
    case "live":
      return ["ok", style.good]
    case "fresh":
      return ["from the cache", style.good]
    case "stale":
      return ["an old answer", style.poor]
    case "fallback":
      return ["a fallback", style.poor]
  }
}

/** A call, or what became of a circuit. */
export const happeningCells = (happening: Happening, now: number, style: Style): ReadonlyArray<Cell> => {
  const begin: ReadonlyArray<Cell> = [[whenText(happening.at, now), style.dim], `  ${happening.service} `]
  if (happening._tag === "Circuit") {
    const { key, to } = happening
    return [...begin, key === "" ? "circuit: " : `circuit of ${key}: `, stateCell(to, style)]
  }
  const { attempts, durationMs, error, operation } = happening
  const tries = attempts > 1 ? `, ${count(attempts, "attempt")}` : ""
  const why = error === undefined ? "" : `: ${error}`
  return [...begin, `${operation}  `, endCell(happening, style), ` ${durationText(durationMs)}${tries}${why}`]
}

/** An alert that lasts, or one that is over or was told once. */
export const alertCells = (
  { alert: { level, title }, at, lasting, silenced }: Alert.AlertInstance,
  isActive: boolean,
  now: number,
  style: Style
): ReadonlyArray<Cell> => {
  const mark = level === "ERROR" || level === "CRITICAL" ? style.bad : style.poor
  const begin: ReadonlyArray<Cell> = [[whenText(at, now), style.dim], "  "]
  if (isActive) return [...begin, [level, mark], [silenced ? " (silenced)" : "", style.dim], `  ${title}`]
  return [...begin, lasting ? ["over", style.good] : [level, style.dim], [`  ${title}`, style.dim]]
}
