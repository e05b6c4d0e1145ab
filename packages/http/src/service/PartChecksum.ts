/**
 * The checksum of a part while it grows. What an earlier call has left is read from the disk, everything else is taken as it
 * is written.
 *
 * @module
 */
import { Effect, type FileSystem } from "effect"
import type { Hasher } from "../Checksums.ts"
import type { DownloadError } from "./DownloadError.ts"
import type { PartFile } from "./PartFile.ts"

/** What a file has to be. */
export interface Verify {
  /** Makes the checksum anew, for each beginning. By custom `() => checksums.make("md5")` with `Checksums`. */
  readonly hasher: () => Hasher
  /** The checksum the whole file has to have, in hexadecimal. */
  readonly hex: string
}

/** The checksum of one part. */
export interface PartChecksum {
  /** An empty part begins. */
  readonly begin: () => void
  /** The part is gone on with behind its first `length` bytes; `touch` tells that reading them goes on. */
  readonly goOn: (
    file: FileSystem.File,
    length: number,
    touch: Effect.Effect<void>
  ) => Effect.Effect<void, DownloadError>
  /** The next bytes of the part. */
  readonly update: (bytes: Uint8Array) => void
  /** Whether the part is what it should be, now that it is whole. Asked once for each beginning. */
  readonly isRight: () => boolean
}

const unchecked: PartChecksum = {
  begin: () => {},
  goOn: () => Effect.void,
  update: () => {},
  isRight: () => true
}

/** Makes it; without `verify` every part is right. */
export const make = (part: PartFile, verify: Verify | undefined): PartChecksum => {
  if (verify === undefined) return unchecked
  let hasher = verify.hasher()
  let hashed = 0
  const begin = (): void => {
    hasher = verify.hasher()
    hashed = 0
  }
  const update = (bytes: Uint8Array): void => {
    hasher.update(bytes)
    hashed += bytes.length
  }
  return {
    begin,
    update,
    goOn: (file, length, touch) =>
      Effect.suspend(() => {
        if (hashed === length) return Effect.void
        begin()
        return part.readFirst(file, length, (bytes) =>
          Effect.andThen(
            Effect.sync(() => update(bytes)),
            touch
          )
        )
      }),
    isRight: () => hasher.hex() === verify.hex.toLowerCase()
  }
}
