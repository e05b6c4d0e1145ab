/**
 * The body of an upload in one request: what is said of the file, then the file (`multipart/related`). Pure.
 *
 * Source: https://developers.google.com/workspace/drive/api/guides/manage-uploads#multipart,
 * https://www.rfc-editor.org/rfc/rfc2387, https://www.rfc-editor.org/rfc/rfc2046#section-5.1
 *
 * @module
 */

/** A file and what is said of it. */
export interface Parts {
  /** JSON. */
  readonly metadata: string
  readonly mimeType: string
  readonly content: Uint8Array
  /** Not in `metadata` or `content`: see `isBoundary`. */
  readonly boundary: string
}

const encoder = new TextEncoder()

const indexOf = (bytes: Uint8Array, wanted: Uint8Array): number => {
  const [first] = wanted
  if (first === undefined) return 0
  let at = bytes.indexOf(first)
  while (at >= 0 && at + wanted.length <= bytes.length) {
    const start = at
    if (wanted.every((byte, offset) => bytes[start + offset] === byte)) return start
    at = bytes.indexOf(first, start + 1)
  }
  return -1
}

/** Whether a text can stand between the parts: it occurs in none of them. */
export const isBoundary = (text: string, { content, metadata }: Pick<Parts, "metadata" | "content">): boolean =>
  !metadata.includes(text) && indexOf(content, encoder.encode(text)) < 0

/** The header that goes with the body. */
export const contentType = (boundary: string): string => `multipart/related; boundary=${boundary}`

/** The body. */
export const body = ({ boundary, content, metadata, mimeType }: Parts): Uint8Array<ArrayBuffer> => {
  const head = encoder.encode(
    `--${boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n${metadata}\r\n` +
      `--${boundary}\r\nContent-Type: ${mimeType}\r\n\r\n`
  )
  const tail = encoder.encode(`\r\n--${boundary}--\r\n`)
  const bytes = new Uint8Array(head.length + content.length + tail.length)
  bytes.set(head, 0)
  bytes.set(content, head.length)
  bytes.set(tail, head.length + content.length)
  return bytes
}
