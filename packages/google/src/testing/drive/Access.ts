/**
 * Who may do what with a file: its permissions and those it inherits
 * (https://developers.google.com/workspace/drive/api/guides/ref-roles).
 *
 * @module
 */
import { Result } from "effect"
import { type Call, knowsDrives, seesOwnFilesOnly, type Viewer } from "./Call.ts"
import { fileNotFound, insufficientFilePermissions } from "./Refusals.ts"
import { check, type Outcome, refuse } from "./Reply.ts"
import type { FileRow, PermissionRow, Role } from "./Rows.ts"
import type { Tables } from "./Storage.ts"
import * as Tree from "./Tree.ts"

const ranks: Readonly<Record<Role, number>> = {
  owner: 6,
  organizer: 5,
  fileOrganizer: 4,
  writer: 3,
  commenter: 2,
  reader: 1
}

/** Whether a role is as much as another, or more. */
export const reaches = (role: Role | undefined, least: Role): boolean =>
  role !== undefined && ranks[role] >= ranks[least]

/** A permission in effect. */
export interface Effective {
  readonly permission: PermissionRow
  /** The file it is on, when that is not the file itself. */
  readonly inheritedFrom: string | undefined
}

/**
 * The permissions in effect: for each grantee the one that is most. A folder's owner may edit, but does not own, what
 * others put into it.
 */
export const permissionsOf = (tables: Tables, file: FileRow): ReadonlyArray<Effective> => {
  const best = new Map<string, Effective>()
  for (const each of Tree.lineage(tables, file)) {
    for (const own of each.permissions) {
      const inherited = each.id !== file.id
      const permission: PermissionRow = inherited && own.role === "owner" ? { ...own, role: "writer" } : own
      const known = best.get(permission.id)
      if (known !== undefined && ranks[known.permission.role] >= ranks[permission.role]) continue
      best.set(permission.id, { permission, inheritedFrom: inherited ? each.id : undefined })
    }
  }
  return Array.from(best.values())
}

const isFor = ({ domain, email, type }: PermissionRow, viewer: string): boolean => {
  switch (type) {
    case "user":
      return email?.toLowerCase() === viewer.toLowerCase()
    case "domain":
      return viewer.toLowerCase().endsWith(`@${domain?.toLowerCase()}`)
    case "anyone":
      return true
    // Nobody is known to be in a group.
    case "group":
      return false
  }
}

/** What somebody may do with a file; `undefined` when they may not even see it. */
export const roleOf = (tables: Tables, file: FileRow, email: string): Role | undefined => {
  let most: Role | undefined
  for (const { permission } of permissionsOf(tables, file)) {
    if (isFor(permission, email) && (most === undefined || ranks[permission.role] > ranks[most])) most = permission.role
  }
  return most
}

/** Whether lists show a file: those that are shared with everybody by a link are not found by searching. */
export const isListed = (tables: Tables, file: FileRow, email: string): boolean =>
  permissionsOf(tables, file).some(
    ({ permission }) =>
      isFor(permission, email) && (permission.type === "user" || permission.allowFileDiscovery === true)
  )

/** Whether the app of a token may see a file at all. */
export const appSees = (viewer: Viewer, { byApp, parent }: FileRow): boolean =>
  !seesOwnFilesOnly(viewer) || byApp || parent === undefined

/** The file with an id, if whoever asks may see it. */
export const visible = (call: Call, id: string): Outcome<FileRow> => {
  const { tables, viewer } = call
  const file = Tree.find(tables, viewer.email, id)
  return file === undefined ||
    (file.drive !== undefined && !knowsDrives(call)) ||
    !appSees(viewer, file) ||
    roleOf(tables, file, viewer.email) === undefined
    ? refuse(fileNotFound(id === "root" ? "." : id))
    : Result.succeed(file)
}

/** Refuses whoever may do less than this with a file. */
export const mustReach = ({ tables, viewer }: Call, file: FileRow, least: Role): Outcome<void> =>
  check(reaches(roleOf(tables, file, viewer.email), least), () => insufficientFilePermissions(file.id))
