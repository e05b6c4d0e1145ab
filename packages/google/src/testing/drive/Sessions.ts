/**
 * Sessions of resumable uploads: what a request to one means, from what is kept so far
 * (https://developers.google.com/workspace/drive/api/guides/manage-uploads#resumable).
 *
 * Where the guide is silent, the answers are those people saw: 503 for a chunk that leaves a gap, bytes that are there
 * already are passed over, 400 in plain text for chunks of a wrong size.
 *
 * @module
 */
import { type ContentRange, granularity } from "./ContentRange.ts"
import type { Reply } from "./Reply.ts"
import type { SessionRow } from "./Rows.ts"

/** How long a session lives: a week, in milliseconds. */
const lifetime = 7 * 24 * 3_600_000

/** What becomes of a request to a session. */
export type Decision =
  /** An answer, whatever the body is. */
  | { readonly _tag: "Answer"; readonly reply: Reply }
  /** The upload is complete with what is kept. */
  | { readonly _tag: "Finish" }
  /** The body is taken. */
  | {
      readonly _tag: "Take"
      /** Forgets what is kept: the content begins again. */
      readonly restart: boolean
      /** Bytes of the body that are kept already. */
      readonly skip: number
      /** Bytes the body must have; `undefined` when it is all of a content whose size nobody said. */
      readonly length: number | undefined
      /** The size of the whole content, once it is known. */
      readonly total: number | undefined
    }

const text = (status: number, body: string): Decision => ({ _tag: "Answer", reply: plain(status, body) })

/** How far an upload is: 308, with a range unless nothing is kept. */
export const progress = (kept: number): Reply => ({
  status: 308,
  headers: kept === 0 ? {} : { range: `bytes=0-${kept - 1}` }
})

/** Whether a session is too old. */
export const isExpired = ({ startedAt }: SessionRow, now: number): boolean => now - startedAt > lifetime

/** Whether there is a session no more. */
export const isGone = (session: SessionRow, now: number): boolean =>
  session.state === "cancelled" || isExpired(session, now)

const plain = (status: number, body: string): Reply => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body
})

/** A client that cancelled its upload (https://cloud.google.com/storage/docs/performing-resumable-uploads#cancel-upload). */
export const cancelled: Reply = plain(499, "")

/** A request another came after. */
export const superseded: Reply = plain(503, "Another request writes to this upload.")

/** A body of another length than its range. */
export const wrongLength: Reply = plain(
  400,
  "Invalid request. The number of bytes received does not match the Content-Range header."
)

const otherTotal = text(400, "Invalid request. The total size does not match the one given before.")

const chunkOf = (
  { kept }: SessionRow,
  { first, last }: Extract<ContentRange, { _tag: "Chunk" }>,
  total: number | undefined
): Decision => {
  if (first > kept) {
    return text(
      503,
      `Invalid request. According to the Content-Range header, the upload offset is ${first} byte(s), which exceeds ` +
        `already uploaded size of ${kept} byte(s).`
    )
  }
  const length = last - first + 1
  const isLast = last + 1 === total
  if (!isLast && length % granularity !== 0) {
    return text(
      400,
      `Invalid request. The number of bytes uploaded is required to be a multiple of ${granularity}, except for the ` +
        `final request. The received request contained ${length} bytes, which does not meet this requirement.`
    )
  }
  if (last + 1 <= kept && !isLast) return { _tag: "Answer", reply: progress(kept) }
  return { _tag: "Take", restart: false, skip: kept - first, length, total }
}

/** Decides what becomes of a request to a session that is open. */
export const decide = (session: SessionRow, range: ContentRange): Decision => {
  const known = session.total
  const said = range._tag === "Chunk" || range._tag === "Question" ? range.total : undefined
  if (known !== undefined && said !== undefined && known !== said) return otherTotal
  const total = said ?? known
  switch (range._tag) {
    case "Wrong":
      return text(400, "Invalid request. Failed to parse the Content-Range header.")
    case "Question":
      return total === session.kept ? { _tag: "Finish" } : { _tag: "Answer", reply: progress(session.kept) }
    case "Whole":
      return { _tag: "Take", restart: true, skip: 0, length: total, total }
    case "Chunk":
      return chunkOf(session, range, total)
  }
}
