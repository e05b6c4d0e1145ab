/**
 * Signing in on a machine with a browser, as Google asks of desktop apps: the system's browser, an answer on 127.0.0.1,
 * PKCE with S256, and a state that is checked (https://developers.google.com/identity/protocols/oauth2/native-app). Without
 * a browser the address is announced all the same, to be opened on the same machine by hand.
 *
 * @example
 * ```ts no-run
 * import { Resilience } from "@skippy/core"
 * import { Login } from "@skippy/google"
 * import { Transport } from "@skippy/http"
 * import { Files } from "@skippy/http/authoring"
 * import { Console, Effect, Layer } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const announce = (url: string) => Console.log(`Sign in at ${url}`)
 *   const { file } = yield* Login.run({ ...(yield* Login.client), scopes: ["drive"], announce })
 *   yield* Console.log(`The tokens are in ${file}`)
 * })
 *
 * const platform = Layer.mergeAll(Transport.layer, Files.layer, Resilience.layer())
 *
 * await Effect.runPromise(program.pipe(Effect.provide(platform)))
 * ```
 *
 * @module
 */
import type { Resilience } from "@skippy/core"
import { type Duration, Effect, Option, Path, Redacted } from "effect"
import type { HttpClient } from "effect/http"
import * as AuthError from "./AuthError.ts"
import * as Consent from "./Consent.ts"
import type { AuthorizedUser } from "./CredentialsFile.ts"
import { Desktop } from "./Loopback.ts"
import * as Pkce from "./Pkce.ts"
import { missing, scopeOf } from "./Scopes.ts"
import type { Files } from "./Source.ts"
import * as TokenEndpoint from "./TokenEndpoint.ts"
import * as TokenFile from "./TokenFile.ts"

export { client } from "./Environment.ts"
export { Desktop } from "./Loopback.ts"
export type { Judge, Loopback, Page, Query } from "./Loopback.ts"

/** Where what a sign-in leaves is kept, and where Google is. */
export interface PlaceOptions {
  /** The folder of everything that survives the program (`SKIPPY_PATH`). Default `.skippy`. */
  readonly path?: string | undefined
  /** Where Google's sign-in is, such as that of an emulator. Default: at Google. */
  readonly authUrl?: string | undefined
}

/** How somebody signs in. */
export interface Options extends PlaceOptions {
  /** Of a client of the type "desktop app". */
  readonly clientId: string
  /** Google gives desktop clients one, which is no secret there, and asks for it. Default: none. */
  readonly clientSecret?: Redacted.Redacted | undefined
  /** Names (`drive`, `drive.readonly`, `drive.file`, `photospicker`) or scopes written out. Default `drive`. */
  readonly scopes?: ReadonlyArray<string> | undefined
  /** Told where to sign in, before a browser is opened. It is to be shown to whoever signs in, and kept nowhere. */
  readonly announce: (url: string) => Effect.Effect<void>
  /** Whether the system's browser is opened. Default `true`; when that fails, the announced address is waited for. */
  readonly openBrowser?: boolean | undefined
  /** Who should sign in, an address; others can. Default: whoever does. */
  readonly loginHint?: string | undefined
  /** How long the answer is waited for. Default 5 minutes. */
  readonly timeout?: Duration.Input | undefined
}

/** The defaults, in one place. */
export const defaults = { path: ".skippy", scopes: ["drive"], openBrowser: true, timeout: "5 minutes" } as const

/** Somebody signed in. */
export interface SignedIn {
  /** Where the tokens are. */
  readonly file: string
  readonly scopes: ReadonlyArray<string>
  /** Whether a browser was opened, and not only the address announced. */
  readonly openedBrowser: boolean
}

/** What signing in needs. */
export type Needed = Files | HttpClient.HttpClient | Resilience

const failed = (fix: string, fields: { readonly subject?: string; readonly said?: string } = {}): AuthError.AuthError =>
  AuthError.make({ reason: "signInFailed", category: "auth", fix, ...fields })

