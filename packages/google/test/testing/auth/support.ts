/** Keys of service accounts. */
import { Effect } from "effect"
import { exportJWK, generateKeyPair } from "jose"

/** The private key, and the public one as the emulator takes it. */
export const makeServiceKeys = Effect.promise(async () => {
  const { privateKey, publicKey } = await generateKeyPair("RS256")
  const { e = "", n = "" } = await exportJWK(publicKey)
  return { privateKey, key: { e, n } }
})
