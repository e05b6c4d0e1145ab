/**
 * Shared drives: `drives.list` and `drives.get`
 * (https://developers.google.com/workspace/drive/api/guides/manage-shareddrives).
 *
 * @module
 */
import { Result } from "effect"
import * as Access from "./Access.ts"
import type { Call } from "./Call.ts"
import * as Paging from "./Paging.ts"
import * as Refusals from "./Refusals.ts"
import { ok, type Outcome, refuse, type Reply } from "./Reply.ts"
import type { DriveRow, Role } from "./Rows.ts"
import { rfc3339 } from "./Time.ts"

const roleIn = ({ tables, viewer }: Call, { id }: DriveRow): Role | undefined => {
  const top = tables.files.get(id)
  return top === undefined ? undefined : Access.roleOf(tables, top, viewer.email)
}

const driveView = (call: Call, drive: DriveRow) => {
  const role = roleIn(call, drive)
  const [edits, organizes, manages] = [
    Access.reaches(role, "writer"),
    Access.reaches(role, "fileOrganizer"),
    Access.reaches(role, "organizer")
  ]
  return {
    kind: "drive#drive",
    id: drive.id,
    name: drive.name,
    createdTime: rfc3339(drive.createdTime),
    hidden: false,
    capabilities: {
      canAddChildren: edits,
      canComment: Access.reaches(role, "commenter"),
      canCopy: true,
      canDeleteChildren: manages,
      canDeleteDrive: manages,
      canDownload: true,
      canEdit: edits,
      canListChildren: true,
      canManageMembers: manages,
      canReadRevisions: edits,
      canRename: edits,
      canRenameDrive: manages,
      canShare: edits,
      canTrashChildren: organizes
    },
    restrictions: {
      adminManagedRestrictions: false,
      copyRequiresWriterPermission: false,
      domainUsersOnly: false,
      driveMembersOnly: false,
      sharingFoldersRequiresOrganizerPermission: false
    }
  }
}

/** `drives.list`. Queries for drives are not read here, and refused. */
export const list = (call: Call): Outcome<Reply> =>
  Result.gen(function* () {
    if (call.query.has("q")) return yield* refuse(Refusals.invalid("q", "Invalid Value"))
    const mine = Array.from(call.tables.drives.values()).filter((drive) => roleIn(call, drive) !== undefined)
    const most = yield* Paging.sizeOf(call, { most: 100, otherwise: 10 })
    const page = yield* Paging.pageOf(call, mine, most, ({ id }) => id)
    return ok({
      kind: "drive#driveList",
      ...(page.next === undefined ? {} : { nextPageToken: page.next }),
      drives: page.items.map((drive) => driveView(call, drive))
    })
  })

/** `drives.get` */
export const get = (call: Call, id: string): Outcome<Reply> => {
  const drive = call.tables.drives.get(id)
  return drive === undefined || roleIn(call, drive) === undefined
    ? refuse(Refusals.driveNotFound(id))
    : Result.succeed(ok(driveView(call, drive)))
}
