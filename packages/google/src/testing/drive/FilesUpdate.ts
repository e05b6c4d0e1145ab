/**
 * `files.update`: metadata, the trash, moves, and new content
 * (https://developers.google.com/workspace/drive/api/reference/rest/v3/files/update).
 *
 * @module
 */
import { Result } from "effect"
import * as Access from "./Access.ts"
import type { Call } from "./Call.ts"
import * as Capabilities from "./Capabilities.ts"
import { folderFor, holdsNothing, type Media, withContent } from "./FilesCreate.ts"
import type { Metadata } from "./Metadata.ts"
import { applyTo } from "./Metadata.ts"
import * as MimeTypes from "./MimeTypes.ts"
import { move } from "./Moves.ts"
import * as Refusals from "./Refusals.ts"
import { check, type Outcome } from "./Reply.ts"
import type { FileRow } from "./Rows.ts"
import * as Usage from "./Usage.ts"

const idsOf = (call: Call, parameter: string): ReadonlyArray<string> =>
  (call.query.get(parameter) ?? "").split(",").filter((id) => id !== "")

/** Whether there is anything that only editors may change. */
const edits = ({ starred: _starred, trashed: _trashed, viewedByMeTime: _viewed, ...rest }: Metadata): boolean =>
  Object.values(rest).some((value) => value !== undefined)

const moved = (call: Call, file: FileRow): Outcome<FileRow> =>
  Result.gen(function* () {
    const add = idsOf(call, "addParents")
    const remove = idsOf(call, "removeParents")
    if (add.length === 0 && remove.length === 0) return file
    yield* Access.mustReach(call, file, "writer")
    yield* check(add.length <= 1, Refusals.cannotAddParent)
    const [first] = add
    // One that keeps its only parent stays; one that loses it goes to the top folder of its owner.
    const target = first === undefined ? undefined : yield* folderFor(call, first)
    return yield* move(call, file, target, remove)
  })

const trashedAs = (call: Call, file: FileRow, trashed: boolean | null | undefined): Outcome<FileRow> =>
  Result.gen(function* () {
    const { now, viewer } = call
    if (trashed === null || trashed === undefined || trashed === file.trashed) return file
    yield* Access.mustReach(call, file, Capabilities.trashRole(file))
    yield* check(file.parent !== undefined, () => Refusals.insufficientFilePermissions(file.id))
    return trashed
      ? { ...file, trashed, trashedTime: now, trashedBy: viewer.email }
      : { ...file, trashed, trashedTime: undefined, trashedBy: undefined }
  })

const contentOf = (call: Call, file: FileRow, media: Media | undefined): Outcome<FileRow> =>
  Result.gen(function* () {
    if (media === undefined) return file
    yield* check(!holdsNothing(file), Refusals.noContentAllowed)
    yield* Usage.check(call, file, media.blob.size - (file.blob?.size ?? 0))
    return MimeTypes.isNative(file.mimeType)
      ? { ...file, exports: { "text/plain": media.blob } }
      : withContent(call, file, media)
  })

/** The type a file has after an update: only files with bytes change theirs. */
const typeOf = (file: FileRow, asked: string | null | undefined, media: Media | undefined): Outcome<string> => {
  const mimeType = asked ?? (media === undefined || MimeTypes.isGoogle(file.mimeType) ? undefined : media.mimeType)
  if (mimeType === undefined || mimeType === file.mimeType) return Result.succeed(file.mimeType)
  return Result.map(
    check(!MimeTypes.isGoogle(mimeType) && !MimeTypes.isGoogle(file.mimeType), () =>
      Refusals.invalid("mimeType", "The file's MIME type cannot be changed to this type.")
    ),
    () => mimeType
  )
}

/** Changes a file. */
export const update = (call: Call, id: string, metadata: Metadata, media: Media | undefined): Outcome<FileRow> =>
  Result.gen(function* () {
    const { now, tables, viewer } = call
    const file = yield* Access.visible(call, id)
    yield* check(metadata.parents === undefined || metadata.parents === null, Refusals.parentsNotWritable)
    yield* check(metadata.id === undefined || metadata.id === null, () => Refusals.fieldNotWritable())
    if (edits(metadata) || media !== undefined) yield* Access.mustReach(call, file, "writer")
    yield* check(file.parent !== undefined || metadata.name === undefined, () =>
      Refusals.insufficientFilePermissions(file.id)
    )
    const trashed = yield* trashedAs(call, file, metadata.trashed)
    const elsewhere = yield* moved(call, trashed)
    const mimeType = yield* typeOf(file, metadata.mimeType, media)
    // Moving, starring and the trash do not touch when a file was modified.
    const touched = edits(metadata) || media !== undefined
    const described = yield* applyTo(
      { ...elsewhere, mimeType },
      metadata,
      touched ? viewer.email : (file.lastModifiedBy ?? viewer.email),
      touched ? now : file.modifiedTime
    )
    const changed = yield* contentOf(call, described, media)
    const result = { ...changed, version: file.version + 1 }
    tables.files.put(file.id, result)
    return result
  })
