/**
 * The part of `Drive` that changes something: folders, moves, names, copies, the trash, sharing, and batches of moves.
 *
 * @module
 */
import type { StateStore, StateStoreError } from "@skippy/core"
import { decodeInput, type InvalidInputError } from "@skippy/http"
import { Effect } from "effect"
import type { Api, Failure } from "../Api.ts"
import type { DriveFile } from "../Answer.ts"
import type * as Answer from "./Answer.ts"
import * as BatchMoves from "./BatchMoves.ts"
import * as Creation from "./Creation.ts"
import * as Creations from "./Creations.ts"
import * as Edits from "./Edits.ts"
import * as Found from "./Found.ts"
import type { Ids } from "./Ids.ts"
import * as Input from "./Input.ts"
import * as Items from "../Items.ts"
import * as Listing from "../Listing.ts"
import * as MoveBatches from "./MoveBatches.ts"
import * as MoveLedger from "./MoveLedger.ts"
import * as Moves from "./Moves.ts"
import * as Places from "./Places.ts"
import * as Sharing from "./Sharing.ts"
import * as Turn from "../Turn.ts"

/** What a change can fail with. */
export type ChangeFailure = Failure | InvalidInputError

/** What a batch of moves as a whole can fail with; what single files fail with is in its answer. */
export type { BatchFailure } from "./MoveBatches.ts"

/**
 * What can be changed. Moves, names and the trash are safe to call again after a failure; what was to be made or shared may be
 * there after one, so look first.
 */
export interface Changes {
  /** Makes a folder, once: a repeat after a lost answer finds it. */
  readonly createFolder: (input: Input.CreateFolderInput) => Effect.Effect<Answer.CreatedFile, ChangeFailure>
  /** Moves a file, a folder or a shortcut into a folder. */
  readonly moveFile: (input: Input.MoveFileInput) => Effect.Effect<Answer.MovedFile, ChangeFailure>
  /** Gives a file another name. */
  readonly renameFile: (input: Input.RenameFileInput) => Effect.Effect<DriveFile, ChangeFailure>
  /** Copies a file, once: a repeat after a lost answer finds the copy. Folders cannot be copied. */
  readonly copyFile: (input: Input.CopyFileInput) => Effect.Effect<Answer.CreatedFile, ChangeFailure>
  /** Puts a file, or a folder with all that is in it, into the trash. Nothing is deleted. */
  readonly trashFile: (input: Input.TrashFileInput) => Effect.Effect<Answer.TrashedFile, ChangeFailure>
  /** Shares a file with whoever has the link, a user, or a domain. Never repeated without a look at the permissions. */
  readonly shareFile: (input: Input.ShareFileInput) => Effect.Effect<Answer.SharedFile, ChangeFailure>
  /** Moves many files into a folder, with a result for each. */
  readonly batchMove: (
    input: Input.BatchMoveInput & MoveBatches.MoveOptions
  ) => Effect.Effect<Answer.MoveBatch, MoveBatches.BatchFailure>
  /** Moves what a query finds into a folder, with a result for each. */
  readonly organize: (
    input: Input.OrganizeInput & MoveBatches.MoveOptions<Answer.Organized>
  ) => Effect.Effect<Answer.Organized, MoveBatches.BatchFailure>
  /** Takes a batch back: what is still where it was put goes where it was. That is a batch itself. */
  readonly undoMoves: (input: Input.UndoMovesInput) => Effect.Effect<Answer.MoveBatch, MoveBatches.BatchFailure>
  /** Goes on with a batch that did not come to its end. */
  readonly resumeMoves: (input: Input.ResumeMovesInput) => Effect.Effect<Answer.MoveBatch, MoveBatches.BatchFailure>
  /** The batches that have something left to be moved; those that run now are among them. */
  readonly unfinishedMoves: Effect.Effect<Answer.UnfinishedMoves, StateStoreError>
}

const inputs = {
  createFolder: decodeInput(Input.CreateFolderInput, { operation: "Drive.createFolder" }),
  moveFile: decodeInput(Input.MoveFileInput, { operation: "Drive.moveFile" }),
  renameFile: decodeInput(Input.RenameFileInput, { operation: "Drive.renameFile" }),
  copyFile: decodeInput(Input.CopyFileInput, { operation: "Drive.copyFile" }),
  trashFile: decodeInput(Input.TrashFileInput, { operation: "Drive.trashFile" }),
  shareFile: decodeInput(Input.ShareFileInput, { operation: "Drive.shareFile" }),
  batchMove: decodeInput(Input.BatchMoveInput, { operation: "Drive.batchMove" }),
  organize: decodeInput(Input.OrganizeInput, { operation: "Drive.organize" }),
  undoMoves: decodeInput(Input.UndoMovesInput, { operation: "Drive.undoMoves" }),
  resumeMoves: decodeInput(Input.ResumeMovesInput, { operation: "Drive.resumeMoves" })
}

/** Makes the operations. `ids` are those of the account, shared with uploads; records of batches go to the `StateStore`. */
export const make = (api: Api, ids: Ids): Effect.Effect<Changes, never, StateStore> =>
  Effect.map(MoveLedger.make, (ledger) => {
    const places = Places.make(Items.make(api))
    const creations = Creations.make(api, places, Creation.make(api, ids))
    const moves = Moves.make(api, places)
    const edits = Edits.make(api)
    const sharing = Sharing.make(api, places)
    const batches = MoveBatches.make(places, BatchMoves.make(api, moves, ledger), ledger, Found.make(Listing.make(api)))

    /** What was read may be wrong from now on, also when it is not known whether anything was changed. */
    const changing = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.ensuring(effect, api.forget)

    return {
      createFolder: Effect.fn("Drive.createFolder")(function* (input) {
        return yield* creations.createFolder(yield* inputs.createFolder(input))
      }, changing),
      moveFile: Effect.fn("Drive.moveFile")(function* (input) {
        return yield* moves.moveFile(yield* inputs.moveFile(input))
      }, changing),
      renameFile: Effect.fn("Drive.renameFile")(function* (input) {
        return yield* edits.renameFile(yield* inputs.renameFile(input))
      }, changing),
      copyFile: Effect.fn("Drive.copyFile")(function* (input) {
        return yield* creations.copyFile(yield* inputs.copyFile(input))
      }, changing),
      trashFile: Effect.fn("Drive.trashFile")(function* (input) {
        return yield* edits.trashFile(yield* inputs.trashFile(input))
      }, changing),
      shareFile: Effect.fn("Drive.shareFile")(function* (input) {
        return yield* sharing.shareFile(yield* inputs.shareFile(input))
      }, changing),
      batchMove: Effect.fn("Drive.batchMove")(function* ({ onProgress, plan, ...input }) {
        return yield* batches.batchMove({ ...(yield* inputs.batchMove(input)), onProgress, plan })
      }, Turn.patiently),
      organize: Effect.fn("Drive.organize")(function* ({ onProgress, plan, ...input }) {
        return yield* batches.organize({ ...(yield* inputs.organize(input)), onProgress, plan })
      }, Turn.patiently),
      undoMoves: Effect.fn("Drive.undoMoves")(function* (input) {
        return yield* batches.undoMoves(yield* inputs.undoMoves(input))
      }, Turn.patiently),
      resumeMoves: Effect.fn("Drive.resumeMoves")(function* (input) {
        return yield* batches.resumeMoves(yield* inputs.resumeMoves(input))
      }, Turn.patiently),
      unfinishedMoves: Effect.withSpan(batches.unfinishedMoves, "Drive.unfinishedMoves")
    }
  })
