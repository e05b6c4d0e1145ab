/**
 * Many moves: a plan first, then so many at the same time, and a result for each. One failure does not stop the rest, except
 * one that the rest would meet too.
 *
 * @module
 */
import type { StateStoreError } from "@skippy/core"
import type { InvalidInputError } from "@skippy/http"
import { Clock, DateTime, Effect } from "effect"
import type { Api, Asked, Failure } from "../Api.ts"
import * as ItemProblem from "../ItemProblem.ts"
import type * as Wire from "../Wire.ts"
import type * as Answer from "./Answer.ts"
import * as MoveLedger from "./MoveLedger.ts"
import * as MovePlan from "./MovePlan.ts"
import * as MoveProgress from "./MoveProgress.ts"
import type { MoveRecord } from "./MoveRecord.ts"
import * as MoveSummary from "./MoveSummary.ts"
import { type Moves, placedOf } from "./Moves.ts"
import type { Folder } from "./Places.ts"

/** A file that is to be somewhere. */
export interface Wanted {
  readonly fileId: string
  /** As far as it is known. */
  readonly name: string | null
  /** Where it has to be now, or it is left alone; anywhere by default. */
  readonly from?: ReadonlyArray<string> | undefined
  /** `undefined` when nobody knows where it should go: it fails. */
  readonly to: string | undefined
  /** The file as it is, when that was just told; it is asked for by default. */
  readonly file?: Wire.File | undefined
  /** What is known to become of it already: nothing is done with it. */
  readonly settled?: Answer.MoveItem | undefined
}

/** How far a batch is. */
export interface Progress {
  /** Files that are done with: moved, there already, failed or not tried. */
  readonly done: number
  readonly total: number
}

/** Told of progress; the batch waits for it. */
export type OnProgress = (progress: Progress) => Effect.Effect<void>

/** Anything that a move, or the folder it goes to, can fail with. */
export type MoveFailure = Failure | InvalidInputError

/** What a batch is. */
export interface Batch {
  readonly operation: MoveRecord["operation"]
  /** In the order of the answer, each file once. */
  readonly wanted: ReadonlyArray<Wanted>
  /** The folders, by their ids. */
  readonly folder: (id: string) => Effect.Effect<Folder, MoveFailure>
  /** The field of the input that errors about the folder name. */
  readonly field: string
  readonly dryRun: boolean
  readonly concurrency: number
  /** Told with each file that is done with. */
  readonly onProgress?: OnProgress | undefined
  /** The record of the batch that is gone on with; a new one by default. */
  readonly record?: MoveRecord | undefined
}

/** Runs batches. */
export interface BatchMoves {
  readonly run: (batch: Batch) => Effect.Effect<Answer.MoveBatch, StateStoreError>
}

type Item = Answer.MoveItem

const askedOf = (operation: string, fileId: string): Asked => ({ operation, fileId, kind: "edit", idempotent: true })

const itemOf = ({ fileId, from = [], name, to }: Wanted): Omit<Item, "status"> => ({
  fileId,
  name,
  from,
  to: to ?? null
})

const notTried = (item: Item): Item => (item.status === "planned" ? { ...item, status: "notTried" } : item)

const recordOf = (operation: MoveRecord["operation"], planned: ReadonlyArray<Item>): Effect.Effect<MoveRecord> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const entries = planned.map(({ fileId, from, name, to }) => ({
      fileId,
      name: name ?? "",
      from,
      to: to ?? "",
      state: "planned" as const
    }))
    const startedAt = DateTime.formatIso(DateTime.makeUnsafe(now))
    return { id: yield* MoveLedger.newId, operation, startedAt, entries }
  })

const answerOf = (items: ReadonlyArray<Item>, dryRun: boolean, record: MoveRecord | null): Answer.MoveBatch => {
  const counts = MoveSummary.countsOf(items)
  const summary = MoveSummary.summaryOf(counts, dryRun, record !== null)
  return { id: record?.id ?? null, dryRun, items, counts, summary, record }
}

/** Makes what runs batches. */
export const make = (api: Api, moves: Moves, ledger: MoveLedger.MoveLedger): BatchMoves => {
  /** What has to be done with one file. */
  const planOne = ({ field, folder, operation }: Batch, wanted: Wanted): Effect.Effect<Item, MoveFailure> =>
    Effect.gen(function* () {
      const { file: known, fileId, from: expected, to } = wanted
      const asked = askedOf(operation, fileId)
      if (to === undefined) return yield* api.fail(asked, "changed", "where it was before is not known")
      const { driveId, id } = yield* folder(to)
      const file = known ?? (yield* api.file(asked, fileId))
      const step = MovePlan.stepOf(placedOf(file), { to: id, driveId, from: expected })
      const item = { fileId, name: file.name ?? null, from: file.parents ?? [], to: id }
      if (step._tag === "Already") return { ...item, status: "already" }
      if (step._tag === "Move") return { ...item, status: "planned" }
      return yield* moves.refuse(asked, step, { field, id: to })
    })

  const run: BatchMoves["run"] = (batch) =>
    Effect.gen(function* () {
      const { concurrency, dryRun, onProgress = () => Effect.void, operation, wanted } = batch
      let isStopped = false
      let done = 0

      const failed = (item: Omit<Item, "status">, error: MoveFailure): Item => {
        if (ItemProblem.stops(error)) isStopped = true
        return { ...item, status: "failed", problem: ItemProblem.of(error) }
      }
      const planning = (one: Wanted) =>
        Effect.suspend((): Effect.Effect<Item> => {
          if (one.settled !== undefined) return Effect.succeed(one.settled)
          return isStopped
            ? Effect.succeed({ ...itemOf(one), status: "notTried" })
            : Effect.catch(planOne(batch, one), (error) => Effect.sync(() => failed(itemOf(one), error)))
        })
      const plan = yield* Effect.forEach(wanted, planning, { concurrency })

      const planned = plan.filter(({ status }) => status === "planned")
      if (dryRun) return answerOf(plan, true, null)
      if (batch.record === undefined && (planned.length === 0 || isStopped)) {
        return answerOf(plan.map(notTried), false, null)
      }

      const record = batch.record ?? (yield* recordOf(operation, planned))
      const progress = yield* MoveProgress.begin(ledger, record)

      /** Retryable failures stay planned: that is what is left. */
      const mark = ({ fileId, problem, status }: Item) => {
        if (status === "moved" || status === "already") return progress.mark(fileId, "moved")
        return problem?.retryable === false ? progress.mark(fileId, "failed") : Effect.void
      }
      const moving = (item: Item): Effect.Effect<Item> => {
        const { from, to } = item
        if (item.status !== "planned" || to === null) return Effect.succeed(item)
        const asked = askedOf(operation, item.fileId)
        return Effect.suspend(() =>
          isStopped
            ? Effect.succeed(notTried(item))
            : Effect.match(moves.move(asked, { fileId: item.fileId, from, to }), {
                onFailure: (error) => failed(item, error),
                onSuccess: (): Item => ({ ...item, status: "moved" })
                // A batch may take long: what was read is forgotten with each file.
              }).pipe(Effect.ensuring(api.forget))
        )
      }
      const tell = Effect.suspend(() => onProgress({ done: (done += 1), total: plan.length }))
      const carryOut = (item: Item) => moving(item).pipe(Effect.tap(mark), Effect.tap(tell))
      const items = yield* Effect.forEach(plan, carryOut, { concurrency })
      return answerOf(items, false, progress.record())
    })

  return { run }
}
