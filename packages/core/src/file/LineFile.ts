/**
 * A file of lines that is never torn and never grows without end: whole batches are appended, a failed append is taken
 * back, full files are set aside and compressed, and the oldest go when all together are too large.
 *
 * @module
 */
import { Bytes, ByteSize, DateTime, Effect, FileSystem, Option, type PlatformError } from "effect"
import * as Folder from "./Folder.ts"

/** Where and how large; sizes in bytes, times in milliseconds. */
export interface FileOptions {
  readonly directory: string
  /** `performance` becomes `performance.jsonl`, and `performance-20251116T143025123Z.jsonl.gz` when it is full. */
  readonly name: string
  readonly maxBytes: number
  readonly maxAgeMillis: number
  readonly maxTotalBytes: number
  /** Compresses what is set aside; its results are named `.gz`. */
  readonly compress: ((bytes: Uint8Array) => Effect.Effect<Uint8Array>) | undefined
}

/** What is known of the file that is written now. */
interface State {
  size: number
  startedAt: number
  /** Something else, or a crash, left a last line without an end. */
  torn: boolean
}

const newline = 10
const lineEnd = Uint8Array.of(newline)

/** One such file. */
export interface LineFile {
  /** Appends whole lines, all or none of them. */
  readonly append: (lines: Uint8Array, now: number) => Effect.Effect<void, PlatformError.PlatformError>
}

const stampOf = (now: number): string => DateTime.formatIso(DateTime.makeUnsafe(now)).replaceAll(/[-:.]/g, "")

/** `performance-20251116T143025123Z.jsonl`, with a number when there were several in one millisecond. */
const isAside = (file: string, name: string): boolean =>
  file.startsWith(`${name}-`) && /^\d{8}T\d{9}Z(-\d+)?\.jsonl(\.gz)?$/.test(file.slice(name.length + 1))

const orderOf = (file: string): string => file.replace("Z.jsonl", "Z-000.jsonl")
const byTime = (a: string, b: string): number => (orderOf(a) < orderOf(b) ? -1 : 1)

/** Whether nothing is there. */
export const isGone = ({ reason }: PlatformError.PlatformError): boolean => reason._tag === "NotFound"

/** The files that were set aside, the oldest first, and the one that is written now, of a file called `name`. */
export const filesOf = (
  directory: string,
  name: string
): Effect.Effect<ReadonlyArray<string>, PlatformError.PlatformError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const names = yield* Effect.catchIf(fs.readDirectory(directory), isGone, () =>
      Effect.succeed<ReadonlyArray<string>>([])
    )
    // After a crash between packing and removing there are both; the packed one is whole.
    const isPacked = (file: string) => names.includes(`${file}.gz`)
    const aside = names.filter((file) => isAside(file, name) && !isPacked(file)).toSorted(byTime)
    return [...aside, ...names.filter((file) => file === `${name}.jsonl`)].map((file) => `${directory}/${file}`)
  })

/** Opens a file of lines; its folder is made when it is first written. */
export const make = (options: FileOptions): Effect.Effect<LineFile, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { compress, directory, maxAgeMillis, maxBytes, maxTotalBytes, name } = options
    const path = `${directory}/${name}.jsonl`

    const endsTorn = (size: number) =>
      Effect.scoped(
        Effect.gen(function* () {
          if (size === 0) return false
          const file = yield* fs.open(path, { flag: "r" })
          yield* file.seek(BigInt(size - 1), "start")
          const last = yield* file.readAlloc(1)
          return Option.isSome(last) && last.value[0] !== newline
        })
      )

    /** Asked before each append: the folder may have vanished, and another process may have written. */
    const look = (known: State | undefined, now: number) =>
      Effect.gen(function* () {
        yield* Folder.make(directory)
        if (!(yield* fs.exists(path))) return { size: 0, startedAt: now, torn: false }
        const info = yield* fs.stat(path)
        const size = ByteSize.toNumberUnsafe(info.size)
        const bornAt = Option.match(info.birthtime, { onNone: () => now, onSome: (date) => date.getTime() })
        const torn = known?.size === size ? known.torn : yield* endsTorn(size)
        return { size, startedAt: known?.startedAt ?? Math.min(bornAt, now), torn }
      })

    const setAside = (now: number) =>
      Effect.gen(function* () {
        const stamp = `${directory}/${name}-${stampOf(now)}`
        let aside = `${stamp}.jsonl`
        for (let n = 1; (yield* fs.exists(aside)) || (yield* fs.exists(`${aside}.gz`)); n++)
          aside = `${stamp}-${String(n).padStart(3, "0")}.jsonl`
        yield* fs.rename(path, aside)
        // What cannot be packed stays as it is: it is whole, only larger.
        if (compress !== undefined) yield* Effect.ignoreCause(pack(aside, compress))
        // What cannot be removed is no reason to lose what is to be written.
        yield* Effect.ignore(makeRoom)
      })

    const pack = (aside: string, compress: NonNullable<FileOptions["compress"]>) =>
      Effect.gen(function* () {
        const packed = yield* compress(yield* fs.readFile(aside))
        // Under another name until it is complete, so that a crash leaves one of the two whole.
        yield* fs.writeFile(`${aside}.gz.partial`, packed)
        yield* fs.rename(`${aside}.gz.partial`, `${aside}.gz`)
        yield* fs.remove(aside)
      })

    /** Removes what a crash has left: packed halves, and what is packed already. */
    const tidy = Effect.gen(function* () {
      const names = yield* fs.readDirectory(directory)
      const rest = names.filter((file) => isAside(file.replace(/\.gz\.partial$/, ""), name))
      for (const file of rest) {
        if (file.endsWith(".partial") || names.includes(`${file}.gz`)) yield* fs.remove(`${directory}/${file}`)
      }
    })

    const makeRoom = Effect.gen(function* () {
      yield* tidy
      const files = (yield* filesOf(directory, name)).filter((file) => file !== path)
      const sizes = yield* Effect.forEach(files, (file) =>
        Effect.map(fs.stat(file), (info) => ByteSize.toNumberUnsafe(info.size))
      )
      let total = sizes.reduce((sum, size) => sum + size, 0)
      for (const [index, file] of files.entries()) {
        if (total <= maxTotalBytes) return
        yield* fs.remove(file)
        total -= sizes[index] ?? 0
      }
    }).pipe(Effect.provideService(FileSystem.FileSystem, fs))

    let state: State | undefined
    return {
      append: (lines, now) =>
        Effect.gen(function* () {
          let current: State = yield* look(state, now)
          const full = current.size > 0 && current.size + lines.length > maxBytes
          const old = current.size > 0 && now - current.startedAt > maxAgeMillis
          if (full || old) {
            yield* setAside(now)
            current = { size: 0, startedAt: now, torn: false }
          }
          const { size, startedAt, torn } = current
          // What was written of a failed batch is taken back; if even that fails, the next batch begins a new line.
          const bytes = torn ? Bytes.concat([lineEnd, lines]) : lines
          yield* Effect.tapError(fs.writeFile(path, bytes, { flag: "a" }), () =>
            Effect.ignoreCause(fs.truncate(path, size))
          )
          state = { size: ByteSize.toNumberUnsafe((yield* fs.stat(path)).size), startedAt, torn: false }
        }).pipe(
          Effect.tapError(() =>
            Effect.sync(() => {
              state = undefined
            })
          ),
          Effect.provideService(FileSystem.FileSystem, fs),
          Effect.uninterruptible
        )
    }
  })

