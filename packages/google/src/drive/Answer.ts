/**
 * What the operations of `Drive` answer about files.
 *
 * @module
 */
import { Freshness } from "@skippy/http"
import { Schema } from "effect"

/** What kind of thing it is: `document` for Google's own, which have no bytes and are exported. */
export const FileKind = Schema.Literals(["file", "folder", "shortcut", "document"])
/** What kind of thing it is. */
export type FileKind = typeof FileKind.Type

/** Somebody who owns a file. */
export const Owner = Schema.Struct({
  name: Schema.optionalKey(Schema.String),
  email: Schema.optionalKey(Schema.String)
})

/** Somebody who owns a file. */
export type Owner = typeof Owner.Type

/** What a shortcut leads to. */
export const Target = Schema.Struct({ fileId: Schema.String, mimeType: Schema.optionalKey(Schema.String) })

/** A file, a folder, a shortcut or a document of Google's. */
export const DriveFile = Schema.Struct({
  fileId: Schema.String,
  name: Schema.String,
  mimeType: Schema.String,
  kind: FileKind,
  /** In bytes; absent where there are none. */
  size: Schema.optionalKey(Schema.Int),
  md5: Schema.optionalKey(Schema.String),
  sha256: Schema.optionalKey(Schema.String),
  createdAt: Schema.optionalKey(Schema.DateTimeUtcFromString),
  modifiedAt: Schema.optionalKey(Schema.DateTimeUtcFromString),
  trashed: Schema.Boolean,
  starred: Schema.Boolean,
  shared: Schema.Boolean,
  /** The folder it is in: none for what is shared with whoever asks, one for everything else. */
  parents: Schema.Array(Schema.String),
  /** The shared drive it is in. */
  driveId: Schema.optionalKey(Schema.String),
  owners: Schema.Array(Owner),
  description: Schema.optionalKey(Schema.String),
  /** The page of it. */
  url: Schema.optionalKey(Schema.String),
  /** What a shortcut leads to. */
  target: Schema.optionalKey(Target)
})
/** A file, a folder, a shortcut or a document of Google's. */
export type DriveFile = typeof DriveFile.Type

/** Who may do what with a file. */
export const Permission = Schema.Struct({
  id: Schema.String,
  type: Schema.String,
  role: Schema.String,
  email: Schema.optionalKey(Schema.String),
  domain: Schema.optionalKey(Schema.String),
  name: Schema.optionalKey(Schema.String)
})
/** Who may do what with a file. */
export type Permission = typeof Permission.Type

/** What is known of a file. */
export const FileAnswer = Schema.Struct({
  ...DriveFile.fields,
  /** When they were asked for, and whoever asks may see them. */
  permissions: Schema.optionalKey(Schema.Array(Permission)),
  ...Freshness.fields
})
/** What is known of a file. */
export type FileAnswer = typeof FileAnswer.Type

/** Files that were found. */
export const FileList = Schema.Struct({
  files: Schema.Array(DriveFile),
  /** Whether there are more than these. */
  hasMore: Schema.Boolean,
  /** Whether Google has not looked everywhere, as may be with all drives: search in one drive then. */
  incompleteSearch: Schema.Boolean,
  ...Freshness.fields
})
/** Files that were found. */
export type FileList = typeof FileList.Type

/** The text of a file. */
export const DocumentText = Schema.Struct({
  /** What was read: what a shortcut leads to. */
  fileId: Schema.String,
  name: Schema.String,
  /** What the text is: `text/plain`, `text/markdown`, `text/csv`, or the type of the file. */
  mimeType: Schema.String,
  text: Schema.String,
  /** Bytes that were read. */
  bytes: Schema.Int,
  /** Whether there is more, which was cut off: raise `maxBytes`, or download it. */
  isCut: Schema.Boolean,
  ...Freshness.fields
})
/** The text of a file. */
export type DocumentText = typeof DocumentText.Type

/** A file that was downloaded. */
export const DownloadedFile = Schema.Struct({
  /** What was downloaded: what a shortcut leads to. */
  fileId: Schema.String,
  name: Schema.String,
  /** What is in the file: the format of an export, or the type of the file. */
  mimeType: Schema.String,
  /** Its absolute path. */
  path: Schema.String,
  bytes: Schema.Int,
  /** Bytes that an earlier call had left. */
  resumedFrom: Schema.Int,
  /** The checksum that was compared; exports have none. */
  md5: Schema.optionalKey(Schema.String)
})
/** A file that was downloaded. */
export type DownloadedFile = typeof DownloadedFile.Type

/** Why nothing was done with a file of a batch. */
export const ItemProblem = Schema.Struct({
  /** The `_tag` of the error: `DriveError`. */
  tag: Schema.String,
  message: Schema.String,
  /** Whether trying again later may help. */
  retryable: Schema.Boolean
})
/** Why nothing was done with a file of a batch. */
export type ItemProblem = typeof ItemProblem.Type
