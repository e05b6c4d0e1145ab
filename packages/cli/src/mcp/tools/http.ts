/**
 * Tools of HTTP: any public address. Which addresses are public is decided by the service, before anything is sent and again
 * at every redirect.
 *
 * @module
 */
import { HttpAnswer, InvalidInputError, type PostInput } from "@skippy/http"
import { Effect, Predicate, Schema } from "effect"
import { World } from "../../command/World.ts"
import { bytesText } from "../../output/Style.ts"
import { snake, text } from "../Fields.ts"
import { type AnyTool, tool } from "../Tool.ts"
import { asParameters } from "./parameters.ts"

/** The most bytes of a body that are answered: what reads them pays for each. */
const maxBodyBytes = 64 * 1024

const url = text("An http or https address of a public host")
const headers = Schema.optionalKey(
  Schema.Record(Schema.String, Schema.String).annotate({ description: "Headers by name" })
)

const { body, bytes, contentType, cut, encoding, headers: answered, redirects, status } = HttpAnswer.fields
const { keptBytes, totalBytes } = cut.schema.fields

const answer = snake({
  status,
  url: Schema.String,
  redirects,
  contentType,
  headers: answered,
  body,
  encoding,
  bytes,
  cut: Schema.optionalKey(snake({ keptBytes, totalBytes }))
})

const answerText = ({ body, bytes, contentType, cut, encoding, status, url }: HttpAnswer): string =>
  [
    [String(status), url, contentType ?? "", bytesText(bytes)].filter((part) => part !== "").join("  "),
    ...(cut === undefined
      ? []
      : [
          `the body is cut off after ${cut.keptBytes}${cut.totalBytes === undefined ? "" : ` of ${cut.totalBytes}`} bytes`
        ]),
    encoding === "text" ? body : "the body is no text; its base64 is in the structured content"
  ].join("\n")

/** What the data is, as a `content-type` header says; JSON without one. */
const contentTypeOf = (headers: Readonly<Record<string, string>>): NonNullable<PostInput["contentType"]> => {
  const header = Object.entries(headers)
    .find(([name]) => name.toLowerCase() === "content-type")?.[1]
    .toLowerCase()
  if (header === undefined || header.includes("json")) return "json"
  return header.startsWith("application/x-www-form-urlencoded") ? "form" : "text"
}

/** The service names an option of its own; here a header says it. */
const notJson = new InvalidInputError({
  operation: "http_post",
  field: "data",
  fix: 'give JSON, as data or as a text such as {"a": 1}; for a form or another text add a content-type header'
})

const bounded = "At most 64 KiB of the body are answered; a cut is told."

const get = tool({
  name: "http_get",
  group: "http",
  title: "Ask for an address",
  description: `Asks for a public address; private and loopback ones are refused. Repeated when it fails for a passing reason. ${bounded}`,
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  input: Schema.Struct({ url, headers }),
  output: { schema: answer, text: answerText },
  run: (input) =>
    Effect.gen(function* () {
      const { get } = yield* (yield* World).http
      return yield* get({ ...input, maxBodyBytes })
    }).pipe(asParameters("http_get", {}))
})

const post = tool({
  name: "http_post",
  group: "http",
  title: "Send to an address",
  description: `Sends data to a public address; private and loopback ones are refused. Repeated only when it certainly was not carried out. ${bounded}`,
  hints: { readOnly: false, destructive: true, idempotent: false, openWorld: true },
  input: Schema.Struct({
    url,
    data: Schema.Json.annotate({
      description: "JSON; or a form (object) or a text when a content-type header says so"
    }),
    headers
  }),
  output: { schema: answer, text: answerText },
  run: (input) =>
    Effect.gen(function* () {
      const { post } = yield* (yield* World).http
      const contentType = contentTypeOf(input.headers ?? {})
      const isText = contentType === "json" && Predicate.isString(input.data)
      return yield* post({ ...input, contentType, maxBodyBytes }).pipe(
        Effect.mapError((error) =>
          isText && error._tag === "InvalidInputError" && error.field === "data" ? notJson : error
        )
      )
    }).pipe(asParameters("http_post", {}))
})

/** Tools of HTTP. */
export const httpTools: ReadonlyArray<AnyTool> = [get, post]