/** What was read of files of lines. */
export interface Lines<A> {
  /** In the order they were written. */
  readonly values: ReadonlyArray<A>
  /** Lines that could not be read: the last of a crash, or somebody else's. */
  readonly broken: number
}

/** What is read, and how. */
export interface ReadOptions<A> {
  readonly directory: string
  readonly name: string
  readonly decode: (line: string) => Option.Option<A>
  /** The text of a file named `.gz`; without it such files are left out. */
  readonly decompress?: ((bytes: Uint8Array) => Effect.Effect<string>) | undefined
}

/** The text of a file. While it is read it may be packed, or removed because there are too many; then there is nothing to read. */
export const textOf = (
  fs: FileSystem.FileSystem,
  path: string,
  decompress: ((bytes: Uint8Array) => Effect.Effect<string>) | undefined
): Effect.Effect<string, PlatformError.PlatformError> => {
  const isPacked = path.endsWith(".gz")
  if (isPacked && decompress === undefined) return Effect.succeed("")
  const read =
    isPacked && decompress !== undefined ? Effect.flatMap(fs.readFile(path), decompress) : fs.readFileString(path)
  return Effect.catchIf(read, isGone, () => (isPacked ? Effect.succeed("") : textOf(fs, `${path}.gz`, decompress)))
}

/** Takes the lines of a text, one after the other; nothing for one that cannot be read. */
export const eachLine = <A>(
  text: string,
  decode: ReadOptions<A>["decode"],
  take: (value: Option.Option<A>) => void
): void => {
  for (let at = 0; at < text.length;) {
    const next = text.indexOf("\n", at)
    const end = next === -1 ? text.length : next
    if (end > at) take(decode(text.slice(at, end)))
    at = end + 1
  }
}

/** Puts lines together. */
export const collect = <A>() => {
  const values: Array<A> = []
  let broken = 0
  return {
    take: (value: Option.Option<A>): void => {
      if (Option.isNone(value)) broken++
      else values.push(value.value)
    },
    lines: (): Lines<A> => ({ values, broken })
  }
}

/** How often a folder that changes while it is read is read again. */
const maxLooks = 5

/** Reads all lines of a file, what was set aside first, and keeps those that are wanted. */
export const read = <A>({
  decode,
  decompress,
  directory,
  keep = () => true,
  name
}: ReadOptions<A> & { readonly keep?: ((value: A) => boolean) | undefined }): Effect.Effect<
  Lines<A>,
  PlatformError.PlatformError,
  FileSystem.FileSystem
> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    let files = yield* filesOf(directory, name)
    for (let left = maxLooks; ; left--) {
      const { lines, take } = collect<A>()
      // One file after the other: all of them are ten times as large as they are packed.
      for (const path of files)
        eachLine(yield* textOf(fs, path, decompress), decode, (value) => {
          if (Option.isNone(value) || keep(value.value)) take(value)
        })
      // When the file was set aside meanwhile, its lines are where nobody has looked yet.
      const now = yield* filesOf(directory, name)
      if (left === 0 || now.join() === files.join()) return lines()
      files = now
    }
  })
