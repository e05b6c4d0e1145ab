/**
 * What the operations of `Drive` that upload answer.
 *
 * @module
 */
import { Schema } from "effect"
import { DriveFile, ItemProblem } from "../Answer.ts"

/** A file that was uploaded. Its size and MD5 are those of the file on disk. */
export const UploadedFile = Schema.Struct({
  ...DriveFile.fields,
  /** The file on disk, its absolute path. */
  path: Schema.String,
  /** Bytes that an earlier call had brought there. */
  resumedFrom: Schema.Int
})
/** A file that was uploaded. */
export type UploadedFile = typeof UploadedFile.Type

/** An upload that can be gone on with. */
export const UnfinishedUpload = Schema.Struct({
  /** For `resumeUpload` and `abandonUpload`. */
  key: Schema.String,
  path: Schema.String,
  name: Schema.String,
  parentId: Schema.String,
  /** In bytes. */
  size: Schema.Int,
  startedAt: Schema.DateTimeUtcFromString,
  /** Whether it was begun with Drive: it is gone on with where it is then, else anew. Drive forgets it after a week. */
  hasSession: Schema.Boolean
})
/** An upload that can be gone on with. */
export type UnfinishedUpload = typeof UnfinishedUpload.Type

/** What became of one file of a batch. */
export const UploadItem = Schema.Struct({
  /** Absolute. */
  path: Schema.String,
  name: Schema.String,
  /** In bytes; `null` when the file could not be looked at. */
  size: Schema.NullOr(Schema.Int),
  status: Schema.Literals([
    /** It would be uploaded: only when nothing was to be changed. */
    "planned",
    "uploaded",
    /** The folder has it already, with the same name and content. */
    "identical",
    /** The folder has one of the same name with other content, and `onConflict` is `skip`. */
    "sameName",
    "failed",
    /** Not tried, because an earlier failure would have met it too: nobody is signed in, or the circuit is open. */
    "notTried"
  ]),
  /** The file in Drive: the one that was uploaded, or the one that was there. */
  fileId: Schema.optionalKey(Schema.String),
  /** For `failed`. */
  problem: Schema.optionalKey(ItemProblem)
})
/** What became of one file of a batch. */
export type UploadItem = typeof UploadItem.Type

/** What became of a batch. */
export const UploadBatch = Schema.Struct({
  /** Whether it is only a plan, and nothing was changed. */
  dryRun: Schema.Boolean,
  /** One for each file, in the order of their names. */
  items: Schema.Array(UploadItem),
  /** How many there are of each status. */
  counts: Schema.Struct({
    planned: Schema.Int,
    uploaded: Schema.Int,
    identical: Schema.Int,
    sameName: Schema.Int,
    failed: Schema.Int,
    notTried: Schema.Int
  }),
  /** In words. */
  summary: Schema.String
})
/** What became of a batch. */
export type UploadBatch = typeof UploadBatch.Type
