/**
 * What is there from the start.
 *
 * @module
 */
import * as Ids from "./Ids.ts"
import * as MimeTypes from "./MimeTypes.ts"
import type { DriveOptions, FileOptions, Options, PermissionOptions } from "./Options.ts"
import type { BlobInfo, FileRow, PermissionRow } from "./Rows.ts"
import { next, type Storage, type Tables } from "./Storage.ts"
import * as Tree from "./Tree.ts"

const encoder = new TextEncoder()

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === "string" ? encoder.encode(content) : content

const permissionOf = ({ domain, email, role, type = "user" }: PermissionOptions): PermissionRow => ({
  id: Ids.permissionId(type, email ?? domain ?? ""),
  type,
  role,
  email,
  domain,
  allowFileDiscovery: type === "domain" || type === "anyone" ? false : undefined
})

/** Who owns what nobody is named for. */
export const firstAccount = ({ tokens }: Options): string => tokens?.[0]?.email ?? "tester@example.com"

const addDrive = (tables: Tables, options: Options, { id, members, name }: DriveOptions): void => {
  const made = id ?? Ids.generate(tables, "files", options.seed ?? "drive")
  tables.drives.put(made, { id: made, name, createdTime: 0 })
  tables.files.put(made, {
    ...Tree.blank(tables, { id: made, name, mimeType: MimeTypes.folder, now: 0 }),
    drive: made,
    permissions: (members ?? [{ email: firstAccount(options), role: "organizer" }]).map(permissionOf)
  })
}

const contentsOf = (
  { content, exports }: FileOptions,
  mimeType: string,
  put: (bytes: Uint8Array) => BlobInfo
): Pick<FileRow, "blob" | "exports"> => {
  if (mimeType === MimeTypes.folder || mimeType === MimeTypes.shortcut) return {}
  if (!MimeTypes.isNative(mimeType)) return { blob: put(bytesOf(content ?? "")) }
  const texts = { ...(content === undefined ? {} : { "text/plain": content }), ...exports }
  return {
    exports: Object.fromEntries(Object.entries(texts).map(([type, text]) => [type, put(bytesOf(text))]))
  }
}

const typeOf = ({ content, mimeType, target }: FileOptions): string =>
  mimeType ??
  (target === undefined
    ? typeof content === "string"
      ? "text/plain"
      : "application/octet-stream"
    : MimeTypes.shortcut)

const shortcutOf = (tables: Tables, { name, target }: FileOptions): Pick<FileRow, "shortcut"> => {
  if (target === undefined) return {}
  const file = tables.files.get(target)
  if (file === undefined) throw missing(name, target)
  return { shortcut: { targetId: target, targetMimeType: file.mimeType } }
}

const missing = (name: string, id: string): Error =>
  new Error(`the file "${name}" of the Drive emulator names "${id}", which is not there; list that one before it`)

const addFile = ({ blobs }: Storage, tables: Tables, options: Options, file: FileOptions): void => {
  const { createdTime = 0, name, parents = [], permissions = [] } = file
  const owner = file.owner ?? firstAccount(options)
  const [named = "root"] = parents
  const parent = Tree.find(tables, owner, named)
  if (parent === undefined) throw missing(name, named)
  const mimeType = typeOf(file)
  const id = file.id ?? Ids.generate(tables, "files", options.seed ?? "drive")
  if (tables.files.get(id) !== undefined) throw new Error(`two files of the Drive emulator have the id "${id}"`)
  const contents = contentsOf(file, mimeType, blobs.put)
  const own: ReadonlyArray<PermissionOptions> =
    parent.drive === undefined ? [{ email: owner, role: "owner" }, ...permissions] : permissions
  tables.files.put(id, {
    ...Tree.blank(tables, { id, name, mimeType, now: createdTime }),
    ...contents,
    ...shortcutOf(tables, file),
    parent: parent.id,
    drive: parent.drive,
    owner: parent.drive === undefined ? owner : undefined,
    description: file.description,
    properties: file.properties,
    appProperties: file.appProperties,
    starredBy: file.starred === true ? [owner] : [],
    modifiedTime: file.modifiedTime ?? createdTime,
    lastModifiedBy: owner,
    sharedWithMeTime: permissions.length === 0 ? undefined : createdTime,
    trashed: file.trashed ?? false,
    trashedTime: file.trashed === true ? (file.modifiedTime ?? createdTime) : undefined,
    trashedBy: file.trashed === true ? owner : undefined,
    headRevisionId: contents.blob === undefined ? undefined : Ids.revisionId(tables),
    copyRequiresWriterPermission: file.copyRequiresWriterPermission ?? false,
    abusive: file.abusive ?? false,
    byApp: file.byApp ?? false,
    permissions: own.map(permissionOf)
  })
}

/** Puts what the options name into a storage, once. */
export const sow = (storage: Storage, options: Options): void =>
  storage.transact((tables) => {
    if (next(tables, "sown") > 1) return
    for (const drive of options.drives ?? []) addDrive(tables, options, drive)
    for (const file of options.files ?? []) addFile(storage, tables, options, file)
  })
