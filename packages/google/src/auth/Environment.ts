/**
 * What the environment says of credentials, Skippy's own variables and those of Google's tools.
 *
 * @module
 */
import { Credentials } from "@skippy/http/authoring"
import { Config, Option, type Redacted } from "effect"
import { scopes, scopesOf } from "./Scopes.ts"

/** What the environment says. */
export interface Environment {
  /** A token that is there already (`SKIPPY_GOOGLE_ACCESS_TOKEN`). */
  readonly accessToken: Redacted.Redacted | undefined
  /** A file of credentials (`SKIPPY_GOOGLE_CREDENTIALS`). */
  readonly credentials: string | undefined
  /** The same by the name of Google's tools (`GOOGLE_APPLICATION_CREDENTIALS`). */
  readonly applicationCredentials: string | undefined
  /** Whom a service account acts for (`SKIPPY_GOOGLE_SUBJECT`). */
  readonly subject: string | undefined
  /** What is asked for where credentials do not say it (`SKIPPY_GOOGLE_SCOPES`). */
  readonly scopes: ReadonlyArray<string>
  /** The folder of everything that survives the program (`SKIPPY_PATH`). */
  readonly path: string
  /** Where Google's sign-in is (`SKIPPY_GOOGLE_AUTH_URL`); `undefined`: at Google. */
  readonly authUrl: string | undefined
  /** The project whose quota is used, instead of that of the credentials (`GOOGLE_CLOUD_QUOTA_PROJECT`). */
  readonly quotaProject: string | undefined
  /** The folder of gcloud: `CLOUDSDK_CONFIG`, else `gcloud` in `APPDATA`, else `.config/gcloud` in `HOME`. */
  readonly gcloud: ReadonlyArray<string> | undefined
}

const given = (text: string): string | undefined => (text.trim() === "" ? undefined : text.trim())

/** As everywhere in the environment, an empty text is none. */
const textOf = (name: string): Config.Config<string | undefined> =>
  Config.map(Config.withDefault(Config.String(name), ""), given)

const secretOf = (name: string): Config.Config<Redacted.Redacted | undefined> =>
  Config.map(Config.option(Config.schema(Credentials.Sendable("token"), name)), (secret) =>
    Option.isSome(secret) && Credentials.textOf(secret.value) !== "" ? secret.value : undefined
  )

const gcloudOf = (
  config: string | undefined,
  appData: string | undefined,
  home: string | undefined
): Environment["gcloud"] => {
  if (config !== undefined) return [config]
  if (appData !== undefined) return [appData, "gcloud"]
  return home === undefined ? undefined : [home, ".config", "gcloud"]
}

/** Scopes nobody named: a service account cannot pick photos. */
const defaultScopes: ReadonlyArray<string> = [scopes.drive]

/** Reads the environment. */
export const config: Config.Config<Environment> = Config.all({
  accessToken: secretOf("SKIPPY_GOOGLE_ACCESS_TOKEN"),
  credentials: textOf("SKIPPY_GOOGLE_CREDENTIALS"),
  applicationCredentials: textOf("GOOGLE_APPLICATION_CREDENTIALS"),
  subject: textOf("SKIPPY_GOOGLE_SUBJECT"),
  scopes: Config.map(textOf("SKIPPY_GOOGLE_SCOPES"), (list) => (list === undefined ? defaultScopes : scopesOf(list))),
  path: Config.map(textOf("SKIPPY_PATH"), (path) => path ?? ".skippy"),
  authUrl: Config.map(Credentials.baseUrlOf("SKIPPY_GOOGLE_AUTH_URL", "", "http://127.0.0.1:8080"), (url) =>
    url === "" ? undefined : Credentials.baseUrl(url)
  ),
  quotaProject: textOf("GOOGLE_CLOUD_QUOTA_PROJECT"),
  gcloud: Config.map(
    Config.all([textOf("CLOUDSDK_CONFIG"), textOf("APPDATA"), textOf("HOME")]),
    ([cloudSdk, appData, home]) => gcloudOf(cloudSdk, appData, home)
  )
})

/** The client people sign in with: `SKIPPY_GOOGLE_CLIENT_ID`, and `SKIPPY_GOOGLE_CLIENT_SECRET` when there is one. */
export const client: Config.Config<{
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted | undefined
}> = Config.all({
  clientId: Config.NonEmptyString("SKIPPY_GOOGLE_CLIENT_ID"),
  clientSecret: secretOf("SKIPPY_GOOGLE_CLIENT_SECRET")
})
