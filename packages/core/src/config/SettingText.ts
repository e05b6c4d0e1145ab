/**
 * Values as text for people: in the form in which they can be written down again, and never a secret.
 *
 * @module
 */
import { Duration, Predicate, Redacted } from "effect"
import type { Setting, Value } from "./Setting.ts"

/** What stands for a secret. */
export const redacted = "<redacted>"

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000]
] as const

/** `2 minutes`, `1500 millis`: a duration that can be read again. */
export const durationText = (duration: Duration.Duration): string => {
  const millis = Duration.toMillis(duration)
  if (millis === 0) return "0 seconds"
  const [unit, size] = units.find(([, size]) => millis % size === 0) ?? ["milli", 1]
  const count = millis / size
  return `${count} ${unit}${count === 1 ? "" : "s"}`
}

/** A URL may carry a password; one with a slash in it is no URL, but hidden all the same. */
const withoutPassword = (text: string): string => text.replaceAll(/\/\/\S*@/g, `//${redacted}@`)

/** A value as text. */
export const valueText = (value: Value): string => {
  if (Redacted.isRedacted(value)) return redacted
  if (Duration.isDuration(value)) return durationText(value)
  return withoutPassword(String(value))
}

const longest = 100

const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text)

/** What was given for a setting, as text; it need not be a value of it. */
export const rawText = (setting: Setting, raw: unknown): string => {
  if (setting.type === "secret") return redacted
  if (Predicate.isString(raw)) return cut(JSON.stringify(withoutPassword(raw)))
  if (Predicate.isNumber(raw) || Predicate.isBoolean(raw) || Predicate.isDate(raw)) return String(raw)
  return Array.isArray(raw) ? "a list" : "a table"
}
