/**
 * What whoever looks may do with a file, in the words of the API
 * (https://developers.google.com/workspace/drive/api/guides/manage-sharing#capabilities).
 *
 * @module
 */
import * as Access from "./Access.ts"
import type { Looking } from "./Looking.ts"
import * as MimeTypes from "./MimeTypes.ts"
import type { FileRow } from "./Rows.ts"
import * as Tree from "./Tree.ts"

/** The role that may put a file into the trash: its owner, and in a shared drive whoever organizes files. */
export const trashRole = ({ drive }: FileRow) => (drive === undefined ? "owner" : "fileOrganizer")

/** The role that may delete a file for good. */
export const deleteRole = ({ drive }: FileRow) => (drive === undefined ? "owner" : "organizer")

/** Whether somebody may read, copy and download the content. */
export const mayDownload = (file: FileRow, { email, tables }: Pick<Looking, "email" | "tables">): boolean => {
  const role = Access.roleOf(tables, file, email)
  return Access.reaches(role, file.copyRequiresWriterPermission ? "writer" : "reader")
}

/** All capabilities. */
export const capabilitiesOf = (file: FileRow, { email, tables }: Looking): Record<string, boolean> => {
  const role = Access.roleOf(tables, file, email)
  const isFolder = file.mimeType === MimeTypes.folder
  const isTop = file.parent === undefined
  const inDrive = file.drive !== undefined
  const trashed = Tree.isTrashed(tables, file)
  const edits = Access.reaches(role, "writer")
  const organizes = inDrive ? Access.reaches(role, "fileOrganizer") : edits
  const mayTrash = !isTop && Access.reaches(role, trashRole(file))
  const shares = Access.reaches(role, inDrive ? (isFolder ? "fileOrganizer" : "writer") : "writer")
  return {
    canAddChildren: isFolder && edits,
    canAddMyDriveParent: false,
    canChangeCopyRequiresWriterPermission: edits && !isFolder,
    canComment: Access.reaches(role, "commenter") && !isFolder,
    canCopy: !isFolder && mayDownload(file, { email, tables }),
    canDelete: !isTop && Access.reaches(role, deleteRole(file)),
    canDeleteChildren: isFolder && inDrive && Access.reaches(role, "organizer"),
    canDownload: !isFolder && mayDownload(file, { email, tables }),
    canEdit: edits,
    canListChildren: isFolder,
    canModifyContent: edits && !isFolder,
    canMoveChildrenOutOfDrive: isFolder && inDrive && Access.reaches(role, "organizer"),
    canMoveChildrenWithinDrive: isFolder && organizes,
    canMoveItemIntoTeamDrive: !isFolder && !inDrive && role === "owner",
    canMoveItemOutOfDrive: !isTop && inDrive && Access.reaches(role, "organizer"),
    canMoveItemWithinDrive: !isTop && organizes,
    canReadRevisions: edits && !isFolder,
    canRemoveChildren: isFolder && organizes,
    canRemoveMyDriveParent: !isTop && !inDrive && edits,
    canRename: edits && !isTop,
    canShare: shares && !(isTop && !inDrive),
    canTrash: mayTrash,
    canTrashChildren: isFolder && inDrive && Access.reaches(role, "fileOrganizer"),
    canUntrash: mayTrash && trashed && file.trashed
  }
}
