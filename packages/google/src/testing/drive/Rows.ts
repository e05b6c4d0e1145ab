/**
 * What an emulated Drive remembers, row by row. Rows are plain data, so that they can be kept as JSON.
 *
 * @module
 */
import { Schema } from "effect"

/** The content of a file, named by its checksums. */
export const BlobInfo = Schema.Struct({
  /** In bytes. */
  size: Schema.Finite,
  md5: Schema.String,
  sha1: Schema.String,
  sha256: Schema.String
})

export type BlobInfo = typeof BlobInfo.Type

/** What somebody may do, from most to least. */
export const Role = Schema.Literals(["owner", "organizer", "fileOrganizer", "writer", "commenter", "reader"])

export type Role = typeof Role.Type

/** Whom a permission is for. */
export const GranteeType = Schema.Literals(["user", "group", "domain", "anyone"])

export type GranteeType = typeof GranteeType.Type

/** A permission that is directly on a file or shared drive. */
export const PermissionRow = Schema.Struct({
  id: Schema.String,
  type: GranteeType,
  role: Role,
  email: Schema.optional(Schema.String),
  domain: Schema.optional(Schema.String),
  allowFileDiscovery: Schema.optional(Schema.Boolean),
  expirationTime: Schema.optional(Schema.String)
})

export type PermissionRow = typeof PermissionRow.Type

const Properties = Schema.Record(Schema.String, Schema.String)

/** A file, a folder, a shortcut, or the top folder of a user or shared drive. */
export const FileRow = Schema.Struct({
  id: Schema.String,
  /** Counts up with each file, so that files have an order even at the same moment. */
  order: Schema.Finite,
  name: Schema.String,
  mimeType: Schema.String,
  /** Absent for top folders. */
  parent: Schema.optional(Schema.String),
  /** The shared drive it is in. */
  drive: Schema.optional(Schema.String),
  /** Absent in shared drives. */
  owner: Schema.optional(Schema.String),
  lastModifiedBy: Schema.optional(Schema.String),
  description: Schema.optional(Schema.String),
  properties: Schema.optional(Properties),
  appProperties: Schema.optional(Properties),
  /** The addresses of those who starred it. */
  starredBy: Schema.Array(Schema.String),
  /** Milliseconds since the epoch, as all times here. */
  createdTime: Schema.Finite,
  modifiedTime: Schema.Finite,
  viewedByMeTime: Schema.optional(Schema.Finite),
  sharedWithMeTime: Schema.optional(Schema.Finite),
  /** Whether it was itself put into the trash. */
  trashed: Schema.Boolean,
  trashedTime: Schema.optional(Schema.Finite),
  trashedBy: Schema.optional(Schema.String),
  /** Absent for folders, shortcuts and native documents. */
  blob: Schema.optional(BlobInfo),
  originalFilename: Schema.optional(Schema.String),
  headRevisionId: Schema.optional(Schema.String),
  shortcut: Schema.optional(Schema.Struct({ targetId: Schema.String, targetMimeType: Schema.String })),
  /** What a native document exports to, by media type. */
  exports: Schema.optional(Schema.Record(Schema.String, BlobInfo)),
  folderColorRgb: Schema.optional(Schema.String),
  copyRequiresWriterPermission: Schema.Boolean,
  writersCanShare: Schema.Boolean,
  /** Whether Google found it to be malware. */
  abusive: Schema.Boolean,
  /** Whether an app of the API created it, which is what the scope `drive.file` shows. */
  byApp: Schema.Boolean,
  version: Schema.Finite,
  permissions: Schema.Array(PermissionRow)
})

export type FileRow = typeof FileRow.Type

/** A shared drive. Its top folder is the file with the same id, which has its members as permissions. */
export const DriveRow = Schema.Struct({ id: Schema.String, name: Schema.String, createdTime: Schema.Finite })

export type DriveRow = typeof DriveRow.Type

/** An upload that is not finished, or that was a short while ago. */
export const SessionRow = Schema.Struct({
  id: Schema.String,
  /** Who started it. */
  email: Schema.String,
  scopes: Schema.Array(Schema.String),
  startedAt: Schema.Finite,
  /** The metadata of the file that is to be, as it was sent. */
  metadata: Schema.String,
  /** The query it was started with. */
  query: Schema.String,
  /** The file that gets the content; absent until it is created. */
  fileId: Schema.optional(Schema.String),
  /** What `X-Upload-Content-Type` said. */
  mimeType: Schema.optional(Schema.String),
  /** The whole size in bytes, once somebody said it. */
  total: Schema.optional(Schema.Finite),
  /** How many bytes are kept. */
  kept: Schema.Finite,
  state: Schema.Literals(["open", "done", "cancelled"])
})

export type SessionRow = typeof SessionRow.Type

/** A download that Google prepares. */
export const OperationRow = Schema.Struct({
  name: Schema.String,
  email: Schema.String,
  fileId: Schema.String,
  /** The media type it is downloaded as. */
  mimeType: Schema.String,
  startedAt: Schema.Finite,
  /** How often somebody asked whether it is done. */
  polls: Schema.Finite,
  /** Whether ranges of it may be asked for. */
  partial: Schema.Boolean,
  blob: BlobInfo
})

export type OperationRow = typeof OperationRow.Type

/** A mail about something that was shared. */
export const NotificationRow = Schema.Struct({
  fileId: Schema.String,
  email: Schema.String,
  role: Role,
  message: Schema.optional(Schema.String),
  at: Schema.Finite
})

export type NotificationRow = typeof NotificationRow.Type
