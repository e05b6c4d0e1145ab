/**
 * Checksums by `node:crypto`.
 *
 * @module
 */
import { createHash } from "node:crypto"
import { Layer } from "effect"
import { Checksums } from "./Checksums.ts"

/** Checksums by `node:crypto`. */
export const layer: Layer.Layer<Checksums> = Layer.succeed(Checksums, {
  make: (algorithm) => {
    const hash = createHash(algorithm)
    return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") }
  }
})
