/**
 * Which files the demo uploads: a few small documents of one directory, never anything that could hold a secret.
 *
 * @module
 */
import { Effect, FileSystem, Path } from "effect"
import { isSecret } from "../mcp/RootsJudge.ts"

/** What a directory has. */
export interface Entry {
  readonly name: string
  /** In bytes. */
  readonly size: number
  /** A regular file, and no link to one. */
  readonly isFile: boolean
}

/** The bounds, in one place; of a directory with many documents so many are looked at. */
export const limits = { files: 24, fileBytes: 1_000_000, bytes: 8_000_000, enough: 3, looks: 500 } as const

/** Documents and pictures; what programs are configured with is not among them. */
const kinds: ReadonlySet<string> = new Set(
  "adoc,csv,doc,docx,gif,htm,html,jpeg,jpg,md,odt,pdf,png,ppt,pptx,rst,svg,txt,webp,xls,xlsx".split(",")
)

const secretive = /secret|passw|token|credential|private|(^|[^a-z])(key|keys|pem|pw|env)([^a-z]|$)/i

const endOf = (name: string): string => name.slice(name.lastIndexOf(".") + 1).toLowerCase()

const fitsByName = (name: string): boolean =>
  !name.startsWith(".") && kinds.has(endOf(name)) && !isSecret(name) && !secretive.test(name)

const fits = ({ isFile, name, size }: Entry): boolean =>
  isFile && fitsByName(name) && size > 0 && size <= limits.fileBytes

/** Which names are worth a look. */
const worthOf = (names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.filter(fitsByName).toSorted().slice(0, limits.looks)

/** Those of the entries that are uploaded, by name. */
export const choose = (entries: ReadonlyArray<Entry>): ReadonlyArray<Entry> => {
  const chosen: Array<Entry> = []
  let bytes = 0
  for (const entry of entries.filter(fits).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (chosen.length === limits.files) break
    if (bytes + entry.size > limits.bytes) continue
    bytes += entry.size
    chosen.push(entry)
  }
  return chosen
}

/** Files of a directory. */
export interface Chosen {
  readonly directory: string
  readonly files: ReadonlyArray<Entry>
}

/** What cannot be looked at is not there. */
const entriesOf = (directory: string): Effect.Effect<ReadonlyArray<Entry>, never, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    const names = worthOf(yield* Effect.orElseSucceed(fs.readDirectory(directory), () => []))
    const entryOf = (name: string) =>
      Effect.gen(function* () {
        const path = paths.join(directory, name)
        const isLink = yield* Effect.match(fs.readLink(path), { onFailure: () => false, onSuccess: () => true })
        const { size, type } = yield* fs.stat(path)
        yield* fs.access(path, { readable: true })
        return [{ name, size: Number(size), isFile: type === "File" && !isLink }]
      }).pipe(Effect.orElseSucceed(() => []))
    return (yield* Effect.forEach(names, entryOf)).flat()
  })

const lookInto = (directory: string) =>
  Effect.map(entriesOf(directory), (entries): Chosen => ({ directory, files: choose(entries) }))

/** The documents below the working directory, else its own; `undefined` when there are too few. */
export const find = (directory: string) =>
  Effect.gen(function* () {
    const paths = yield* Path.Path
    for (const place of [paths.join(directory, "docs"), directory]) {
      const chosen = yield* lookInto(place)
      if (chosen.files.length >= limits.enough) return chosen
    }
    return undefined
  })

/** Those of the directory somebody names, however few. */
export const of = lookInto
