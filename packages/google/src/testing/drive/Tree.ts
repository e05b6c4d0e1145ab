/**
 * Where files are: what is above and below them.
 *
 * @module
 */
import * as Ids from "./Ids.ts"
import * as MimeTypes from "./MimeTypes.ts"
import type { FileRow } from "./Rows.ts"
import { next, type Tables } from "./Storage.ts"

/** A row for a new file, with what every one has. */
export const blank = (
  tables: Tables,
  {
    id,
    mimeType,
    name,
    now
  }: { readonly id: string; readonly name: string; readonly mimeType: string; readonly now: number }
): FileRow => ({
  id,
  order: next(tables, "order"),
  name,
  mimeType,
  starredBy: [],
  createdTime: now,
  modifiedTime: now,
  trashed: false,
  copyRequiresWriterPermission: false,
  writersCanShare: true,
  abusive: false,
  byApp: false,
  version: 1,
  permissions: []
})

/** The top folder of somebody's My Drive, which is made when it is first asked for. */
export const rootOf = (tables: Tables, email: string): FileRow => {
  const id = Ids.rootOf(email)
  const known = tables.files.get(id)
  if (known !== undefined) return known
  const root: FileRow = {
    ...blank(tables, { id, name: "My Drive", mimeType: MimeTypes.folder, now: 0 }),
    owner: email,
    permissions: [{ id: Ids.permissionId("user", email), type: "user", role: "owner", email }]
  }
  tables.files.put(id, root)
  return root
}

/** The file with an id; `root` is the top folder of whoever asks. */
export const find = (tables: Tables, email: string, id: string): FileRow | undefined =>
  id === "root" ? rootOf(tables, email) : tables.files.get(id)

/** A file and what is above it, up to the top. */
export const lineage = (tables: Tables, file: FileRow): ReadonlyArray<FileRow> => {
  const line: Array<FileRow> = []
  for (let each: FileRow | undefined = file; each !== undefined;) {
    line.push(each)
    each = each.parent === undefined ? undefined : tables.files.get(each.parent)
  }
  return line
}

/** Whether a file is in the trash, itself or with something above it. */
export const isTrashed = (tables: Tables, file: FileRow): boolean =>
  lineage(tables, file).some(({ trashed }) => trashed)

export const childrenOf = (tables: Tables, id: string): ReadonlyArray<FileRow> => {
  const children: Array<FileRow> = []
  for (const file of tables.files.values()) if (file.parent === id) children.push(file)
  return children
}

/** A file and everything below it, what is above first. */
export const withDescendants = (tables: Tables, file: FileRow): ReadonlyArray<FileRow> => {
  const byParent = new Map<string, Array<FileRow>>()
  for (const each of tables.files.values()) {
    if (each.parent === undefined) continue
    const siblings = byParent.get(each.parent)
    if (siblings === undefined) byParent.set(each.parent, [each])
    else siblings.push(each)
  }
  const found = [file]
  for (const each of found) found.push(...(byParent.get(each.id) ?? []))
  return found
}
