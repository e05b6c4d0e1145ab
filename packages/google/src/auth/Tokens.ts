/**
 * Layers of `TokenProvider`, one for each way to be let in at Google. `layer` takes what the environment says.
 *
 * Tokens are kept in memory as long as they are good, renewed in the background five minutes before their end, and never
 * twice at once. Requests for tokens go through the policies of the service `http`.
 *
 * @example
 * ```ts
 * import { Resilience } from "@skippy/core"
 * import { TokenProvider, Tokens } from "@skippy/google"
 * import { TokenMachine } from "@skippy/google/testing"
 * import { EmulatorClient } from "@skippy/http/testing"
 * import { Clock, Effect, Layer, Redacted } from "effect"
 * import { HttpClient } from "effect/http"
 *
 * const google = TokenMachine.make()
 * const { client } = EmulatorClient.make({ handle: (request, now) => google.handle(request, now) ?? { status: 404 } })
 *
 * const program = Effect.gen(function* () {
 *   const tokens = yield* TokenProvider
 *   const token = yield* tokens.get
 *   const now = yield* Clock.currentTimeMillis
 *   console.log(String(token.value), google.accountOf(Redacted.value(token.value), now)?.email)
 * })
 *
 * const layer = Tokens.layerAuthorizedUser({
 *   clientId: "desktop.apps.googleusercontent.com",
 *   refreshToken: Redacted.make(google.refreshToken({ email: "ada@example.com" }))
 * }).pipe(Layer.provide([Layer.succeed(HttpClient.HttpClient, client), Resilience.layer()]))
 *
 * await Effect.runPromise(program.pipe(Effect.provide(layer)))
 * ```
 *
 * ```text
 * <redacted:google.access_token> ada@example.com
 * ```
 *
 * @module
 */
import { type PolicyConfig, Resilience } from "@skippy/core"
import { Transport } from "@skippy/http"
import { Files } from "@skippy/http/authoring"
import { type Config, Effect, Layer, type Redacted } from "effect"
import type { HttpClient } from "effect/http"
import type { AuthError } from "./AuthError.ts"
import * as DefaultCredentials from "./DefaultCredentials.ts"
import * as Environment from "./Environment.ts"
import { scopeOf } from "./Scopes.ts"
import * as Source from "./Source.ts"
import * as StaticToken from "./StaticToken.ts"
import * as TokenCache from "./TokenCache.ts"
import * as TokenEndpoint from "./TokenEndpoint.ts"
import { type AccessToken, TokenProvider } from "./TokenProvider.ts"

export { Library } from "./LibraryTokens.ts"
export type { Answer as LibraryAnswer, Question as LibraryQuestion } from "./LibraryTokens.ts"
export { type ScopeName, scopes } from "./Scopes.ts"
export { layer as layerStatic, type Options as StaticOptions } from "./StaticToken.ts"

/** What every way to be let in can be told. */
export interface CommonOptions {
  /** The project whose quota is used. Default: that of the credentials. */
  readonly quotaProject?: string | undefined
  /** Where Google's sign-in is, such as that of an emulator: `/token` below it. Default: at Google. */
  readonly authUrl?: string | undefined
}

/** Somebody who signed in. */
export interface AuthorizedUserOptions extends CommonOptions {
  readonly clientId: string
  readonly clientSecret?: Redacted.Redacted | undefined
  readonly refreshToken: Redacted.Redacted
}

/** The key of a service account. */
export interface ServiceAccountOptions extends CommonOptions {
  readonly email: string
  /** In PEM (PKCS 8), as `private_key` of a key file. */
  readonly privateKey: Redacted.Redacted
  readonly privateKeyId?: string | undefined
  /** `token_uri` of the key file. Default: Google's. */
  readonly tokenUri?: string | undefined
  /** Whom it acts for (domain-wide delegation). Default: itself. */
  readonly subject?: string | undefined
  /** Names (`drive`, `drive.readonly`, `drive.file`) or scopes written out. Default `drive`. */
  readonly scopes?: ReadonlyArray<string> | undefined
}

/** A file of credentials. */
export interface FileOptions extends CommonOptions {
  readonly path: string
  /** Whom a service account acts for. Default: itself. */
  readonly subject?: string | undefined
  /** For credentials that do not say it themselves. Default `drive`. */
  readonly scopes?: ReadonlyArray<string> | undefined
}

const useOf = (options: CommonOptions & Pick<FileOptions, "scopes" | "subject">): Source.Use => ({
  scopes: (options.scopes ?? ["drive"]).map(scopeOf),
  actsFor: options.subject,
  endpoints: options.authUrl === undefined ? undefined : TokenEndpoint.endpointsBelow(options.authUrl),
  quotaProject: options.quotaProject
})

