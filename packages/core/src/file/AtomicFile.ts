/**
 * Small files that are never torn: whoever reads one finds the old text or the new one, whole, whenever the program, or the
 * machine, stops, and however many write at once.
 *
 * @example
 * ```ts
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { AtomicFile } from "@skippy/core"
 * import { Effect, FileSystem } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const fs = yield* FileSystem.FileSystem
 *   const path = `${yield* fs.makeTempDirectoryScoped()}/token.json`
 *   yield* AtomicFile.write(path, `{"token":"one"}`)
 *   yield* AtomicFile.write(path, `{"token":"two"}`)
 *   console.log(yield* fs.readFileString(path), ((yield* fs.stat(path)).mode & 0o777).toString(8))
 * })
 *
 * await Effect.runPromise(program.pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))
 * ```
 *
 * ```text
 * {"token":"two"} 600
 * ```
 *
 * @module
 */
import { Clock, Effect, FileSystem, Option, type PlatformError, Random } from "effect"
import { encode } from "./Utf8.ts"

/** How a file is written. */
export interface Options {
  /** Who may read and write it, whatever a file it replaces allows. Default `0o600`: its owner only. */
  readonly mode?: number | undefined
}

const ownerOnly = 0o600

const ending = ".skippy-tmp"

/** An older one belongs to a program that was killed: writing takes milliseconds. */
const leftoverMillis = 10_000

/** So often another one may be in the way. */
const maxTries = 10

const isTag =
  (tag: string) =>
  ({ reason }: PlatformError.PlatformError): boolean =>
    reason._tag === tag

const directoryOf = (path: string): string => {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"))
  return end < 0 ? "." : path.slice(0, end + 1)
}

/**
 * Writes a text in place of what is at `path`, when all of it is on disk. The directory has to be there. A link at `path`
 * is replaced, not what it leads to. It cannot be interrupted; when it fails, what was there is there.
 */
export const write = (
  path: string,
  text: string,
  { mode = ownerOnly }: Options = {}
): Effect.Effect<void, PlatformError.PlatformError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const bytes = encode(text)

    const fill = (temporary: string) =>
      Effect.scoped(
        Effect.gen(function* () {
          const file = yield* fs.open(temporary, { flag: "wx", mode })
          yield* Effect.tapError(Effect.andThen(file.writeAll(bytes), file.sync), () =>
            Effect.ignore(fs.remove(temporary))
          )
        })
      )

    /** Whether it was done: another one may have drawn the same name, or taken this one for a leftover. */
    const attempt = (isLast: boolean) =>
      Effect.gen(function* () {
        const temporary = `${path}.${(yield* Random.nextInt).toString(36).replace("-", "n")}${ending}`
        const unless = (tag: string, step: Effect.Effect<void, PlatformError.PlatformError>) =>
          Effect.catchIf(
            Effect.as(step, true),
            (error: PlatformError.PlatformError) => !isLast && isTag(tag)(error),
            () => Effect.succeed(false)
          )
        const move = Effect.tapError(fs.rename(temporary, path), () => Effect.ignore(fs.remove(temporary)))
        return (yield* unless("AlreadyExists", fill(temporary))) && (yield* unless("NotFound", move))
      })

    const syncDirectory = Effect.ignore(
      Effect.scoped(Effect.flatMap(fs.open(directoryOf(path), { flag: "r" }), (opened) => opened.sync))
    )

    for (let left = maxTries - 1; !(yield* attempt(left === 0)); left--);
    yield* syncDirectory
  }).pipe(Effect.uninterruptible)

/** Removes what programs that were killed while they wrote have left in a directory. What cannot be removed stays. */
export const sweep = (directory: string): Effect.Effect<void, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const now = yield* Clock.currentTimeMillis
    const names = (yield* fs.readDirectory(directory)).filter((name) => name.endsWith(ending))
    yield* Effect.forEach(
      names.map((name) => `${directory}/${name}`),
      (path) =>
        Effect.ignore(
          Effect.flatMap(fs.stat(path), ({ mtime }) => {
            const writtenAt = Option.match(mtime, { onNone: () => now, onSome: (date) => date.getTime() })
            return now - writtenAt > leftoverMillis ? fs.remove(path) : Effect.void
          })
        ),
      { discard: true }
    )
  }).pipe(Effect.ignore)
