/**
 * What `HttpService` takes and gives.
 *
 * @module
 */
import { Schema } from "effect"
import { Downloaded } from "./Download.ts"
import { ContentType } from "./RequestBody.ts"
import { headerName, headerNameFix } from "./RequestHeaders.ts"

const bytesOfMax = "a whole number of bytes, 0 or more"

const MaxBytes = Schema.Finite.check(
  Schema.makeFilter((value: number) => Number.isSafeInteger(value) && value >= 0, { expected: bytesOfMax })
)

const HeaderName = Schema.String.check(
  Schema.makeFilter((name: string) => (headerName.test(name) ? undefined : headerNameFix))
)

const common = {
  /** An http or https URL, of a public host unless others are allowed. */
  url: Schema.String,
  /** Headers by name. Those of the connection (`host`, `content-length`, …) are set by the client itself. */
  headers: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  /** Names of further headers that another origin must not get when the answer redirects to it. */
  sensitiveHeaders: Schema.optionalKey(Schema.Array(HeaderName))
}

/** What `get` takes. */
export const GetInput = Schema.Struct({
  ...common,
  /** The most bytes of the body that are kept; the rest is cut, and the answer says so. Default 1 MiB. */
  maxBodyBytes: Schema.optionalKey(MaxBytes)
})
/** What `get` takes. */
export type GetInput = typeof GetInput.Encoded

/** What `post` takes. */
export const PostInput = Schema.Struct({
  ...common,
  /** What is sent: JSON, as data or as a text of JSON; a form as an object; or a text. */
  data: Schema.Json.annotate({
    message: "give JSON: texts, finite numbers, true, false, null, and lists and objects of these"
  }),
  /** What `data` is. Default `json`. A `content-type` header says more, such as `application/vnd.api+json`. */
  contentType: Schema.optionalKey(ContentType),
  /** Says that sending this twice is the same as sending it once, to a service that knows `Idempotency-Key`. */
  idempotencyKey: Schema.optionalKey(
    Schema.String.check(
      Schema.isPattern(/^[\x21-\x7E]{1,255}$/, { expected: "1 to 255 characters of ASCII without spaces" })
    )
  ),
  /** As for `get`. */
  maxBodyBytes: Schema.optionalKey(MaxBytes)
})
/** What `post` takes. */
export type PostInput = typeof PostInput.Encoded

/** What `download` takes, beside functions. */
export const DownloadInput = Schema.Struct({
  ...common,
  /** Where the file is put. Its directory has to be there. */
  path: Schema.String,
  /** Whether a file that is there already is replaced, its mode kept. Default `false`: it is an error. */
  overwrite: Schema.optionalKey(Schema.Boolean),
  /** Whether what an earlier call has left is gone on with, and left when this one fails. Default `true`. */
  resume: Schema.optionalKey(Schema.Boolean),
  /** The largest file that is taken, in bytes. No limit by default. */
  maxBytes: Schema.optionalKey(MaxBytes)
})
/** What `download` takes, beside functions. */
export type DownloadInput = typeof DownloadInput.Encoded

/** An answer. Every status but 5xx, 408 and 429 is one. */
export const HttpAnswer = Schema.Struct({
  status: Schema.Int,
  /** Names in lower case. */
  headers: Schema.Record(Schema.String, Schema.String),
  /** Who answered, after all redirects: the whole address, with its query. */
  url: Schema.String,
  /** How many redirects were followed. */
  redirects: Schema.Int,
  contentType: Schema.optionalKey(Schema.String),
  /** The text, or the base64 of what is no text. */
  body: Schema.String,
  encoding: Schema.Literals(["text", "base64"]),
  /** Bytes of the body before they were decoded. */
  bytes: Schema.Int,
  /** There when the body was longer than allowed: what was kept of it, and its length if the server told. */
  cut: Schema.optionalKey(Schema.Struct({ keptBytes: Schema.Int, totalBytes: Schema.optionalKey(Schema.Int) }))
})
/** An answer. */
export type HttpAnswer = typeof HttpAnswer.Type

/** A file that was downloaded, and where it came from after all redirects. */
export const HttpDownload = Schema.Struct({ ...Downloaded.fields, url: Schema.String, redirects: Schema.Int })
/** A file that was downloaded, and where it came from after all redirects. */
export type HttpDownload = typeof HttpDownload.Type
