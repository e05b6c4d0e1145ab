/**
 * Reading JSON that somebody else may have written: every field is looked at before it is believed.
 *
 * @module
 */

/** What JSON has no word for is written as a text. */
export const written = (value: number): number | string => (Number.isFinite(value) ? value : String(value))

/** A number, or one of the texts `written` makes. */
export const numberOf = (field: unknown): number | undefined => {
  if (typeof field === "number") return field
  if (field === "Infinity") return Infinity
  return field === "-Infinity" ? -Infinity : undefined
}

/** A list of numbers, when all of them are. */
export const numbersOf = (field: unknown): ReadonlyArray<number> | undefined =>
  Array.isArray(field) && field.every((item) => typeof item === "number") ? field : undefined

/** The fields of an object. */
export type Fields = Readonly<Record<string, unknown>>

/** An object, but no list. */
export const isFields = (field: unknown): field is Fields =>
  typeof field === "object" && field !== null && !Array.isArray(field)

/** The fields of a JSON text; `undefined` when it is no object. */
export const fieldsOf = (text: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isFields(value) ? value : undefined
  } catch {
    return undefined
  }
}
