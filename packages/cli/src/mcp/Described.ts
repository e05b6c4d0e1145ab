/**
 * A tool as `tools/list` tells it: its schemas as JSON Schema 2020-12, without what says nothing. Pure.
 *
 * Input is strict: a parameter that is not there is refused. Output may have more than its schema says.
 *
 * @module
 */
import { Predicate, Schema } from "effect"
import type { AnyTool } from "./Tool.ts"

/** A JSON Schema. */
export interface JsonSchema {
  readonly [key: string]: unknown
}

/** The JSON Schema of an object. */
export interface ObjectSchema extends JsonSchema {
  readonly type: "object"
}

/** A tool as `tools/list` tells it. */
export interface Described {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly inputSchema: ObjectSchema
  readonly outputSchema: ObjectSchema
  readonly annotations: {
    readonly readOnlyHint: boolean
    readonly destructiveHint: boolean
    readonly idempotentHint: boolean
    readonly openWorldHint: boolean
  }
}

/** What every number or object is anyway, and only makes the list longer. */
const isNoise = (key: string, value: unknown): boolean =>
  (key === "additionalProperties" && value === true) ||
  (key === "minimum" && value === Number.MIN_SAFE_INTEGER) ||
  (key === "maximum" && value === Number.MAX_SAFE_INTEGER)

/** `anyOf` of a simple type and `null` is a list of two types. */
const withNull = (schema: JsonSchema): JsonSchema => {
  const { anyOf, ...rest } = schema
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return schema
  const [one, other]: ReadonlyArray<unknown> = anyOf
  if (!Predicate.isObject(one) || !Predicate.isObject(other) || !("type" in one) || !("type" in other)) return schema
  return Predicate.isString(one.type) && other.type === "null" && !("enum" in one)
    ? { ...rest, ...one, type: [one.type, "null"] }
    : schema
}

const slim = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(slim)
  if (!Predicate.isObject(value)) return value
  return withNull(
    Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) => (isNoise(key, inner) ? [] : [[key, slim(inner)]]))
    )
  )
}

const isObjectSchema = (schema: unknown): schema is ObjectSchema =>
  Predicate.isObject(schema) && "type" in schema && schema.type === "object"

/** The JSON Schema of what stands in JSON for a schema; what is no object is a defect. */
const jsonSchemaOf = (name: string, schema: Schema.Constraint, onExcessProperty: "error" | "ignore"): ObjectSchema => {
  const document = Schema.toJsonSchemaDocument(schema, { onExcessProperty })
  const root = slim(document.schema)
  if (!isObjectSchema(root)) throw new TypeError(`tool ${name}: input and output have to be objects, each a struct`)
  const definitions = slim(document.definitions)
  return Object.keys(document.definitions).length === 0 ? root : { ...root, $defs: definitions }
}

/** What `tools/list` tells of a tool. A tool whose input or output is no object is a defect. */
export const describe = (tool: AnyTool): Described =>
  tool.use(({ description, hints, input, name, output, title }) => ({
    name,
    title,
    description,
    inputSchema: jsonSchemaOf(name, input, "error"),
    outputSchema: jsonSchemaOf(name, output.schema, "ignore"),
    annotations: {
      readOnlyHint: hints.readOnly,
      destructiveHint: hints.destructive,
      idempotentHint: hints.idempotent,
      openWorldHint: hints.openWorld
    }
  }))
