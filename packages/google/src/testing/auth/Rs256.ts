/**
 * Checks signatures RS256 (RSASSA-PKCS1-v1_5 with SHA-256, RFC 8017), at once and anywhere.
 *
 * @module
 */
import { Result } from "effect"
import { Base64Url, Hex } from "effect/encoding"
import { sha256 } from "./Sha256.ts"

/** A public key as a JSON Web Key has it: modulus and exponent, base64url. */
export interface PublicKey {
  readonly n: string
  readonly e: string
}

const encoder = new TextEncoder()
const digestInfo = "3031300d060960864801650304020105000420"

const bytesOf = (text: string): Uint8Array => Result.getOrElse(Base64Url.decode(text), () => new Uint8Array())
const integer = (bytes: Uint8Array): bigint => BigInt(`0x0${Hex.encode(bytes)}`)

const power = (base: bigint, exponent: bigint, modulus: bigint): bigint => {
  let result = 1n
  let square = base % modulus
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

/** Whether a signature (base64url) of a text is that of the key. */
export const verify = ({ e, n }: PublicKey, text: string, signature: string): boolean => {
  const modulus = bytesOf(n)
  const signed = bytesOf(signature)
  if (modulus.length < 64 || signed.length !== modulus.length) return false
  const tail = `00${digestInfo}${Hex.encode(sha256(encoder.encode(text)))}`
  const expected = `0001${"ff".repeat(modulus.length - 2 - tail.length / 2)}${tail}`
  return power(integer(signed), integer(bytesOf(e)), integer(modulus)) === BigInt(`0x${expected}`)
}
