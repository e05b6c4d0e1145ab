/**
 * Tokens by `google-auth-library`, for what only it knows: workload identity federation, impersonation, and the metadata
 * server of Google Cloud. It is loaded when it is needed, and need not be installed otherwise. It makes connections of its
 * own, past the policies.
 *
 * @module
 */
import { Context, Effect, Predicate, Redacted } from "effect"
import * as AuthError from "./AuthError.ts"
import type { Granted } from "./TokenEndpoint.ts"

/** What is asked of the library. */
export interface Question {
  /** The content of a credentials file; `undefined`: whatever the machine itself is. */
  readonly credentials: Redacted.Redacted<Readonly<Record<string, unknown>>> | undefined
  readonly scopes: ReadonlyArray<string>
}

/** What it answers. */
export interface Answer {
  readonly token: string | null | undefined
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | null | undefined
}

/** The library: a promise that fails with a `Missing` when there is none. */
export type Library = (question: Question) => Promise<Answer>

/** It is not installed. */
class Missing extends Error {}

const load: Library = async ({ credentials, scopes }) => {
  const library = await import("google-auth-library").catch(() => Promise.reject(new Missing()))
  const { Compute, gcpMetadata, GoogleAuth } = library
  // Without credentials `GoogleAuth` looks for files, too, past what the program was told.
  if (credentials === undefined && !(await gcpMetadata.isAvailable())) throw new Error("no metadata server")
  const client =
    credentials === undefined
      ? new Compute({ scopes: [...scopes] })
      : await new GoogleAuth({ credentials: Redacted.value(credentials), scopes: [...scopes] }).getClient()
  const { token } = await client.getAccessToken()
  return { token, expiresAt: client.credentials.expiry_date }
}

/** The library that is asked; another one for tests. */
export const Library: Context.Reference<Library> = Context.Reference<Library>(
  "@skippy/google/auth/LibraryTokens/Library",
  {
    defaultValue: () => load
  }
)

const timeout = "30 seconds"

const failed = (cause: unknown, subject: string): AuthError.AuthError => {
  if (cause instanceof Missing) {
    const fix = "install google-auth-library, which is needed for such credentials: npm install google-auth-library"
    return AuthError.make({ reason: "badCredentials", category: "auth", subject, fix })
  }
  const code = Predicate.hasProperty(cause, "code") && Predicate.isString(cause.code) ? cause.code : ""
  const isNetwork = /^E[A-Z]+$/.test(code)
  // What the library says may quote answers and files.
  return isNetwork
    ? AuthError.make({
        reason: "unavailable",
        category: "transient",
        subject: `${subject}: ${code}`,
        fix: "check the network and try again"
      })
    : AuthError.make({
        reason: "badCredentials",
        category: "auth",
        subject,
        fix: "google-auth-library gets no token with it: check it with `gcloud auth application-default print-access-token`"
      })
}

/** Gets a token, a new one each time. It is given up after 30 seconds. */
export const grant = (question: Question, subject: string): Effect.Effect<Granted, AuthError.AuthError> =>
  Effect.gen(function* () {
    const ask = yield* Library
    const { expiresAt, token } = yield* Effect.tryPromise({
      try: () => ask(question),
      catch: (cause) => failed(cause, subject)
    }).pipe(
      Effect.timeoutOrElse({
        duration: timeout,
        orElse: () =>
          Effect.fail(
            AuthError.make({
              reason: "unavailable",
              category: "transient",
              subject,
              fix: "check the network and try again"
            })
          )
      })
    )
    if (!Predicate.isString(token) || token === "") return yield* failed(undefined, subject)
    return {
      accessToken: Redacted.make(token, { label: "google.access_token" }),
      expiresAt: expiresAt ?? undefined,
      refreshToken: undefined,
      scopes: undefined
    }
  })
