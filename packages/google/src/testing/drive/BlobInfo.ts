/**
 * What names a content.
 *
 * @module
 */
import { hex } from "../DigestsNode.ts"
import type { BlobInfo } from "./Rows.ts"

/** The size and the digests of a content. */
export const blobInfo = (bytes: Uint8Array): BlobInfo => ({
  size: bytes.length,
  md5: hex("md5", bytes),
  sha1: hex("sha1", bytes),
  sha256: hex("sha256", bytes)
})
