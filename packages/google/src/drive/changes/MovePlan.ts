/**
 * What has to be done with a file that is to be in a folder. Pure.
 *
 * @module
 */

/** What is known of a file. */
export interface Placed {
  readonly id: string
  readonly isFolder: boolean
  /** The folders it is in; none when they are not visible. */
  readonly parents: ReadonlyArray<string>
  /** The shared drive it is in. */
  readonly driveId: string | undefined
}

/** Where it is to go. */
export interface Goal {
  /** The id of the folder. */
  readonly to: string
  /** The shared drive of the folder. */
  readonly driveId: string | undefined
  /** Where the file is expected to be; when it is elsewhere, somebody moved it, and it is left alone. */
  readonly from?: ReadonlyArray<string> | undefined
}

/** What has to be done. */
export type Step =
  | { readonly _tag: "Move"; readonly from: ReadonlyArray<string> }
  /** It is there. */
  | { readonly _tag: "Already" }
  /** Somebody moved it. */
  | { readonly _tag: "Elsewhere"; readonly parents: ReadonlyArray<string> }
  /** A folder cannot be put into itself. */
  | { readonly _tag: "IntoItself" }
  /** Google moves files into shared drives, and no folders. */
  | { readonly _tag: "FolderIntoDrive" }

const isSameSet = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && a.every((one) => b.includes(one))

/**
 * What has to be done with a file.
 *
 * Source for folders: https://developers.google.com/workspace/drive/api/guides/handle-errors
 * (`teamDrivesFolderMoveInNotSupported`). That a folder cannot go from one shared drive to another is the narrower reading:
 * Google says it of folders of My Drive.
 */
export const stepOf = ({ driveId, id, isFolder, parents }: Placed, goal: Goal): Step => {
  if (id === goal.to) return { _tag: "IntoItself" }
  if (parents.includes(goal.to)) return { _tag: "Already" }
  if (goal.from !== undefined && !isSameSet(goal.from, parents)) return { _tag: "Elsewhere", parents }
  if (isFolder && goal.driveId !== undefined && goal.driveId !== driveId) return { _tag: "FolderIntoDrive" }
  return { _tag: "Move", from: parents }
}

/** Each id once, in the order in which they came first. */
export const once = (ids: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(ids)]
