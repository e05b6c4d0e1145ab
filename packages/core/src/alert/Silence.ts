/**
 * Silences: for some time, alerts with certain labels are not told to anybody.
 *
 * @module
 */
import { Schema } from "effect"
import { type Alert, labelsOf } from "./Alert.ts"

/** A silence. Times are milliseconds since the epoch, `startsAt` by the clock of whoever made it: it counts at once everywhere. */
export const Silence = Schema.Struct({
  id: Schema.String,
  /** What the labels of an alert must be; `*` stands for anything. `alertname`, `service` and `level` are labels too. */
  matchers: Schema.Record(Schema.String, Schema.String),
  startsAt: Schema.Finite,
  endsAt: Schema.Finite,
  comment: Schema.String
})
/** A silence. */
export type Silence = typeof Silence.Type

const fits = (pattern: string, value: string): boolean => {
  const [first = "", ...rest] = pattern.split("*")
  const last = rest.pop()
  if (last === undefined) return value === first
  if (!value.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = value.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return value.length - last.length >= at && value.endsWith(last)
}

/** Whether a silence is about an alert: each of its matchers fits. */
export const matches = ({ matchers }: Pick<Silence, "matchers">, alert: Alert): boolean => {
  const labels: Readonly<Record<string, string>> = { ...labelsOf(alert), level: alert.level }
  // Names come from outside: `toString` is no label of every alert.
  const valueOf = (name: string): string => (Object.hasOwn(labels, name) ? (labels[name] ?? "") : "")
  return Object.entries(matchers).every(([name, pattern]) => fits(pattern, valueOf(name)))
}

/** Whether a silence is about an alert at a moment. Pure: the same in every process. */
export const isSilenced = (
  alert: Alert,
  silences: ReadonlyArray<Pick<Silence, "endsAt" | "matchers">>,
  now: number
): boolean => silences.some((one) => now < one.endsAt && matches(one, alert))