/** Keeps the tokens of a source, which is looked for anew whenever one is needed: somebody may have signed in meanwhile. */
const keep = <R>(find: Effect.Effect<Source.Source, AuthError, R>) =>
  Effect.gen(function* () {
    const context = yield* Effect.context<R>()
    let identity: string | undefined
    const found = Effect.provideContext(find, context)
    const { get, renew } = yield* TokenCache.make(
      Effect.gen(function* () {
        const { grant, identity: whose, quotaProject } = yield* found
        const { accessToken, expiresAt } = yield* grant
        // Until then the token of before is sent.
        identity = whose
        const token: AccessToken = { value: accessToken, expiresAt, quotaProject }
        return token
      })
    )
    return TokenProvider.of({
      get,
      renew,
      identity: Effect.suspend(() =>
        identity === undefined ? Effect.map(found, (source) => source.identity) : Effect.succeed(identity)
      )
    })
  })

type Needed = HttpClient.HttpClient | Resilience

/** Somebody who signed in, by the refresh token. */
export const layerAuthorizedUser = (options: AuthorizedUserOptions): Layer.Layer<TokenProvider, never, Needed> =>
  Layer.effect(
    TokenProvider,
    Effect.flatMap(TokenEndpoint.make, (endpoint) => {
      const { clientId, clientSecret, refreshToken } = options
      const secret = clientSecret === undefined ? {} : { client_secret: clientSecret }
      const user = { type: "authorized_user", client_id: clientId, refresh_token: refreshToken, ...secret } as const
      return keep(Source.ofUser(endpoint, user, useOf(options), "the refresh token that was given"))
    })
  )

/** A service account. */
export const layerServiceAccount = (options: ServiceAccountOptions): Layer.Layer<TokenProvider, never, Needed> =>
  Layer.effect(
    TokenProvider,
    Effect.flatMap(TokenEndpoint.make, (endpoint) => {
      const { email, privateKey, privateKeyId, tokenUri } = options
      const key = {
        type: "service_account",
        client_email: email,
        private_key: privateKey,
        ...(privateKeyId === undefined ? {} : { private_key_id: privateKeyId }),
        ...(tokenUri === undefined ? {} : { token_uri: tokenUri })
      } as const
      return keep(Effect.succeed(Source.ofServiceAccount(endpoint, key, useOf(options), email)))
    })
  )

/** A file of credentials, whatever their type. It is read when a token is needed. */
export const layerFile = (options: FileOptions): Layer.Layer<TokenProvider, never, Needed | Source.Files> =>
  Layer.effect(
    TokenProvider,
    Effect.flatMap(TokenEndpoint.make, (endpoint) =>
      keep(DefaultCredentials.named(endpoint, options.path, "its path", useOf(options)))
    )
  )

/**
 * What the environment says, looked for when a token is needed: the file of `SKIPPY_GOOGLE_CREDENTIALS`, else that of
 * `GOOGLE_APPLICATION_CREDENTIALS`, else what signing in left, else what gcloud left, else the machine itself. With none of
 * them tokens fail with `noCredentials`.
 */
export const layerApplicationDefault: Layer.Layer<TokenProvider, Config.ConfigError, Needed | Source.Files> =
  Layer.effect(
    TokenProvider,
    Effect.gen(function* () {
      const environment = yield* Environment.config
      const endpoint = yield* TokenEndpoint.make
      return yield* keep(DefaultCredentials.find(endpoint, environment))
    })
  )

/** The token of the environment (`SKIPPY_GOOGLE_ACCESS_TOKEN`), else `layerApplicationDefault`. */
export const layerNoDeps: Layer.Layer<TokenProvider, Config.ConfigError, Needed | Source.Files> = Layer.unwrap(
  Effect.map(Environment.config, ({ accessToken, quotaProject }) =>
    accessToken === undefined
      ? layerApplicationDefault
      : StaticToken.layer(accessToken, { source: "SKIPPY_GOOGLE_ACCESS_TOKEN", identity: "environment", quotaProject })
  )
)

/** `layerNoDeps` with `Transport.layer`, the files of Node and the policies of the catalog. */
export const layer: Layer.Layer<
  TokenProvider,
  Config.ConfigError | PolicyConfig.PolicyConfigError | Transport.TransportProblem
> = Layer.provide(layerNoDeps, Layer.mergeAll(Transport.layer, Files.layer, Resilience.layer()))
