/**
 * Reads a file of lines as it grows, whoever writes it: each look gives what was not given before, once, also when the file
 * is set aside, packed or removed between two looks.
 *
 * @module
 */
import { Bytes, ByteSize, Effect, FileSystem, Option, type PlatformError, Stream } from "effect"
import { collect, eachLine, filesOf, isGone, type Lines, type ReadOptions, textOf } from "./LineFile.ts"
import { decode as decodeText, encode } from "./Utf8.ts"

/** How far the file that is written now was read, and which one that was. */
interface Place {
  readonly inode: bigint | undefined
  /** When it was written last, and how long it was then. */
  readonly writtenAt: number | undefined
  readonly length: number
  /** Bytes of whole lines. */
  readonly read: number
  /** Its first bytes of those: a file system may give the number of one that is gone to another one. */
  readonly head: Uint8Array
}

/** What is known after a look. */
interface Seen {
  /** The files that were set aside, by the names they had before they were packed. */
  readonly aside: ReadonlySet<string>
  readonly current: Place | undefined
}

/** Gives the lines since the last look; the first one all there are. Looks must not overlap. */
export type Look<A> = Effect.Effect<Lines<A>, PlatformError.PlatformError>

/**
 * The same for what can be much: `take` is given one line after the other, nothing for one that cannot be read, so that they
 * are never all in memory. What was taken is not given again, also when the look fails or is interrupted after it.
 */
export type Scan<A> = (take: (value: Option.Option<A>) => void) => Effect.Effect<void, PlatformError.PlatformError>

const newline = 10
/** How often a folder that changes while it is looked at is looked at again. */
const maxLooks = 5

const unpacked = (path: string): string => path.replace(/\.gz$/, "")

/** So many of its first bytes tell a file from another one: a line begins with its time. */
const headBytes = 128

/** Whether two files begin alike, as far as both go. */
const isSame = (a: Uint8Array, b: Uint8Array): boolean => {
  const most = Math.min(a.length, b.length)
  return Bytes.Equivalence(a.subarray(0, most), b.subarray(0, most))
}

/** The last bytes, from the beginning of a line on. */
const tailOf = (bytes: Uint8Array, most: number): Uint8Array =>
  bytes.length <= most ? bytes : bytes.subarray(bytes.indexOf(newline, bytes.length - most) + 1)

/** What is followed, and how far back. */
export interface FollowOptions<A> extends ReadOptions<A> {
  /**
   * A look reads at most so many bytes of the file that is written now, its last ones; the first look so many of all files
   * together: who comes late, or is slow, sees the newest. Default: everything.
   */
  readonly maxBytes?: number | undefined
}

/** Follows a file, one line after the other. */
export const scan = <A>(options: FollowOptions<A>): Effect.Effect<Scan<A>, never, FileSystem.FileSystem> =>
  Effect.map(FileSystem.FileSystem, (fs) => {
    const { decode, decompress, directory, maxBytes = Infinity, name } = options
    const active = `${directory}/${name}.jsonl`
    const files = Effect.provideService(filesOf(directory, name), FileSystem.FileSystem, fs)
    let seen: Seen | undefined = maxBytes === Infinity ? { aside: new Set(), current: undefined } : undefined

    const bytesOf = (offset: number, bytesToRead: number) =>
      Effect.map(Stream.runCollect(fs.stream(active, { offset, bytesToRead })), Bytes.concat)

    const readCurrent = (place: Place | undefined) =>
      Effect.gen(function* () {
        const { ino, mtime, size } = yield* fs.stat(active)
        const inode = Option.getOrUndefined(ino)
        const writtenAt = Option.getOrUndefined(mtime)?.getTime()
        const length = ByteSize.toNumberUnsafe(size)
        const isKnown = place !== undefined && place.inode === inode
        if (isKnown && place.length === length && place.writtenAt === writtenAt) return { place, text: "" }
        const head = yield* bytesOf(0, Math.min(headBytes, length))
        // Another file is read from its beginning. A failed append is taken back, which makes a file shorter.
        const known = isKnown && isSame(place.head, head) ? Math.min(place.read, length) : 0
        const start = Math.max(known, length - maxBytes)
        const bytes = yield* bytesOf(start, length - start)
        // The first line may be one whose beginning is left out, the last one in the middle of being written.
        const begin = start === known ? 0 : bytes.indexOf(newline) + 1
        const end = bytes.lastIndexOf(newline) + 1
        const read = end === 0 ? known : start + end
        return {
          place: { inode, writtenAt, length, read, head: head.subarray(0, read) },
          text: decodeText(bytes.subarray(begin, end))
        }
      }).pipe(Effect.catchIf(isGone, () => Effect.undefined))

    const readAside = (path: string, from: number) =>
      Effect.map(textOf(fs, path, decompress), (text) => (from === 0 ? text : decodeText(encode(text).subarray(from))))

    /** The newest lines of what was set aside, of so many bytes. */
    const newestAside = (aside: ReadonlyArray<string>, most: number) =>
      Effect.gen(function* () {
        const texts: Array<string> = []
        let left = most
        for (const path of aside.toReversed()) {
          if (left <= 0) break
          const bytes = encode(yield* textOf(fs, path, decompress))
          texts.unshift(decodeText(tailOf(bytes, left)))
          left -= bytes.length
        }
        return texts
      })

    return (take) => {
      /** That it was read and that it is given are one step: nothing comes in between. */
      const give = (texts: ReadonlyArray<string>, now: Seen): void => {
        seen = now
        for (const text of texts) eachLine(text, decode, take)
      }
      const giveAside = (aside: ReadonlyArray<string>, before: Seen) =>
        Effect.gen(function* () {
          let { aside: known, current } = before
          for (const path of aside) {
            if (known.has(unpacked(path))) continue
            // The first that was set aside since the last look is the one that was written then.
            const text = yield* readAside(path, current?.read ?? 0)
            known = new Set([...known, unpacked(path)])
            current = undefined
            give([text], { aside: known, current })
          }
          return current
        })
      return Effect.gen(function* () {
        let now = yield* files
        for (let left = maxLooks; left > 0; left--) {
          const aside = now.filter((path) => path !== active)
          const place = seen === undefined ? undefined : yield* giveAside(aside, seen)
          const current = now.includes(active) ? yield* readCurrent(place) : undefined
          const texts = seen === undefined ? yield* newestAside(aside, maxBytes - (current?.place.length ?? 0)) : []
          const then = yield* files
          if (then.join() === now.join())
            return give([...texts, current?.text ?? ""], {
              aside: new Set(aside.map(unpacked)),
              current: current?.place
            })
          // The file may have been set aside meanwhile: then its lines are where nobody has looked yet.
          now = then
        }
        return undefined
      })
    }
  })

/** Follows a file. */
export const make = <A>(options: FollowOptions<A>): Effect.Effect<Look<A>, never, FileSystem.FileSystem> =>
  Effect.map(scan(options), (look) => collected(look))

/** What was taken before a look failed is part of the next one. */
const collected = <A>(look: Scan<A>): Look<A> => {
  let found = collect<A>()
  return Effect.map(
    look((value) => found.take(value)),
    () => {
      const all = found.lines()
      found = collect()
      return all
    }
  )
}
