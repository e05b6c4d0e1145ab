/**
 * Where a download is to be put: checked before anything is sent, and given to one download at a time.
 *
 * @module
 */
import { Effect, FileSystem, Path, type PlatformError } from "effect"
import { type InvalidInputError, invalidInput } from "../InvalidInputError.ts"
import { type DownloadError, downloadError } from "./DownloadError.ts"

/** What is checked. */
export interface Options {
  /** Whose input: `HttpService.download`. */
  readonly operation: string
  readonly path: string
  readonly overwrite: boolean
}

const absent = (error: PlatformError.PlatformError): Effect.Effect<undefined, PlatformError.PlatformError> =>
  error.reason._tag === "NotFound" ? Effect.undefined : Effect.fail(error)

/** The absolute path, when a file can be put there. */
export const check = ({
  operation,
  overwrite,
  path
}: Options): Effect.Effect<string, InvalidInputError | DownloadError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    const wrong = (fix: string) => invalidInput({ operation, path: ["path"], value: path, fix })
    const typeOf = (at: string) =>
      Effect.mapError(
        Effect.catch(
          Effect.map(fs.stat(at), ({ type }) => type),
          absent
        ),
        () => wrong("give a path that can be read")
      )

    if (path === "" || path.includes("\0")) return yield* wrong("give the path of a file")
    if (/[\\/]$/.test(path)) return yield* wrong("give the path of a file, this is one of a directory")
    const resolved = paths.resolve(path)
    const directory = paths.dirname(resolved)
    const found = yield* typeOf(directory)
    if (found === undefined) return yield* wrong("its directory does not exist; make it first, or give another path")
    if (found !== "Directory") return yield* wrong("what should be its directory is a file; give another path")
    const isWritable = yield* Effect.isSuccess(fs.access(directory, { writable: true }))
    if (!isWritable) return yield* wrong("its directory cannot be written to; give another path")

    // Two spellings of one directory are one place.
    const real = yield* Effect.mapError(fs.realPath(directory), () => wrong("give a path that can be read"))
    const target = paths.join(real, paths.basename(resolved))
    const onPath = yield* typeOf(target)
    // A link that leads nowhere takes the place too.
    const isLink = onPath === undefined && (yield* Effect.isSuccess(fs.lstat(target)))
    const there = isLink ? "File" : onPath
    if (there === "Directory") return yield* wrong("there is a directory of that name; give the path of a file")
    if (there !== undefined && there !== "File") return yield* wrong("what is there is not a file; give another path")
    if (there !== undefined && !overwrite) return yield* downloadError("exists", target)
    return target
  })

/** Files belong to the whole process, so there is one such set. */
const taken = new Set<string>()

/** Runs a download to `target` unless another one is running. */
export const claim = <A, E, R>(
  target: string,
  download: Effect.Effect<A, E, R>
): Effect.Effect<A, E | DownloadError, R> =>
  Effect.acquireUseRelease(
    Effect.suspend(() => {
      if (taken.has(target)) return Effect.fail(downloadError("busy", target))
      taken.add(target)
      return Effect.void
    }),
    () => download,
    () => Effect.sync(() => taken.delete(target))
  )
