/**
 * The attempts at one download: each asks for what is missing, and writes what comes.
 *
 * @module
 */
import { currentCall } from "@skippy/core"
import { Clock, Effect, type FileSystem, Semaphore, Stream } from "effect"
import type { Headers, HttpClientError, HttpClientRequest, HttpClientResponse } from "effect/http"
import type { Received } from "../client/BoundedBody.ts"
import * as HttpError from "../client/HttpError.ts"
import type { Read } from "../client/HttpExchange.ts"
import { type DownloadError, downloadError } from "./DownloadError.ts"
import * as PartChecksum from "./PartChecksum.ts"
import type { Identity, PartFile } from "./PartFile.ts"
import { headersFor, judge, nothing, type Part } from "./RangeHeaders.ts"
import * as StallWatch from "./StallWatch.ts"

/** How far a download is. */
export interface Progress {
  /** Bytes of the file that are on disk, those of earlier attempts included. */
  readonly bytes: number
  /** Bytes of the whole file, when the server says so. */
  readonly total: number | undefined
}

/** What an attempt came to. */
export type Step =
  | { readonly _tag: "Again" }
  | {
      readonly _tag: "Done"
      readonly bytes: number
      readonly written: Identity
      readonly headers: Headers.Headers
    }

/** What one exchange does: sends headers, reads an answer, and is guarded while it runs. */
export interface Attempt<A, E> {
  /** Headers to send with this attempt, beside those of the request. */
  readonly headers: Effect.Effect<Readonly<Record<string, string>>, E>
  /** Reads the answer, within the attempt. */
  readonly read: Read<A, E | HttpClientError.HttpClientError, never>
  /** Goes around the whole attempt: `headers`, sending and `read`. */
  readonly around: <B, E2>(
    attempt: Effect.Effect<B, E2>,
    request: HttpClientRequest.HttpClientRequest
  ) => Effect.Effect<B, E2 | HttpError.HttpError>
}

/** What a transfer needs. */
export interface Options {
  readonly target: string
  readonly part: PartFile
  readonly maxBytes: number
  readonly idleMillis: number
  readonly verify: PartChecksum.Verify | undefined
  readonly onProgress: (progress: Progress) => Effect.Effect<void>
}

/** One download. */
export interface Transfer {
  readonly attempt: Attempt<Step, DownloadError | HttpError.HttpError>
  /** Bytes of an earlier call that were gone on with. */
  readonly resumedFrom: () => number
}

/** Progress is told this often at most, and at the beginning and the end of each attempt. */
const progressMillis = 100

/** So often the file on the server may turn out to be another one, or what came to be wrong. */
const maxRestarts = 3

const broken = (
  { request, status }: { readonly request: HttpClientRequest.HttpClientRequest; readonly status?: number },
  fields: Pick<HttpError.HttpError, "reason"> & { readonly code?: string }
): Effect.Effect<never, HttpError.HttpError> =>
  Effect.flatMap(currentCall, (call) =>
    Effect.fail(
      HttpError.make({
        ...HttpError.subjectOf(request, call?.requestId),
        ...fields,
        category: "transient",
        ...(status === undefined ? {} : { status })
      })
    )
  )

const refused = (response: HttpClientResponse.HttpClientResponse): Effect.Effect<never, HttpError.HttpError> =>
  Effect.flatMap(currentCall, (call) =>
    Effect.fail(HttpError.ofStatus(HttpError.subjectOf(response.request, call?.requestId), response, undefined))
  )

