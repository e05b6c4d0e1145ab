/**
 * Drive, Photos and signing in, live or over the emulators.
 *
 * @module
 */
import { Drive, Login, Photos, type TokenProvider, Tokens } from "@skippy/google"
import { Transport } from "@skippy/http"
import { Checksums } from "@skippy/http/authoring"
import { EmulatorClient, EmulatorServer } from "@skippy/http/testing"
import { Effect, FileSystem, Layer, Redacted } from "effect"
import { HttpClient } from "effect/http"
import type { SignIn } from "../command/World.ts"
import { type AnyFailure, UsageError } from "../output/Failure.ts"
import type { Base } from "./Base.ts"
import * as Emulators from "./Emulators.ts"
import * as Credentials from "./SandboxCredentials.ts"
import type { Settled } from "./Settled.ts"

const emulated = (settled: Settled, service: "drive" | "photos") =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.gen(function* () {
      const { path } = settled.places
      const emulator = yield* service === "drive" ? Emulators.drive(path) : Emulators.photos(path)
      return EmulatorClient.make(emulator).client
    })
  )

const client = (
  settled: Settled,
  service: "drive" | "photos"
): Layer.Layer<HttpClient.HttpClient, AnyFailure, FileSystem.FileSystem> =>
  settled.places.isSandbox ? emulated(settled, service) : Transport.layer

/** In the sandbox: who signed in at its consent page, else its tester. */
const sandboxTokens = ({ places: { path } }: Settled) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const isSignedIn = yield* Effect.orElseSucceed(fs.exists(`${path}/google/token.json`), () => false)
      return isSignedIn
        ? Tokens.layerApplicationDefault
        : Tokens.layerStatic(Redacted.make(Credentials.googleToken), { source: "the sandbox", identity: "sandbox" })
    })
  )

const tokensOf = (settled: Settled): Layer.Layer<TokenProvider, AnyFailure, Base | HttpClient.HttpClient> =>
  settled.places.isSandbox ? sandboxTokens(settled) : Tokens.layerNoDeps

/** Tokens for Google. */
export const tokens = (settled: Settled): Layer.Layer<TokenProvider, AnyFailure, Base> =>
  Layer.provide(tokensOf(settled), client(settled, "drive"))

/** Google Drive. */
export const drive = (settled: Settled): Layer.Layer<Drive, AnyFailure, Base> =>
  Drive.layerNoDeps.pipe(Layer.provide([tokensOf(settled), Checksums.layer]), Layer.provide(client(settled, "drive")))

/** The Photos Picker. */
export const photos = (settled: Settled): Layer.Layer<Photos, AnyFailure, Base> =>
  Photos.layerNoDeps.pipe(Layer.provide(tokensOf(settled)), Layer.provide(client(settled, "photos")))

const live = ({ configuration: { get }, places: { path } }: Settled) =>
  Effect.gen(function* () {
    const clientId = get("google.client_id")
    if (clientId === undefined)
      return yield* new UsageError({
        problem:
          "signing in needs an OAuth client: make one of the type desktop app at https://console.cloud.google.com/apis/credentials and set google.client_id (SKIPPY_GOOGLE_CLIENT_ID), and google.client_secret when it has one"
      })
    return { clientId, clientSecret: get("google.client_secret"), authUrl: get("google.auth_url"), path }
  })

/** Signs in, and keeps the tokens below the folder of everything. */
const signInLive = (settled: Settled, options: SignIn) =>
  Effect.flatMap(live(settled), (client) => Login.run({ ...client, ...options })).pipe(Effect.provide(Transport.layer))

/** The browser of the sandbox: whoever is asked there says yes. */
const visitor = (settled: Effect.Effect<Login.Desktop>) =>
  Effect.map(settled, (desktop): Login.Desktop => ({
    ...desktop,
    open: (url) => Effect.as(Effect.forkDetach(Effect.ignore(Effect.tryPromise(() => fetch(url)))), true)
  }))

/** The same at an emulated consent page on loopback. */
const signInSandboxed = ({ places: { path } }: Settled, options: SignIn) =>
  Effect.gen(function* () {
    const emulator = yield* Emulators.drive(path)
    const { url } = yield* EmulatorServer.start(emulator)
    const desktop = yield* yield* Login.Desktop
    return yield* Login.run({
      ...options,
      openBrowser: true,
      clientId: Credentials.googleClient,
      authUrl: url,
      path
    }).pipe(
      Effect.provideService(Login.Desktop, visitor(Effect.succeed(desktop))),
      Effect.provideService(HttpClient.HttpClient, EmulatorClient.make(emulator).client)
    )
  }).pipe(Effect.scoped)

/** Signs in. */
export const signIn = (settled: Settled, options: SignIn): Effect.Effect<Login.SignedIn, AnyFailure, Base> =>
  settled.places.isSandbox ? signInSandboxed(settled, options) : signInLive(settled, options)

/** Signs out; answers whether somebody was signed in. */
export const signOut = (settled: Settled): Effect.Effect<boolean, AnyFailure, Base> => {
  const authUrl = settled.configuration.get("google.auth_url")
  const { isSandbox, path } = settled.places
  return Login.revoke({ path, ...(isSandbox || authUrl === undefined ? {} : { authUrl }) }).pipe(
    Effect.provide(client(settled, "drive"))
  )
}
