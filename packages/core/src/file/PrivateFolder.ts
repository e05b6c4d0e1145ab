/**
 * Folders for what is nobody else's business: only their owner enters them, and within a repository git leaves them out.
 *
 * @module
 */
import { Effect, FileSystem, type PlatformError } from "effect"
import * as Folder from "./Folder.ts"

/** What git leaves out of a new folder: everything. */
export const ignored = "*\n"

/**
 * Makes a folder, and those above it, when it is not there: 0700, with a `.gitignore` that leaves out what is put into it.
 * One that is there is somebody's, and is left as it is.
 */
export const make = (directory: string): Effect.Effect<void, PlatformError.PlatformError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    if (yield* fs.exists(directory)) return
    yield* Folder.make(directory, 0o700)
    yield* Effect.ignore(fs.writeFileString(`${directory}/.gitignore`, ignored, { flag: "wx", mode: 0o600 }))
  })
