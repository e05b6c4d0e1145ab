/**
 * The error for an input that cannot be right, told before anything is sent: which field, what was given, what is allowed.
 *
 * @example
 * ```ts
 * import { decodeInput } from "@skippy/http"
 * import { Effect, Schema } from "effect"
 *
 * const Search = Schema.Struct({
 *   query: Schema.String,
 *   orientation: Schema.optionalKey(Schema.Literals(["landscape", "portrait", "square"]))
 * })
 * const decode = decodeInput(Search, { operation: "Pexels.search" })
 *
 * const refused = await Effect.runPromise(Effect.flip(decode({ query: "sea", orientation: "round" })))
 * console.log(refused.field)
 * console.log(refused.message)
 * ```
 *
 * ```text
 * orientation
 * Pexels.search: orientation is "round"; give "landscape" or "portrait" or "square"
 * ```
 *
 * @module
 */
import { withoutStack } from "@skippy/core"
import { Effect, Predicate, Schema, SchemaIssue } from "effect"
import { bareUrl } from "./client/HttpError.ts"

/**
 * An input that was refused. Nothing was sent. Values are shortened; those of fields that may hold secrets are left out.
 */
export class InvalidInputError extends Schema.TaggedError<InvalidInputError>()("InvalidInputError", {
  /** Whose input: `HttpService.get`. */
  operation: Schema.String,
  /** Where in it: `perPage`, `headers.x-trace`, `labels[2]`. */
  field: Schema.String,
  /** What was given, as text; absent when it may be a secret. */
  value: Schema.optionalKey(Schema.String),
  /** What is allowed, or what to do. */
  fix: Schema.String
}) {
  readonly category = "invalid"
  readonly retryable = false
  /** Nothing was sent. */
  readonly delivered = false

  override get message(): string {
    const given = this.value === undefined ? ": " : ` is ${this.value}; `
    return `${this.operation}: ${this.field}${given}${this.fix}`
  }
}

const longest = 60

const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text)

/** A value as it may be shown: short, on one line, and without the parts of a URL that may be secret. */
const shown = (value: unknown): string => {
  if (value === undefined) return "missing"
  if (Predicate.isString(value)) return JSON.stringify(cut(value.includes("://") ? bareUrl(value) : value))
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list"
  return value === null || ["number", "boolean", "bigint"].includes(typeof value) ? String(value) : "an object"
}

/** A path as it is written in a program. A key may come from outside, so it is shortened and kept on one line. */
const pathText = (keys: ReadonlyArray<PropertyKey>): string => {
  const parts = keys.map((key, index) => {
    if (typeof key === "number") return `[${key}]`
    const name = JSON.stringify(cut(String(key))).slice(1, -1)
    return index === 0 ? name : `.${name}`
  })
  return parts.join("") || "the input"
}

/** Fields whose names say that they hold a secret. */
const secretName = /^(?:headers|url)$|authorization|cookie|token|secret|password|key$/i

interface Problem {
  readonly operation: string
  /** Where in the input. */
  readonly path: ReadonlyArray<PropertyKey>
  /** What was given. `undefined` is told as missing. */
  readonly value: unknown
  /** Fields of the input, beside those whose names tell, whose values are not shown. */
  readonly secret?: ReadonlyArray<string> | undefined
  /** What is allowed: `give a whole number from 1 to 80`. */
  readonly fix: string
}

/** Makes the error for one field; for what a schema cannot say. */
export const invalidInput = ({ fix, operation, path, secret = [], value }: Problem): InvalidInputError => {
  const hidden = path.some((key) => Predicate.isString(key) && (secret.includes(key) || secretName.test(key)))
  const shownValue = hidden && value !== undefined ? {} : { value: shown(value) }
  return withoutStack(() => new InvalidInputError({ operation, field: pathText(path), fix, ...shownValue }))
}

/** How people call what a schema calls by its type. */
const words: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  object: "an object",
  array: "a list"
}

const fixOf = (message: string, schema: Schema.Constraint, path: ReadonlyArray<PropertyKey>): string => {
  if (message === "Missing key") return "give one, it is required"
  if (message === "Expected no excess property") {
    const fields = path.length === 1 && "fields" in schema && Predicate.isObject(schema.fields) ? schema.fields : {}
    const known = Object.keys(fields)
    return `there is no such field${known.length === 0 ? "" : `; there are ${known.join(", ")}`}`
  }
  if (!message.startsWith("Expected ")) return message
  const allowed = message.slice("Expected ".length).split(" | ")
  return `give ${allowed.map((one) => words[one] ?? one).join(" or ")}`
}

const valueAt = (input: unknown, path: ReadonlyArray<PropertyKey>): unknown =>
  path.reduce<unknown>((at, key) => (Predicate.hasProperty(at, key) ? at[key] : undefined), input)

/** How the input of an operation is read. */
export interface InputOptions {
  /** Whose input: `HttpService.get`. */
  readonly operation: string
  /**
   * Fields whose values, and whatever is in them, are never shown. Fields called `headers` or `url`, and those that are
   * called like a token, key or password, need not be named.
   */
  readonly secret?: ReadonlyArray<string> | undefined
}

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

/**
 * Reads an input with a schema. The first problem becomes an `InvalidInputError`; a field the schema does not know is one.
 *
 * What is allowed is told by the schema: by the literals of a union, by `expected` of a check ("a whole number from 1 to
 * 80", told as "give …"), or by its `message`, told as it is.
 */
export const decodeInput = <S extends Schema.Constraint>(
  schema: S,
  { operation, secret }: InputOptions
): ((input: unknown) => Effect.Effect<S["Type"], InvalidInputError, S["DecodingServices"]>) => {
  const decode = Schema.decodeUnknownEffect(schema, { errors: "first", onExcessProperty: "error" })
  return (input) =>
    Effect.mapError(decode(input), ({ issue }) => {
      const [first] = formatIssue(issue).issues
      const path = (first?.path ?? []).map((part) => (typeof part === "object" ? part.key : part))
      const fix = fixOf(first?.message ?? "", schema, path)
      return invalidInput({ operation, path, value: valueAt(input, path), secret, fix })
    })
}
