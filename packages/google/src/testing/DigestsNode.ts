/**
 * Digests and signatures of the emulators, by `node:crypto`: a machine answers in one step, and those of the web are
 * asynchronous.
 *
 * @module
 */
import { constants, createHash, createPublicKey, type KeyObject, verify } from "node:crypto"
import { Option } from "effect"

/** Which digest: those Drive names of its files. */
export type Algorithm = "md5" | "sha1" | "sha256"

/** A digest of bytes, or of a text as UTF-8, in lower-case hexadecimal. */
export const hex = (algorithm: Algorithm, content: Uint8Array | string): string =>
  createHash(algorithm).update(content).digest("hex")

/** The same in base64url, without padding. */
export const base64Url = (algorithm: Algorithm, content: Uint8Array | string): string =>
  createHash(algorithm).update(content).digest("base64url")

/** A public key as a JSON Web Key has it: modulus and exponent, base64url. */
export interface PublicKey {
  readonly n: string
  readonly e: string
}

const keyOf = Option.liftThrowable(({ e, n }: PublicKey): KeyObject =>
  createPublicKey({ key: { kty: "RSA", e, n }, format: "jwk" })
)

/** Whether a signature (base64url, RS256: RSASSA-PKCS1-v1_5 with SHA-256) of a text is that of the key. */
export const isSignedBy = (publicKey: PublicKey, text: string, signature: string): boolean =>
  Option.exists(keyOf(publicKey), (key) =>
    verify(
      "sha256",
      Buffer.from(text),
      { key, padding: constants.RSA_PKCS1_PADDING },
      Buffer.from(signature, "base64url")
    )
  )
