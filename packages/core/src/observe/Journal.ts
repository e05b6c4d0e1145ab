/**
 * Writes what happens to files that survive the program: calls to `performance.jsonl`, what happened to them to
 * `resilience.jsonl`, alerts to `alerts.jsonl`, what limiters and caches said to `statistics.jsonl`; one JSON record a line.
 *
 * It listens to the event bus and writes in batches, on a timer and at the end of its scope, never on a caller's way. A
 * crash costs at most the last batch. When the disk is full or the folder cannot be written, calls go on, one warning is
 * logged, records wait for better times up to `maxWaiting`, and what is lost is counted.
 *
 * @module
 */
import { Context, type Duration, Effect, FileSystem, Latch, Layer, type Option, Semaphore, Stream } from "effect"
import { checkInteger, checkMillis } from "../error/InvalidOptionError.ts"
import * as EventBus from "../event/EventBus.ts"
import { listen } from "../event/Listener.ts"
import type { ResilienceEvent } from "../event/ResilienceEvent.ts"
import { type LineFile, type Lines, make as makeFile, read as readLines } from "../file/LineFile.ts"
import { make as makeFollower, scan as scanLines } from "../file/LineFollower.ts"
import { flush as flushQueue, JournalQueue } from "./JournalQueue.ts"
import { isRecorded, type JournalName, journalNames, type JournalRecord, nameOf, recordOf } from "./JournalRecord.ts"
import { onTrace } from "./CallFeed.ts"
import type { RequestTrace } from "./RequestTrace.ts"

export { JournalRecord, journalNames } from "./JournalRecord.ts"

/** Where the journal is and how much of it is kept. */
export interface Options {
  /** The folder, by custom `{SKIPPY_PATH}/metrics`; made when needed. */
  readonly directory: string
  /** How often records are written; a crash costs at most so much. Many records are written earlier. Default 1 second. */
  readonly flushEvery?: Duration.Input | undefined
  /** A larger file is set aside. Default 10 MiB. */
  readonly maxBytes?: number | undefined
  /** An older file is set aside. Default 1 day. */
  readonly maxAge?: Duration.Input | undefined
  /** Of the files set aside, the oldest go above this, for each kind. Default 100 MiB. */
  readonly maxTotalBytes?: number | undefined
  /** Records that wait while the disk cannot be written; above it the oldest are lost. Default 100,000. */
  readonly maxWaiting?: number | undefined
  /** Compresses files that are set aside, with gzip: `zlib.gzip` on Node. Default: they stay as they are. */
  readonly compress?: ((bytes: Uint8Array) => Effect.Effect<Uint8Array>) | undefined
}

/** The defaults, in one place. */
export const defaults = {
  flushEvery: "1 second",
  maxBytes: 10 * 1024 * 1024,
  maxAge: "1 day",
  maxTotalBytes: 100 * 1024 * 1024,
  maxWaiting: 100_000
} as const

/** What the journal did so far. */
export interface JournalStats {
  readonly written: number
  readonly waiting: number
  readonly lost: number
  /** Why the last attempt to write failed; `undefined` when it did not. */
  readonly failure: string | undefined
}

/** A running journal. */
export interface Shape {
  /** Writes what waits now. Never fails: what cannot be written goes on waiting. */
  readonly flush: Effect.Effect<void>
  readonly stats: Effect.Effect<JournalStats>
}

/** The journal of this part of the program. */
export class Journal extends Context.Service<Journal, Shape>()("@skippy/core/observe/Journal") {}

/** So many records of one kind are written at once, although it is not time yet. */
const earlyAt = 5000

