/**
 * The order of lists: the keys of `orderBy`
 * (https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list).
 *
 * `folder` puts folders first, as people see it; without `orderBy` the newest comes first, which is not documented.
 *
 * @module
 */
import { Result } from "effect"
import type { Call } from "./Call.ts"
import * as MimeTypes from "./MimeTypes.ts"
import * as Refusals from "./Refusals.ts"
import { type Outcome, refuse } from "./Reply.ts"
import type { FileRow } from "./Rows.ts"

/** What a file is sorted by. */
type Value = number | string

/** A file, and where it is in a list. */
export interface Sorted {
  readonly file: FileRow
  readonly key: ReadonlyArray<Value>
}

/** One key of an order. */
interface Key {
  readonly of: (file: FileRow, email: string) => Value
  readonly natural: boolean
  readonly sign: 1 | -1
}

const keys: Readonly<Record<string, Key["of"]>> = {
  createdTime: ({ createdTime }) => createdTime,
  folder: ({ mimeType }) => (mimeType === MimeTypes.folder ? 0 : 1),
  modifiedByMeTime: ({ lastModifiedBy, modifiedTime }, email) => (lastModifiedBy === email ? modifiedTime : 0),
  modifiedTime: ({ modifiedTime }) => modifiedTime,
  name: ({ name }) => name.toLowerCase(),
  name_natural: ({ name }) => name.toLowerCase(),
  quotaBytesUsed: ({ blob }) => blob?.size ?? 0,
  recency: ({ createdTime, modifiedTime, sharedWithMeTime = 0, viewedByMeTime = 0 }) =>
    Math.max(createdTime, modifiedTime, sharedWithMeTime, viewedByMeTime),
  sharedWithMeTime: ({ sharedWithMeTime = 0 }) => sharedWithMeTime,
  starred: ({ starredBy }, email) => (starredBy.includes(email) ? 1 : 0),
  viewedByMeTime: ({ viewedByMeTime = 0 }) => viewedByMeTime
}

/** Newest first, and those of the same moment in the order they were made, the last first. */
const usual: ReadonlyArray<Key> = [{ of: ({ modifiedTime }) => modifiedTime, natural: false, sign: -1 }]

/** The order a list is asked for in. */
export const orderOf = ({ query }: Call): Outcome<ReadonlyArray<Key>> => {
  const text = query.get("orderBy") ?? ""
  if (text.trim() === "") return Result.succeed(usual)
  const order: Array<Key> = []
  for (const part of text.split(",")) {
    const [, name = "", direction] = /^\s*(\S+)(?:\s+(desc))?\s*$/.exec(part) ?? []
    const of = keys[name]
    if (of === undefined) return refuse(Refusals.invalid("orderBy", "Invalid Value"))
    order.push({ of, natural: name === "name_natural", sign: direction === "desc" ? -1 : 1 })
  }
  return Result.succeed(order)
}

const naturally = new Intl.Collator("en", { numeric: true })

const compareValues = (a: Value, b: Value, natural: boolean): number => {
  if (typeof a === "string" && typeof b === "string")
    return natural ? naturally.compare(a, b) : a < b ? -1 : a > b ? 1 : 0
  return Number(a) - Number(b)
}

/** Compares two places of a list: its keys, then which file is newer. */
export const compare =
  (order: ReadonlyArray<Key>) =>
  (a: ReadonlyArray<Value>, b: ReadonlyArray<Value>): number => {
    for (const [i, { natural, sign }] of order.entries()) {
      const difference = compareValues(a[i] ?? 0, b[i] ?? 0, natural)
      if (difference !== 0) return sign * difference
    }
    return Number(b[order.length] ?? 0) - Number(a[order.length] ?? 0)
  }

/** Files in an order. */
export const sort = (
  files: ReadonlyArray<FileRow>,
  order: ReadonlyArray<Key>,
  email: string
): ReadonlyArray<Sorted> => {
  const comparePlaces = compare(order)
  return files
    .map((file): Sorted => ({ file, key: [...order.map(({ of }) => of(file, email)), file.order] }))
    .sort((a, b) => comparePlaces(a.key, b.key))
}
