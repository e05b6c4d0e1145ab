/**
 * Where a file goes with `addParents` and `removeParents`
 * (https://developers.google.com/workspace/drive/api/guides/folder#move_files_between_folders).
 *
 * Not documented and narrow: a file whose only parent is removed goes to the top folder of its owner, in a shared drive it
 * is refused.
 *
 * @module
 */
import { Result } from "effect"
import * as Access from "./Access.ts"
import type { Call } from "./Call.ts"
import { placed } from "./FilesCreate.ts"
import * as MimeTypes from "./MimeTypes.ts"
import * as Refusals from "./Refusals.ts"
import { check, type Outcome } from "./Reply.ts"
import type { FileRow } from "./Rows.ts"
import * as Tree from "./Tree.ts"

/** From one shared drive to another, out of one, or into one, only what one organizes or owns. */
const crossing = (call: Call, file: FileRow, target: FileRow): Outcome<void> =>
  Result.gen(function* () {
    if (file.drive === target.drive) {
      if (file.drive !== undefined) yield* Access.mustReach(call, file, "fileOrganizer")
      return
    }
    const isFolder = file.mimeType === MimeTypes.folder
    yield* check(!isFolder || target.drive === undefined, Refusals.folderIntoDrive)
    yield* Access.mustReach(call, file, file.drive === undefined ? "owner" : "organizer")
  })

/** Puts what is below a folder that left its shared drive where the folder is. */
const takeAlong = ({ tables, viewer }: Call, folder: FileRow): void => {
  for (const each of Tree.withDescendants(tables, folder).slice(1)) {
    const parent = each.parent === undefined ? undefined : tables.files.get(each.parent)
    if (parent !== undefined)
      tables.files.put(each.id, { ...placed(each, parent, viewer.email), version: each.version + 1 })
  }
}

/** Moves a file into a folder, out of others, or both. */
export const move = (
  call: Call,
  file: FileRow,
  target: FileRow | undefined,
  remove: ReadonlyArray<string>
): Outcome<FileRow> =>
  Result.gen(function* () {
    const { tables, viewer } = call
    const { parent } = file
    if (parent === undefined) return yield* Result.fail(Refusals.insufficientFilePermissions(file.id))
    const removed = remove.map((id) => (id === "root" ? Tree.rootOf(tables, viewer.email).id : id))
    const leaves = removed.includes(parent)
    for (const id of removed) yield* check(id === parent, () => Refusals.fileNotFound(id))
    if (target === undefined) {
      yield* check(file.owner !== undefined, Refusals.parentNeeded)
      return { ...file, parent: Tree.rootOf(tables, file.owner ?? viewer.email).id }
    }
    if (target.id === parent) {
      yield* check(!leaves, Refusals.sameParent)
      return file
    }
    yield* check(leaves, Refusals.cannotAddParent)
    yield* check(!Tree.lineage(tables, target).some(({ id }) => id === file.id), Refusals.cyclicParents)
    yield* crossing(call, file, target)
    if (file.drive === target.drive) return { ...file, parent: target.id }
    const result = placed(file, target, viewer.email)
    if (file.mimeType === MimeTypes.folder) {
      tables.files.put(file.id, result)
      takeAlong(call, result)
    }
    return result
  })
