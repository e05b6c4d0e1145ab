/**
 * Folders, with those above them.
 *
 * Node's own way of making all of them (`recursive`) never ends where a file system says that a place is not there though
 * the folder above it is, as `/proc` does.
 *
 * @module
 */
import { Effect, FileSystem, type PlatformError } from "effect"

/** The folder above, as it is written; the same when there is none. */
const above = (directory: string): string => directory.replace(/(?<=[^/\\])[/\\]+[^/\\]+[/\\]*$/, "")

const made = (
  fs: FileSystem.FileSystem,
  directory: string,
  mode: number | undefined
): Effect.Effect<void, PlatformError.PlatformError> =>
  Effect.gen(function* () {
    if (yield* fs.exists(directory)) return
    const parent = above(directory)
    if (parent !== directory) yield* made(fs, parent, mode)
    // Another program may have made it meanwhile.
    yield* Effect.catchIf(
      fs.makeDirectory(directory, { mode }),
      ({ reason }) => reason._tag === "AlreadyExists",
      () => Effect.void
    )
  })

/** Makes a folder, and those above it, where there is none; all new ones with `mode`, by default what the system gives. */
export const make = (
  directory: string,
  mode?: number
): Effect.Effect<void, PlatformError.PlatformError, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => made(fs, directory, mode))
