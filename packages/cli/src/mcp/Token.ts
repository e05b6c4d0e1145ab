/**
 * The token clients of the HTTP server bring.
 *
 * @module
 */
import { Config, Effect, Option, Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { Hex } from "effect/encoding"
import { UsageError } from "../output/Failure.ts"
import { isLoopback } from "./HttpGuard.ts"

/** The variable that sets it. */
export const variable = "SKIPPY_MCP_TOKEN"

/** Shorter ones are guessed. */
const shortest = 16

const made = Effect.gen(function* () {
  const { randomBytes } = yield* SecureRandom.SecureRandom
  return Redacted.make(Hex.encode(yield* randomBytes(32)), { label: variable })
}).pipe(Effect.provide(SecureRandom.layerWebCrypto))

const howTo = `set it to a long random text, such as that of: openssl rand -hex 32`

/** The token, and whether it is a new one that nobody knows yet. A server other machines reach has to be given one. */
export const tokenFor = (
  host: string
): Effect.Effect<{ readonly token: Redacted.Redacted; readonly isNew: boolean }, UsageError> =>
  Effect.gen(function* () {
    const given = yield* Effect.orDie(Config.option(Config.Redacted(variable)))
    const text = Option.match(given, { onNone: () => "", onSome: Redacted.value })
    if (text === "" && !isLoopback(host))
      return yield* new UsageError({
        problem: `--host ${host} lets other machines in, so ${variable} has to be set; ${howTo}`
      })
    if (text === "") return { token: yield* made, isNew: true }
    if (text.length < shortest || /[^\x21-\x7E]/.test(text))
      return yield* new UsageError({
        problem: `${variable} has ${text.length} characters; give at least ${shortest}, none of them a space: ${howTo}`
      })
    return { token: Redacted.make(text, { label: variable }), isNew: false }
  })