const make = (options: Options) =>
  Effect.gen(function* () {
    const maxWaiting = checkInteger("Journal", "maxWaiting", options.maxWaiting ?? defaults.maxWaiting, 1)
    const files = new Map<JournalName, readonly [queue: JournalQueue, file: LineFile]>()
    for (const name of journalNames) {
      const file = yield* makeFile({
        directory: options.directory,
        name,
        maxBytes: checkInteger("Journal", "maxBytes", options.maxBytes ?? defaults.maxBytes, 1),
        maxAgeMillis: checkMillis("Journal", "maxAge", options.maxAge ?? defaults.maxAge, 1),
        maxTotalBytes: checkInteger("Journal", "maxTotalBytes", options.maxTotalBytes ?? defaults.maxTotalBytes, 0),
        compress: options.compress
      })
      files.set(name, [new JournalQueue(maxWaiting), file])
    }
    const queues = Array.from(files.values(), ([queue]) => queue)
    const sum = (of: (queue: JournalQueue) => number) => queues.reduce((total, queue) => total + of(queue), 0)
    const bus = yield* EventBus.Current
    let failure: string | undefined

    const { directory } = options
    const failed = (message: string, at: number) => {
      const first = failure === undefined
      failure = message
      if (!first) return Effect.void
      bus.publishUnsafe({ _tag: "JournalFailed", at, policy: "journal", directory, error: message })
      return Effect.logWarning(`the journal in ${directory} cannot be written: ${message}`)
    }
    const recovered = (at: number): void => {
      if (failure === undefined) return
      failure = undefined
      bus.publishUnsafe({
        _tag: "JournalRecovered",
        at,
        policy: "journal",
        directory,
        lost: sum((queue) => queue.lost)
      })
    }
    const all = Array.from(files.values())
    // The timer and a caller must not write the same file at the same time.
    const flush = Semaphore.makeUnsafe(1).withPermit(
      Effect.clockWith((clock) => {
        const now = clock.currentTimeMillisUnsafe()
        return Effect.flatMap(
          Effect.forEach(all, ([queue, file]) => flushQueue(queue, file, now)),
          (results) => {
            const message = results.find((result) => result !== undefined)
            return message === undefined ? Effect.sync(() => recovered(now)) : failed(message, now)
          }
        )
      })
    )

    const crowded = Latch.makeUnsafe(false)
    const early = Math.min(earlyAt, maxWaiting)
    /** Until it is time to write, or too much waits to go on waiting. */
    const pause = (millis: number) =>
      Effect.andThen(
        Effect.timeoutOption(crowded.await, millis),
        Effect.sync(() => crowded.closeUnsafe())
      )
    const record = (one: JournalRecord): void => files.get(nameOf(one))?.[0].add(one)
    const calls = files.get("performance")?.[0]
    const keep = (trace: RequestTrace): void => calls?.add({ _tag: "Trace", at: trace.endedAt, trace })
    const handle = (events: ReadonlyArray<ResilienceEvent>): void => {
      for (const event of events) {
        if (isRecorded(event)) record({ _tag: "Event", at: event.at, event })
      }
      for (const queue of queues) {
        queue.pack()
        if (queue.waiting >= early && failure === undefined) crowded.openUnsafe()
      }
    }
    const stats = Effect.sync((): JournalStats => ({
      written: sum((queue) => queue.written),
      waiting: sum((queue) => queue.waiting),
      lost: sum((queue) => queue.lost),
      failure
    }))
    return { flush, handle, keep, pause, stats }
  })

/** Keeps a journal of the current bus from the moment the layer is built; what waits at its end is written. */
export const layer = (options: Options): Layer.Layer<Journal, never, FileSystem.FileSystem> =>
  Layer.effect(
    Journal,
    Effect.gen(function* () {
      const every = checkMillis("Journal", "flushEvery", options.flushEvery ?? defaults.flushEvery, 1)
      const { flush: write, handle, keep, pause, stats } = yield* make(options)
      const bus = yield* EventBus.Current
      const flush = Effect.andThen(bus.settled, write)
      // Registered first, so that it runs last: after the listener has handed over what it had.
      yield* Effect.addFinalizer(() => flush)
      yield* onTrace(keep)
      yield* listen(handle)
      yield* Effect.forkScoped(Effect.forever(Effect.andThen(pause(every), flush)))
      return { flush, stats }
    })
  )

