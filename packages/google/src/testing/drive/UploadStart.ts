/**
 * The start of a resumable upload: a session, and the address its content goes to
 * (https://developers.google.com/workspace/drive/api/guides/manage-uploads#initial-request).
 *
 * What would be refused at the end is refused here already, as far as it is known.
 *
 * @module
 */
import { Result } from "effect"
import * as Access from "./Access.ts"
import type { Call } from "./Call.ts"
import { holdsNothing, plan } from "./FilesCreate.ts"
import * as Ids from "./Ids.ts"
import * as Metadata from "./Metadata.ts"
import * as Refusals from "./Refusals.ts"
import { check, type Outcome, type Reply } from "./Reply.ts"
import * as Sessions from "./Sessions.ts"

const decoder = new TextDecoder()

const lengthOf = (header: string | undefined): Outcome<number | undefined> =>
  header === undefined
    ? Result.succeed(undefined)
    : Result.map(
        check(/^\d+$/.test(header), () => Refusals.invalidHeader("X-Upload-Content-Length")),
        () => Number(header)
      )

/** Forgets the sessions that are over. */
const forgetOld = ({ blobs, now, tables }: Call): void => {
  for (const session of Array.from(tables.sessions.values())) {
    if (!Sessions.isExpired(session, now)) continue
    if (session.state === "open") blobs.part(session.id).discard()
    tables.sessions.remove(session.id)
  }
}

/** Starts an upload: of a new file, or of the content of one that is there. */
export const start = (call: Call, fileId: string): Outcome<Reply> =>
  Result.gen(function* () {
    const { headers, now, options, origin, query, tables, viewer } = call
    const metadata = yield* Metadata.read(call.body)
    const total = yield* lengthOf(headers["x-upload-content-length"])
    const mimeType = headers["x-upload-content-type"]
    if (fileId === "") {
      const planned = yield* plan(call, { metadata, mimeType, size: total ?? 0 })
      yield* check(!holdsNothing(planned), Refusals.noContentAllowed)
    } else {
      const file = yield* Access.visible(call, fileId)
      yield* Access.mustReach(call, file, "writer")
      yield* check(!holdsNothing(file), Refusals.noContentAllowed)
    }
    forgetOld(call)
    const id = `AEmu${Ids.generate(tables, "files", `session ${options.seed ?? "drive"}`)}`
    tables.sessions.put(id, {
      id,
      email: viewer.email,
      scopes: viewer.scopes,
      startedAt: now,
      metadata: decoder.decode(call.body),
      query: query.toString(),
      fileId: fileId === "" ? undefined : fileId,
      mimeType,
      total,
      kept: 0,
      state: "open"
    })
    const path = fileId === "" ? "" : `/${encodeURIComponent(fileId)}`
    return {
      status: 200,
      headers: {
        location: `${origin}/upload/drive/v3/files${path}?uploadType=resumable&upload_id=${id}`,
        "x-guploader-uploadid": id
      },
      body: ""
    }
  })
