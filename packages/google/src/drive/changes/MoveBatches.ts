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
import type { BatchMoves, MoveFailure, OnProgress, Wanted } from "./BatchMoves.ts"
import type { Found, Search } from "./Found.ts"
import type * as Input from "./Input.ts"
import type { MoveLedger } from "./MoveLedger.ts"
import { once } from "./MovePlan.ts"
import { left, type MoveRecord, waysBack } from "./MoveRecord.ts"
import type { Folder, Places } from "./Places.ts"

/** What a batch as a whole can fail with; failures of single files are in its answer. */
export type BatchFailure = Failure | InvalidInputError | StateStoreError

/** Functions of a batch, beside its input. */
export interface MoveOptions<Plan extends Answer.MoveBatch = Answer.MoveBatch> {
  /** Told with each file that is done with; not for a plan. */
  readonly onProgress?: OnProgress | undefined
  /**
   * What the same input answered as a dry run. What is planned in it is moved, if it still is where it was then, and nothing
   * else: no more is looked for.
   */
  readonly plan?: Plan | undefined
}

/** What is done with many files. Inputs were checked. */
export interface MoveBatches {
  readonly batchMove: (
    input: typeof Input.BatchMoveInput.Type & MoveOptions
  ) => Effect.Effect<Answer.MoveBatch, BatchFailure>
  readonly organize: (
    input: typeof Input.OrganizeInput.Type & MoveOptions<Answer.Organized>
  ) => Effect.Effect<Answer.Organized, BatchFailure>
  readonly undoMoves: (input: typeof Input.UndoMovesInput.Type) => Effect.Effect<Answer.MoveBatch, BatchFailure>
  readonly resumeMoves: (input: typeof Input.ResumeMovesInput.Type) => Effect.Effect<Answer.MoveBatch, BatchFailure>
  readonly unfinishedMoves: Effect.Effect<Answer.UnfinishedMoves, StateStoreError>
}

const askedOf = (operation: string): Asked => ({ operation, kind: "edit", idempotent: true })

/** What a plan wants, each file from where it was then; of the rest it is known already what becomes of it. */
const wantedOf = ({ items }: Answer.MoveBatch): ReadonlyArray<Wanted> =>
  items.map((item) => ({
    fileId: item.fileId,
    name: item.name,
    from: item.from,
    to: item.to ?? undefined,
    settled: item.status === "planned" ? undefined : item
  }))

const emptySummary = ({ hasDestination }: Found): string =>
  hasDestination
    ? "nothing matches the query but the destination itself"
    : "nothing outside of the destination matches the query"

/** What is to be done with what was found. */
const foundOf = (found: Found, destination: Folder) => ({
  wanted: found.files.map((file): Wanted => {
    const { id, name = null } = file
    return { fileId: id, name, to: destination.id, file }
  }),
  empty: emptySummary(found),
  query: found.text,
  hasMore: found.hasMore,
  incompleteSearch: found.incompleteSearch
})

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

  const batchMove: MoveBatches["batchMove"] = ({ concurrency, destinationId, dryRun, fileIds, onProgress, plan }) =>
    Effect.gen(function* () {
      const field = "destinationId"
      const operation = "batchMove"
      const destination = yield* places.folder(askedOf(operation), { field, id: destinationId })
      const wanted =
        plan === undefined
          ? once(fileIds).map((fileId) => ({ fileId, name: null, to: destination.id }))
          : wantedOf(plan)
      const folder = () => Effect.succeed(destination)
      return yield* batches.run({ operation, wanted, folder, field, dryRun, concurrency, onProgress })
    })

  const organize: MoveBatches["organize"] = ({
    concurrency,
    destinationId,
    driveId,
    dryRun,
    maxFiles,
    onProgress,
    plan,
    query
  }) =>
    Effect.gen(function* () {
      const field = "destinationId"
      const operation = "organize"
      const destination = yield* places.folder(askedOf(operation), { field, id: destinationId })
      const {
        empty,
        hasMore,
        incompleteSearch,
        query: sent,
        wanted
      } = plan === undefined
        ? foundOf(yield* search({ query, destination, driveId, maxFiles }), destination)
        : { ...plan, empty: plan.summary, wanted: wantedOf(plan) }
      const folder = () => Effect.succeed(destination)
      const batch = yield* batches.run({ operation, wanted, folder, field, dryRun, concurrency, onProgress })
      const summary = wanted.length === 0 ? empty : batch.summary
      return { ...batch, summary, query: sent, hasMore, incompleteSearch }
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
