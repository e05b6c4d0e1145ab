/**
 * Native documents in other formats: `files.export`, the links of a file, and downloads that Google prepares
 * (https://developers.google.com/workspace/drive/api/guides/manage-downloads).
 *
 * A document has the formats its options give it. One that Google offers, and that the options do not give, is made of the
 * plain text: the bytes of that text, whatever the format is.
 *
 * @module
 */
import { Result } from "effect"
import * as Access from "./Access.ts"
import type { Call } from "./Call.ts"
import { mayDownload } from "./Capabilities.ts"
import { contentReply } from "./FilesRead.ts"
import * as Ids from "./Ids.ts"
import * as MimeTypes from "./MimeTypes.ts"
import * as Refusals from "./Refusals.ts"
import { check, ok, type Outcome, refuse, type Reply } from "./Reply.ts"
import type { BlobInfo, FileRow, OperationRow } from "./Rows.ts"

const exportOf = (call: Call, file: FileRow, mimeType: string): Outcome<BlobInfo> => {
  const formats = MimeTypes.exportFormats[file.mimeType]
  if (formats === undefined) return refuse(Refusals.notExportable())
  if (!formats.includes(mimeType)) return refuse(Refusals.conversionNotSupported())
  const { exports = {} } = file
  return Result.succeed(exports[mimeType] ?? exports["text/plain"] ?? call.blobs.put(new Uint8Array()))
}

/** An export as far as everybody agrees who may see it. The file must be one of a shared drive or not: it says neither. */
const exported = (
  call: Call,
  id: string,
  mimeType: string
): Outcome<{ readonly file: FileRow; readonly blob: BlobInfo }> =>
  Result.gen(function* () {
    const file = yield* Access.visible({ ...call, query: withDrives(call.query) }, id)
    const blob = yield* exportOf(call, file, mimeType)
    yield* check(mayDownload(file, { email: call.viewer.email, tables: call.tables }), Refusals.cannotDownload)
    return { file, blob }
  })

/** `files.export` takes no `supportsAllDrives`, and exports what is in shared drives, too. */
const withDrives = (query: URLSearchParams): URLSearchParams => {
  const all = new URLSearchParams(query)
  all.set("supportsAllDrives", "true")
  return all
}

/** `files.export`: at most 10 MB. */
export const exportFile = (call: Call, id: string): Outcome<Reply> =>
  Result.gen(function* () {
    const mimeType = call.query.get("mimeType")
    if (mimeType === null || mimeType === "") {
      return yield* refuse(Refusals.required("mimeType", "Required parameter: mimeType"))
    }
    const { blob } = yield* exported(call, id, mimeType)
    yield* check(blob.size <= (call.limits.exportSize ?? 10 * 1024 * 1024), Refusals.exportTooLarge)
    return contentReply(call, blob, mimeType)
  })

/** What a link of `exportLinks` leads to, without a limit. */
export const exportLink = (call: Call): Outcome<Reply> => {
  const id = call.query.get("id") ?? ""
  const name = call.query.get("exportFormat") ?? ""
  const [mimeType] = Object.entries(MimeTypes.exportNames).find(([, each]) => each === name) ?? []
  if (mimeType === undefined) return refuse(Refusals.conversionNotSupported())
  return Result.map(exported(call, id, mimeType), ({ blob, file }) =>
    contentReply(call, blob, mimeType, `${file.name}.${name}`)
  )
}

const operationView = (call: Call, operation: OperationRow, done: boolean) => ({
  name: operation.name,
  metadata: { "@type": "type.googleapis.com/google.apps.drive.v3.DownloadFileMetadata", resourceKey: "" },
  done,
  ...(done
    ? {
        response: {
          "@type": "type.googleapis.com/google.apps.drive.v3.DownloadFileResponse",
          downloadUri: `${call.origin}/download/drive/v3/operations/${operation.name}`,
          partialDownloadAllowed: operation.partial
        }
      }
    : {})
})

/** How long an operation is kept: a day, in milliseconds. */
const lifetime = 24 * 3_600_000

/** `files.download`: an operation that prepares a download of any size. */
export const download = (call: Call, id: string): Outcome<Reply> =>
  Result.gen(function* () {
    const { now, options, query, tables, viewer } = call
    const file = yield* Access.visible({ ...call, query: withDrives(query) }, id)
    yield* check(mayDownload(file, { email: viewer.email, tables }), Refusals.cannotDownload)
    const asked = query.get("mimeType")
    const isBlob = file.blob !== undefined
    yield* check(!isBlob || asked === null, () =>
      Refusals.badRequest("The MIME type can only be set for Google Workspace documents.", "mimeType")
    )
    const mimeType = asked ?? (isBlob ? file.mimeType : (MimeTypes.exportFormats[file.mimeType]?.[0] ?? ""))
    const blob = file.blob ?? (yield* exportOf(call, file, mimeType))
    const operation: OperationRow = {
      name: `op${Ids.generate(tables, "files", `operation ${options.seed ?? "drive"}`)}`,
      email: viewer.email,
      fileId: file.id,
      mimeType,
      startedAt: now,
      polls: 0,
      partial: isBlob,
      blob
    }
    tables.operations.put(operation.name, operation)
    return ok(operationView(call, operation, (options.operationPolls ?? 0) === 0))
  })

const operationOf = ({ now, tables, viewer }: Call, name: string): Outcome<OperationRow> => {
  const operation = tables.operations.get(name)
  return operation === undefined || operation.email !== viewer.email || now - operation.startedAt > lifetime
    ? refuse(Refusals.operationNotFound(name))
    : Result.succeed(operation)
}

/** `operations.get` */
export const getOperation = (call: Call, name: string): Outcome<Reply> =>
  Result.map(operationOf(call, name), (operation) => {
    const polls = operation.polls + 1
    call.tables.operations.put(name, { ...operation, polls })
    return ok(operationView(call, operation, polls >= (call.options.operationPolls ?? 0)))
  })

/** The content an operation prepared. */
export const downloadOf = (call: Call, name: string): Outcome<Reply> =>
  Result.map(operationOf(call, name), ({ blob, mimeType }) => contentReply(call, blob, mimeType))
