/**
 * What is wrong with the input of a tool, in words a model can act on: each field, its value, and what to give. Pure.
 *
 * @module
 */
import { Predicate, SchemaIssue } from "effect"
import type { Described } from "./Described.ts"

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** Longer values are cut off: who sent them knows them. */
const longestValue = 60

const valueText = (value: unknown): string => {
  const json = JSON.stringify(value) ?? "not there"
  return json.length > longestValue ? `${json.slice(0, longestValue)}…` : json
}

type Keys = ReadonlyArray<PropertyKey>

/** `file_ids[2]`, `headers.accept`. */
const nameOf = (path: Keys): string =>
  path.map((key, at) => (typeof key === "number" ? `[${key}]` : `${at === 0 ? "" : "."}${String(key)}`)).join("")

/** What stands at a path, or its absence. */
const at = (given: unknown, path: Keys): { readonly value: unknown } | undefined => {
  let value = given
  for (const key of path) {
    if (!Predicate.isObjectOrArray(value) || !Object.hasOwn(value, key)) return undefined
    value = Reflect.get(value, key)
  }
  return { value }
}

/** What a message of Effect's says is expected; it repeats the value, as a whole. */
const expectedIn = (message: string): string => {
  const found = /^Expected ([^]*?)(?:, got [^]*)?$/.exec(message)
  return found?.[1] ?? "another value"
}

const isKnown = ({ inputSchema: { properties } }: Described, key: PropertyKey | undefined): boolean =>
  Predicate.isObject(properties) && key !== undefined && Object.hasOwn(properties, key)

const parametersOf = ({ inputSchema: { properties } }: Described): string => {
  const names = Predicate.isObject(properties) ? Object.keys(properties) : []
  return names.length === 0 ? "it takes none" : `it takes ${names.join(", ")}`
}

const descriptionOf = ({ inputSchema: { properties } }: Described, name: PropertyKey | undefined): string => {
  const schema = Predicate.isObject(properties) && name !== undefined ? Reflect.get(properties, name) : undefined
  return Predicate.hasProperty(schema, "description") && Predicate.isString(schema.description)
    ? `give it (${schema.description})`
    : "give it"
}

const problemOf = (tool: Described, given: unknown, path: Keys, expected: ReadonlyArray<string>): string => {
  const [first] = path
  const name = nameOf(path)
  if (first !== undefined && !isKnown(tool, first))
    return `${name} is no parameter of ${tool.name}; ${parametersOf(tool)}`
  const found = at(given, path)
  if (found !== undefined)
    return `${name === "" ? "the input" : name} is ${valueText(found.value)}; give ${expected.join(" or ")}`
  return `${name} is missing; ${path.length === 1 ? descriptionOf(tool, first) : "give it"}`
}

/** Everything that is wrong with the input, one after the other. */
export const inputProblem = (tool: Described, given: unknown, issue: SchemaIssue.Issue): string => {
  const byPath = new Map<string, { readonly path: Keys; readonly expected: Array<string> }>()
  for (const { message, path = [] } of format(issue).issues) {
    const keys = path.map((segment): PropertyKey => (typeof segment === "object" ? segment.key : segment))
    const entry = byPath.get(nameOf(keys)) ?? { path: keys, expected: [] }
    byPath.set(nameOf(keys), { ...entry, expected: [...new Set([...entry.expected, expectedIn(message)])] })
  }
  const problems = [...byPath.values()].map(({ expected, path }) => problemOf(tool, given, path, expected))
  return `${tool.name} was not called: ${problems.join("\n")}`
}
