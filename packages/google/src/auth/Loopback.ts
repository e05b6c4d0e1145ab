/**
 * Where the browser brings the answer of a sign-in: a server on 127.0.0.1, as Google asks of desktop apps
 * (https://developers.google.com/identity/protocols/oauth2/native-app#loopback). It is Node's, loaded when somebody signs in.
 *
 * @module
 */
import { Context, Effect, type Scope } from "effect"
import * as AuthError from "./AuthError.ts"

/** What the browser brings. */
export type Query = Readonly<Record<string, string>>

/** What the browser is told. */
export interface Page {
  readonly status: number
  readonly title: string
  readonly text: string
}

/** Judges what the browser brings: what to tell it, and the result, when it is the one that is waited for. */
export type Judge<A> = (query: Query) => { readonly page: Page; readonly result?: A | undefined }

/** A server that waits. */
export interface Loopback<A> {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string
  /** The first result. */
  readonly result: Effect.Effect<A>
}

/** What Node does. */
export interface Desktop {
  readonly listen: <A>(judge: Judge<A>) => Effect.Effect<Loopback<A>, AuthError.AuthError, Scope.Scope>
  /** Opens a page in the system's browser; answers whether it could be begun. */
  readonly open: (url: string) => Effect.Effect<boolean>
}

/** What signing in needs of the machine; that of Node by default. */
export const Desktop: Context.Reference<Effect.Effect<Desktop, AuthError.AuthError>> = Context.Reference<
  Effect.Effect<Desktop, AuthError.AuthError>
>("@skippy/google/auth/Loopback/Desktop", {
  defaultValue: () =>
    Effect.map(
      Effect.tryPromise({
        try: () => import("./DesktopNode.ts"),
        catch: () =>
          AuthError.make({
            reason: "signInFailed",
            category: "fatal",
            fix: "sign in on a machine with Node, and take the file of tokens along"
          })
      }),
      ({ desktop }) => desktop
    )
})
