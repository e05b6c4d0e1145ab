/**
 * Whoever works with Drive in the soak: does jobs through the real service and writes down what became of each. It may be
 * killed at any moment; started again, it goes on with what was not reported as done.
 *
 *   node driveSoakWorker.ts DIRECTORY OPERATIONS SEED QUOTA WINDOW_MILLIS MOST_REQUESTS RUN
 *
 * `SOAK_URL` and `SOAK_REFRESH_TOKEN` say where Drive is and who asks.
 */
import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs"
import { Resilience, StateStore } from "@skippy/core"
import { Drive, Query, Tokens } from "@skippy/google"
import { Checksums, Files } from "@skippy/http/authoring"
import { TransportNode } from "@skippy/http/node"
import { Effect, Layer, Predicate, Redacted, Schedule, Stream } from "effect"
import { downloadId, folders, type Job, jobsOf, type Line, md5Of, contentOf, places } from "./driveSoakPlan.ts"

const [directory = "", ...numbers] = process.argv.slice(2)
const [operations = 0, seed = 1, quota = 100, windowMillis = 1000, mostRequests = 32, run = 0] = numbers.map(Number)
const { batch, download, results, source, state } = places(directory)
const atATime = 16
const maxRounds = 25
/** Half of the large files go in chunks of so many bytes. */
const chunkSize = 4 * 256 * 1024

/** What is held when everything is done. */
export interface Idle {
  readonly held: Readonly<Record<string, number>>
  readonly unfinishedUploads: number
  readonly unfinishedMoves: number
}

const patience = "1 second" as const

const services = {
  "google-drive": {
    timeout: patience,
    deadline: "1 minute",
    retry: { maxAttempts: 4, baseDelay: "20 millis", maxDelay: "200 millis" },
    budget: { ratio: 1, minPerSecond: 1000 },
    bulkhead: { concurrency: mostRequests, maxQueue: 1000 },
    rateLimit: { limits: [{ algorithm: "slidingWindow", limit: quota, per: windowMillis }], maxWait: "30 seconds" },
    circuitBreaker: { consecutiveFailures: 6, openFor: "100 millis", successThreshold: 1 },
    lanes: {
      download: { timeout: "4 seconds", deadline: "1 minute" },
      upload: { timeout: "30 seconds", deadline: "2 minutes" }
    }
  },
  http: {
    timeout: patience,
    deadline: "30 seconds",
    rateLimit: false,
    retry: { maxAttempts: 6, baseDelay: "20 millis", maxDelay: "200 millis" },
    budget: { ratio: 1, minPerSecond: 1000 },
    circuitBreaker: { consecutiveFailures: 20, openFor: "100 millis", successThreshold: 1 }
  }
} as const

/** What earlier runs have written. The last line of a run that was killed may be torn. */
const readLines = (): ReadonlyArray<Line> => {
  if (!existsSync(results)) return []
  const text = readFileSync(results, "utf8")
  if (text !== "" && !text.endsWith("\n")) appendFileSync(results, "\n")
  return text.split("\n").flatMap((line): ReadonlyArray<Line> => {
    try {
      return [JSON.parse(line)]
    } catch {
      return []
    }
  })
}

const known = readLines()
const done = new Set(known.flatMap(({ job, status }) => (status === "done" ? [job] : [])))
/** Begun by a run that was killed: it may have been carried out, and nobody knows. */
const begun = new Set(known.map(({ job }) => job))

const file = openSync(results, "a")
const write = (line: Line): void => {
  writeSync(file, `${JSON.stringify(line)}\n`)
  if (line.status !== "begun") fsyncSync(file)
}

const whyOf = (error: unknown): string => {
  const field = (name: string) => (Predicate.hasProperty(error, name) ? String(error[name]) : "")
  return [field("_tag"), field("reason"), field("category")].filter((text) => text !== "").join(" ")
}

/** Some of a batch were not done. */
class Incomplete extends Error {
  readonly _tag = "Incomplete"
}

