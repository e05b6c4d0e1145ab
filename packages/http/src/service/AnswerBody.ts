/**
 * A body as text where it is text, as base64 where it is not.
 *
 * https://encoding.spec.whatwg.org/#decode, https://www.rfc-editor.org/rfc/rfc9110#section-8.3
 *
 * @module
 */
import { Base64 } from "effect/encoding"

/** A body as it is given to the caller. */
export interface AnswerBody {
  readonly body: string
  readonly encoding: "text" | "base64"
}

/** What is known of a body beside its bytes. */
export interface Facts {
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  /** Whether bytes are missing at the end, so that the last character may be torn. */
  readonly isCut: boolean
}

const textTypes = /^text\/|[/+](?:json|xml|yaml)$/
const otherTextTypes: ReadonlySet<string> = new Set([
  "application/ecmascript",
  "application/graphql",
  "application/javascript",
  "application/json-seq",
  "application/ndjson",
  "application/sql",
  "application/toml",
  "application/x-javascript",
  "application/x-ndjson",
  "application/x-sh",
  "application/x-www-form-urlencoded",
  "application/x-yaml"
])

const neverText = /^(?:audio|font|image|video)\//

const isTextType = (type: string): boolean => textTypes.test(type) || otherTextTypes.has(type)

const typeOf = (contentType: string | undefined): string =>
  (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? ""

const charsetOf = (contentType: string | undefined): string | undefined =>
  /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? "")?.[1]

/** Marks at the beginning, which say more than any header. */
const marks: ReadonlyArray<readonly [ReadonlyArray<number>, string]> = [
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xfe, 0xff], "utf-16be"],
  [[0xff, 0xfe], "utf-16le"]
]

const markedAs = (bytes: Uint8Array): string | undefined =>
  marks.find(([mark]) => mark.every((byte, index) => bytes[index] === byte))?.[1]

/** A decoder for a charset; what nobody knows is read as UTF-8, as everywhere on the web. */
const decoderFor = (charset: string, fatal = false) => {
  try {
    return new TextDecoder(charset, { fatal })
  } catch {
    return new TextDecoder("utf-8", { fatal })
  }
}

/** The text, if bytes whose type does not say that they are one are one. */
const guess = (bytes: Uint8Array, isCut: boolean, said?: string): string | undefined => {
  const charset = markedAs(bytes) ?? said
  if (bytes.includes(0) && !charset?.toLowerCase().startsWith("utf-16")) return undefined
  try {
    return decoderFor(charset ?? "utf-8", true).decode(bytes, { stream: isCut })
  } catch {
    return undefined
  }
}

/**
 * Reads a body: by its mark or its charset when its type is one of text, as UTF-8 otherwise. What says nothing of its type,
 * or is compressed as it says, is text when it reads as such.
 */
export const read = (bytes: Uint8Array, { contentEncoding = "identity", contentType, isCut }: Facts): AnswerBody => {
  const type = typeOf(contentType)
  const charset = charsetOf(contentType)
  const binary = (): AnswerBody => ({ body: Base64.encode(bytes), encoding: "base64" })
  if (type === "" || contentEncoding.trim().toLowerCase() !== "identity") {
    const text = guess(bytes, isCut)
    return text === undefined ? binary() : { body: text, encoding: "text" }
  }
  if (bytes.length === 0) return { body: "", encoding: "text" }
  if (!isTextType(type)) {
    // Some servers give a charset to everything they send.
    const text = charset === undefined || neverText.test(type) ? undefined : guess(bytes, isCut, charset)
    return text === undefined ? binary() : { body: text, encoding: "text" }
  }
  return { body: decoderFor(markedAs(bytes) ?? charset ?? "utf-8").decode(bytes, { stream: isCut }), encoding: "text" }
}
