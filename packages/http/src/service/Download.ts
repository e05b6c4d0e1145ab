/**
 * Brings a file from a server to the disk: streamed, never torn, and gone on with where it broke off.
 *
 * - It is written to `<path>.skippy-part` and becomes `<path>` when it is whole, at once: nobody ever sees half a file there.
 * - An attempt that breaks off is followed by one that asks for the rest (`Range`, `If-Range`), if the server named the
 *   content with a strong `ETag` or a date of change. When the content has changed meanwhile, it begins anew.
 * - A call that failed, or was interrupted, leaves such a part and a note about it; the next call for the same address and
 *   path goes on with them. What cannot be gone on with is removed. After a power failure a part may hold what was never
 *   written: give `resume: false` then.
 * - The length the server names is checked, and so is that what came belongs to what was asked; `verify` compares the whole
 *   with a checksum.
 * - Memory does not grow with the size of the file.
 *
 * Services give it a `send`, which carries one request through their policies. `HttpService.download` is it with redirects
 * and a check of the URL.
 *
 * @example
 * ```ts
 * import { NodeFileSystem, NodePath } from "@effect/platform-node"
 * import { Resilience } from "@skippy/core"
 * import { Download, ResilientHttpClient } from "@skippy/http"
 * import { EmulatorClient, Fault, FileEmulator } from "@skippy/http/testing"
 * import { Effect, FileSystem, Layer } from "effect"
 * import { HttpClient, HttpClientRequest } from "effect/http"
 *
 * const files = FileEmulator.make({ "/report.txt": { content: "42 rows and a sum" } })
 * const { client, requests } = EmulatorClient.make(files, { faults: Fault.once(Fault.truncate()) })
 *
 * const program = Effect.gen(function* () {
 *   const directory = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
 *   const sendOf = yield* Download.through(yield* ResilientHttpClient.make(), { operation: "fetchReport" })
 *   const url = "https://reports.example/report.txt"
 *   const { bytes } = yield* Download.run({
 *     operation: "Reports.fetch",
 *     send: sendOf(HttpClientRequest.get(url)),
 *     source: url,
 *     path: `${directory}/report.txt`
 *   })
 *   console.log(bytes, "bytes:", requests().map(({ headers, status }) => `${status} ${headers.range ?? "all"}`))
 * })
 *
 * const policies = Resilience.layer({ services: { http: { retry: { baseDelay: "10 millis" } } } })
 * const layer = Layer.mergeAll(policies, NodeFileSystem.layer, NodePath.layer, Layer.succeed(HttpClient.HttpClient, client))
 * await Effect.runPromise(program.pipe(Effect.scoped, Effect.provide(layer)))
 * ```
 *
 * ```text
 * 17 bytes: [ '200 all', '206 bytes=8-' ]
 * ```
 *
 * @module
 */
import { Resilience, type ResilienceError } from "@skippy/core"
import { type Cause, Duration, Effect, type FileSystem, type Path, Schema } from "effect"
import { HttpClientRequest } from "effect/http"
import type { HttpError } from "../client/HttpError.ts"
import type { ExchangeError } from "../client/HttpExchange.ts"
import { originOf } from "../client/RequestFacts.ts"
import type { ResilientHttpClient } from "../client/ResilientHttpClient.ts"
import { type InvalidInputError, invalidInput } from "../InvalidInputError.ts"
import { DownloadError, type DownloadErrorReason } from "./DownloadError.ts"
import type { Verify } from "./PartChecksum.ts"
import * as PartFile from "./PartFile.ts"
import * as Target from "./Target.ts"
import * as Transfer from "./Transfer.ts"

export { DownloadError, DownloadErrorReason } from "./DownloadError.ts"
export type { Verify } from "./PartChecksum.ts"
export type { Attempt, Progress } from "./Transfer.ts"

/**
 * Sends one request for the file through the policies of its service, as often as they say: for each attempt it asks for
 * `headers`, sends the request with them on top, gives the answer to `read`, and has `around` go around all of that.
 */
export type Send<E, R = never> = <A, E2>(attempt: Transfer.Attempt<A, E2>) => Effect.Effect<A, E | E2 | HttpError, R>

/** What is downloaded, and how. */
export interface Options<E, R = never> {
  /** Whose input errors name: `HttpService.download`. */
  readonly operation: string
  /** Each of its requests may go to another address, for addresses that expire: `source` says what is meant. */
  readonly send: Send<E, R>
  /** Says whose content it is: what another call has left is gone on with when this is the same. By custom the URL. */
  readonly source: string
  /** Where the file is put. Its directory has to be there. */
  readonly path: string
  /** Whether a file that is there already is replaced, its mode kept. Default `false`: it is an error. */
  readonly overwrite?: boolean | undefined
  /** Whether what an earlier call has left is used, and left when this one fails. Default `true`. */
  readonly resume?: boolean | undefined
  /** The longest time without a byte; an attempt that waits longer has failed. Default 30 seconds. */
  readonly idleTimeout?: Duration.Input | undefined
  /** The largest file that is taken, in bytes. No limit by default. */
  readonly maxBytes?: number | undefined
  /**
   * Compares the whole file with a checksum before it is put at `path`; what an earlier call has left counts. What does not
   * agree is given up and downloaded anew, as often as a file that changes; then it is a `DownloadError`, `checksum`. It
   * takes who makes the checksum, so that a download without one needs no `Checksums`. None by default.
   */
  readonly verify?: Verify | undefined
  /**
   * Told at the beginning and the end of each attempt, and in between when there are more bytes, at most every 100 ms. The
   * download waits for it, and its time counts as time without a byte.
   */
  readonly onProgress?: ((progress: Transfer.Progress) => Effect.Effect<void>) | undefined
}

