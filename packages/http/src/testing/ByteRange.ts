/**
 * What emulators make of a `Range` (https://www.rfc-editor.org/rfc/rfc9110#section-14.2): one part of a body. Several parts
 * at once are ignored, as a server may. Pure.
 *
 * @example
 * ```ts
 * import { ByteRange } from "@skippy/http/testing"
 *
 * console.log(ByteRange.partOf("bytes=10-", 42), ByteRange.partOf("bytes=99-", 42), ByteRange.partOf(undefined, 42))
 * ```
 *
 * ```text
 * { start: 10, end: 42 } none undefined
 * ```
 *
 * @module
 */

/** Bytes from `start` up to, and not including, `end`. */
export interface Part {
  readonly start: number
  readonly end: number
}

/** What a header asks for of so many bytes: `undefined` when it is to be ignored, `none` when there is no such part. */
export const partOf = (header: string | undefined, size: number): Part | "none" | undefined => {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? []
  if (from === "" && to === "") return undefined
  const [first, last] = [Number(from), Number(to)]
  if (from === "") return last === 0 || size === 0 ? "none" : { start: Math.max(0, size - last), end: size }
  if (to !== "" && last < first) return undefined
  return first >= size ? "none" : { start: first, end: to === "" ? size : Math.min(size, last + 1) }
}

/** The `Content-Range` of a part. */
export const contentRange = ({ end, start }: Part, size: number): string => `bytes ${start}-${end - 1}/${size}`
