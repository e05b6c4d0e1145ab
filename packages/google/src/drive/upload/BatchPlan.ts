/**
 * What is to be done with the files of a directory, from what the folder has already. Pure.
 *
 * @module
 */
import type { OnConflict } from "./Input.ts"

/** A file in the folder. */
export interface Present {
  readonly fileId: string
  readonly name: string
  /** `undefined` for what has no bytes, such as a document of Google's. */
  readonly size: number | undefined
  readonly md5: string | undefined
}

/** A file on disk. */
export interface Local {
  readonly name: string
  readonly size: number
}

/** What is to be done with a file. */
export type Action =
  | { readonly _tag: "Upload" }
  /** It is there already. */
  | { readonly _tag: "Identical"; readonly fileId: string }
  /** One of its name is there, with other content; what is done about that is not uploading. */
  | { readonly _tag: "SameName"; readonly fileId: string; readonly instead: "skip" | "fail" }

/** The files of the folder by name. */
export const byName = (present: ReadonlyArray<Present>): ReadonlyMap<string, ReadonlyArray<Present>> => {
  const names = new Map<string, Array<Present>>()
  for (const one of present) {
    const namesakes = names.get(one.name)
    if (namesakes === undefined) names.set(one.name, [one])
    else namesakes.push(one)
  }
  return names
}

/** Those that can have the same content: only then is it worth reading the file for its checksum. */
export const candidates = ({ size }: Local, namesakes: ReadonlyArray<Present>): ReadonlyArray<Present> =>
  namesakes.filter((one) => one.size === size && one.md5 !== undefined)

/** What is to be done; `md5` is that of the file, when there are candidates. */
export const actionOf = (
  local: Local,
  namesakes: ReadonlyArray<Present>,
  md5: string | undefined,
  onConflict: OnConflict
): Action => {
  const identical = md5 === undefined ? undefined : candidates(local, namesakes).find((one) => one.md5 === md5)
  if (identical !== undefined) return { _tag: "Identical", fileId: identical.fileId }
  const [first] = namesakes
  return first === undefined || onConflict === "upload"
    ? { _tag: "Upload" }
    : { _tag: "SameName", fileId: first.fileId, instead: onConflict }
}
