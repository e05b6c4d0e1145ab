/**
 * Which names a glob means: `*.pdf`, `report-?.txt`, `{a,b}*`. Pure.
 *
 * @module
 */
import picomatch from "picomatch"

/** Whether a glob can match a name at all: one with a slash is about directories. */
export const isForNames = (pattern: string): boolean => pattern !== "" && !pattern.includes("/")

/** The names a glob means, sorted. One that begins with a dot is meant only when the glob begins with one. */
export const select = (names: ReadonlyArray<string>, pattern: string): ReadonlyArray<string> => {
  const isMeant = picomatch(pattern, { nonegate: true })
  return names.filter((name) => isMeant(name)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}
