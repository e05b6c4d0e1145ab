/**
 * MD5, SHA-1 and SHA-256 in plain TypeScript (RFC 1321, FIPS 180-4): an emulator in memory runs without Node, and the
 * digests of the web are asynchronous, which a machine that answers at once cannot wait for.
 *
 * @module
 */
import type { BlobInfo } from "./Rows.ts"

const rotateLeft = (bits: number, by: number): number => (bits << by) | (bits >>> (32 - by))

/** Bytes with the padding all three share: a one, zeros, and the length in bits. */
const padded = (bytes: Uint8Array, littleEndian: boolean): DataView => {
  const all = new Uint8Array((((bytes.length + 8) >> 6) << 6) + 64)
  all.set(bytes)
  all[bytes.length] = 0x80
  const view = new DataView(all.buffer)
  const high = Math.floor(bytes.length / 0x20000000)
  view.setUint32(all.length - (littleEndian ? 4 : 8), high, littleEndian)
  view.setUint32(all.length - (littleEndian ? 8 : 4), (bytes.length << 3) >>> 0, littleEndian)
  return view
}

const bytesOf = (words: ArrayLike<number>, littleEndian: boolean): Uint8Array => {
  const view = new DataView(new ArrayBuffer(words.length * 4))
  for (let i = 0; i < words.length; i++) view.setUint32(i * 4, words[i] ?? 0, littleEndian)
  return new Uint8Array(view.buffer)
}

const md5Shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
const md5Sines = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32))

/** The MD5 of bytes. */
export const md5 = (bytes: Uint8Array): Uint8Array => {
  const view = padded(bytes, true)
  let [a0, b0, c0, d0] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476]
  for (let block = 0; block < view.byteLength; block += 64) {
    let [a, b, c, d] = [a0, b0, c0, d0]
    for (let i = 0; i < 64; i++) {
      const round = i >> 4
      const mixed =
        round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d)
      const word = round === 0 ? i : round === 1 ? (5 * i + 1) & 15 : round === 2 ? (3 * i + 5) & 15 : (7 * i) & 15
      const sum = (a + mixed + (md5Sines[i] ?? 0) + view.getInt32(block + word * 4, true)) | 0
      a = d
      d = c
      c = b
      b = (b + rotateLeft(sum, md5Shifts[round * 4 + (i & 3)] ?? 0)) | 0
    }
    a0 = (a0 + a) | 0
    b0 = (b0 + b) | 0
    c0 = (c0 + c) | 0
    d0 = (d0 + d) | 0
  }
  return bytesOf(
    [a0, b0, c0, d0].map((word) => word >>> 0),
    true
  )
}

/** The SHA-1 of bytes. */
export const sha1 = (bytes: Uint8Array): Uint8Array => {
  const view = padded(bytes, false)
  const words = new Int32Array(80)
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0)
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let i = 0; i < 16; i++) words[i] = view.getInt32(block + i * 4)
    for (let i = 16; i < 80; i++) {
      words[i] = rotateLeft((words[i - 3] ?? 0) ^ (words[i - 8] ?? 0) ^ (words[i - 14] ?? 0) ^ (words[i - 16] ?? 0), 1)
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state
    for (let i = 0; i < 80; i++) {
      const mixed = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d)
      const constant = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6
      const sum = (rotateLeft(a, 5) + mixed + e + constant + (words[i] ?? 0)) | 0
      e = d
      d = c
      c = rotateLeft(b, 30)
      b = a
      a = sum
    }
    for (const [i, word] of [a, b, c, d, e].entries()) state[i] = (state[i] ?? 0) + word
  }
  return bytesOf(state, false)
}

const primes = ((): ReadonlyArray<number> => {
  const found: Array<number> = []
  for (let n = 2; found.length < 64; n++) if (found.every((prime) => n % prime !== 0)) found.push(n)
  return found
})()

const fraction = (root: number): number => Math.floor((root - Math.floor(root)) * 2 ** 32)
const sha256Start = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)))
const sha256Constants = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)))

const rotateRight = (bits: number, by: number): number => (bits >>> by) | (bits << (32 - by))

/** The SHA-256 of bytes. */
export const sha256 = (bytes: Uint8Array): Uint8Array => {
  const view = padded(bytes, false)
  const words = new Int32Array(64)
  const state = Int32Array.from(sha256Start)
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let i = 0; i < 16; i++) words[i] = view.getInt32(block + i * 4)
    for (let i = 16; i < 64; i++) {
      const [early = 0, late = 0] = [words[i - 15], words[i - 2]]
      const small = rotateRight(early, 7) ^ rotateRight(early, 18) ^ (early >>> 3)
      const large = rotateRight(late, 17) ^ rotateRight(late, 19) ^ (late >>> 10)
      words[i] = (words[i - 16] ?? 0) + small + (words[i - 7] ?? 0) + large
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
    for (let i = 0; i < 64; i++) {
      const large = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25)
      const first = (h + large + ((e & f) ^ (~e & g)) + (sha256Constants[i] ?? 0) + (words[i] ?? 0)) | 0
      const small = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22)
      const second = (small + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + first) | 0
      d = c
      c = b
      b = a
      a = (first + second) | 0
    }
    for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i] ?? 0) + word
  }
  return bytesOf(state, false)
}

/** Bytes in lower-case hexadecimal. */
export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")

/** What names a content. */
export const blobInfo = (bytes: Uint8Array): BlobInfo => ({
  size: bytes.length,
  md5: hex(md5(bytes)),
  sha1: hex(sha1(bytes)),
  sha256: hex(sha256(bytes))
})
