/**
 * What Drive sends, as far as it is read, and what is asked of it.
 *
 * Source: https://developers.google.com/workspace/drive/api/reference/rest/v3/files
 *
 * @module
 */
import { DateTime, Option, Schema } from "effect"
import type * as Answer from "./Answer.ts"

const optional = Schema.optionalKey

/** Folders. */
export const folderType = "application/vnd.google-apps.folder"
/** Shortcuts. */
export const shortcutType = "application/vnd.google-apps.shortcut"
/** What the types of Google's own begin with. */
export const googleType = "application/vnd.google-apps."

/** Bytes are told as text, because there may be more than a number of JSON holds. */
const Bytes = Schema.String.check(Schema.isPattern(/^\d{1,16}$/))

/** The resource of a file. A mask may leave out anything but the id. */
export const File = Schema.Struct({
  id: Schema.String,
  name: optional(Schema.String),
  mimeType: optional(Schema.String),
  description: optional(Schema.String),
  size: optional(Bytes),
  md5Checksum: optional(Schema.String),
  sha256Checksum: optional(Schema.String),
  createdTime: optional(Schema.String),
  modifiedTime: optional(Schema.String),
  version: optional(Schema.String),
  trashed: optional(Schema.Boolean),
  starred: optional(Schema.Boolean),
  shared: optional(Schema.Boolean),
  ownedByMe: optional(Schema.Boolean),
  parents: optional(Schema.Array(Schema.String)),
  driveId: optional(Schema.String),
  owners: optional(
    Schema.Array(Schema.Struct({ displayName: optional(Schema.String), emailAddress: optional(Schema.String) }))
  ),
  webViewLink: optional(Schema.String),
  resourceKey: optional(Schema.String),
  shortcutDetails: optional(
    Schema.Struct({
      targetId: optional(Schema.String),
      targetMimeType: optional(Schema.String),
      targetResourceKey: optional(Schema.String)
    })
  )
})
/** The resource of a file. */
export type File = typeof File.Type

/** The mask for it. */
export const fileFields =
  "id,name,mimeType,description,size,md5Checksum,sha256Checksum,createdTime,modifiedTime,version,trashed,starred,shared,ownedByMe,parents,driveId,owners(displayName,emailAddress),webViewLink,resourceKey,shortcutDetails(targetId,targetMimeType,targetResourceKey)"

/** A page of files. */
export const FilePage = Schema.Struct({
  files: optional(Schema.Array(File)),
  nextPageToken: optional(Schema.String),
  incompleteSearch: optional(Schema.Boolean)
})

/** The mask for it. */
export const pageFields = `nextPageToken,incompleteSearch,files(${fileFields})`

/** Who may do what with a file, how it is found, and how long. */
export const Permission = Schema.Struct({
  id: Schema.String,
  type: Schema.String,
  role: Schema.String,
  emailAddress: optional(Schema.String),
  domain: optional(Schema.String),
  displayName: optional(Schema.String),
  allowFileDiscovery: optional(Schema.Boolean),
  expirationTime: optional(Schema.String)
})
/** Who may do what with a file. */
export type Permission = typeof Permission.Type

/** The mask for it. */
export const permissionFields = "id,type,role,emailAddress,domain,displayName,allowFileDiscovery,expirationTime"

const kindOf = (mimeType: string): Answer.FileKind => {
  if (mimeType === folderType) return "folder"
  if (mimeType === shortcutType) return "shortcut"
  return mimeType.startsWith(googleType) ? "document" : "file"
}

/** Whether it is a folder. */
export const isFolder = ({ mimeType }: File): boolean => mimeType === folderType

const timeOf = (text: string | undefined): DateTime.Utc | undefined =>
  text === undefined ? undefined : Option.getOrUndefined(DateTime.make(text))

const ownerOf = ({ displayName, emailAddress }: NonNullable<File["owners"]>[number]): Answer.Owner => ({
  ...(displayName === undefined ? {} : { name: displayName }),
  ...(emailAddress === undefined ? {} : { email: emailAddress })
})

/** A file as operations answer it. */
export const fileOf = (file: File): Answer.DriveFile => {
  const mimeType = file.mimeType ?? "application/octet-stream"
  const createdAt = timeOf(file.createdTime)
  const modifiedAt = timeOf(file.modifiedTime)
  const { targetId, targetMimeType } = file.shortcutDetails ?? {}
  return {
    fileId: file.id,
    name: file.name ?? "",
    mimeType,
    kind: kindOf(mimeType),
    ...(file.size === undefined ? {} : { size: Number(file.size) }),
    ...(file.md5Checksum === undefined ? {} : { md5: file.md5Checksum }),
    ...(file.sha256Checksum === undefined ? {} : { sha256: file.sha256Checksum }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    trashed: file.trashed ?? false,
    starred: file.starred ?? false,
    shared: file.shared ?? false,
    parents: file.parents ?? [],
    ...(file.driveId === undefined ? {} : { driveId: file.driveId }),
    owners: (file.owners ?? []).map(ownerOf),
    ...(file.description === undefined ? {} : { description: file.description }),
    ...(file.webViewLink === undefined ? {} : { url: file.webViewLink }),
    ...(targetId === undefined
      ? {}
      : { target: { fileId: targetId, ...(targetMimeType === undefined ? {} : { mimeType: targetMimeType }) } })
  }
}

/** A permission as operations answer it. */
export const permissionOf = ({ displayName, domain, emailAddress, id, role, type }: Permission): Answer.Permission => ({
  id,
  type,
  role,
  ...(emailAddress === undefined ? {} : { email: emailAddress }),
  ...(domain === undefined ? {} : { domain }),
  ...(displayName === undefined ? {} : { name: displayName })
})
