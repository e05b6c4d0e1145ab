/**
 * Going on with a download where it broke off: what is asked, and what an answer means. Pure.
 *
 * https://www.rfc-editor.org/rfc/rfc9110#section-14, https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5
 *
 * @module
 */
import { isEncoded, lengthOf } from "../client/BoundedBody.ts"
import { dateOf, type HeaderMap } from "../client/RateHeaders.ts"

/** What is on disk of a file. */
export interface Part {
  readonly bytes: number
  /** What says that the rest belongs to it: a strong `ETag`, or a date. `undefined`: nothing does, so it begins anew. */
  readonly validator: string | undefined
  readonly total: number | undefined
}

/** Nothing yet. */
export const nothing: Part = { bytes: 0, validator: undefined, total: undefined }

/**
 * Where to go on. Of a part that is complete the last byte is asked again, because the answer tells whether it still is the
 * same file, and servers differ in what they answer when nothing is left.
 */
export const startOf = ({ bytes, total, validator }: Part): number => {
  if (validator === undefined) return 0
  return total === undefined ? bytes : Math.min(bytes, Math.max(0, total - 1))
}

/** The headers that ask for what is missing. */
export const headersFor = (part: Part): Readonly<Record<string, string>> => {
  const start = startOf(part)
  const identity = { "accept-encoding": "identity" }
  return start === 0 || part.validator === undefined
    ? identity
    : { ...identity, range: `bytes=${start}-`, "if-range": part.validator }
}

const strongEtag = /^"[\x21\x23-\x7E\x80-\xFF]*"$/

/** Whether a text can be given as `If-Range`. */
export const isValidator = (text: string): boolean => strongEtag.test(text) || dateOf(text) !== undefined

/**
 * What can be given as `If-Range`: a strong `ETag`; without any `ETag` the date of the last change, when the answer is at
 * least a second younger, since until then the file could have changed again within the same second.
 */
export const validatorOf = (headers: HeaderMap): string | undefined => {
  if (headers["accept-ranges"] === "none" || isEncoded(headers)) return undefined
  const { etag } = headers
  if (etag !== undefined) return strongEtag.test(etag) ? etag : undefined
  const changed = headers["last-modified"]
  const changedAt = dateOf(changed)
  const answeredAt = dateOf(headers["date"])
  return changedAt !== undefined && answeredAt !== undefined && answeredAt - changedAt >= 1000 ? changed : undefined
}

const number = (text: string | undefined): number | undefined => {
  const value = Number(text ?? Number.NaN)
  return text !== undefined && /^\d+$/.test(text) && Number.isSafeInteger(value) ? value : undefined
}

/** `bytes 0-99/1000`; a star stands for a total nobody knows, and for the range in a refusal. */
interface ContentRange {
  readonly first: number | undefined
  readonly last: number | undefined
  readonly total: number | undefined
}

const contentRangeOf = (headers: HeaderMap): ContentRange | undefined => {
  const match = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/i.exec(headers["content-range"]?.trim() ?? "")
  return match === null ? undefined : { first: number(match[1]), last: number(match[2]), total: number(match[3]) }
}

/** What an answer means. */
export type Verdict =
  /** The whole file: what is on disk is given up. */
  | { readonly _tag: "Whole"; readonly part: Part }
  /** The rest of it, from `start`, up to `end` (not included). */
  | { readonly _tag: "Rest"; readonly start: number; readonly end: number; readonly total: number }
  /** Nothing is left to send. */
  | { readonly _tag: "Complete" }
  /** What is on disk does not belong to it. */
  | { readonly _tag: "Mismatch" }
  /** An answer about something else: 404, or a range nobody asked for. */
  | { readonly _tag: "Refused" }

const mismatch: Verdict = { _tag: "Mismatch" }
const refused: Verdict = { _tag: "Refused" }

const restOf = (part: Part, headers: HeaderMap): Verdict => {
  const range = contentRangeOf(headers)
  const total = range?.total ?? part.total
  if (range?.first !== startOf(part) || range.last === undefined || total === undefined) return mismatch
  if (range.last < range.first || range.last >= total) return mismatch
  if (part.total !== undefined && part.total !== total) return mismatch
  // Servers that do not know If-Range still say what they send a part of.
  const isTagged = part.validator?.startsWith('"') === true
  const told = headers[isTagged ? "etag" : "last-modified"]
  if (isEncoded(headers) || (told !== undefined && told !== part.validator)) return mismatch
  const length = lengthOf(headers)
  if (length !== undefined && length !== range.last + 1 - range.first) return mismatch
  return { _tag: "Rest", start: range.first, end: range.last + 1, total }
}

/** Judges the answer to a request with `headersFor(part)`. */
export const judge = (part: Part, status: number, headers: HeaderMap): Verdict => {
  const asked = startOf(part) > 0
  if (status === 206) return asked ? restOf(part, headers) : refused
  if (status === 416 && asked) {
    return part.total === undefined && contentRangeOf(headers)?.total === part.bytes ? { _tag: "Complete" } : mismatch
  }
  if (status < 200 || status > 299) return refused
  return { _tag: "Whole", part: { bytes: 0, validator: validatorOf(headers), total: lengthOf(headers) } }
}
