/**
 * A download on its way: a file beside the target (`report.pdf.skippy-part`), and next to it what is needed to go on with
 * it later (`report.pdf.skippy-part.json`, readable by its owner only). The target appears when it is whole, at once.
 *
 * @module
 */
import { platformCodeOf } from "@skippy/core"
import { ByteSize, Effect, FileSystem, Option, Path, type PlatformError, Schema, type Scope } from "effect"
import { Digest } from "effect/crypto"
import { type DownloadError, downloadError } from "./DownloadError.ts"
import { isValidator, nothing, type Part } from "./RangeHeaders.ts"

/** What is written next to the part. The address is kept as a digest, since its query may be secret. */
const Sidecar = Schema.fromJsonString(
  Schema.Struct({
    version: Schema.Literal(1),
    source: Schema.String,
    validator: Schema.String.check(Schema.makeFilter(isValidator)),
    total: Schema.optionalKey(Schema.Int)
  })
)

const readSidecar = Schema.decodeOption(Sidecar)
const writeSidecar = Schema.encodeEffect(Sidecar)

const ownerOnly = 0o600

/** The file that was written: when another one has taken its place, somebody else writes to the same path. */
export interface Identity {
  readonly dev: bigint
  readonly ino: bigint | undefined
  readonly size: bigint
}

const identityOf = ({ dev, ino, size }: FileSystem.File.Info): Identity => ({
  dev,
  ino: Option.getOrUndefined(ino),
  size: BigInt(ByteSize.toNumberUnsafe(size))
})

/** A link, or a file that has a second name, is not ours to write to. */
const isOurs = ({ nlink, type }: FileSystem.File.Info): boolean =>
  type === "File" && Option.getOrElse(nlink, () => 1n) <= 1n

const same = (a: Identity, b: Identity): boolean => a.dev === b.dev && a.ino === b.ino && a.size === b.size

/** A download on its way. It fails only because of the disk, or because somebody else writes to the same path. */
export interface PartFile {
  /** What can be gone on with. */
  readonly state: Effect.Effect<Part, DownloadError>
  /** Starts over with an empty file, for an answer that says this of the whole. */
  readonly begin: (part: Part) => Effect.Effect<FileSystem.File, DownloadError, Scope.Scope>
  /** Opens what is there, to write from `start` on. */
  readonly reopen: (start: number) => Effect.Effect<FileSystem.File, DownloadError, Scope.Scope>
  readonly write: (file: FileSystem.File, bytes: Uint8Array) => Effect.Effect<void, DownloadError>
  /** Reads its first `length` bytes, piece by piece, wherever it is written to. */
  readonly readFirst: (
    file: FileSystem.File,
    length: number,
    take: (bytes: Uint8Array) => Effect.Effect<void>
  ) => Effect.Effect<void, DownloadError>
  /** Which file was written; when it is whole. */
  readonly identify: (file: FileSystem.File) => Effect.Effect<Identity, DownloadError>
  /** Makes the file that was written, and closed, the target; all of it is on disk then. */
  readonly commit: (written: Identity) => Effect.Effect<void, DownloadError>
  /** Leaves nothing behind. */
  readonly discard: Effect.Effect<void, DownloadError>
}

type Problem = PlatformError.PlatformError | DownloadError

const isTag =
  (tag: string) =>
  (error: Problem): boolean =>
    error._tag === "PlatformError" && error.reason._tag === tag

const digestOf = (text: string): Effect.Effect<string> =>
  Effect.provide(
    Effect.flatMap(Digest.Digest, ({ digestHex }) => digestHex(Digest.sha256, new TextEncoder().encode(text))),
    Digest.layerWebCrypto
  )

const partEnding = ".skippy-part"
const sidecarEnding = ".json"
/** In bytes. */
const readSize = 256 * 1024
/** In bytes, on nearly all file systems. */
const longestName = 255

/** The target's name with an ending; where that would be too long, what stands for it. */
const partName = (name: string): Effect.Effect<string> =>
  new TextEncoder().encode(name + partEnding + sidecarEnding).length <= longestName
    ? Effect.succeed(name + partEnding)
    : Effect.map(digestOf(name), (digest) => digest.slice(0, 32) + partEnding)

/** How a part becomes the target. */
export interface Options {
  readonly target: string
  /** Says whose content it is; a part of another source is not gone on with. */
  readonly source: string
  readonly overwrite: boolean
}

