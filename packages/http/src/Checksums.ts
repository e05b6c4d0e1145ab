/**
 * Checksums of bytes that come piece by piece: what Effect's `Digest` and the browser take only as a whole.
 *
 * @module
 */
import { Context, Effect, Layer } from "effect"
import { TransportUnavailableError } from "./transport/TransportError.ts"

/** Which checksum. Drive names MD5 and SHA-256 of its files; MD5 finds accidents, not attacks. */
export type Algorithm = "md5" | "sha256"

/** One checksum on its way. */
export interface Hasher {
  /** Takes the next bytes; they are free to be overwritten afterwards. */
  readonly update: (bytes: Uint8Array) => void
  /** The checksum in lower-case hexadecimal, of all that came. Asked once, at the end. */
  readonly hex: () => string
}

/** Makes checksums. */
export class Checksums extends Context.Service<Checksums, { readonly make: (algorithm: Algorithm) => Hasher }>()(
  "@skippy/http/Checksums"
) {}

/** Those of Node, loaded when they are first needed. */
export const layer: Layer.Layer<Checksums, TransportUnavailableError> = Layer.unwrap(
  Effect.map(
    Effect.tryPromise({
      try: () => import("./ChecksumsNode.ts"),
      catch: (cause) => new TransportUnavailableError({ cause })
    }),
    ({ layer }) => layer
  )
)
