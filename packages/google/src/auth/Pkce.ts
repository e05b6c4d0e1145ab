/**
 * What proves that whoever brings the code is whoever asked for it (https://www.rfc-editor.org/rfc/rfc7636, S256), and
 * that an answer is that to our question.
 *
 * @module
 */
import { Effect, Layer, Redacted } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"

/** The secrets of one sign-in. */
export interface Pkce {
  readonly verifier: Redacted.Redacted
  readonly challenge: string
  readonly state: Redacted.Redacted
}

/** 32 random bytes make a verifier of 43 characters, the shortest RFC 7636 takes. */
const size = 32

/** Makes the secrets of one sign-in. */
export const make: Effect.Effect<Pkce> = Effect.gen(function* () {
  const { randomBytes } = yield* SecureRandom.SecureRandom
  const { digest } = yield* Digest.Digest
  const verifier = Base64Url.encode(yield* randomBytes(size))
  const state = Base64Url.encode(yield* randomBytes(size))
  const challenge = Base64Url.encode(yield* digest(Digest.sha256, new TextEncoder().encode(verifier)))
  return { verifier: Redacted.make(verifier), challenge, state: Redacted.make(state) }
}).pipe(Effect.provide(Layer.merge(Digest.layerWebCrypto, SecureRandom.layerWebCrypto)))

/** Whether a text is the secret. It takes as long for any text of a length. */
export const isSame = (secret: Redacted.Redacted, text: string): boolean => {
  const expected = Redacted.value(secret)
  let difference = expected.length ^ text.length
  for (let i = 0; i < expected.length; i++)
    difference |= expected.charCodeAt(i) ^ text.charCodeAt(i % (text.length || 1))
  return difference === 0
}
