/**
 * `files.create` (https://developers.google.com/workspace/drive/api/guides/create-file).
 *
 * @module
 */
import { Result } from "effect"
import * as Access from "./Access.ts"
import type { Call } from "./Call.ts"
import * as Ids from "./Ids.ts"
import * as Metadata from "./Metadata.ts"
import * as MimeTypes from "./MimeTypes.ts"
import * as Refusals from "./Refusals.ts"
import { check, type Outcome, refuse } from "./Reply.ts"
import type { BlobInfo, FileRow } from "./Rows.ts"
import { next } from "./Storage.ts"
import * as Tree from "./Tree.ts"
import * as Usage from "./Usage.ts"

/** Content that came with a request. */
export interface Media {
  readonly blob: BlobInfo
  /** What its `Content-Type` says. */
  readonly mimeType: string | undefined
}

/** A folder that takes something new: one may edit it, and it is not full. */
export const folderFor = (call: Call, id: string): Outcome<FileRow> =>
  Result.gen(function* () {
    const folder = yield* Access.visible(call, id)
    yield* check(folder.mimeType === MimeTypes.folder, Refusals.parentNotAFolder)
    yield* check(Access.reaches(Access.roleOf(call.tables, folder, call.viewer.email), "writer"), () =>
      Refusals.insufficientParentPermissions()
    )
    const isTop = folder.parent === undefined
    const most = call.limits.children ?? 500_000
    yield* check(isTop || Tree.childrenOf(call.tables, folder.id).length < most, () => Refusals.tooManyChildren())
    return folder
  })

/** The one folder of `parents`. */
export const parentOf = (call: Call, parents: ReadonlyArray<string> | null | undefined): Outcome<FileRow> => {
  const [first, ...others] = parents ?? []
  if (others.length > 0) {
    return refuse(Refusals.invalid("parents", "A file can only have one parent; multiple parents are not supported."))
  }
  return folderFor(call, first ?? "root")
}

/** The id a file gets: the one it came with, when it was generated, is free, and may be used for such files. */
export const idOf = (call: Call, id: string | null | undefined, mimeType: string): Outcome<string> => {
  const { options, tables } = call
  if (id === null || id === undefined) return Result.succeed(Ids.generate(tables, "files", options.seed ?? "drive"))
  if (MimeTypes.isNative(mimeType)) return refuse(Refusals.idOfNative())
  if (!Ids.isGenerated(id, mimeType === MimeTypes.shortcut ? "shortcuts" : "files"))
    return refuse(Refusals.idNotUsable())
  return tables.files.get(id) === undefined ? Result.succeed(id) : refuse(Refusals.idInUse())
}

/** Where a new file is, and whose it is. */
export const placed = (file: FileRow, folder: FileRow, email: string): FileRow =>
  folder.drive === undefined
    ? {
        ...file,
        parent: folder.id,
        drive: undefined,
        owner: email,
        permissions: [{ id: Ids.permissionId("user", email), type: "user", role: "owner", email }]
      }
    : { ...file, parent: folder.id, drive: folder.drive, owner: undefined, permissions: [] }

const shortcutOf = (call: Call, metadata: Metadata.Metadata): Outcome<Pick<FileRow, "shortcut">> => {
  const targetId = metadata.shortcutDetails?.targetId
  if (targetId === null || targetId === undefined) {
    return refuse(Refusals.badRequest("A shortcut must have a target.", "shortcutDetails.targetId"))
  }
  return Result.map(Access.visible(call, targetId), ({ id, mimeType }) => ({
    shortcut: { targetId: id, targetMimeType: mimeType }
  }))
}

/** A content as the head revision of a file. */
export const withContent = (call: Call, file: FileRow, { blob }: Media): FileRow => ({
  ...file,
  blob,
  originalFilename: file.originalFilename ?? file.name,
  headRevisionId: Ids.revisionId(call.tables)
})

/** Whether a file can have no content: a folder, or a shortcut. */
export const holdsNothing = ({ mimeType }: FileRow): boolean =>
  mimeType === MimeTypes.folder || mimeType === MimeTypes.shortcut

const contentOf = (call: Call, file: FileRow, media: Media | undefined): FileRow => {
  const { mimeType } = file
  if (MimeTypes.isNative(mimeType)) return { ...file, exports: media === undefined ? {} : { "text/plain": media.blob } }
  if (MimeTypes.isGoogle(mimeType)) return file
  return withContent(call, file, media ?? { blob: call.blobs.put(new Uint8Array()), mimeType: undefined })
}

/** What is to be created: its metadata, and what is known of its content. */
export interface Planned {
  readonly metadata: Metadata.Metadata
  /** What its content says it is. */
  readonly mimeType: string | undefined
  /** In bytes. */
  readonly size: number
}

/** The file without its content, or why there can be none. Changes nothing. */
export const plan = (call: Call, { metadata, mimeType: sent, size }: Planned): Outcome<FileRow> =>
  Result.gen(function* () {
    const { now, tables, viewer } = call
    const mimeType = metadata.mimeType ?? sent ?? "application/octet-stream"
    const folder = yield* parentOf(call, metadata.parents)
    const shortcut = mimeType === MimeTypes.shortcut ? yield* shortcutOf(call, metadata) : {}
    yield* Usage.check(call, folder, size)
    const createdTime = yield* Metadata.createdTimeOf(metadata, now)
    const id = yield* idOf(call, metadata.id, mimeType)
    const blank = {
      ...Tree.blank(tables, { id, name: "Untitled", mimeType, now }),
      ...shortcut,
      createdTime,
      byApp: true
    }
    return yield* Metadata.applyTo(placed(blank, folder, viewer.email), metadata, viewer.email, now)
  })

/** Creates a file. */
export const create = (call: Call, metadata: Metadata.Metadata, media: Media | undefined): Outcome<FileRow> =>
  Result.gen(function* () {
    const planned = yield* plan(call, { metadata, mimeType: media?.mimeType, size: media?.blob.size ?? 0 })
    yield* check(media === undefined || !holdsNothing(planned), Refusals.noContentAllowed)
    const file = contentOf(call, planned, media)
    next(call.tables, "created")
    call.tables.files.put(file.id, file)
    return file
  })
