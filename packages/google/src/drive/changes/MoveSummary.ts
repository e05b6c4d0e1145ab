/**
 * What became of a batch, counted and in words. Pure.
 *
 * @module
 */
import type { MoveBatch, MoveItem } from "./Answer.ts"

type Counts = MoveBatch["counts"]

/** How many there are of each status. */
export const countsOf = (items: ReadonlyArray<MoveItem>): Counts => {
  const counts = { planned: 0, moved: 0, already: 0, failed: 0, notTried: 0 }
  for (const { status } of items) counts[status] += 1
  return counts
}

const files = (count: number): string => `${count} ${count === 1 ? "file" : "files"}`

const told = (count: number, text: string): ReadonlyArray<string> => (count === 0 ? [] : [text])

/** In words; `hasRecord` when what is left can be resumed. */
export const summaryOf = (counts: Counts, dryRun: boolean, hasRecord: boolean): string => {
  const { already, failed, moved, notTried, planned } = counts
  const again = hasRecord ? "resumeMoves finishes what can be finished" : "run it again to try them"
  const parts = [
    ...told(moved, `${files(moved)} moved`),
    ...told(planned, `${files(planned)} would be moved`),
    ...told(already, `${files(already)} there already`),
    ...told(failed, `${files(failed)} ${dryRun ? "cannot be moved" : "failed"}`),
    ...told(notTried, `${files(notTried)} not tried; ${again}`)
  ]
  return parts.length === 0 ? "nothing to move" : parts.join(", ")
}