const fileOf = ({ path = defaults.path }: PlaceOptions) =>
  Effect.flatMap(Path.Path, (paths) => TokenFile.make(paths.join(path, ...TokenFile.location)))

/** The code the browser brings, and what it is exchanged with. */
const consent = (options: Options, scopes: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { announce, clientId, loginHint, openBrowser = defaults.openBrowser, timeout = defaults.timeout } = options
    const desktop = yield* yield* Desktop
    const pkce = yield* Pkce.make
    const loopback = yield* desktop.listen(Consent.judge(pkce.state))
    const endpoint = TokenEndpoint.endpointsOf(options.authUrl).consent
    const url = Consent.urlOf(endpoint, { clientId, loginHint, pkce, redirectUri: loopback.url, scopes })
    yield* announce(url)
    const openedBrowser = openBrowser && (yield* desktop.open(url))
    const answer = yield* Effect.timeoutOrElse(loopback.result, {
      duration: timeout,
      orElse: () => Effect.fail(failed("nobody answered in time: sign in again, and answer in the browser"))
    })
    if (answer._tag === "Denied") return yield* failed(Consent.fixOf(answer.error), { said: answer.error })
    return { code: answer.code, verifier: pkce.verifier, redirectUri: loopback.url, openedBrowser }
  })

/**
 * Signs in: announces the address, opens it in the browser, waits for the answer, and keeps the tokens in a file only the
 * user may read, where `Tokens.layer` finds them. Interruption closes the server.
 *
 * Fails with `signInFailed` when nobody answers, somebody says no, or not all scopes are granted; then nothing is kept.
 */
export const run = (options: Options): Effect.Effect<SignedIn, AuthError.AuthError, Needed> =>
  Effect.gen(function* () {
    const asked = (options.scopes ?? defaults.scopes).map(scopeOf)
    const { clientId, clientSecret } = options
    const file = yield* fileOf(options)
    const { grant } = yield* TokenEndpoint.make
    const { code, openedBrowser, redirectUri, verifier } = yield* Effect.scoped(consent(options, asked))
    const { refreshToken, scopes: granted = asked } = yield* grant({
      kind: "exchange",
      url: TokenEndpoint.endpointsOf(options.authUrl).token,
      form: {
        client_id: clientId,
        code_verifier: Redacted.value(verifier),
        code: Redacted.value(code),
        grant_type: "authorization_code",
        redirect_uri: redirectUri,
        ...(clientSecret === undefined ? {} : { client_secret: Redacted.value(clientSecret) })
      },
      subject: "signing in"
    })
    const withheld = missing(asked, granted)
    if (withheld.length > 0)
      return yield* failed("sign in again and tick every box: it needs all that was asked for", {
        subject: `not granted: ${withheld.join(" ")}`
      })
    if (refreshToken === undefined) return yield* failed("sign in with a client of the type desktop app")
    const user: AuthorizedUser = {
      type: "authorized_user",
      client_id: clientId,
      refresh_token: refreshToken,
      scopes: granted,
      ...(clientSecret === undefined ? {} : { client_secret: clientSecret })
    }
    yield* file.write(user)
    return { file: file.path, scopes: granted, openedBrowser }
  })

/**
 * Signs out: ends the tokens at Google and removes their file. Answers whether somebody was signed in. When Google cannot be
 * asked the file stays, so that it can be tried again.
 */
export const revoke = (options: PlaceOptions = {}): Effect.Effect<boolean, AuthError.AuthError, Needed> =>
  Effect.gen(function* () {
    const file = yield* fileOf(options)
    const endpoint = yield* TokenEndpoint.make
    const user = yield* file.read
    if (Option.isNone(user)) return false
    const token = Redacted.value(user.value.refresh_token)
    const { revoke: url } = TokenEndpoint.endpointsOf(options.authUrl)
    yield* endpoint.revoke({ kind: "revoke", url, form: { token }, subject: file.path })
    yield* file.remove
    return true
  })
