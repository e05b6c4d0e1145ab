/**
 * What the operations of `Drive` that upload take. All is checked before anything is sent.
 *
 * @module
 */
import { Effect, Schema } from "effect"
import { FolderId, Text, WholeNumber } from "../Input.ts"
import { unit } from "./ContentRange.ts"
import * as MimeType from "./MimeType.ts"
import * as Pattern from "./Pattern.ts"
import { prefix } from "./Records.ts"

/** The defaults, in one place. */
export const defaults = {
  parentId: "root",
  resume: true,
  idleTimeout: "30 seconds",
  pattern: "*",
  onConflict: "upload",
  dryRun: false,
  concurrency: 4
} as const

/** The most uploads of one batch at the same time; the lane `upload` of `google-drive` lets through five. */
const maxConcurrency = 32

const ParentId = FolderId.pipe(Schema.withDecodingDefault(Effect.succeed(defaults.parentId)))

const Resume = Schema.Boolean.pipe(Schema.withDecodingDefault(Effect.succeed(defaults.resume)))

const Path = (fix: string) => Text(fix)

const ChunkSize = Schema.Finite.check(
  Schema.makeFilter((size: number) =>
    Number.isSafeInteger(size) && size > 0 && size % unit === 0
      ? undefined
      : `give a multiple of ${unit} bytes (256 KiB), such as ${32 * unit}; or none, then the file goes with one request`
  )
)

const Type = Schema.String.check(
  Schema.makeFilter((type: string) =>
    MimeType.isSendable(type)
      ? undefined
      : 'give a type such as "application/pdf"; not one of Google\'s own, files are uploaded as they are'
  )
)

const transfer = {
  /**
   * Sends a file of more than 5 MB in chunks of so many bytes, a multiple of 256 KiB. Default: with one request, as Google
   * advises; chunks cost one call of the quota each.
   */
  chunkSize: Schema.optional(ChunkSize)
}

/** What `uploadFile` takes, beside functions. */
export const UploadFileInput = Schema.Struct({
  /** A file on disk. */
  path: Path("give the path of a file"),
  /** The folder it goes to, or a shortcut to it. Default `root`. */
  parentId: ParentId,
  /** Default: the name the file has. */
  name: Schema.optional(Text("give a name, it must not be empty")),
  /** Default: by the end of the name, else `application/octet-stream`. */
  mimeType: Schema.optional(Type),
  ...transfer,
  /** Whether what an earlier call left is gone on with, and left when this one fails. Default `true`. */
  resume: Resume
})
/** What `uploadFile` takes, beside functions. */
export type UploadFileInput = typeof UploadFileInput.Encoded

const Key = Schema.String.check(
  Schema.makeFilter((key: string) =>
    key.startsWith(prefix) && /^[\da-f]{64}$/.test(key.slice(prefix.length))
      ? undefined
      : "give the key of an upload as `unfinishedUploads` lists it"
  )
)

/** What `resumeUpload` takes, beside functions. */
export const ResumeUploadInput = Schema.Struct({
  /** Which upload: `unfinishedUploads` lists them. */
  key: Key,
  ...transfer
})
/** What `resumeUpload` takes, beside functions. */
export type ResumeUploadInput = typeof ResumeUploadInput.Encoded

/** What `abandonUpload` takes. */
export const AbandonUploadInput = Schema.Struct({ key: Key })
/** What `abandonUpload` takes. */
export type AbandonUploadInput = typeof AbandonUploadInput.Encoded

/**
 * What to do with a file when the folder has one of the same name with other content: `upload` another one of that name, as
 * Drive allows; `skip` it; or `fail` for it.
 */
export const OnConflict = Schema.Literals(["upload", "skip", "fail"])
/** What to do with a file when the folder has one of the same name with other content. */
export type OnConflict = typeof OnConflict.Type

/** What `batchUpload` takes, beside functions. */
export const BatchUploadInput = Schema.Struct({
  /** A directory on disk. The files in it are uploaded, those in directories below are not. */
  directory: Path("give the path of a directory"),
  /** The folder they go to, or a shortcut to it. Default `root`. */
  parentId: ParentId,
  /** A glob for their names. Default `*`: all but those that begin with a dot. */
  pattern: Schema.String.check(
    Schema.makeFilter((pattern: string) =>
      Pattern.isForNames(pattern) ? undefined : 'give a glob for names, such as "*.pdf", without a slash'
    )
  ).pipe(Schema.withDecodingDefault(Effect.succeed(defaults.pattern))),
  /** Default `upload`. */
  onConflict: OnConflict.pipe(Schema.withDecodingDefault(Effect.succeed(defaults.onConflict))),
  ...transfer,
  /** Answers what would be done, and does nothing. Default: no. */
  dryRun: Schema.Boolean.pipe(Schema.withDecodingDefault(Effect.succeed(defaults.dryRun))),
  /** How many are uploaded at the same time, 1 to 32, default 4. */
  concurrency: WholeNumber(maxConcurrency).pipe(Schema.withDecodingDefault(Effect.succeed(defaults.concurrency)))
})
/** What `batchUpload` takes, beside functions. */
export type BatchUploadInput = typeof BatchUploadInput.Encoded
