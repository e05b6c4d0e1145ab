/**
 * Text as bytes.
 *
 * @module
 */

interface Encoder {
  readonly encode: (text: string) => Uint8Array
  readonly encodeInto: (text: string, bytes: Uint8Array) => { readonly written: number }
}

/** Every runtime has it; the compiler's library without a browser does not name it. */
declare const TextEncoder: new () => Encoder

const encoder = new TextEncoder()

/** A text in UTF-8. */
export const encode = (text: string): Uint8Array => encoder.encode(text)

/** Writes a text in UTF-8 to the beginning of `bytes`, which must have room for it; answers how many there are. */
export const encodeInto = (text: string, bytes: Uint8Array): number => encoder.encodeInto(text, bytes).written