/** The part of a target. */
export const make = ({
  overwrite,
  source,
  target
}: Options): Effect.Effect<PartFile, never, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    const directory = paths.dirname(target)
    const part = paths.join(directory, yield* partName(paths.basename(target)))
    const sidecar = `${part}${sidecarEnding}`
    const digest = yield* digestOf(source)

    const onDisk = <A, R>(effect: Effect.Effect<A, Problem, R>): Effect.Effect<A, DownloadError, R> =>
      Effect.mapError(effect, (error) =>
        error._tag === "PlatformError" ? downloadError("disk", target, platformCodeOf(error)) : error
      )

    const state = Effect.gen(function* () {
      // Reading what is no file could wait for ever.
      if ((yield* fs.lstat(sidecar)).type !== "File") return nothing
      const known = readSidecar(yield* fs.readFileString(sidecar))
      const info = yield* fs.lstat(part)
      const bytes = ByteSize.toNumberUnsafe(info.size)
      if (Option.isNone(known) || known.value.source !== digest || !isOurs(info)) return nothing
      const { total, validator } = known.value
      return bytes === 0 || bytes > (total ?? bytes) ? nothing : { bytes, validator, total }
    })

    // The sidecar goes first: a part without one is never gone on with.
    const remove = Effect.andThen(fs.remove(sidecar, { force: true }), fs.remove(part, { force: true }))

    const describe = ({ total, validator }: Part) => {
      if (validator === undefined) return Effect.void
      const known = { version: 1, source: digest, validator, ...(total === undefined ? {} : { total }) } as const
      return Effect.flatMap(Effect.orDie(writeSidecar(known)), (text) =>
        fs.writeFileString(sidecar, text, { flag: "wx", mode: ownerOnly })
      )
    }

    /** Who may read what is replaced; nobody else may read what replaces it. */
    const modeOfTarget = overwrite
      ? Effect.map(
          Effect.option(fs.stat(target)),
          Option.map(({ mode }) => mode & 0o777)
        )
      : Effect.succeedNone
    /** Some file systems know no modes. */
    const become = (mode: number) => Effect.ignore(fs.chmod(part, mode))
    /** While it comes its owner has to write to it, whatever the target allows. */
    const whileItComes = (mode: number): number => mode | ownerOnly
    const create = Effect.flatMap(
      modeOfTarget,
      Option.match({
        onNone: () => fs.open(part, { flag: "wx" }),
        onSome: (mode) =>
          Effect.tap(fs.open(part, { flag: "wx", mode: whileItComes(mode) }), () => become(whileItComes(mode)))
      })
    )

    const begin = (whole: Part) =>
      remove.pipe(
        Effect.andThen(create),
        Effect.tap(describe(whole)),
        // What was just removed is there again.
        Effect.catchIf(isTag("AlreadyExists"), () => downloadError("busy", target))
      )

    /** Since it was looked at, a link may have been put in its place. */
    const reopen = (start: number) =>
      Effect.gen(function* () {
        const file = yield* fs.open(part, { flag: "r+" })
        const opened = yield* file.stat
        const named = yield* fs.lstat(part)
        if (!isOurs(named) || !isOurs(opened) || !same(identityOf(opened), identityOf(named))) {
          return yield* downloadError("busy", target)
        }
        // It may have been begun when nothing, or something else, was there to be replaced.
        const mode = yield* modeOfTarget
        if (Option.isSome(mode)) yield* become(whileItComes(mode.value))
        yield* file.seek(BigInt(start), "start")
        return file
      }).pipe(Effect.catchIf(isTag("NotFound"), () => downloadError("busy", target)))

    const readFirst = (file: FileSystem.File, length: number, take: (bytes: Uint8Array) => Effect.Effect<void>) =>
      Effect.gen(function* () {
        const buffer = new Uint8Array(Math.min(length, readSize))
        for (let at = 0; at < length;) {
          const wanted = buffer.subarray(0, Math.min(readSize, length - at))
          // The system goes on reading when its caller is interrupted, and the file must not be closed under it.
          const read = yield* Effect.uninterruptible(file.read(wanted, { position: BigInt(at) }))
          if (read === 0) return yield* downloadError("busy", target)
          yield* take(wanted.subarray(0, read))
          at += read
        }
      })

    const exists = Effect.suspend(() => downloadError("exists", target))
    /** For file systems without links. */
    const renameToFree = Effect.flatMap(fs.exists(target), (isThere): Effect.Effect<void, Problem> =>
      isThere ? exists : fs.rename(part, target)
    )
    /** A link never replaces what somebody else put there meanwhile. */
    const linkToFree: Effect.Effect<void, Problem> = fs.link(part, target).pipe(
      Effect.matchEffect({
        onSuccess: () => Effect.ignore(fs.remove(part)),
        onFailure: (error) => (isTag("AlreadyExists")(error) ? exists : renameToFree)
      })
    )

    const syncDirectory = Effect.ignore(
      Effect.scoped(Effect.flatMap(fs.open(directory, { flag: "r" }), (opened) => opened.sync))
    )

    /** Any handle on a file syncs all of it. */
    const synced = Effect.scoped(
      Effect.gen(function* () {
        const file = yield* fs.open(part, { flag: "r+" })
        yield* file.sync
        return identityOf(yield* file.stat)
      })
    )

    const commit = (written: Identity) =>
      Effect.gen(function* () {
        if (!same(yield* synced, written)) return yield* downloadError("busy", target)
        yield* fs.remove(sidecar, { force: true })
        const mode = yield* modeOfTarget
        if (Option.isSome(mode)) yield* become(mode.value)
        yield* overwrite ? fs.rename(part, target) : linkToFree
        yield* syncDirectory
      }).pipe(Effect.catchIf(isTag("NotFound"), () => downloadError("busy", target)))

    return {
      state: onDisk(Effect.catchIf(state, isTag("NotFound"), () => Effect.succeed(nothing))),
      begin: (whole) => onDisk(begin(whole)),
      reopen: (start) => onDisk(reopen(start)),
      // The system goes on writing when its caller is interrupted, and the file must not be closed under it.
      write: (file, bytes) => Effect.uninterruptible(onDisk(file.writeAll(bytes))),
      readFirst: (file, length, take) => onDisk(readFirst(file, length, take)),
      identify: (file) => onDisk(Effect.map(file.stat, identityOf)),
      commit: (written) => Effect.uninterruptible(onDisk(commit(written))),
      discard: Effect.uninterruptible(onDisk(remove))
    }
  })
