/**
 * Looks for credentials where Google's tools do, and where signing in here leaves them
 * (https://cloud.google.com/docs/authentication/application-default-credentials).
 *
 * 1. the file `SKIPPY_GOOGLE_CREDENTIALS` names, 2. the one `GOOGLE_APPLICATION_CREDENTIALS` names, 3. what signing in left,
 * 4. what `gcloud auth application-default login` left, 5. the machine itself, on Google Cloud.
 *
 * @module
 */
import { Effect, FileSystem, Option, Path } from "effect"
import * as AuthError from "./AuthError.ts"
import { parse } from "./CredentialsFile.ts"
import type { Environment } from "./Environment.ts"
import * as Source from "./Source.ts"
import { endpointsBelow, type TokenEndpoint } from "./TokenEndpoint.ts"
import * as TokenFile from "./TokenFile.ts"

type Find = Effect.Effect<Source.Source, AuthError.AuthError, Source.Files>

/** How the environment wants credentials to be used. */
export const useOf = ({ authUrl, quotaProject, scopes, subject }: Environment): Source.Use => ({
  endpoints: authUrl === undefined ? undefined : endpointsBelow(authUrl),
  quotaProject,
  scopes,
  actsFor: subject
})

/** Google's files have a few kilobytes. */
const maxBytes = 1024 * 1024

const unreadable = (subject: string, fix: string): AuthError.AuthError =>
  AuthError.make({ reason: "badCredentials", category: "auth", subject, fix })

const readText = (path: string): Effect.Effect<Option.Option<string>, AuthError.AuthError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { size, type } = yield* fs.stat(path)
    if (type === "Directory") return yield* unreadable(path, "it is a folder: name the file of credentials in it")
    if (size > maxBytes) return yield* unreadable(path, "it is too large for a file of credentials: name another one")
    return Option.some(yield* fs.readFileString(path))
  }).pipe(
    Effect.catchTag("PlatformError", ({ reason }) =>
      reason._tag === "NotFound"
        ? Effect.succeedNone
        : Effect.fail(unreadable(`${path}: ${reason._tag}`, "make it a file you may read"))
    )
  )

/** The credentials of a file, which somebody named (`setting`) and which therefore is there. */
export const named = (endpoint: TokenEndpoint, path: string, setting: string, use: Source.Use): Find =>
  Effect.flatMap(readText(path), (text) =>
    Option.isNone(text)
      ? Effect.fail(unreadable(path, `there is no such file: correct ${setting}, or unset it`))
      : Effect.flatMap(Effect.fromResult(parse(text.value, path)), (credentials) =>
          Source.ofCredentials(endpoint, credentials, use, path)
        )
  )

const ofSignIn = (endpoint: TokenEndpoint, { path }: Environment, use: Source.Use) =>
  Effect.gen(function* () {
    const paths = yield* Path.Path
    const file = yield* TokenFile.make(paths.join(path, ...TokenFile.location))
    const user = yield* file.read
    return Option.isNone(user)
      ? Option.none<Source.Source>()
      : Option.some(yield* Source.ofCredentials(endpoint, user.value, use, file.path, file))
  })

const ofGcloud = (endpoint: TokenEndpoint, { gcloud }: Environment, use: Source.Use) =>
  Effect.gen(function* () {
    if (gcloud === undefined) return Option.none<Source.Source>()
    const paths = yield* Path.Path
    const path = paths.join(...gcloud, "application_default_credentials.json")
    const text = yield* readText(path)
    if (Option.isNone(text)) return Option.none<Source.Source>()
    const credentials = yield* Effect.fromResult(parse(text.value, path))
    return Option.some(yield* Source.ofCredentials(endpoint, credentials, use, path))
  })

const nobody = AuthError.make({
  reason: "noCredentials",
  category: "auth",
  fix: "sign in (`Login.run`), set SKIPPY_GOOGLE_CREDENTIALS to a file of credentials, run `gcloud auth application-default login`, or set SKIPPY_GOOGLE_ACCESS_TOKEN"
})

/** The machine's own credentials. Most machines have none, and then nobody is signed in. */
const ofMachine = (use: Source.Use): Source.Source => {
  const machine = Source.ofMachine(use)
  return {
    ...machine,
    grant: Effect.mapError(machine.grant, (error) => (error.reason === "unavailable" ? error : nobody))
  }
}

/** Finds credentials. A file that is there and cannot be used is an error, and nothing else is looked for. */
export const find = (endpoint: TokenEndpoint, environment: Environment): Find => {
  const use = useOf(environment)
  const { applicationCredentials, credentials } = environment
  if (credentials !== undefined) return named(endpoint, credentials, "SKIPPY_GOOGLE_CREDENTIALS", use)
  if (applicationCredentials !== undefined)
    return named(endpoint, applicationCredentials, "GOOGLE_APPLICATION_CREDENTIALS", use)
  return Effect.gen(function* () {
    const signedIn = yield* ofSignIn(endpoint, environment, use)
    if (Option.isSome(signedIn)) return signedIn.value
    const gcloud = yield* ofGcloud(endpoint, environment, use)
    return Option.isSome(gcloud) ? gcloud.value : ofMachine(use)
  })
}