/** Which records to read. */
export interface Filter {
  readonly service?: string | undefined
  readonly requestId?: string | undefined
  /** From this moment on, and before that one; milliseconds since the epoch. */
  readonly from?: number | undefined
  readonly until?: number | undefined
}

/** What was read. */
export interface Reading {
  /** In the order of their time. */
  readonly records: ReadonlyArray<JournalRecord>
  /** Lines that could not be read: the last of a crash, or somebody else's. */
  readonly broken: number
}

/** How the journal is found and unpacked. */
export interface ReadOptions {
  readonly directory: string
  readonly filter?: Filter | undefined
  /** The text of a file named `.gz`; without it such files are left out. */
  readonly decompress?: ((bytes: Uint8Array) => Effect.Effect<string>) | undefined
}

const matches = (
  record: JournalRecord,
  { from = -Infinity, requestId, service, until = Infinity }: Filter
): boolean => {
  const about = record._tag === "Trace" ? record.trace : record.event
  return (
    record.at >= from &&
    record.at < until &&
    (service === undefined || about.service === service) &&
    (requestId === undefined || about.requestId === requestId)
  )
}

const readingOf = (files: ReadonlyArray<Lines<JournalRecord>>): Reading => ({
  records: files.flatMap(({ values }) => values).toSorted((a, b) => a.at - b.at),
  broken: files.reduce((sum, { broken }) => sum + broken, 0)
})

/** Reads a journal, also one that is being written. Broken lines are skipped and counted. */
export const read = ({ decompress, directory, filter = {} }: ReadOptions) =>
  Effect.gen(function* () {
    const files = yield* Effect.forEach(journalNames, (name) =>
      readLines({ directory, name, decode: recordOf, decompress, keep: (record) => matches(record, filter) })
    )
    return readingOf(files)
  })

/** How a journal is followed. */
export interface FollowOptions extends Omit<ReadOptions, "filter"> {
  /**
   * A look reads at most so many bytes of each file that is written now, its last ones; the first look so many of each kind
   * of record, also of what was set aside. Default: everything.
   */
  readonly maxBytes?: number | undefined
}

/**
 * Follows a journal, whoever writes it: each look answers the records since the last one, the first one all there are. Looks
 * must not overlap.
 */
export const follow = ({ decompress, directory, maxBytes }: FollowOptions) =>
  Effect.map(
    Effect.forEach(journalNames, (name) => makeFollower({ directory, name, decode: recordOf, decompress, maxBytes })),
    (looks) => {
      // What was looked at before another file could not be read is told by the next look.
      let found: Array<Lines<JournalRecord>> = []
      const all = Effect.forEach(looks, (look) => Effect.map(look, (lines) => void found.push(lines)), {
        discard: true
      })
      return Effect.map(all, () => {
        const files = found
        found = []
        return readingOf(files)
      })
    }
  )

/**
 * The same for all there is: each look hands one record after the other to `take`, those of each file in the order they were
 * written, and nothing for a line that cannot be read, so that memory does not grow with the journal. What was taken is not
 * given again, also when the look fails or is interrupted.
 */
export const scan = ({ decompress, directory }: Omit<ReadOptions, "filter">) =>
  Effect.map(
    Effect.forEach(journalNames, (name) => scanLines({ directory, name, decode: recordOf, decompress })),
    (looks) => (take: (record: Option.Option<JournalRecord>) => void) =>
      Effect.forEach(looks, (look) => look(take), { discard: true })
  )

/** The recorded events again, in their order, as if they happened now. */
export const replay = (options: ReadOptions) =>
  Stream.unwrap(
    Effect.map(read(options), ({ records }) =>
      Stream.fromIterable(records.flatMap((record) => (record._tag === "Event" ? [record.event] : [])))
    )
  )
