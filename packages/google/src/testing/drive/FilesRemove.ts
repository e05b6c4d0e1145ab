/**
 * `files.delete` and `files.emptyTrash`, which skip the trash or empty it
 * (https://developers.google.com/workspace/drive/api/guides/delete).
 *
 * @module
 */
import { Result } from "effect"
import * as Access from "./Access.ts"
import type { Call } from "./Call.ts"
import { deleteRole } from "./Capabilities.ts"
import * as Refusals from "./Refusals.ts"
import { check, noContent, type Outcome, type Reply } from "./Reply.ts"
import type { FileRow } from "./Rows.ts"
import type { Tables } from "./Storage.ts"
import * as Tree from "./Tree.ts"

const removeAll = (tables: Tables, file: FileRow): void => {
  for (const { id } of Tree.withDescendants(tables, file)) tables.files.remove(id)
}

/** Deletes a file for good, and what is below it. */
export const remove = (call: Call, id: string): Outcome<Reply> =>
  Result.gen(function* () {
    const file = yield* Access.visible(call, id)
    yield* check(file.parent !== undefined, () => Refusals.insufficientFilePermissions(file.id))
    yield* Access.mustReach(call, file, deleteRole(file))
    removeAll(call.tables, file)
    return noContent
  })

/** Deletes for good what somebody put into the trash, of a My Drive or of a shared drive. */
export const emptyTrash = (call: Call): Outcome<Reply> =>
  Result.gen(function* () {
    const { query, tables, viewer } = call
    const driveId = query.get("driveId")
    if (driveId !== null) {
      const top = tables.files.get(driveId)
      const role = top === undefined ? undefined : Access.roleOf(tables, top, viewer.email)
      yield* check(role !== undefined, () => Refusals.driveNotFound(driveId))
      yield* check(Access.reaches(role, "organizer"), () => Refusals.insufficientFilePermissions(driveId))
    }
    for (const file of Array.from(tables.files.values())) {
      const isHere = driveId === null ? file.owner === viewer.email : file.drive === driveId
      if (isHere && file.trashed) removeAll(tables, file)
    }
    return noContent
  })
