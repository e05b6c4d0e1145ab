/**
 * The body of a POST: JSON, a form or a text, checked before anything is sent.
 *
 * @module
 */
import { Effect, Schema } from "effect"
import { HttpBody } from "effect/http"
import { type InvalidInputError, invalidInput } from "../InvalidInputError.ts"

/** What a body is: `json`, a `form` (`a=1&b=2`) or a `text` as it is. */
export const ContentType = Schema.Literals(["json", "form", "text"])
/** What a body is. */
export type ContentType = typeof ContentType.Type

/** What is to be sent. */
export interface Options {
  /** Whose input: `HttpService.post`. */
  readonly operation: string
  readonly data: Schema.Json
  readonly contentType: ContentType
  /** The caller's own `content-type`, which says more, such as `application/vnd.api+json`. */
  readonly header: string | undefined
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

type Scalar = string | number | boolean

const isScalar = (value: Schema.Json | undefined): value is Scalar =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean"

const isList = (value: Schema.Json): value is Schema.JsonArray => Array.isArray(value)

/** The pairs of a form, a list as several of the same name; or the field that cannot be one. */
const pairsOf = (data: Schema.JsonObject): Array<[string, string]> | { readonly field: string } => {
  const pairs: Array<[string, string]> = []
  for (const [field, given] of Object.entries(data)) {
    for (const value of isList(given) ? given : [given]) {
      if (!isScalar(value)) return { field }
      pairs.push([field, String(value)])
    }
  }
  return pairs
}

/** The body to send. A text that is JSON already is sent as it stands, so that no digit of a large number is lost. */
export const make = ({
  contentType,
  data,
  header,
  operation
}: Options): Effect.Effect<HttpBody.HttpBody, InvalidInputError> => {
  const wrong = (path: ReadonlyArray<string>, fix: string) =>
    invalidInput({ operation, path, value: data, fix, secret: ["data"] })
  switch (contentType) {
    case "json": {
      if (typeof data === "string" && !isJson(data)) {
        const fix = 'give JSON, as data or as a text such as {"a": 1}; for another text say contentType: "text"'
        return Effect.fail(wrong(["data"], fix))
      }
      const text = typeof data === "string" ? data : JSON.stringify(data)
      return Effect.succeed(HttpBody.text(text, header ?? "application/json"))
    }
    case "form": {
      const type = header ?? "application/x-www-form-urlencoded"
      if (typeof data === "string") return Effect.succeed(HttpBody.text(data, type))
      if (typeof data !== "object" || data === null || isList(data)) {
        return Effect.fail(wrong(["data"], "give an object of texts, numbers and true or false, or the encoded text"))
      }
      const pairs = pairsOf(data)
      return "field" in pairs
        ? Effect.fail(wrong(["data", pairs.field], "give a text, a number, true or false, or a list of these"))
        : Effect.succeed(HttpBody.text(new URLSearchParams(pairs).toString(), type))
    }
    case "text":
      return typeof data === "string"
        ? Effect.succeed(HttpBody.text(data, header ?? "text/plain;charset=utf-8"))
        : Effect.fail(wrong(["data"], "give a text"))
  }
}