/** Makes the attempts at one download. */
export const make = ({ idleMillis, maxBytes, onProgress, part, target, verify }: Options): Transfer => {
  const watch = StallWatch.make(idleMillis)
  const checksum = PartChecksum.make(part, verify)
  // A hedge must not write to the file at the same time.
  const oneAtATime = Semaphore.makeUnsafe(1)
  let asked: Part = nothing
  let answered = false
  let restarts = 0
  let began = false
  let resumedFrom = 0

  /** The first answer of the call tells what an earlier one was good for. */
  const useOf = (bytes: number): void => {
    if (!began) resumedFrom = bytes
    began = true
  }

  const startOver = (reason: "changed" | "checksum") =>
    Effect.suspend(() => {
      restarts++
      resumedFrom = 0
      return Effect.andThen(
        part.discard,
        restarts > maxRestarts ? downloadError(reason, target) : Effect.succeed<Step>({ _tag: "Again" })
      )
    })

  /** Writes the body from `start` on; `end` is where it has to end, when that is known. */
  const pump = (
    response: HttpClientResponse.HttpClientResponse,
    received: Received,
    file: FileSystem.File,
    {
      end,
      start,
      total
    }: { readonly start: number; readonly end: number | undefined; readonly total: number | undefined }
  ) =>
    Effect.gen(function* () {
      let bytes = start
      let toldAt = Number.NEGATIVE_INFINITY
      const tell = (now: number): Effect.Effect<void> => {
        toldAt = now
        return onProgress({ bytes, total })
      }
      const take = (chunk: Uint8Array): Effect.Effect<void, DownloadError | HttpError.HttpError> => {
        const after = bytes + chunk.length
        if (after > maxBytes) return downloadError("tooLarge", target)
        if (end !== undefined && after > end) return broken(response, { reason: "body" })
        return Effect.gen(function* () {
          yield* part.write(file, chunk)
          bytes = after
          checksum.update(chunk)
          yield* watch.touch
          const now = yield* Clock.currentTimeMillis
          if (now - toldAt >= progressMillis) yield* tell(now)
        })
      }
      yield* tell(yield* Clock.currentTimeMillis)
      yield* Stream.runForEach(response.stream, take)
      received.isRead = true
      if (end !== undefined && bytes < end) return yield* broken(response, { reason: "body" })
      yield* tell(yield* Clock.currentTimeMillis)
      return bytes
    })

  const done = ({ headers }: Received, file: FileSystem.File, bytes: number) =>
    checksum.isRight()
      ? Effect.map(part.identify(file), (written): Step => ({ _tag: "Done", bytes, written, headers }))
      : startOver("checksum")

  const goOn = (start: number) => Effect.tap(part.reopen(start), (file) => checksum.goOn(file, start, watch.touch))

  const again: Step = { _tag: "Again" }

  const receive = (response: HttpClientResponse.HttpClientResponse, received: Received) =>
    Effect.gen(function* () {
      answered = true
      yield* watch.touch
      const verdict = judge(asked, response.status, received.headers)
      switch (verdict._tag) {
        case "Refused":
          return yield* refused(response)
        case "Mismatch":
          return yield* startOver("changed")
        case "Complete":
          if (asked.bytes > maxBytes) return yield* downloadError("tooLarge", target)
          useOf(asked.bytes)
          return yield* done(received, yield* goOn(asked.bytes), asked.bytes)
        case "Rest": {
          const { end, start, total } = verdict
          if (total > maxBytes) return yield* downloadError("tooLarge", target)
          useOf(asked.bytes)
          const file = yield* goOn(start)
          const bytes = yield* pump(response, received, file, { start, end, total })
          return bytes < total ? again : yield* done(received, file, bytes)
        }
        case "Whole": {
          const { total } = verdict.part
          if (total !== undefined && total > maxBytes) return yield* downloadError("tooLarge", target)
          resumedFrom = 0
          began = true
          const file = yield* part.begin(verdict.part)
          checksum.begin()
          const bytes = yield* pump(response, received, file, { start: 0, end: total, total })
          return yield* done(received, file, bytes)
        }
      }
    })

  return {
    resumedFrom: () => resumedFrom,
    attempt: {
      headers: Effect.map(part.state, (state) => {
        asked = state
        answered = false
        return headersFor(state)
      }),
      read: (response, received) => Effect.scoped(receive(response, received)),
      around: (attempt, request) =>
        oneAtATime.withPermits(1)(
          watch.guard(
            attempt,
            Effect.suspend(() => broken({ request }, { reason: answered ? "body" : "connection", code: "ETIMEDOUT" }))
          )
        )
    }
  }
}