/** The defaults, in one place. */
export const defaults = { idleTimeout: "30 seconds", overwrite: false, resume: true, maxBytes: Infinity } as const

/** A file that was downloaded. */
export const Downloaded = Schema.Struct({
  /** Its absolute path. */
  path: Schema.String,
  /** Its size. */
  bytes: Schema.Int,
  /** Bytes that an earlier call had left. */
  resumedFrom: Schema.Int,
  contentType: Schema.optionalKey(Schema.String),
  etag: Schema.optionalKey(Schema.String)
})
/** A file that was downloaded. */
export type Downloaded = typeof Downloaded.Type

/** How a service's requests for files go through its policies. */
export interface ThroughOptions {
  readonly operation: string
  /** One of the service's lanes, with time limits that suit files. */
  readonly lane?: string | undefined
  /** How much of the service's rate limit each request takes. Default 1. */
  readonly weight?: number | undefined
}

/**
 * The `send` of a service: each request through the pipeline of the client's service, with the circuit and the counts of
 * its origin.
 */
export const through = (
  client: ResilientHttpClient,
  { lane, operation, weight }: ThroughOptions
): Effect.Effect<
  (request: HttpClientRequest.HttpClientRequest) => Send<ExchangeError | ResilienceError>,
  never,
  Resilience
> =>
  Effect.map(Resilience, (resilience) => (request) => ({ around, headers, read }) => {
    const exchange = Effect.flatMap(headers, (headers) =>
      client.exchange(HttpClientRequest.setHeaders(request, headers), read)
    )
    const info = { operation, idempotent: true, lane, weight, partition: originOf(request.url) }
    return resilience.pipeline(client.service).value(info, around(exchange, request))
  })

const resultOf = (
  path: string,
  { bytes, headers }: Extract<Transfer.Step, { _tag: "Done" }>,
  resumedFrom: number
): Downloaded => {
  const { "content-type": contentType, etag } = headers
  return {
    path,
    bytes,
    resumedFrom,
    ...(contentType === undefined ? {} : { contentType }),
    ...(etag === undefined ? {} : { etag })
  }
}

/**
 * Downloads a file.
 *
 * Fails with what `send` fails with; with `HttpError` for an answer that is no file, or that broke off too often; with
 * `InvalidInputError` for a path where no file can be put or a timeout of nothing, before anything is sent; with `DownloadError` when there is one
 * already, when it is being downloaded already, when its checksum is wrong, or when the disk does not take it.
 */
export const run = <E, R>(
  options: Options<E, R>
): Effect.Effect<
  Downloaded,
  E | HttpError | DownloadError | InvalidInputError,
  R | FileSystem.FileSystem | Path.Path
> =>
  Effect.gen(function* () {
    const { operation, overwrite = defaults.overwrite, path, resume = defaults.resume, send, source } = options
    const idleMillis = Duration.toMillis(options.idleTimeout ?? defaults.idleTimeout)
    if (idleMillis <= 0) {
      const fix = 'give a duration of more than 0, such as "30 seconds"'
      return yield* invalidInput({ operation, path: ["idleTimeout"], value: idleMillis, fix })
    }
    const target = yield* Target.check({ operation, path, overwrite })
    const part = yield* PartFile.make({ target, source, overwrite })
    const transfer = Transfer.make({
      target,
      part,
      maxBytes: options.maxBytes ?? defaults.maxBytes,
      idleMillis,
      verify: options.verify,
      onProgress: options.onProgress ?? (() => Effect.void)
    })

    const toTheEnd: Effect.Effect<Downloaded, E | HttpError | DownloadError, R> = Effect.flatMap(
      send(transfer.attempt),
      (step) =>
        step._tag === "Again"
          ? toTheEnd
          : Effect.as(part.commit(step.written), resultOf(target, step, transfer.resumedFrom()))
    )

    const download = Effect.onExit(resume ? toTheEnd : Effect.andThen(part.discard, toTheEnd), (exit) =>
      exit._tag === "Success" ? Effect.void : Effect.ignore(leave(part, resume, reasonOf(exit.cause)))
    )
    return yield* Target.claim(target, download)
  })

const reasonOf = (cause: Cause.Cause<unknown>): DownloadErrorReason | undefined => {
  const failed = cause.reasons.find((reason) => reason._tag === "Fail")
  return failed?.error instanceof DownloadError ? failed.error.reason : undefined
}

/** Leaves what can be gone on with, and what belongs to somebody else. */
const leave = (
  part: PartFile.PartFile,
  resume: boolean,
  reason: DownloadErrorReason | undefined
): Effect.Effect<void, DownloadError> => {
  if (reason === "busy") return Effect.void
  if (!resume || reason === "tooLarge") return part.discard
  return Effect.flatMap(part.state, ({ bytes }) => (bytes > 0 ? Effect.void : part.discard))
}
