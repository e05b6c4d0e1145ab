/**
 * The headers that say which bytes are sent, and which ones were kept. Pure.
 *
 * Source: https://developers.google.com/workspace/drive/api/guides/manage-uploads#resumable
 *
 * @module
 */

/** Google takes chunks in multiples of this many bytes, except the last. */
export const unit = 256 * 1024

/** The bytes from `from` up to, and not including, `to`. */
export interface Piece {
  readonly from: number
  readonly to: number
}

/** `Content-Range` for a piece of a file: `bytes 0-99/1000`. */
export const contentRange = ({ from, to }: Piece, total: number): string => `bytes ${from}-${to - 1}/${total}`

/** `Content-Range` of the empty request that asks how much was kept. */
export const question = (total: number): string => `bytes */${total}`

/** The piece that is sent next: all that is missing, or as much as a chunk holds. */
export const pieceFrom = (from: number, total: number, chunkSize: number | undefined): Piece => ({
  from,
  to: chunkSize === undefined ? total : Math.min(from + chunkSize, total)
})

/**
 * How many bytes were kept, by the `Range` of a 308. Without one nothing was; `undefined` for one that is not as documented.
 */
export const keptOf = (range: string | undefined): number | undefined => {
  if (range === undefined) return 0
  const last = /^bytes=0-(\d{1,15})$/.exec(range.trim())?.[1]
  return last === undefined ? undefined : Number(last) + 1
}
