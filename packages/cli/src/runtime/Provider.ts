/**
 * The settings as the services read them: from Effect's `ConfigProvider`, by the names of their variables.
 *
 * @module
 */
import { ConfigProvider, type Layer, Redacted } from "effect"
import { environment } from "./Environment.ts"
import * as Credentials from "./SandboxCredentials.ts"
import type { Settled } from "./Settled.ts"

type Variables = Readonly<Record<string, string | undefined>>

/** What services read themselves. Policies are given to them as they are. */
const texts = [
  "github.url",
  "pexels.url",
  "google.credentials",
  "google.subject",
  "google.scopes",
  "google.client_id",
  "google.auth_url",
  "google-drive.url",
  "google-drive.quota",
  "google-photos.url",
  "http.allow",
  "ca_file"
] as const

const secrets = ["github.token", "pexels.api_key", "google.access_token", "google.client_secret"] as const

const settled = ({ configuration: { get, list }, places }: Settled): Variables => {
  const variables = new Map(list.map(({ setting: { env, key } }) => [key, env]))
  const own = [
    ...texts.map((key) => [variables.get(key), get(key)] as const),
    ...secrets.map((key) => [variables.get(key), revealed(get(key))] as const)
  ]
  const given = own.flatMap(([env, value]) => (env === undefined || value === undefined ? [] : [[env, value] as const]))
  return { ...Object.fromEntries(given), SKIPPY_PATH: places.path }
}

const revealed = (secret: Redacted.Redacted | undefined): string | undefined =>
  secret === undefined ? undefined : String(Redacted.value(secret))

/** In the sandbox nothing of the environment counts: no token of a real account goes anywhere, and no address is real. */
const sandboxed = ({ places }: Settled): Variables => ({
  SKIPPY_PATH: places.path,
  SKIPPY_GITHUB_TOKEN: Credentials.githubToken,
  SKIPPY_PEXELS_API_KEY: Credentials.pexelsKey
})

/** The settings, over the environment, which has those of other tools. */
export const layer = (given: Settled): Layer.Layer<never> =>
  ConfigProvider.layer(
    ConfigProvider.fromEnvRecord(given.places.isSandbox ? sandboxed(given) : { ...environment(), ...settled(given) })
  )
