/**
 * Files as the API shows them (https://developers.google.com/workspace/drive/api/reference/rest/v3/files).
 *
 * @module
 */
import * as Access from "./Access.ts"
import { capabilitiesOf } from "./Capabilities.ts"
import type { Looking } from "./Looking.ts"
import * as MimeTypes from "./MimeTypes.ts"
import { permissionView } from "./PermissionView.ts"
import type { FileRow } from "./Rows.ts"
import { rfc3339 } from "./Time.ts"
import * as Tree from "./Tree.ts"
import { userView } from "./Users.ts"

/** Leaves out what is `undefined`. */
const present = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

const timeOf = (millis: number | undefined): string | undefined => (millis === undefined ? undefined : rfc3339(millis))

const webViewLink = ({ id, mimeType }: FileRow): string => {
  const { exportFormats, folder } = MimeTypes
  if (mimeType === folder) return `https://drive.google.com/drive/folders/${id}`
  if (!(mimeType in exportFormats)) return `https://drive.google.com/file/d/${id}/view?usp=drivesdk`
  const kind = mimeType.slice(mimeType.lastIndexOf(".") + 1)
  const editor = kind === "spreadsheet" ? "spreadsheets" : kind
  return `https://docs.google.com/${editor}/d/${id}/edit?usp=drivesdk`
}

const exportLinks = ({ id, mimeType }: FileRow, origin: string): Record<string, string> | undefined => {
  const formats = MimeTypes.exportFormats[mimeType]
  if (formats === undefined) return undefined
  return Object.fromEntries(
    formats.flatMap((format) => {
      const name = MimeTypes.exportNames[format]
      return name === undefined
        ? []
        : [[format, `${origin}/feeds/download/documents/export/Export?id=${id}&exportFormat=${name}`]]
    })
  )
}

const extensions = (name: string): { readonly last: string; readonly full: string } => {
  const [, full = ""] = /^[^.]+\.(.+)$/.exec(name) ?? []
  return { last: full.slice(full.lastIndexOf(".") + 1), full }
}

const blobFields = (file: FileRow): Record<string, unknown> => {
  const { blob, id, name } = file
  if (blob === undefined) return {}
  const { full, last } = extensions(name)
  return {
    size: String(blob.size),
    quotaBytesUsed: String(blob.size),
    md5Checksum: blob.md5,
    sha1Checksum: blob.sha1,
    sha256Checksum: blob.sha256,
    headRevisionId: file.headRevisionId,
    originalFilename: file.originalFilename ?? name,
    fileExtension: last,
    fullFileExtension: full,
    webContentLink: `https://drive.google.com/uc?id=${id}&export=download`
  }
}

/** What only files of a My Drive have. */
const ownedFields = (file: FileRow, { email, tables }: Looking): Record<string, unknown> => {
  const { owner } = file
  if (owner === undefined) return {}
  const permissions = Access.permissionsOf(tables, file)
  return {
    owners: [userView(owner, email)],
    ownedByMe: owner === email,
    shared: permissions.length > 1,
    writersCanShare: file.writersCanShare,
    viewersCanCopyContent: !file.copyRequiresWriterPermission,
    ...(Access.reaches(Access.roleOf(tables, file, email), "writer")
      ? { permissions: permissions.map((each) => permissionView(each, false)) }
      : {})
  }
}

/** What only items of shared drives have. */
const driveFields = (file: FileRow, { email }: Looking): Record<string, unknown> => {
  const { drive, trashedBy } = file
  if (drive === undefined) return {}
  return {
    driveId: drive,
    teamDriveId: drive,
    hasAugmentedPermissions: file.id !== drive && file.permissions.length > 0,
    trashedTime: timeOf(file.trashedTime),
    trashingUser: trashedBy === undefined ? undefined : userView(trashedBy, email)
  }
}

/** All fields of a file. */
export const fileView = (file: FileRow, looking: Looking): Record<string, unknown> => {
  const { email, origin, tables } = looking
  const { lastModifiedBy, parent, shortcut } = file
  return present({
    kind: "drive#file",
    id: file.id,
    name: file.name,
    mimeType: file.mimeType,
    description: file.description,
    starred: file.starredBy.includes(email),
    trashed: Tree.isTrashed(tables, file),
    explicitlyTrashed: file.trashed,
    // Whoever cannot see the folder is not told of it.
    parents:
      parent !== undefined && Access.roleOf(tables, file, email) !== undefined && canSee(parent, looking)
        ? [parent]
        : undefined,
    properties: file.properties,
    appProperties: file.appProperties,
    spaces: ["drive"],
    version: String(file.version),
    createdTime: rfc3339(file.createdTime),
    modifiedTime: rfc3339(file.modifiedTime),
    modifiedByMe: lastModifiedBy === email,
    modifiedByMeTime: lastModifiedBy === email ? rfc3339(file.modifiedTime) : undefined,
    viewedByMe: file.viewedByMeTime !== undefined,
    viewedByMeTime: timeOf(file.viewedByMeTime),
    sharedWithMeTime: file.owner === email ? undefined : timeOf(file.sharedWithMeTime),
    lastModifyingUser: lastModifiedBy === undefined ? undefined : userView(lastModifiedBy, email),
    webViewLink: webViewLink(file),
    iconLink: `https://drive-thirdparty.googleusercontent.com/16/type/${file.mimeType}`,
    hasThumbnail: false,
    thumbnailVersion: "0",
    isAppAuthorized: file.byApp,
    copyRequiresWriterPermission: file.copyRequiresWriterPermission,
    folderColorRgb: file.folderColorRgb,
    quotaBytesUsed: "0",
    permissionIds: Access.permissionsOf(tables, file).map(({ permission }) => permission.id),
    capabilities: capabilitiesOf(file, looking),
    shortcutDetails: shortcut,
    exportLinks: exportLinks(file, origin),
    ...blobFields(file),
    ...ownedFields(file, looking),
    ...driveFields(file, looking)
  })
}

const canSee = (id: string, { email, tables }: Looking): boolean => {
  const folder = tables.files.get(id)
  return folder !== undefined && Access.roleOf(tables, folder, email) !== undefined
}
