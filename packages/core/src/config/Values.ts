/**
 * The settled values, each with the place it comes from.
 *
 * @module
 */
import { Duration, Predicate } from "effect"
import type { Value } from "./Setting.ts"
import type { Key, KeyOf } from "./Settings.ts"
import type { SourceName } from "./Sources.ts"

/** Where a value comes from. */
export interface Origin {
  readonly source: SourceName | "default"
  /** The variable, the key of the flag, or the path and the key in it. */
  readonly where: string
}

/** A value and where it comes from. */
export interface Settled {
  readonly value: Value
  readonly origin: Origin
}

/** The values by key; a setting that nobody sets and that has no default has none, nor has one that is wrong. */
export type Values = ReadonlyMap<string, Settled>

/** Where a value comes from, as text. */
export const originText = ({ source, where }: Origin): string => {
  switch (source) {
    case "default":
      return "default"
    case "flag":
    case "environment":
      return `${source} ${where}`
    case "project file":
    case "user file":
      return where
  }
}

/** Whether somebody set it, here or in the setting it inherits from. */
export const isSet = (values: Values, key: Key): boolean => {
  const settled = values.get(key)
  return settled !== undefined && settled.origin.source !== "default"
}

/** The value of a setting that is a number. */
export const numberAt = (values: Values, key: KeyOf<"integer" | "number">): number | undefined => {
  const value = values.get(key)?.value
  return Predicate.isNumber(value) ? value : undefined
}

/** The value of a setting that is a duration. */
export const durationAt = (values: Values, key: KeyOf<"duration">): Duration.Duration | undefined => {
  const value = values.get(key)?.value
  return Duration.isDuration(value) ? value : undefined
}
