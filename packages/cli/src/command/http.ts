/**
 * `skippy http`.
 *
 * @module
 */
import { ErrorCategory } from "@skippy/core"
import { HttpAnswer, HttpDownload } from "@skippy/http"
import { Effect, Schema } from "effect"
import { Flag } from "effect/cli"
import { type Form, Output } from "../output/Output.ts"
import { bytesText, oneLine } from "../output/Style.ts"
import { answering, argument, group, number, off, on, telling, text } from "./Operation.ts"
import { summaries } from "./summaries.ts"
import { World } from "./World.ts"

/** The answer is one of failure. It was written all the same. */
export class AnsweredError extends Schema.TaggedError<AnsweredError>()("AnsweredError", {
  category: ErrorCategory,
  status: Schema.Int,
  url: Schema.String
}) {
  override get message(): string {
    return `${this.url} answered ${this.status}`
  }
}

const categoryOfStatus = (status: number): ErrorCategory => {
  if (status === 401 || status === 403) return "auth"
  return status === 404 || status === 410 ? "notFound" : "invalid"
}

const form: Form<HttpAnswer, typeof HttpAnswer.Encoded> = {
  schema: HttpAnswer,
  text: ({ body, encoding }, style) => (encoding === "text" ? style.safe(body) : body),
  exact: true
}

const url = argument("url", "An http or https address of a public host")

const headers = Flag.KeyValuePair("header").pipe(
  Flag.withAlias("H"),
  Flag.withDefault({}),
  Flag.withMetavar("NAME=VALUE"),
  Flag.withDescription("A header; may be given again")
)

const maxBodyBytes = number("max-body-bytes", "The most bytes of the body; 1048576 by default")

const exitCodesNote =
  "The exit code is 0 for answers below 400, 3 for 404 and 410, 4 for 401 and 403, 7 for other refusals; the answer is written in any case."

/** What may be left out of an input. */
const known = <A>(key: string, value: A | undefined) => (value === undefined ? {} : { [key]: value })

const tell = (answer: HttpAnswer) =>
  Effect.gen(function* () {
    const output = yield* Output
    const { bytes, cut, encoding, status, url } = answer
    if (!output.json && encoding === "base64")
      yield* output.note(`the body is no text; this is its base64 (${bytes} bytes)`)
    if (cut !== undefined)
      yield* output.note(`the body is cut off after ${cut.keptBytes} bytes; give --max-body-bytes, or download it`)
    yield* output.value(form, answer)
    if (status >= 400) {
      const { host, pathname, protocol } = new URL(url)
      return yield* new AnsweredError({
        status,
        url: `${protocol}//${host}${pathname}`,
        category: categoryOfStatus(status)
      })
    }
    return undefined
  })

const get = telling(
  "get",
  {
    summary: "Ask for an address",
    more: `It is repeated when it fails for a passing reason. ${exitCodesNote}`,
    examples: [
      ["http get https://api.example.com/items", "the body"],
      ["http get https://api.example.com/items --json", "status, headers and body"],
      ["http get https://example.com/status/503 --sandbox", "what becomes of a service that is down"]
    ]
  },
  { url, headers, maxBodyBytes },
  [{ schema: HttpAnswer, many: false }],
  ({ headers, maxBodyBytes, url }) =>
    Effect.gen(function* () {
      const { http } = yield* World
      yield* tell(yield* (yield* http).get({ url, headers, ...known("maxBodyBytes", maxBodyBytes) }))
    })
)

const post = telling(
  "post",
  {
    summary: "Send something to an address",
    more: `It is repeated only when it certainly was not carried out, or with --idempotency-key. ${exitCodesNote}`,
    examples: [
      [`http post https://api.example.com/items --data '{"name":"sum"}'`, "JSON"],
      ["http post https://api.example.com/notes --data 'a text' --content-type text", "a text"]
    ]
  },
  {
    url,
    data: Flag.String("data").pipe(
      Flag.withAlias("d"),
      Flag.withMetavar("TEXT"),
      Flag.withDescription("What is sent: JSON, or what --content-type says")
    ),
    contentType: Flag.Literals("content-type", ["json", "text"]).pipe(
      Flag.withDefault("json" as const),
      Flag.withDescription("What the data is")
    ),
    headers,
    idempotencyKey: text("idempotency-key", "KEY", "Says that sending it twice is the same as once"),
    maxBodyBytes
  },
  [{ schema: HttpAnswer, many: false }],
  ({ contentType, data, headers, idempotencyKey, maxBodyBytes, url }) =>
    Effect.gen(function* () {
      const { http } = yield* World
      const input = { url, headers, data, contentType }
      yield* tell(
        yield* (yield* http).post({
          ...input,
          ...known("idempotencyKey", idempotencyKey),
          ...known("maxBodyBytes", maxBodyBytes)
        })
      )
    })
)

const downloaded: Form<HttpDownload, typeof HttpDownload.Encoded> = {
  schema: HttpDownload,
  text: ({ bytes, path }, style) => `${style.good("downloaded")} ${oneLine(path)}  ${style.dim(bytesText(bytes))}`
}

const download = answering(
  "download",
  {
    summary: "Download a file",
    more: "The file appears when it is whole. What broke off is gone on with by the same command.",
    examples: [["http download https://example.com/data.zip data.zip --overwrite", "over a file that is there"]]
  },
  {
    url,
    path: argument("path", "Where it is put"),
    headers,
    overwrite: on("overwrite", "Replace a file that is there"),
    resume: off("resume", "Go on with what an earlier run has left"),
    maxBytes: number("max-bytes", "The largest file that is taken; no limit by default")
  },
  downloaded,
  ({ maxBytes, ...input }, { http }) =>
    Effect.gen(function* () {
      const { progress } = yield* Output
      return yield* (yield* http).download(
        { ...input, ...known("maxBytes", maxBytes) },
        { onProgress: progress(input.path) }
      )
    })
)

/** `skippy http`. */
export const http = group("http", summaries.http, [get, post, download])
