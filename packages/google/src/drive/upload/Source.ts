/**
 * The file on disk: checked before anything is sent, read in pieces, and known again later.
 *
 * @module
 */
import { type InvalidInputError, invalidInput } from "@skippy/http"
import { ByteSize, Effect, FileSystem, Option, Path, PlatformError, Predicate, Stream } from "effect"
import { type UploadError, uploadError } from "./UploadError.ts"

/** What a file looked like. One that looks the same is taken for the same, with the same content. */
export interface Look {
  /** In bytes. */
  readonly size: number
  /** When it was last changed, in milliseconds since the epoch; 0 where the system does not tell. */
  readonly modifiedAt: number
  /** The file, whatever its name: its device and inode, where the system tells. */
  readonly inode: string
}

/** A file that can be uploaded. */
export interface Source {
  /** Absolute. */
  readonly path: string
  readonly name: string
  readonly look: Look
}

/** Bytes that are read at once: enough that few reads are made, and few enough that memory stays flat. */
const readBytes = 256 * 1024

/** How a file looks now. */
export const lookOf = ({ dev, ino, mtime, size }: FileSystem.File.Info): Look => ({
  size: ByteSize.toNumberUnsafe(size),
  modifiedAt: Option.match(mtime, { onNone: () => 0, onSome: (date) => date.getTime() }),
  inode: `${dev}:${Option.getOrElse(ino, () => 0n)}`
})

/** Whether two looks are of the same file with the same content. */
export const isSame = (a: Look, b: Look): boolean =>
  a.size === b.size && a.modifiedAt === b.modifiedAt && a.inode === b.inode

const codeOf = ({ reason }: PlatformError.PlatformError): string => {
  const cause = "cause" in reason ? reason.cause : undefined
  return Predicate.hasProperty(cause, "code") && Predicate.isString(cause.code) ? cause.code : reason._tag
}

/** Names that are no UTF-8 come with U+FFFD in place of what they have, and lead nowhere. */
const missingFix = (path: string): string =>
  path.includes("\uFFFD")
    ? "there is no such file; when its name is not UTF-8, give it one that is"
    : "there is no such file; check the path"

const hasBytes = (fs: FileSystem.FileSystem, path: string): Effect.Effect<boolean> =>
  Effect.scoped(Effect.flatMap(fs.open(path, { flag: "r" }), (file) => Effect.uninterruptible(file.readAlloc(1)))).pipe(
    // What cannot be read is told when it is sent.
    Effect.match({ onFailure: () => false, onSuccess: Option.isSome })
  )

/** The file at a path; `field` is how the input calls it. */
export const check = (
  operation: string,
  field: string,
  path: string
): Effect.Effect<Source, InvalidInputError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    const wrong = (fix: string) => invalidInput({ operation, path: [field], value: path, fix })
    if (path === "" || path.includes("\0")) return yield* wrong("give the path of a file")
    const absolute = paths.resolve(path)
    const info = yield* Effect.mapError(fs.stat(absolute), ({ reason }) =>
      wrong(reason._tag === "NotFound" ? missingFix(path) : "give a file that can be read")
    )
    if (info.type === "Directory") {
      return yield* wrong("it is a directory; give the path of a file, or use batchUpload for the files in it")
    }
    if (info.type !== "File") return yield* wrong("it is no regular file; give the path of one")
    yield* Effect.mapError(fs.access(absolute, { readable: true }), () =>
      wrong("it cannot be read; change its permissions, or give another file")
    )
    const look = lookOf(info)
    // Files of a kernel (`/proc`) say they are empty, and are not.
    if (look.size === 0 && (yield* hasBytes(fs, absolute))) {
      return yield* wrong("it does not tell its size; copy it, and give the copy")
    }
    return { path: absolute, name: paths.basename(absolute), look }
  })

/**
 * The bytes of the file from `from` up to `to`. It fails when the file is not what it was, before the last of them: a
 * changed file is never sent to its end.
 */
export const bytes = (
  { look, path }: Source,
  from: number,
  to: number
): Stream.Stream<Uint8Array, UploadError, FileSystem.FileSystem> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const onDisk = Effect.mapError((error: PlatformError.PlatformError) =>
        uploadError("disk", path, { code: codeOf(error) })
      )
      const file = yield* onDisk(fs.open(path, { flag: "r" }))
      const changed = uploadError("changed", path)
      const isStill = (info: FileSystem.File.Info) => (isSame(lookOf(info), look) ? Effect.void : Effect.fail(changed))
      yield* Effect.flatMap(onDisk(file.stat), isStill)
      // Both what was read and what has the name now: another file may have taken its place.
      const isStillThere = Effect.andThen(
        Effect.flatMap(onDisk(file.stat), isStill),
        Effect.flatMap(
          Effect.mapError(fs.stat(path), () => changed),
          isStill
        )
      )
      const read = (position: number) =>
        Effect.gen(function* () {
          const wanted = Math.min(readBytes, to - position)
          // The system goes on reading when its caller is interrupted, and the file must not be closed under it.
          const chunk = yield* Effect.uninterruptible(onDisk(file.readAlloc(wanted, { position: BigInt(position) })))
          if (Option.isNone(chunk)) return yield* changed
          const after = position + chunk.value.length
          if (after >= to) yield* isStillThere
          return [chunk.value, after < to ? Option.some(after) : Option.none()] as const
        })
      return from >= to
        ? Stream.empty
        : Stream.paginate(from, (position) => Effect.map(read(position), ([chunk, next]) => [[chunk], next] as const))
    })
  )
