/**
 * Uploads in one request: content alone, and metadata with content
 * (https://developers.google.com/workspace/drive/api/guides/manage-uploads).
 *
 * @module
 */
import { Result } from "effect"
import type { Call } from "./Call.ts"
import type { Endpoint } from "./Endpoint.ts"
import { create, type Media } from "./FilesCreate.ts"
import { shown } from "./FilesEndpoints.ts"
import { update } from "./FilesUpdate.ts"
import * as Metadata from "./Metadata.ts"
import * as Multipart from "./Multipart.ts"
import * as Refusals from "./Refusals.ts"
import { type Outcome, refuse, type Reply } from "./Reply.ts"
import { start } from "./UploadStart.ts"

interface Sent {
  readonly metadata: Metadata.Metadata
  readonly media: Media
}

const multipart = (call: Call): Outcome<Sent> => {
  const boundary = Multipart.boundaryOf(call.headers["content-type"])
  const parts = boundary === undefined ? undefined : Multipart.parts(call.body, boundary)
  const [first, second, ...others] = parts ?? []
  if (first === undefined || second === undefined || others.length > 0) return refuse(Refusals.malformedMultipart())
  return Result.map(Metadata.read(first.bytes), (metadata) => ({
    metadata,
    media: { blob: call.blobs.put(second.bytes), mimeType: second.contentType }
  }))
}

const sentOf = (call: Call): Outcome<Sent> => {
  switch (call.query.get("uploadType")) {
    case "media":
      return Result.succeed({
        metadata: {},
        media: { blob: call.blobs.put(call.body), mimeType: call.headers["content-type"] }
      })
    case "multipart":
      return multipart(call)
    default:
      return refuse(Refusals.unsupportedUpload())
  }
}

const upload = (call: Call, id: string): Outcome<Reply> =>
  call.query.get("uploadType") === "resumable" ? start(call, id) : atOnce(call, id)

const atOnce = (call: Call, id: string): Outcome<Reply> =>
  Result.flatMap(sentOf(call), ({ media, metadata }) =>
    Result.map(id === "" ? create(call, metadata, media) : update(call, id, metadata, media), (file) =>
      shown(call, file)
    )
  )

/** The methods of files that take content. */
export const endpoints: ReadonlyArray<Endpoint> = [
  {
    name: "DriveFiles.Create",
    method: "POST",
    path: /^\/(?:resumable\/)?upload\/drive\/v3\/files$/,
    needs: "write",
    units: 50,
    kind: "file",
    run: (call) => upload(call, "")
  },
  {
    name: "DriveFiles.Update",
    method: "PATCH",
    path: /^\/(?:resumable\/)?upload\/drive\/v3\/files\/([^/]+)$/,
    needs: "write",
    units: 50,
    kind: "file",
    run: upload
  },
  {
    // The guide starts resumable updates with PUT, other apps with PATCH.
    name: "DriveFiles.Update",
    method: "PUT",
    path: /^\/(?:resumable\/)?upload\/drive\/v3\/files\/([^/]+)$/,
    needs: "write",
    units: 50,
    kind: "file",
    run: (call, id) => (call.query.get("uploadType") === "resumable" ? start(call, id) : refuse(Refusals.nothingHere()))
  }
]
