/**
 * Where tokens come from, once it is found: how one is got, and whose it is.
 *
 * @module
 */
import { Credentials } from "@skippy/http/authoring"
import { Effect, type FileSystem, Option, type Path, Redacted } from "effect"
import { Digest } from "effect/crypto"
import * as AuthError from "./AuthError.ts"
import type { AuthorizedUser, Credentials as FileCredentials, ServiceAccount } from "./CredentialsFile.ts"
import * as LibraryTokens from "./LibraryTokens.ts"
import * as ServiceAccountTokens from "./ServiceAccount.ts"
import { type Endpoints, google, type Granted, type TokenEndpoint } from "./TokenEndpoint.ts"
import type { TokenFile } from "./TokenFile.ts"

/** Where tokens come from. */
export interface Source {
  readonly grant: Effect.Effect<Granted, AuthError.AuthError>
  /** Tells apart whose answers are kept. */
  readonly identity: string
  readonly quotaProject: string | undefined
}

/** How credentials are used. */
export interface Use {
  readonly scopes: ReadonlyArray<string>
  /** Whom a service account acts for. */
  readonly actsFor: string | undefined
  /** Where Google's sign-in is, whatever credentials say; `undefined`: at Google. */
  readonly endpoints: Endpoints | undefined
  /** Instead of that of the credentials. */
  readonly quotaProject: string | undefined
}

const digest = (text: string): Effect.Effect<string> =>
  Effect.provide(
    Effect.flatMap(Digest.Digest, ({ digestHex }) => digestHex(Digest.sha256, new TextEncoder().encode(text))),
    Digest.layerWebCrypto
  )

/** How many digits of a digest tell refresh tokens apart. */
const digits = 16

/** A project that could not be sent in a header is none. */
const quotaOf = (use: Use, own: string | null | undefined): string | undefined => {
  const project = use.quotaProject ?? own ?? ""
  return project !== "" && Credentials.isSendable(project) ? project : undefined
}

/**
 * How often the file is looked at for what another process was given meanwhile, the wait between in milliseconds, and how
 * many processes may be faster.
 */
const looks = { count: 4, wait: 250, processes: 10 }

const ask = (endpoint: TokenEndpoint, user: AuthorizedUser, use: Use, subject: string) =>
  endpoint.grant({
    kind: "refresh",
    url: (use.endpoints ?? google).token,
    form: {
      refresh_token: Redacted.value(user.refresh_token),
      client_id: user.client_id,
      ...(user.client_secret === undefined ? {} : { client_secret: Redacted.value(user.client_secret) }),
      grant_type: "refresh_token"
    },
    subject
  })

const isAnother = (found: Option.Option<AuthorizedUser>, user: AuthorizedUser): found is Option.Some<AuthorizedUser> =>
  Option.isSome(found) && Redacted.value(found.value.refresh_token) !== Redacted.value(user.refresh_token)

/** What the file holds once it is another refresh token than this one; nothing when that does not come about. */
const another = (
  file: TokenFile,
  user: AuthorizedUser,
  left = looks.count
): Effect.Effect<Option.Option<AuthorizedUser>, AuthError.AuthError> =>
  Effect.gen(function* () {
    const found = yield* file.read
    if (isAnother(found, user)) return found
    if (left === 0) return Option.none()
    yield* Effect.sleep(looks.wait)
    return yield* another(file, user, left - 1)
  })

/** Renews by what the file holds, and again when another process was given what replaces it meanwhile. */
const refreshed = (
  endpoint: TokenEndpoint,
  user: AuthorizedUser,
  use: Use,
  file: TokenFile,
  left = looks.processes
): Effect.Effect<Granted, AuthError.AuthError> => {
  const kept = Effect.tap(ask(endpoint, user, use, file.path), ({ refreshToken }) =>
    refreshToken === undefined ? Effect.void : file.rotate(user.refresh_token, refreshToken)
  )
  return Effect.catchIf(
    kept,
    ({ reason }) => reason === "signInAgain" && left > 0,
    (refusal) =>
      Effect.flatMap(another(file, user), (found) =>
        Option.isSome(found) ? refreshed(endpoint, found.value, use, file, left - 1) : Effect.fail(refusal)
      )
  )
}

/** Somebody who signed in. `file`: where a refresh token that replaces this one is kept, when that is ours to write. */
export const ofUser = (
  endpoint: TokenEndpoint,
  user: AuthorizedUser,
  use: Use,
  subject: string,
  file?: TokenFile
): Effect.Effect<Source> =>
  Effect.map(digest(Redacted.value(user.refresh_token)), (hex) => ({
    grant: file === undefined ? ask(endpoint, user, use, subject) : refreshed(endpoint, user, use, file),
    identity: `authorized-user:${user.client_id}:${hex.slice(0, digits)}`,
    quotaProject: quotaOf(use, user.quota_project_id)
  }))

/** A service account. */
export const ofServiceAccount = (endpoint: TokenEndpoint, key: ServiceAccount, use: Use, subject: string): Source => ({
  grant: ServiceAccountTokens.grant(endpoint, key, {
    subject,
    scopes: use.scopes,
    actsFor: use.actsFor,
    tokenUrl: use.endpoints?.token
  }),
  identity: `service-account:${key.client_email}${use.actsFor === undefined ? "" : `:${use.actsFor}`}`,
  quotaProject: quotaOf(use, key.quota_project_id)
})

/** The machine itself, as its metadata server says. */
export const ofMachine = (use: Use): Source => ({
  grant: LibraryTokens.grant({ credentials: undefined, scopes: use.scopes }, "the metadata server"),
  identity: "machine",
  quotaProject: quotaOf(use, undefined)
})

const subjectNeedsKey = (subject: string): AuthError.AuthError =>
  AuthError.make({
    reason: "badCredentials",
    category: "auth",
    subject,
    fix: "only the key of a service account can act for somebody: leave SKIPPY_GOOGLE_SUBJECT out, or give such a key"
  })

/** The credentials of a file. */
export const ofCredentials = (
  endpoint: TokenEndpoint,
  credentials: FileCredentials,
  use: Use,
  subject: string,
  file?: TokenFile
): Effect.Effect<Source, AuthError.AuthError> =>
  Effect.gen(function* () {
    if (credentials.type === "service_account") return ofServiceAccount(endpoint, credentials, use, subject)
    if (use.actsFor !== undefined) return yield* subjectNeedsKey(subject)
    if (credentials.type === "authorized_user") return yield* ofUser(endpoint, credentials, use, subject, file)
    const hex = yield* digest(JSON.stringify(Redacted.value(credentials.json)))
    return {
      grant: LibraryTokens.grant({ credentials: credentials.json, scopes: use.scopes }, subject),
      identity: `${credentials.type.replaceAll("_", "-")}:${hex.slice(0, digits)}`,
      quotaProject: quotaOf(use, credentials.quota_project_id)
    }
  })

/** What finding a source may need. */
export type Files = FileSystem.FileSystem | Path.Path
