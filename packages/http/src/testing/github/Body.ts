/**
 * The JSON bodies GitHub takes, checked as it checks them.
 *
 * @module
 */
import { Predicate } from "effect"
import { invalidRequest, problem, type Reply } from "./Reply.ts"

/** A body that was checked. Fields nobody asked for are ignored. */
export type Body = Readonly<Record<string, unknown>>

/** A field: what it must be, and whether it must be there. */
export interface Field {
  readonly type: "an array" | "a boolean" | "a string"
  readonly required?: boolean
  readonly nullable?: boolean
}

const decoder = new TextDecoder()

const isOf: Record<Field["type"], (value: unknown) => boolean> = {
  "a string": Predicate.isString,
  "a boolean": Predicate.isBoolean,
  "an array": Array.isArray
}

const parse = (bytes: Uint8Array, place: string): Reply | { readonly body: Body } => {
  if (bytes.length === 0) return invalidRequest(place, "For 'links/0/schema', nil is not an object.")
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes))
    return Predicate.isObject(value) && !Array.isArray(value)
      ? { body: { ...value } }
      : problem(400, "Body should be a JSON object", place)
  } catch {
    return problem(400, "Problems parsing JSON", place)
  }
}

/**
 * Reads a body and checks its fields, or gives back GitHub's complaint
 * (https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#invalid-request).
 */
export const read = (
  bytes: Uint8Array,
  fields: Readonly<Record<string, Field>>,
  place: string
): Reply | { readonly body: Body } => {
  const parsed = parse(bytes, place)
  if (!("body" in parsed)) return parsed
  const { body } = parsed
  const missing = Object.keys(fields).filter((name) => fields[name]?.required === true && body[name] === undefined)
  if (missing.length > 0) {
    const names = missing.map((name) => `"${name}"`).join(", ")
    return invalidRequest(place, `${names} ${missing.length === 1 ? "wasn't" : "weren't"} supplied.`)
  }
  for (const [name, { nullable, type }] of Object.entries(fields)) {
    const value = body[name]
    if (value === undefined || (value === null && nullable === true) || isOf[type](value)) continue
    return invalidRequest(
      place,
      `For 'properties/${name}', ${value === null ? "nil" : JSON.stringify(value)} is not ${type}.`
    )
  }
  return parsed
}

/** A text of a body that was checked. */
export const text = (body: Body, name: string): string | undefined => {
  const value = body[name]
  return Predicate.isString(value) ? value : undefined
}

/** The texts of a list, and the names of objects in it. */
export const names = (body: Body, field: string): ReadonlyArray<string> => {
  const value = body[field]
  if (!Array.isArray(value)) return []
  return value
    .map((each: unknown) => (Predicate.hasProperty(each, "name") ? each.name : each))
    .filter(Predicate.isString)
}
