/**
 * Text as bytes.
 *
 * @module
 */

/** Every runtime has it; the compiler's library without a browser does not name it. */
declare const TextEncoder: new () => { readonly encode: (text: string) => Uint8Array }

const encoder = new TextEncoder()

/** A text in UTF-8. */
export const encode = (text: string): Uint8Array => encoder.encode(text)
