/**
 * One token a program has already: from its environment, from a test, from whoever calls it. It is never renewed.
 *
 * @example
 * ```ts
 * import { TokenProvider, Tokens } from "@skippy/google"
 * import { Effect, Redacted } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const tokens = yield* TokenProvider
 *   const token = yield* tokens.get
 *   console.log(String(token.value), (yield* Effect.flip(tokens.renew(token))).reason)
 * })
 *
 * await Effect.runPromise(program.pipe(Effect.provide(Tokens.layerStatic(Redacted.make("ya29.secret")))))
 * ```
 *
 * ```text
 * <redacted:google.access_token> badToken
 * ```
 *
 * @module
 */
import { InvalidOptionError } from "@skippy/core"
import { Credentials } from "@skippy/http/authoring"
import { Effect, Layer, Redacted } from "effect"
import * as AuthError from "./AuthError.ts"
import { type AccessToken, TokenProvider } from "./TokenProvider.ts"

/** What is known of a token that is given. */
export interface Options {
  /** The project whose quota is used. Default: that of the token itself. */
  readonly quotaProject?: string | undefined
  /** Tells apart whose answers are kept; never the token itself. Default `static`. */
  readonly identity?: string | undefined
  /** Where the token comes from, for the error when Google does not accept it. Default `the token that was given`. */
  readonly source?: string | undefined
}

const fix = "give a new one, such as of `gcloud auth print-access-token`, or credentials that renew themselves"

/** Provides one token. `renew` fails with `badToken`: there is no other. */
export const make = (token: Redacted.Redacted, options: Options = {}): TokenProvider["Service"] => {
  const { identity = "static", quotaProject, source = "the token that was given" } = options
  if (!Credentials.isSendable(Redacted.value(token)) || Credentials.textOf(token) === "") {
    throw new InvalidOptionError({
      policy: "Tokens",
      option: "token",
      value: "not one",
      fix: Credentials.sendableFix("token")
    })
  }
  const given: AccessToken = {
    value: Redacted.make(Credentials.textOf(token), { label: "google.access_token" }),
    expiresAt: undefined,
    quotaProject
  }
  return {
    get: Effect.succeed(given),
    renew: () => Effect.fail(AuthError.make({ reason: "badToken", category: "auth", subject: source, fix })),
    identity: Effect.succeed(identity)
  }
}

/** A layer of one token; a text that cannot be sent in a header is a defect (`InvalidOptionError`), which does not show it. */
export const layer = (token: Redacted.Redacted, options?: Options): Layer.Layer<TokenProvider> =>
  Layer.effect(
    TokenProvider,
    Effect.sync(() => make(token, options))
  )
