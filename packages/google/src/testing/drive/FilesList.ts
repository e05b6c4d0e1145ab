/**
 * `files.list` (https://developers.google.com/workspace/drive/api/guides/search-files and
 * https://developers.google.com/workspace/drive/api/guides/enable-shareddrives).
 *
 * A page token says what came last, so files that come and go meanwhile do not make another file come twice.
 *
 * @module
 */
import { Result } from "effect"
import * as Access from "./Access.ts"
import { type Call, flag, knowsDrives } from "./Call.ts"
import { fileView } from "./FileView.ts"
import * as Paging from "./Paging.ts"
import { mentions, type Query } from "./query/Ast.ts"
import { matches, type QueryFile } from "./query/Match.ts"
import { parse } from "./query/Parse.ts"
import * as Refusals from "./Refusals.ts"
import { check, ok, type Outcome, refuse, type Reply } from "./Reply.ts"
import type { FileRow } from "./Rows.ts"
import * as Sorting from "./Sorting.ts"
import * as Tree from "./Tree.ts"

const queryOf = ({ query }: Call): Outcome<Query | undefined> => {
  const text = query.get("q") ?? ""
  if (text.trim() === "") return Result.succeed(undefined)
  const parsed = parse(text)
  return parsed._tag === "Parsed" ? Result.succeed(parsed.query) : refuse(Refusals.invalid("q", "Invalid Value"))
}

/** Which files are looked at: those of a user, of a shared drive, or of both. */
const corpusOf = (call: Call): Outcome<(file: FileRow) => boolean> =>
  Result.gen(function* () {
    const { query, tables, viewer } = call
    const driveId = query.get("driveId") ?? query.get("teamDriveId")
    const corpora = query.get("corpora") ?? (driveId === null ? "user" : "drive")
    const includes = flag(call, "includeItemsFromAllDrives") || flag(call, "includeTeamDriveItems")
    yield* check(["user", "domain", "drive", "allDrives"].includes(corpora), () =>
      Refusals.invalid("corpora", "Invalid Value")
    )
    yield* check(!includes || knowsDrives(call), () =>
      Refusals.badRequest(
        "The supportsAllDrives parameter must be set to true when includeItemsFromAllDrives is.",
        "includeItemsFromAllDrives"
      )
    )
    if (corpora === "drive") {
      if (driveId === null)
        return yield* refuse(
          Refusals.badRequest("The driveId must be specified if and only if corpora is set to drive.", "driveId")
        )
      yield* check(includes, Refusals.mustIncludeDrives)
      const top = tables.files.get(driveId)
      yield* check(
        tables.drives.get(driveId) !== undefined &&
          top !== undefined &&
          Access.roleOf(tables, top, viewer.email) !== undefined,
        () => Refusals.driveNotFound(driveId)
      )
      return (file) => file.drive === driveId
    }
    yield* check(driveId === null, () =>
      Refusals.badRequest("The driveId must be specified if and only if corpora is set to drive.", "driveId")
    )
    if (corpora === "allDrives") yield* check(includes, Refusals.mustIncludeDrives)
    return (file) => file.drive === undefined || includes
  })

const textOf = (call: Call, { blob, exports, mimeType }: FileRow): string | undefined => {
  const readable = exports?.["text/plain"] ?? (mimeType.startsWith("text/") ? blob : undefined)
  if (readable === undefined) return undefined
  const content = call.blobs.read(readable)
  const bytes = content instanceof Uint8Array ? content : content.read(0, Math.min(content.length, 1 << 20))
  return new TextDecoder().decode(bytes)
}

const queryFile = (call: Call, file: FileRow): QueryFile => ({
  name: file.name,
  mimeType: file.mimeType,
  description: file.description,
  parents: file.parent === undefined ? [] : [file.parent],
  trashed: Tree.isTrashed(call.tables, file),
  starred: file.starredBy.includes(call.viewer.email),
  createdTime: file.createdTime,
  modifiedTime: file.modifiedTime,
  viewedByMeTime: file.viewedByMeTime,
  sharedWithMeTime: file.owner === call.viewer.email ? undefined : file.sharedWithMeTime,
  permissions: Access.permissionsOf(call.tables, file).map(({ permission }) => ({
    type: permission.type,
    role: permission.role,
    emailAddress: permission.email,
    allowFileDiscovery: permission.allowFileDiscovery
  })),
  properties: file.properties,
  appProperties: file.appProperties,
  shortcutDetails: file.shortcut,
  text: () => textOf(call, file)
})

/** The files a list is of, in its order. */
const found = (call: Call): Outcome<ReadonlyArray<Sorting.Sorted>> =>
  Result.gen(function* () {
    const { tables, viewer } = call
    const query = yield* queryOf(call)
    const isIn = yield* corpusOf(call)
    const order = yield* Sorting.orderOf(call)
    yield* check(
      query === undefined || !mentions(query, "fullText") || call.query.get("orderBy") === null,
      Refusals.noSortingOfFullText
    )
    const context = { email: viewer.email, rootId: Tree.rootOf(tables, viewer.email).id }
    const files: Array<FileRow> = []
    for (const file of tables.files.values()) {
      // Top folders are in no list.
      if (file.parent === undefined || !isIn(file) || !Access.appSees(viewer, file)) continue
      if (query !== undefined && !matches(query, queryFile(call, file), context)) continue
      if (Access.isListed(tables, file, viewer.email)) files.push(file)
    }
    return Sorting.sort(files, order, viewer.email)
  })

/** Lists files. */
export const list = (call: Call): Outcome<Reply> =>
  Result.gen(function* () {
    const { options, query, tables, viewer } = call
    const sorted = yield* found(call)
    const most = yield* Paging.sizeOf(call, { most: 1000, otherwise: query.get("driveId") === null ? 1000 : 100 })
    const page = yield* Paging.pageOf(call, sorted, most, ({ file }) => file.id)
    const looking = { tables, email: viewer.email, origin: call.origin }
    return ok({
      kind: "drive#fileList",
      incompleteSearch: query.get("corpora") === "allDrives" && (options.incompleteSearch ?? false),
      ...(page.next === undefined ? {} : { nextPageToken: page.next }),
      files: page.items.map(({ file }) => fileView(file, looking))
    })
  })
