/**
 * Contents no file has any more are forgotten, after the request that made them so; those of a request that is refused with
 * it.
 *
 * @module
 */
import { Result } from "effect"
import type { Outcome } from "./Reply.ts"
import type { FileRow } from "./Rows.ts"
import type { Blobs, Storage, Table, Tables } from "./Storage.ts"

const contentsOf = ({ blob, exports = {} }: FileRow): ReadonlyArray<string> => [
  ...(blob === undefined ? [] : [blob.sha256]),
  ...Object.values(exports).map(({ sha256 }) => sha256)
]

/** The contents that something names. */
export const usedContents = (tables: Tables): ReadonlySet<string> => {
  const used = new Set<string>()
  for (const file of tables.files.values()) for (const sha256 of contentsOf(file)) used.add(sha256)
  for (const { blob } of tables.operations.values()) used.add(blob.sha256)
  return used
}

/** Forgets those of some contents that nothing names. */
export const sweepUnused = (tables: Tables, blobs: Blobs, contents: Iterable<string>): void => {
  const used = usedContents(tables)
  blobs.sweep(Array.from(contents).filter((sha256) => !used.has(sha256)))
}

/** What runs a request forgets the contents it brought when it is refused. */
export const unlessRefused = <A>(tables: Tables, blobs: Blobs, run: (blobs: Blobs) => Outcome<A>): Outcome<A> => {
  const brought = new Set<string>()
  const outcome = run({
    ...blobs,
    put: (bytes) => {
      const info = blobs.put(bytes)
      brought.add(info.sha256)
      return info
    }
  })
  if (Result.isFailure(outcome) && brought.size > 0) sweepUnused(tables, blobs, brought)
  return outcome
}

/** A table of files that notes which contents a file had and has no more. */
const watched = (files: Table<FileRow>, dropped: Set<string>): Table<FileRow> => {
  const note = (key: string, row: FileRow | undefined): void => {
    const before = files.get(key)
    if (before === undefined) return
    const after = row === undefined ? [] : contentsOf(row)
    for (const sha256 of contentsOf(before)) if (!after.includes(sha256)) dropped.add(sha256)
  }
  return {
    ...files,
    put: (key, row) => {
      note(key, row)
      files.put(key, row)
    },
    remove: (key) => {
      note(key, undefined)
      files.remove(key)
    }
  }
}

/** A storage that forgets contents when nothing names them. */
export const collected = (storage: Storage): Storage => ({
  ...storage,
  transact: (run) => {
    const dropped = new Set<string>()
    const result = storage.transact((tables) => run({ ...tables, files: watched(tables.files, dropped) }))
    if (dropped.size > 0) {
      // By itself, so that a process that dies in between leaves a content too many, and never one too few.
      storage.transact((tables) => sweepUnused(tables, storage.blobs, dropped))
    }
    return result
  }
})
