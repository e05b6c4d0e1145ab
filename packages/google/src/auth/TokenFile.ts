/**
 * What somebody's sign-in left: a file only its owner may read, replaced as a whole or not at all. It has the form of
 * Google's own `authorized_user` files, so that other tools can read it too.
 *
 * Several processes may use one file: each reads it anew when it renews, and whoever is given another refresh token
 * writes it only where its own still stands.
 *
 * @example
 * ```ts
 * import { TokenFile } from "@skippy/google"
 * import { Files } from "@skippy/http/authoring"
 * import { Effect, FileSystem, Redacted } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const fs = yield* FileSystem.FileSystem
 *   const file = yield* TokenFile.make(`${yield* fs.makeTempDirectoryScoped()}/google/token.json`)
 *   yield* file.write({ type: "authorized_user", client_id: "client", refresh_token: Redacted.make("one") })
 *   console.log(yield* file.rotate(Redacted.make("one"), Redacted.make("two")))
 *   console.log(yield* file.rotate(Redacted.make("one"), Redacted.make("three")))
 * })
 *
 * await Effect.runPromise(program.pipe(Effect.scoped, Effect.provide(Files.layer)))
 * ```
 *
 * ```text
 * true
 * false
 * ```
 *
 * @module
 */
import { AtomicFile, PrivateFolder } from "@skippy/core"
import { Effect, FileSystem, Option, Path, type PlatformError, Redacted, Schema } from "effect"
import * as AuthError from "./AuthError.ts"
import { AuthorizedUser, parse } from "./CredentialsFile.ts"

/** Below the folder of everything that survives the program (`SKIPPY_PATH`). */
export const location = ["google", "token.json"] as const

/** A file of tokens. */
export interface TokenFile {
  readonly path: string
  /** What it holds; nothing when there is no such file. A file that others can read is closed to them where that is allowed, with a warning. */
  readonly read: Effect.Effect<Option.Option<AuthorizedUser>, AuthError.AuthError>
  readonly write: (user: AuthorizedUser) => Effect.Effect<void, AuthError.AuthError>
  /** Writes another refresh token where `used` still stands; answers whether it did. */
  readonly rotate: (used: Redacted.Redacted, next: Redacted.Redacted) => Effect.Effect<boolean, AuthError.AuthError>
  /** Forgets it; there need not be one. */
  readonly remove: Effect.Effect<void, AuthError.AuthError>
}

const encode = Schema.encodeSync(AuthorizedUser)

const isNotFound = ({ reason }: PlatformError.PlatformError): boolean => reason._tag === "NotFound"

const cannot = (path: string, what: string, { reason }: PlatformError.PlatformError): AuthError.AuthError =>
  AuthError.make({
    reason: "storage",
    category: "fatal",
    subject: `${path}: ${reason._tag}`,
    fix: `make it possible to ${what} it, or set SKIPPY_PATH to another folder`
  })

const othersMask = 0o077

/** Opens a file; it need not exist. */
export const make = (path: string): Effect.Effect<TokenFile, never, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    const directory = paths.dirname(path)
    // Windows has no such modes, and says that everybody may read everything.
    const hasModes = paths.sep === "/"

    const close = Effect.gen(function* () {
      const { mode } = yield* fs.stat(path)
      if (!hasModes || (mode & othersMask) === 0) return
      const isClosed = yield* Effect.isSuccess(fs.chmod(path, 0o600))
      const now = isClosed ? "it is closed to them now" : "close it to them, this program may not"
      yield* Effect.logWarning(`${path} could be read by others; ${now}. Sign in again if somebody did`)
    })

    const parsed = (text: string): Effect.Effect<AuthorizedUser, AuthError.AuthError> =>
      Effect.gen(function* () {
        const credentials = yield* Effect.fromResult(parse(text, path))
        if (credentials.type === "authorized_user") return credentials
        return yield* AuthError.make({
          reason: "badCredentials",
          category: "auth",
          subject: path,
          fix: "it is not what signing in leaves: remove it and sign in again"
        })
      })

    const read = Effect.andThen(close, fs.readFileString(path)).pipe(
      Effect.asSome,
      Effect.catchIf(isNotFound, () => Effect.succeed(Option.none<string>())),
      Effect.mapError((error) => cannot(path, "read", error)),
      Effect.flatMap((text) => (Option.isNone(text) ? Effect.succeedNone : Effect.asSome(parsed(text.value))))
    )

    // A program that was killed while it wrote left a refresh token behind.
    const sweep = AtomicFile.sweep(directory)

    const write = (user: AuthorizedUser) =>
      PrivateFolder.make(directory).pipe(
        Effect.andThen(AtomicFile.write(path, `${JSON.stringify(encode(user), undefined, 2)}\n`)),
        Effect.andThen(sweep),
        Effect.provideService(FileSystem.FileSystem, fs),
        // A refresh token that was given and not written is lost.
        Effect.uninterruptible,
        Effect.mapError((error) => cannot(path, "write", error))
      )

    return {
      path,
      read,
      write,
      rotate: (used, next) =>
        Effect.flatMap(read, (found) =>
          Option.isSome(found) && Redacted.value(found.value.refresh_token) === Redacted.value(used)
            ? Effect.as(write({ ...found.value, refresh_token: next }), true)
            : Effect.succeed(false)
        ),
      remove: Effect.catchIf(fs.remove(path), isNotFound, () => Effect.void).pipe(
        Effect.andThen(sweep),
        Effect.provideService(FileSystem.FileSystem, fs),
        Effect.mapError((error) => cannot(path, "remove", error))
      )
    }
  })
