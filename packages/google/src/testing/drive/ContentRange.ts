/**
 * The `Content-Range` of chunks of a resumable upload
 * (https://developers.google.com/workspace/drive/api/guides/manage-uploads#resumable).
 *
 * @module
 */

/** What is kept of an unfinished upload is a multiple of this, in bytes. */
export const granularity = 256 * 1024

/** What a request to a session says of its body. */
export type ContentRange =
  /** All of the content: there is no header. */
  | { readonly _tag: "Whole" }
  /** No content, but the question how much is there. */
  | { readonly _tag: "Question"; readonly total: number | undefined }
  /** The bytes `first` to `last`, both included. */
  | { readonly _tag: "Chunk"; readonly first: number; readonly last: number; readonly total: number | undefined }
  | { readonly _tag: "Wrong" }

/** Reads the header. */
export const parse = (header: string | undefined): ContentRange => {
  if (header === undefined) return { _tag: "Whole" }
  const [, range, first, last, total] = /^bytes\s+(\*|(\d+)-(\d+))\/(\*|\d+)$/.exec(header.trim()) ?? []
  if (range === undefined || total === undefined) return { _tag: "Wrong" }
  const size = total === "*" ? undefined : Number(total)
  if (range === "*") return { _tag: "Question", total: size }
  const chunk = { _tag: "Chunk", first: Number(first), last: Number(last), total: size } as const
  return chunk.first > chunk.last || (size !== undefined && chunk.last >= size) ? { _tag: "Wrong" } : chunk
}

/** What of so many bytes is kept when more are to come. */
export const keptOf = (bytes: number): number => bytes - (bytes % granularity)
