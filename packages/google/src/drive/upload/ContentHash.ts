/**
 * The checksum of a file that is sent piece by piece: each byte counts once, however often it is sent.
 *
 * @module
 */
import type { Checksums } from "@skippy/http/authoring"

/** A checksum that follows a file. */
export interface ContentHash {
  /** Bytes counted so far: where the next new one is. */
  readonly position: () => number
  /** Bytes of the file that begin at `offset`. Those that are counted already change nothing. */
  readonly take: (offset: number, bytes: Uint8Array) => void
  /** The checksum of all that was taken, in lower-case hexadecimal; may be asked again. */
  readonly hex: () => string
}

/** Makes one. Bytes after a gap are a mistake of the program, and a defect. */
export const make = (hasher: Checksums.Hasher): ContentHash => {
  let position = 0
  let result: string | undefined
  return {
    position: () => position,
    take: (offset, bytes) => {
      if (offset > position) throw new RangeError(`bytes ${position} to ${offset} were left out of the checksum`)
      const fresh = bytes.subarray(position - offset)
      if (fresh.length === 0) return
      hasher.update(fresh)
      position += fresh.length
    },
    hex: () => (result ??= hasher.hex())
  }
}
