/**
 * The operations on many files: moving them, organizing what a query finds, undoing, and going on after a crash.
 *
 * @module
 */
import type { StateStoreError } from "@skippy/core"
import { type InvalidInputError, invalidInput } from "@skippy/http"
import { Effect } from "effect"
import type { Asked, Failure } from "../Api.ts"
import type * as Answer from "./Answer.ts"
import type { BatchMoves, MoveFailure } from "./BatchMoves.ts"
import type { Found, Search } from "./Found.ts"
import type * as Input from "./Input.ts"
import type { MoveLedger } from "./MoveLedger.ts"
import { once } from "./MovePlan.ts"
import { left, type MoveRecord, waysBack } from "./MoveRecord.ts"
import type { Folder, Places } from "./Places.ts"

/** What a batch as a whole can fail with; failures of single files are in its answer. */
export type BatchFailure = Failure | InvalidInputError | StateStoreError

/** What is done with many files. Inputs were checked. */
export interface MoveBatches {
  readonly batchMove: (input: typeof Input.BatchMoveInput.Type) => Effect.Effect<Answer.MoveBatch, BatchFailure>
  readonly organize: (input: typeof Input.OrganizeInput.Type) => Effect.Effect<Answer.Organized, BatchFailure>
  readonly undoMoves: (input: typeof Input.UndoMovesInput.Type) => Effect.Effect<Answer.MoveBatch, BatchFailure>
  readonly resumeMoves: (input: typeof Input.ResumeMovesInput.Type) => Effect.Effect<Answer.MoveBatch, BatchFailure>
  readonly unfinishedMoves: Effect.Effect<Answer.UnfinishedMoves, StateStoreError>
}

const askedOf = (operation: string): Asked => ({ operation, kind: "edit", idempotent: true })

const emptySummary = ({ hasDestination }: Found): string =>
  hasDestination
    ? "nothing matches the query but the destination itself"
    : "nothing outside of the destination matches the query"

/** Makes the operations. */
export const make = (places: Places, batches: BatchMoves, ledger: MoveLedger, search: Search): MoveBatches => {
  /** Reads each folder once; a folder that is no good is a failure of the files that should go there. */
  const foldersOf = (operation: string, ids: ReadonlyArray<string>, concurrency: number) =>
    Effect.gen(function* () {
      const read = (id: string) =>
        Effect.map(
          Effect.result(places.folder(askedOf(operation), { field: "record", id })),
          (folder) => [id, folder] as const
        )
      const found = new Map(yield* Effect.forEach(once(ids), read, { concurrency }))
      return (id: string): Effect.Effect<Folder, MoveFailure> => {
        const folder = found.get(id)
        return folder === undefined
          ? places.folder(askedOf(operation), { field: "record", id })
          : Effect.fromResult(folder)
      }
    })

  const recordOf = (operation: string, id: string): Effect.Effect<MoveRecord, InvalidInputError | StateStoreError> =>
    Effect.flatMap(ledger.find(id), (record) => {
      if (record !== undefined) return Effect.succeed(record)
      const fix =
        "there is no record of it: records are kept for 30 days; give the record that was answered, if you have it"
      return Effect.fail(invalidInput({ operation: `Drive.${operation}`, path: ["id"], value: id, fix }))
    })

  const batchMove: MoveBatches["batchMove"] = ({ concurrency, destinationId, dryRun, fileIds }) =>
    Effect.gen(function* () {
      const field = "destinationId"
      const operation = "batchMove"
      const destination = yield* places.folder(askedOf(operation), { field, id: destinationId })
      const wanted = once(fileIds).map((fileId) => ({ fileId, name: null, to: destination.id }))
      const folder = () => Effect.succeed(destination)
      return yield* batches.run({ operation, wanted, folder, field, dryRun, concurrency })
    })

  const organize: MoveBatches["organize"] = ({ concurrency, destinationId, driveId, dryRun, maxFiles, query }) =>
    Effect.gen(function* () {
      const field = "destinationId"
      const operation = "organize"
      const destination = yield* places.folder(askedOf(operation), { field, id: destinationId })
      const found = yield* search({ query, destination, driveId, maxFiles })
      const wanted = found.files.map((file) => {
        const { id, name = null } = file
        return { fileId: id, name, to: destination.id, file }
      })
      const folder = () => Effect.succeed(destination)
      const batch = yield* batches.run({ operation, wanted, folder, field, dryRun, concurrency })
      const { hasMore, incompleteSearch, text } = found
      const summary = wanted.length === 0 ? emptySummary(found) : batch.summary
      return { ...batch, summary, query: text, hasMore, incompleteSearch }
    })

  const undoMoves: MoveBatches["undoMoves"] = ({ concurrency, dryRun, id, record: given }) =>
    Effect.gen(function* () {
      const operation = "undoMoves"
      const record = given ?? (yield* recordOf(operation, id ?? ""))
      const wanted = waysBack(record).map(({ fileId, from, name, to }) => ({ fileId, name, from: [from], to }))
      const ids = wanted.flatMap(({ to }) => (to === undefined ? [] : [to]))
      const folder = yield* foldersOf(operation, ids, concurrency)
      return yield* batches.run({ operation, wanted, folder, field: "record", dryRun, concurrency })
    })

  const resumeMoves: MoveBatches["resumeMoves"] = ({ concurrency, id }) =>
    Effect.gen(function* () {
      const record = yield* recordOf("resumeMoves", id)
      const { operation } = record
      const wanted = left(record).map(({ fileId, from, name, to }) => ({ fileId, name, from, to }))
      const ids = wanted.map(({ to }) => to)
      const folder = yield* foldersOf(operation, ids, concurrency)
      return yield* batches.run({ operation, wanted, folder, field: "record", dryRun: false, concurrency, record })
    })

  const unfinishedMoves: MoveBatches["unfinishedMoves"] = Effect.map(ledger.unfinished, (records) =>
    records.map((record) => ({
      id: record.id,
      operation: record.operation,
      startedAt: record.startedAt,
      total: record.entries.length,
      left: left(record).length
    }))
  )

  return { batchMove, organize, undoMoves, resumeMoves, unfinishedMoves }
}
