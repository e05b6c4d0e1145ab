/**
 * Etags and conditional requests (RFC 9110, section 13.1.2).
 *
 * @module
 */
import { digest } from "./Digest.ts"

/** The weak etag of a body. */
export const etagOf = (body: string): string => `W/"${digest(body)}"`

const opaque = (etag: string): string => etag.trim().replace(/^W\//, "")

/** Whether `if-none-match` names the etag: weak comparison, a list, or `*`. */
export const matches = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === "*" || ifNoneMatch.split(",").some((each) => opaque(each) === opaque(etag)))
