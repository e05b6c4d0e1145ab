/**
 * A schema as people read it.
 *
 * @module
 */
import { Schema } from "effect"

/** A schema of JSON, as far as it is looked at here. */
interface Json {
  readonly [key: string]: unknown
  readonly $ref?: string
  readonly type?: string
  readonly enum?: ReadonlyArray<unknown>
  readonly properties?: Readonly<Record<string, Json>>
  readonly required?: ReadonlyArray<string>
  readonly items?: Json
  readonly additionalProperties?: Json | boolean
  readonly anyOf?: ReadonlyArray<Json>
  readonly oneOf?: ReadonlyArray<Json>
  readonly allOf?: ReadonlyArray<Json>
}

/** Unions of more objects have pages of their own. */
const manyObjects = 8

const shapeOf = (
  schema: Json,
  definitions: Readonly<Record<string, Json>>,
  indent: string,
  seen: ReadonlyArray<string>
): string => {
  const of = (inner: Json, deeper = indent) => shapeOf(inner, definitions, deeper, seen)
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1)
    const target = definitions[name]
    return target === undefined || seen.includes(name)
      ? "… the same again"
      : shapeOf(target, definitions, indent, [...seen, name])
  }
  const union = schema.anyOf ?? schema.oneOf
  if (union !== undefined) {
    if (union.filter(({ type }) => type === "object").length > manyObjects) return "object (see events.md)"
    return Array.from(new Set(union.map((one) => of(one)))).join(" | ")
  }
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ")
  if (schema.type === "array") {
    const inner = of(schema.items ?? {})
    return /^[\w"]+$/.test(inner) ? `${inner}[]` : `Array<${inner}>`
  }
  if (schema.type === "object" || schema.properties !== undefined) {
    const deeper = `${indent}  `
    const fields = Object.entries(schema.properties ?? {}).map(
      ([name, inner]) => `${deeper}${name}${schema.required?.includes(name) === true ? "" : "?"}: ${of(inner, deeper)}`
    )
    if (fields.length > 0) return `{\n${fields.join("\n")}\n${indent}}`
    const values = schema.additionalProperties
    return typeof values === "object" ? `{ [name]: ${of(values)} }` : "{}"
  }
  return schema.type ?? "any"
}

/** The shape of the JSON a schema describes, in the manner of a TypeScript type. */
export const shape = (schema: Schema.Constraint): string => {
  const document: { readonly schema: Json; readonly definitions: Readonly<Record<string, Json>> } = JSON.parse(
    JSON.stringify(Schema.toJsonSchemaDocument(schema))
  )
  return shapeOf(document.schema, document.definitions, "", [])
}
