/**
 * `files.get`, metadata and content
 * (https://developers.google.com/workspace/drive/api/guides/manage-downloads).
 *
 * @module
 */
import { ByteRange, type EmulatorAnswer } from "@skippy/http/testing"
import { Result } from "effect"
import * as Access from "./Access.ts"
import { type Call, flag } from "./Call.ts"
import { mayDownload } from "./Capabilities.ts"
import * as MimeTypes from "./MimeTypes.ts"
import * as Refusals from "./Refusals.ts"
import { check, type Outcome, type Reply } from "./Reply.ts"
import type { BlobInfo, FileRow } from "./Rows.ts"

/** A part of a content. */
const slice = (body: Exclude<EmulatorAnswer["body"], string | undefined>, start: number, end: number) =>
  body instanceof Uint8Array
    ? body.subarray(start, end)
    : { length: end - start, read: (from: number, to: number) => body.read(start + from, start + to) }

/** A content, or the part of it that `Range` asks for. */
export const contentReply = (call: Call, blob: BlobInfo, mimeType: string, name?: string): Reply => {
  const body = call.blobs.read(blob)
  const headers = {
    "content-type": mimeType,
    "accept-ranges": "bytes",
    ...(name === undefined ? {} : { "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name)}` })
  }
  const range = ByteRange.partOf(call.headers["range"], blob.size)
  if (range === undefined) return { status: 200, headers, body }
  if (range === "none") {
    return { ...Refusals.rangeNotSatisfiable(), headers: { "content-range": `bytes */${blob.size}` } }
  }
  return {
    status: 206,
    headers: { ...headers, "content-range": ByteRange.contentRange(range, blob.size) },
    body: slice(body, range.start, range.end)
  }
}

const abuseAllowed = (call: Call, file: FileRow): Outcome<void> =>
  Result.gen(function* () {
    if (!file.abusive) return
    yield* check(flag(call, "acknowledgeAbuse"), Refusals.abusive)
    const least = file.drive === undefined ? "owner" : "organizer"
    const role = Access.roleOf(call.tables, file, call.viewer.email)
    yield* check(Access.reaches(role, least), Refusals.invalidAcknowledgment)
  })

/** The content of a file. Native documents, folders and shortcuts have none. */
export const content = (call: Call, id: string): Outcome<Reply> =>
  Result.gen(function* () {
    const file = yield* Access.visible(call, id)
    const { blob, mimeType } = file
    if (blob === undefined || MimeTypes.isGoogle(mimeType)) return yield* Result.fail(Refusals.notDownloadable())
    yield* check(mayDownload(file, { email: call.viewer.email, tables: call.tables }), Refusals.cannotDownload)
    yield* abuseAllowed(call, file)
    return contentReply(call, blob, mimeType)
  })