/** How a job is done. Answers the file it made, if it made one. */
const make = Effect.gen(function* () {
  const drive = yield* Drive

  /** Whoever is not sure whether something was made looks for it, past the cache. */
  const find = (name: string, folder: string) =>
    Effect.map(
      Stream.runCollect(drive.files({ query: Query.and(Query.name("=", name), Query.inFolder(folder)) })),
      (pages) => pages.flatMap(({ files }) => files)[0]
    )

  const upload = (name: string, from: number, chunkSize: number | undefined, isUnsure: boolean) =>
    Effect.gen(function* () {
      const unfinished = yield* drive.unfinishedUploads
      // What the state store knows is gone on with; what was finished and not reported is known to Drive only.
      const isKnown = unfinished.some((each) => each.name === name)
      const found = isUnsure && !isKnown ? yield* find(name, folders.uploads) : undefined
      if (found?.md5 === md5Of(contentOf(from))) return found
      const uploading = { path: source(from), parentId: folders.uploads, name, chunkSize, idleTimeout: patience }
      return yield* drive.uploadFile(uploading)
    })

  /** `isUnsure`: an earlier run may have done it; `again`: this one has tried. */
  const does = (job: Job, isUnsure: boolean, again: boolean) =>
    Effect.gen(function* () {
      switch (job.kind) {
        case "upload":
          return (yield* upload(job.name, job.source, undefined, isUnsure)).fileId
        case "uploadLarge":
          return (yield* upload(job.name, job.source, job.id % 2 === 0 ? chunkSize : undefined, isUnsure)).fileId
        case "download":
          yield* drive.downloadFile({ fileId: downloadId(job.source), path: download(job.id), overwrite: true })
          return undefined
        case "createFolder": {
          const found = isUnsure || again ? yield* find(job.name, folders.made) : undefined
          return (found ?? (yield* drive.createFolder({ name: job.name, parentId: folders.made }))).fileId
        }
        case "copy": {
          const found = isUnsure || again ? yield* find(job.name, folders.copies) : undefined
          const copying = { fileId: job.target, name: job.name, destinationId: folders.copies }
          return (found ?? (yield* drive.copyFile(copying))).fileId
        }
        case "rename":
          yield* drive.renameFile({ fileId: job.target, name: job.name })
          return undefined
        case "move":
          yield* drive.moveFile({ fileId: job.target, destinationId: folders.moved })
          return undefined
        case "trash":
          yield* drive.trashFile({ fileId: job.target })
          return undefined
        case "search": {
          const { files } = yield* drive.searchFiles({ query: Query.name("=", job.target) })
          if (files.length !== 1 || files[0]?.fileId !== job.target) return yield* Effect.die("another file was found")
          return job.target
        }
        case "share":
          yield* drive.shareFile({ fileId: job.target, type: "user", email: job.email, notify: false })
          return undefined
        case "batchMove": {
          const { counts } = yield* drive.batchMove({ fileIds: job.targets, destinationId: folders.batchMoved })
          if (counts.failed + counts.notTried > 0) return yield* Effect.fail(new Incomplete())
          return undefined
        }
        case "batchUpload": {
          const uploading = { directory: batch(job.id), parentId: folders.batchUploaded, idleTimeout: patience }
          const { counts } = yield* drive.batchUpload(uploading)
          if (counts.failed + counts.notTried > 0) return yield* Effect.fail(new Incomplete())
          return undefined
        }
      }
    })
  return { does, drive }
})

const program = Effect.gen(function* () {
  const { does, drive } = yield* make
  const resilience = yield* Resilience

  const perform = (job: Job, again: boolean) =>
    Effect.gen(function* () {
      write({ job: job.id, status: "begun", run })
      const fileId = yield* does(job, begun.has(job.id), again).pipe(
        // A sensible caller comes back when the circuit is closed again.
        Effect.retry({
          while: (error) => Predicate.hasProperty(error, "_tag") && error._tag === "CircuitOpenError",
          schedule: Schedule.spaced("120 millis"),
          times: 50
        })
      )
      done.add(job.id)
      write({ job: job.id, status: "done", run, fileId })
    }).pipe(
      Effect.catch((error) => Effect.sync(() => write({ job: job.id, status: "failed", run, why: whyOf(error) })))
    )

  const left = () => jobsOf(seed, operations).filter(({ id }) => !done.has(id))
  process.send?.("working")

  for (let round = 0; round < maxRounds; round++) {
    // Batches that were begun are gone on with, as a program would that was started again.
    const unfinished = yield* drive.unfinishedMoves
    if (unfinished.length + left().length === 0) break
    for (const { id } of unfinished) yield* Effect.ignore(drive.resumeMoves({ id }))
    yield* Effect.forEach(left(), (job) => perform(job, round > 0), { concurrency: atATime, discard: true })
  }

  const held: Record<string, number> = {}
  for (const service of ["google-drive", "http"]) {
    const { bulkhead, limiter } = yield* resilience.state(service)
    held[`${service}: permits`] = bulkhead?.running ?? 0
    held[`${service}: waiting for permits`] = bulkhead?.waiting ?? 0
    held[`${service}: waiting for the limit`] = limiter?.waiting ?? 0
    for (const [name, lane] of resilience.pipeline(service).stages.lanes) {
      const view = lane.bulkhead === undefined ? undefined : yield* lane.bulkhead.view
      held[`${service} ${name}: permits`] = (view?.running ?? 0) + (view?.waiting ?? 0)
    }
  }
  const idle: Idle = {
    held,
    unfinishedUploads: (yield* drive.unfinishedUploads).length,
    unfinishedMoves: (yield* drive.unfinishedMoves).length
  }
  process.send?.(idle)
})

const live = Drive.layerWith({ url: process.env["SOAK_URL"] }).pipe(
  Layer.provideMerge(
    Tokens.layerAuthorizedUser({
      clientId: "soak",
      refreshToken: Redacted.make(process.env["SOAK_REFRESH_TOKEN"] ?? ""),
      authUrl: process.env["SOAK_URL"]
    })
  ),
  Layer.provideMerge(
    Layer.mergeAll(
      TransportNode.layer(),
      Resilience.layer({ services }),
      Checksums.layer,
      Layer.provideMerge(StateStore.layerFiles(state), Files.layer)
    )
  )
)
// Nothing that is left over may keep the process alive, but for the channel to its parent.
await Effect.runPromise(Effect.provide(program, live))
closeSync(file)
process.disconnect?.()
