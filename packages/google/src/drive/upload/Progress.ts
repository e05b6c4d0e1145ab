/**
 * Tells how far an upload is: often enough to be watched, and not with every piece.
 *
 * @module
 */
import { Clock, Effect } from "effect"

/** How far an upload is. */
export interface Progress {
  /**
   * Bytes that were given away, or, when that is less, that Drive said it kept. It grows, except when Drive kept less than
   * it was given.
   */
  readonly bytes: number
  /** The size of the file. */
  readonly total: number
  /** Bytes that an earlier call had brought there. */
  readonly resumedFrom: number
}

/** Told of progress; the upload waits for it, and its time counts as time without a byte. */
export type OnProgress = (progress: Progress) => Effect.Effect<void>

/** The shortest time between two reports, in milliseconds. */
export const quietMillis = 100

/** Reports progress. */
export interface Reporter {
  /** At most one of these in 100 ms is told. */
  readonly moved: (bytes: number) => Effect.Effect<void>
  /** Always told: beginnings and ends. */
  readonly at: (bytes: number) => Effect.Effect<void>
  /** From where on an earlier upload is gone on with. */
  readonly resumeFrom: (bytes: number) => void
  readonly resumedFrom: () => number
}

/** A reporter for one upload. */
export const make = (total: number, onProgress: OnProgress | undefined): Reporter => {
  let toldAt = Number.NEGATIVE_INFINITY
  let told = -1
  let resumedFrom = 0
  const tell = (bytes: number, now: number): Effect.Effect<void> => {
    if (onProgress === undefined || bytes === told) return Effect.void
    toldAt = now
    told = bytes
    return onProgress({ bytes, total, resumedFrom })
  }
  return {
    moved: (bytes) =>
      onProgress === undefined
        ? Effect.void
        : Effect.flatMap(Clock.currentTimeMillis, (now) =>
            now - toldAt < quietMillis ? Effect.void : tell(bytes, now)
          ),
    at: (bytes) => Effect.flatMap(Clock.currentTimeMillis, (now) => tell(bytes, now)),
    resumeFrom: (bytes) => {
      resumedFrom = bytes
    },
    resumedFrom: () => resumedFrom
  }
}
