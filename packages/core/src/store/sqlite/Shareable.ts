/**
 * Which values can be given to another process: those that are the same after a way through JSON.
 *
 * @module
 */
import { Predicate } from "effect"

/** Deeper ones, and those that contain themselves, are not shared. */
const maxDepth = 64

/** Longer texts are not shared: a database is no place for them. */
const maxLength = 1_048_576

const survives = (value: unknown, depth: number): boolean => {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true
  // JSON has no -0, no NaN and no infinity.
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0)
  if (!Predicate.isObjectOrArray(value) || depth === maxDepth) return false
  const keys = Reflect.ownKeys(value)
  if (Array.isArray(value)) {
    // One key is `length`; a hole has none, and whatever else has one is lost.
    return (
      Object.getPrototypeOf(value) === Array.prototype &&
      keys.length === value.length + 1 &&
      value.every((item) => survives(item, depth + 1))
    )
  }
  return (
    Object.getPrototypeOf(value) === Object.prototype &&
    keys.every((key) => {
      const property = Object.getOwnPropertyDescriptor(value, key)
      return (
        typeof key === "string" &&
        property?.enumerable === true &&
        "value" in property &&
        survives(property.value, depth + 1)
      )
    })
  )
}

/**
 * The JSON text of a value that is the same when it is read again: texts, finite numbers, truth values, `null`, and plain
 * objects and lists of them. `undefined` for anything that would come back changed: instances of classes (an `Option`, a
 * `DateTime`, a `Date`, a `Map`), `undefined` as a value, `NaN`, functions, what contains itself; and for more than a mebibyte.
 */
export const textOf = (value: unknown): string | undefined => {
  if (!survives(value, 0)) return undefined
  const text = JSON.stringify(value)
  return text.length <= maxLength ? text : undefined
}
