/**
 * Where access tokens for Google come from. A service asks for one before each request; whoever makes them keeps one as
 * long as it is good, gets a new one early, and never two at once.
 *
 * @module
 */
import { Context, type Effect, type Redacted } from "effect"
import type { AuthError } from "./AuthError.ts"

/** A token as it is sent. */
export interface AccessToken {
  readonly value: Redacted.Redacted
  /** Milliseconds since the epoch; `undefined` when nobody knows, as for one of the environment. */
  readonly expiresAt: number | undefined
  /** The project whose quota is used (`x-goog-user-project`), when the credentials name one. */
  readonly quotaProject?: string | undefined
}

/** Where access tokens come from. */
export class TokenProvider extends Context.Service<
  TokenProvider,
  {
    /** A token that is good for a while yet. */
    readonly get: Effect.Effect<AccessToken, AuthError>
    /**
     * Another token, because Google did not accept this one (401). Callers that were refused with the same token share one
     * renewal; when it was renewed meanwhile, that one is given, and when it is itself what was given for a refused one less
     * than 10 seconds ago, it is given again. Fails when there is no way to get another.
     */
    readonly renew: (rejected: AccessToken) => Effect.Effect<AccessToken, AuthError>
    /** Tells apart whose answers are kept, without any secret: `authorized-user:<client id>:<digest>`. */
    readonly identity: Effect.Effect<string, AuthError>
  }
>()("@skippy/google/auth/TokenProvider") {}
