/**
 * Digests for etags and commits: fast, the same everywhere, and not for secrets.
 *
 * @module
 */

const hex = (bits: number): string => (bits >>> 0).toString(16).padStart(8, "0")

/** 128 bits of a text, as 32 hexadecimal digits (cyrb128, public domain, https://github.com/bryc/code). */
export const digest = (text: string): string => {
  let [a, b, c, d] = [1779033703, 3144134277, 1013904242, 2773480762]
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = b ^ Math.imul(a ^ code, 597399067)
    b = c ^ Math.imul(b ^ code, 2869860233)
    c = d ^ Math.imul(c ^ code, 951274213)
    d = a ^ Math.imul(d ^ code, 2716044179)
  }
  a = Math.imul(c ^ (a >>> 18), 597399067)
  b = Math.imul(d ^ (b >>> 22), 2869860233)
  c = Math.imul(a ^ (c >>> 17), 951274213)
  d = Math.imul(b ^ (d >>> 19), 2716044179)
  return hex(a ^ b ^ c ^ d) + hex(b ^ a) + hex(c ^ a) + hex(d ^ a)
}

/** A commit: 40 hexadecimal digits, always the same for the same text. */
export const commitOf = (text: string): string => digest(text) + digest(`commit ${text}`).slice(0, 8)
