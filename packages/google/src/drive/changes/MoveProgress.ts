/**
 * How far a batch is, written down as it goes: before the first file is moved, and whenever something is known of one.
 *
 * @module
 */
import type { StateStoreError } from "@skippy/core"
import { Effect, Semaphore } from "effect"
import type { MoveLedger } from "./MoveLedger.ts"
import { marked, type MoveEntry, type MoveRecord } from "./MoveRecord.ts"

/** Writes down how far a batch is. */
export interface MoveProgress {
  /**
   * What became of a file. When it returns, it is written down, or could not be: the record from before the first move is
   * enough to finish and to undo the batch, so that is no reason to stop. Marks that come while one is written share the
   * next write.
   */
  readonly mark: (fileId: string, state: MoveEntry["state"]) => Effect.Effect<void>
  /** The record as it is. */
  readonly record: () => MoveRecord
}

/** Begins to write down a batch; it fails when that is not possible, before anything is moved. */
export const begin = (ledger: MoveLedger, record: MoveRecord): Effect.Effect<MoveProgress, StateStoreError> => {
  const turn = Semaphore.makeUnsafe(1)
  const states = new Map<string, MoveEntry["state"]>()
  let isWritten = true

  const now = (): MoveRecord => marked(record, states)
  const write = Effect.suspend(() => {
    if (isWritten) return Effect.void
    isWritten = true
    return Effect.catch(ledger.keep(now()), () =>
      Effect.sync(() => {
        isWritten = false
      })
    )
  })

  return Effect.as(ledger.keep(record), {
    mark: (fileId, state) =>
      Effect.suspend(() => {
        states.set(fileId, state)
        isWritten = false
        return turn.withPermit(write)
      }),
    record: now
  })
}
