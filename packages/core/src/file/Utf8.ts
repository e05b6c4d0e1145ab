/**
 * Text as bytes.
 *
 * @module
 */

interface Encoder {
  readonly encode: (text: string) => Uint8Array
  readonly encodeInto: (text: string, bytes: Uint8Array) => { readonly written: number }
}

interface Decoder {
  readonly decode: (bytes: Uint8Array) => string
}

/** Every runtime has them; the compiler's library without a browser does not name them. */
declare const TextEncoder: new () => Encoder
declare const TextDecoder: new () => Decoder

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** A text in UTF-8. */
export const encode = (text: string): Uint8Array => encoder.encode(text)

/** Writes a text in UTF-8 to the beginning of `bytes`, which must have room for it; answers how many there are. */
export const encodeInto = (text: string, bytes: Uint8Array): number => encoder.encodeInto(text, bytes).written

/** The text of bytes in UTF-8; what is no UTF-8 becomes U+FFFD. */
export const decode = (bytes: Uint8Array): string => decoder.decode(bytes)
