/**
 * What a batch of moves did and has yet to do: enough to finish it after a crash, and to undo it. Pure.
 *
 * It is JSON in all its forms, so that it can be kept in a file and given back as it is.
 *
 * @module
 */
import { Schema } from "effect"

/** How far one file of a batch is. */
export const MoveState = Schema.Literals([
  /** Not moved yet, as far as is known. A file whose move was under way when the program ended may be moved. */
  "planned",
  /** It is where it should go, put there by this batch. */
  "moved",
  /** It will not be moved; trying again is pointless. */
  "failed"
])

/** One file of a batch. */
export const MoveEntry = Schema.Struct({
  fileId: Schema.NonEmptyString,
  name: Schema.String,
  /** The ids of the folders it was in; empty when those are not visible. */
  from: Schema.Array(Schema.NonEmptyString),
  /** The id of the folder it goes to. */
  to: Schema.NonEmptyString,
  state: MoveState
})
/** One file of a batch. */
export type MoveEntry = typeof MoveEntry.Type

/** A batch of moves, as far as it is. */
export const MoveRecord = Schema.Struct({
  id: Schema.NonEmptyString,
  operation: Schema.Literals(["batchMove", "organize", "undoMoves"]),
  /** When it began: `2026-11-16T14:30:25.000Z`. */
  startedAt: Schema.String,
  /** The files that are, or were, to be moved. Those that were there already, or could not be moved, are not among them. */
  entries: Schema.Array(MoveEntry)
})
/** A batch of moves, as far as it is. */
export type MoveRecord = typeof MoveRecord.Type

/** What has yet to be moved. */
export const left = ({ entries }: MoveRecord): ReadonlyArray<MoveEntry> =>
  entries.filter(({ state }) => state === "planned")

/** Whether nothing is left to be done. */
export const isFinished = ({ entries }: MoveRecord): boolean => entries.every(({ state }) => state !== "planned")

/** The record when it is known what came of some files. */
export const marked = (record: MoveRecord, states: ReadonlyMap<string, MoveEntry["state"]>): MoveRecord => ({
  ...record,
  entries: record.entries.map((entry) => ({ ...entry, state: states.get(entry.fileId) ?? entry.state }))
})

/** A file and where it was before a batch; `undefined` when that is not known. */
export interface WayBack {
  readonly fileId: string
  readonly name: string
  /** Where the batch put it, or wanted to. */
  readonly from: string
  readonly to: string | undefined
}

/**
 * The ways back of a batch. Files that were in several folders go to the first, since a file is in one folder now
 * (https://developers.google.com/workspace/drive/api/guides/ref-single-parent).
 */
export const waysBack = ({ entries }: MoveRecord): ReadonlyArray<WayBack> =>
  entries
    .filter(({ state }) => state !== "failed")
    .map(({ fileId, from: [to], name, to: from }) => ({ fileId, name, from, to }))
