/**
 * Records of a journal on their way to a file: turned into lines at once, written together, given up when too many wait.
 *
 * @module
 */
import { Effect, Exit, PlatformError } from "effect"
import { describeError, errorOfCause } from "../error/ErrorCategory.ts"
import { platformCodeOf } from "../error/PlatformCode.ts"
import { LineBuffer, type Lines } from "../file/LineBuffer.ts"
import type { LineFile } from "../file/LineFile.ts"
import { type JournalRecord, lineOf } from "./JournalRecord.ts"

/** The records of one file that wait to be written. */
export class JournalQueue {
  lost = 0
  written = 0
  private readonly lines = new LineBuffer()
  private records: Array<JournalRecord> = []
  /** Records that are being written now. */
  private taken = 0
  private readonly max: number

  constructor(max: number) {
    this.max = max
  }

  get waiting(): number {
    return this.lines.count + this.taken
  }

  add(record: JournalRecord): void {
    this.records.push(record)
  }

  /** Turns what was added into lines, so that the records themselves need not be kept; the oldest go when too many wait. */
  pack(): void {
    const { length } = this.records
    if (length === 0) return
    const first = Math.max(0, length - this.max)
    let text = ""
    for (let n = first; n < length; n++) {
      const record = this.records[n]
      if (record !== undefined) text += lineOf(record)
    }
    this.records = []
    this.lost += first
    this.lines.add(text, length - first)
    this.trim()
  }

  take(): Lines {
    this.pack()
    const lines = this.lines.take()
    this.taken = lines.count
    return lines
  }

  done(lines: Lines): void {
    this.taken = 0
    this.written += lines.count
    this.lines.written(lines)
  }

  giveBack(lines: Lines): void {
    this.taken = 0
    this.lines.giveBack(lines)
    this.trim()
  }

  /** What is being written now still counts as waiting, and is not ours to give up. */
  private trim(): void {
    const over = Math.min(this.lines.count, this.waiting - this.max)
    if (over <= 0) return
    this.lines.drop(over)
    this.lost += over
  }
}

/** Why the queue could not be written, if so; then all of it goes on waiting. */
export const flush = (queue: JournalQueue, file: LineFile, now: number): Effect.Effect<string | undefined> =>
  Effect.uninterruptible(
    Effect.suspend((): Effect.Effect<string | undefined> => {
      const lines = queue.take()
      if (lines.count === 0) {
        queue.done(lines)
        return Effect.undefined
      }
      return Effect.map(Effect.exit(file.append(lines.bytes, now)), (exit) => {
        if (Exit.isSuccess(exit)) {
          queue.done(lines)
          return undefined
        }
        queue.giveBack(lines)
        const error = errorOfCause(exit.cause)
        const code = error instanceof PlatformError.PlatformError ? platformCodeOf(error) : "Unknown"
        return code === "Unknown" ? describeError(error) : code
      })
    })
  )
