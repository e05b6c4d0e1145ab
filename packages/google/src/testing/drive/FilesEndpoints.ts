/**
 * The methods of files.
 *
 * @module
 */
import { Result } from "effect"
import * as Access from "./Access.ts"
import type { Call } from "./Call.ts"
import type { Endpoint } from "./Endpoint.ts"
import { download, exportFile } from "./Exports.ts"
import { fileView } from "./FileView.ts"
import { copy } from "./FilesCopy.ts"
import { create } from "./FilesCreate.ts"
import { list } from "./FilesList.ts"
import { content } from "./FilesRead.ts"
import { emptyTrash, remove } from "./FilesRemove.ts"
import { update } from "./FilesUpdate.ts"
import * as Ids from "./Ids.ts"
import * as Metadata from "./Metadata.ts"
import * as Refusals from "./Refusals.ts"
import { check, ok, type Outcome, type Reply } from "./Reply.ts"
import type { FileRow } from "./Rows.ts"

/** A file as an answer. */
export const shown = (call: Call, file: FileRow): Reply =>
  ok(fileView(file, { tables: call.tables, email: call.viewer.email, origin: call.origin }))

const generateIds = (call: Call): Outcome<Reply> =>
  Result.gen(function* () {
    const { options, query, tables } = call
    const count = query.get("count") ?? "10"
    const type = query.get("type") ?? "files"
    const space = query.get("space") ?? "drive"
    yield* check(/^\d+$/.test(count) && Number(count) >= 1 && Number(count) <= 1000, () =>
      Refusals.invalid("count", `Invalid value '${count}'. Values must be within the range: [1, 1000]`)
    )
    yield* check(type === "files" || type === "shortcuts", () => Refusals.invalid("type", "Invalid Value"))
    yield* check(space === "drive", () => Refusals.invalid("space", "Invalid Value"))
    const kind = type === "shortcuts" ? "shortcuts" : "files"
    const ids = Array.from({ length: Number(count) }, () => Ids.generate(tables, kind, options.seed ?? "drive"))
    return ok({ kind: "drive#generatedIds", space, ids })
  })

const get = (call: Call, id: string): Outcome<Reply> =>
  call.query.get("alt") === "media"
    ? content(call, id)
    : Result.map(Access.visible(call, id), (file) => shown(call, file))

/** The methods of files, the more special paths first. */
export const endpoints: ReadonlyArray<Endpoint> = [
  {
    name: "DriveFiles.GenerateIds",
    method: "GET",
    path: /^\/drive\/v3\/files\/generateIds$/,
    needs: "write",
    units: 5,
    kind: "generatedIds",
    run: generateIds
  },
  {
    name: "DriveFiles.List",
    method: "GET",
    path: /^\/drive\/v3\/files$/,
    needs: "readMetadata",
    units: 100,
    kind: "fileList",
    run: list
  },
  {
    name: "DriveFiles.Create",
    method: "POST",
    path: /^\/drive\/v3\/files$/,
    needs: "write",
    units: 50,
    kind: "file",
    run: (call) =>
      Result.flatMap(Metadata.read(call.body), (metadata) =>
        Result.map(create(call, metadata, undefined), (file) => shown(call, file))
      )
  },
  {
    name: "DriveFiles.Get",
    method: "GET",
    path: /^\/drive\/v3\/files\/([^/]+)$/,
    needs: "readMetadata",
    units: 5,
    kind: "file",
    run: get
  },
  {
    name: "DriveFiles.Update",
    method: "PATCH",
    path: /^\/drive\/v3\/files\/([^/]+)$/,
    needs: "write",
    units: 50,
    kind: "file",
    run: (call, id) =>
      Result.flatMap(Metadata.read(call.body), (metadata) =>
        Result.map(update(call, id, metadata, undefined), (file) => shown(call, file))
      )
  },
  {
    name: "DriveFiles.EmptyTrash",
    method: "DELETE",
    path: /^\/drive\/v3\/files\/trash$/,
    needs: "writeAll",
    units: 50,
    run: emptyTrash
  },
  {
    name: "DriveFiles.Delete",
    method: "DELETE",
    path: /^\/drive\/v3\/files\/([^/]+)$/,
    needs: "write",
    units: 50,
    run: remove
  },
  {
    name: "DriveFiles.Copy",
    method: "POST",
    path: /^\/drive\/v3\/files\/([^/]+)\/copy$/,
    needs: "write",
    units: 50,
    kind: "file",
    run: (call, id) =>
      Result.flatMap(Metadata.read(call.body), (metadata) =>
        Result.map(copy(call, id, metadata), (file) => shown(call, file))
      )
  },
  {
    name: "DriveFiles.Export",
    method: "GET",
    path: /^\/drive\/v3\/files\/([^/]+)\/export$/,
    needs: "read",
    units: 200,
    run: exportFile
  },
  {
    name: "DriveFiles.Download",
    method: "POST",
    path: /^\/drive\/v3\/files\/([^/]+)\/download$/,
    needs: "read",
    units: 200,
    kind: "operation",
    run: download
  }
]
