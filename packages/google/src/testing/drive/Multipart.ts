/**
 * The bodies of multipart uploads: metadata first, then content
 * (https://developers.google.com/workspace/drive/api/guides/manage-uploads#multipart; RFC 2387, RFC 2046).
 *
 * @module
 */

/** One part. */
export interface PartOfBody {
  /** Its `Content-Type`, when it has one. */
  readonly contentType: string | undefined
  readonly bytes: Uint8Array
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The boundary of a `Content-Type`, when it is `multipart/related`. */
export const boundaryOf = (contentType: string | undefined): string | undefined => {
  if (contentType === undefined || !/^multipart\/related\s*(;|$)/i.test(contentType)) return undefined
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? []
  return quoted ?? plain
}

const indexOf = (bytes: Uint8Array, sought: Uint8Array, from: number): number => {
  const [first] = sought
  if (first === undefined) return from
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (sought.every((byte, i) => bytes[at + i] === byte)) return at
  }
  return -1
}

const partOf = (bytes: Uint8Array): PartOfBody | undefined => {
  const blank = indexOf(bytes, encoder.encode("\r\n\r\n"), 0)
  // A part may have no headers: then it begins with the empty line.
  const start = bytes[0] === 13 && bytes[1] === 10 ? 2 : blank + 4
  if (blank < 0 && start !== 2) return undefined
  const head = start === 2 ? "" : decoder.decode(bytes.subarray(0, blank))
  const [, contentType] = /^content-type:\s*(.+?)\s*$/im.exec(head) ?? []
  return { contentType, bytes: bytes.subarray(start) }
}

/** The parts of a body, or `undefined` when it is none with this boundary. */
export const parts = (body: Uint8Array, boundary: string): ReadonlyArray<PartOfBody> | undefined => {
  const delimiter = encoder.encode(`--${boundary}`)
  const between = encoder.encode(`\r\n--${boundary}`)
  const found: Array<PartOfBody> = []
  let at = indexOf(body, delimiter, 0)
  if (at < 0) return undefined
  at += delimiter.length
  for (;;) {
    if (body[at] === 45 && body[at + 1] === 45) return found
    // The line may end in blanks.
    const line = indexOf(body, encoder.encode("\r\n"), at)
    const end = line < 0 ? -1 : indexOf(body, between, line)
    if (end < 0) return undefined
    const part = partOf(body.subarray(line + 2, Math.max(line + 2, end)))
    if (part === undefined) return undefined
    found.push(part)
    at = end + between.length
  }
}
