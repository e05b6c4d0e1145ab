/**
 * `files.copy` (https://developers.google.com/workspace/drive/api/reference/rest/v3/files/copy).
 *
 * @module
 */
import { Result } from "effect"
import * as Access from "./Access.ts"
import type { Call } from "./Call.ts"
import { mayDownload } from "./Capabilities.ts"
import { folderFor, idOf, parentOf, placed } from "./FilesCreate.ts"
import * as Ids from "./Ids.ts"
import * as Metadata from "./Metadata.ts"
import * as MimeTypes from "./MimeTypes.ts"
import * as Refusals from "./Refusals.ts"
import { check, type Outcome } from "./Reply.ts"
import type { FileRow } from "./Rows.ts"
import { next } from "./Storage.ts"
import * as Tree from "./Tree.ts"
import * as Usage from "./Usage.ts"

/** Where a copy goes: next to the file, when one may put something there, or else to the top. */
const folderOf = (call: Call, file: FileRow, { parents }: Metadata.Metadata): Outcome<FileRow> =>
  parents !== undefined && parents !== null && parents.length > 0
    ? parentOf(call, parents)
    : Result.orElse(folderFor(call, file.parent ?? "root"), () => folderFor(call, "root"))

/** Copies a file, not a folder. A copy has the permissions of where it is. */
export const copy = (call: Call, id: string, metadata: Metadata.Metadata): Outcome<FileRow> =>
  Result.gen(function* () {
    const { now, tables, viewer } = call
    const file = yield* Access.visible(call, id)
    yield* check(
      file.mimeType !== MimeTypes.folder && mayDownload(file, { email: viewer.email, tables }),
      Refusals.cannotCopy
    )
    const folder = yield* folderOf(call, file, metadata)
    yield* Usage.check(call, folder, file.blob?.size ?? 0)
    const createdTime = yield* Metadata.createdTimeOf(metadata, now)
    const made = yield* idOf(call, metadata.id, file.mimeType)
    const blank: FileRow = {
      ...file,
      ...Tree.blank(tables, { id: made, name: `Copy of ${file.name}`, mimeType: file.mimeType, now }),
      createdTime,
      sharedWithMeTime: undefined,
      viewedByMeTime: undefined,
      trashedTime: undefined,
      trashedBy: undefined,
      headRevisionId: file.blob === undefined ? undefined : Ids.revisionId(tables),
      byApp: true
    }
    const described = yield* Metadata.applyTo(placed(blank, folder, viewer.email), metadata, viewer.email, now)
    next(tables, "created")
    tables.files.put(made, described)
    return described
  })
