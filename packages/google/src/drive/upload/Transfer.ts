/**
 * The requests of one resumable upload: each attempt is one request, the one that is due, and `Progression` says from its
 * answer which one is next.
 *
 * @module
 */
import type { StateStoreError } from "@skippy/core"
import { Cause, Effect, type FileSystem, Redacted, Semaphore, Stream } from "effect"
import { HttpBody, HttpClientRequest } from "effect/http"
import * as Bodies from "../../client/Bodies.ts"
import type { Api, Asked, AttemptError, Failure, Reply } from "../Api.ts"
import { DriveError } from "../DriveError.ts"
import * as Wire from "../Wire.ts"
import type * as ContentHash from "./ContentHash.ts"
import { contentRange, keptOf, type Piece, question } from "./ContentRange.ts"
import * as Patience from "./Patience.ts"
import type * as Progress from "./Progress.ts"
import * as Progression from "./Progression.ts"
import * as Source from "./Source.ts"
import { type UploadError, uploadError } from "./UploadError.ts"
import { verdictOf } from "./Verdict.ts"

/** What a transfer needs. */
export interface Options {
  readonly api: Api
  /** What errors name, and how it is counted. */
  readonly asked: Asked
  readonly source: Source.Source
  readonly hash: ContentHash.ContentHash
  readonly reporter: Progress.Reporter
  /** What is said of the file, its id included. */
  readonly metadata: object
  readonly mimeType: string
  readonly chunkSize: number | undefined
  readonly idleMillis: number
  /** What an earlier call left. */
  readonly left: Progression.Beginning["left"]
  readonly session: Redacted.Redacted | undefined
  /** Whether there is a file with the id. */
  readonly lookUp: Effect.Effect<boolean, Failure>
  /** Keeps the session, for another call to go on with. */
  readonly keep: (session: Redacted.Redacted) => Effect.Effect<void, StateStoreError>
}

/** What it comes to: the file that was answered, or, when there is one with the id, nothing but that. */
export type Outcome = { readonly _tag: "Stored"; readonly file: Wire.File } | { readonly _tag: "Found" }

type Problem = AttemptError | UploadError | StateStoreError

const isAnswer = (status: number): boolean => status === 200 || status === 201 || status === 308

/** Sends the file until it is stored, from wherever it is. */
export const run = (
  options: Options
): Effect.Effect<Outcome, Failure | UploadError | StateStoreError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const { api, asked, hash, mimeType, reporter, source } = options
    const context = yield* Effect.context<FileSystem.FileSystem>()
    const total = source.look.size
    const patience = Patience.make(options.idleMillis)
    // A hedge must not send the same bytes at the same time.
    const oneAtATime = Semaphore.makeUnsafe(1)
    const isOwn = options.left !== "session"

    let state = Progression.begin({ total, chunkSize: options.chunkSize, left: options.left })
    let session = options.session
    let stored: Wire.File | undefined
    let lastError: Problem | undefined
    let begun = isOwn

    const heard = (answer: Progression.Answer): void => {
      const before = state.kept ?? 0
      state = Progression.next(state, answer)
      if ((state.kept ?? 0) > before) lastError = undefined
      if (state.step._tag !== "LookUp") return
      // What an earlier call had brought there is lost, too.
      begun = true
      reporter.resumeFrom(0)
    }

    /** Bytes that another call sent, or sent again: they count, too. */
    const catchUp = (to: number): Effect.Effect<void, UploadError> =>
      Effect.suspend(() => {
        let at = hash.position()
        if (at >= to) return Effect.void
        return Stream.runForEach(Source.bytes(source, at, to), (chunk) =>
          Effect.sync(() => {
            hash.take(at, chunk)
            at += chunk.length
          })
        )
      }).pipe(Effect.provideContext(context))

    const send = (request: HttpClientRequest.HttpClientRequest) =>
      patience.guard(
        request,
        api.exchangeWith(
          asked,
          request,
          (response, received) =>
            Effect.map(Bodies.textOf(response, received), (text): Reply => ({
              status: response.status,
              headers: received.headers,
              text
            })),
          isAnswer
        )
      )

    const start = Effect.gen(function* () {
      const request = HttpClientRequest.setHeaders(
        api.requests.upload("POST", "/files", { uploadType: "resumable" }, HttpBody.jsonUnsafe(options.metadata)),
        {
          "content-type": "application/json; charset=UTF-8",
          "x-upload-content-type": mimeType,
          "x-upload-content-length": String(total)
        }
      )
      const { headers, status } = yield* send(request)
      const { location } = headers
      if (status === 308 || location === undefined) {
        return yield* api.fail(asked, "unexpectedAnswer", "there is no session in it")
      }
      // Whoever knows a session can write to it, and it gets the token: it has to be where the API is.
      if (!api.trusts(location)) return yield* api.fail(asked, "unexpectedAnswer", "its session is somewhere else")
      session = Redacted.make(location, { label: "drive.upload.session" })
      yield* options.keep(session)
      heard({ _tag: "Started" })
    })

    const took = ({ headers, status, text }: Reply) =>
      Effect.gen(function* () {
        if (status === 308) {
          const bytes = keptOf(headers["range"])
          heard({ _tag: "Kept", bytes })
          const kept = state.kept ?? 0
          if (!begun) {
            begun = true
            reporter.resumeFrom(kept)
          }
          yield* reporter.at(kept)
          return
        }
        stored = yield* api.decode(Wire.File)(asked, text)
        heard({ _tag: "Stored" })
        if (!begun) reporter.resumeFrom(total)
        yield* reporter.at(total)
      })

    const ask = (address: string) =>
      Effect.flatMap(
        send(HttpClientRequest.setHeader(HttpClientRequest.put(address), "content-range", question(total))),
        took
      )

    const put = (address: string, { from, to }: Piece) =>
      Effect.gen(function* () {
        yield* catchUp(from)
        yield* reporter.at(from)
        let failed: Cause.Cause<UploadError> | undefined
        // With another token a request is sent again, maybe while the first one still reads: each counts for itself.
        const body = Stream.suspend(() => {
          let at = from
          return Source.bytes(source, from, to).pipe(
            Stream.mapEffect((chunk) =>
              Effect.gen(function* () {
                hash.take(at, chunk)
                // What came before was taken from us; this piece is on its way.
                yield* patience.touch
                yield* reporter.moved(at)
                at += chunk.length
                return chunk
              })
            ),
            // A connection that is given up interrupts it; anything else is why the connection was given up.
            Stream.tapCause((cause) =>
              Effect.sync(() => {
                if (!Cause.hasInterruptsOnly(cause)) failed = cause
              })
            ),
            Stream.provideContext(context)
          )
        })
        const request = HttpClientRequest.put(address).pipe(
          HttpClientRequest.bodyStream(body, { contentType: mimeType, contentLength: to - from }),
          HttpClientRequest.setHeader("content-range", contentRange({ from, to }, total))
        )
        // Before it is answered, nothing is known of what is kept.
        const reply = Effect.catch(send(request), (error) => Effect.failCause<Problem>(failed ?? Cause.fail(error)))
        yield* took(yield* reply)
      })

    const request = Effect.suspend((): Effect.Effect<void, Problem> => {
      const { step } = state
      if (step._tag === "Start") return start
      if (session === undefined) return api.fail(asked, "unexpectedAnswer", "there is no session")
      const address = Redacted.value(session)
      return step._tag === "Send" ? put(address, step) : ask(address)
    })

    /** What a failure means for the upload; one that ends the attempt is given on. */
    const judged = (error: Problem): Effect.Effect<void, Problem> =>
      Effect.suspend(() => {
        lastError = error
        const verdict = error instanceof DriveError ? verdictOf(error) : "again"
        if (verdict === "taken") return Effect.sync(() => heard({ _tag: "Taken" }))
        if (verdict === "lost" && state.step._tag !== "Start") return Effect.sync(() => heard({ _tag: "Lost" }))
        heard({ _tag: "Broken" })
        return Effect.fail(error)
      })

    /** A session that is not there says nothing of a file that is not there, as the refusal itself does. */
    const givenUp = (why: "lost" | "idle"): Effect.Effect<never, Problem> =>
      lastError === undefined || (why === "lost" && lastError instanceof DriveError && lastError.reason === "notFound")
        ? uploadError(why === "lost" ? "lostSession" : "noProgress", source.path)
        : Effect.fail(lastError)

    const isRequest = () => state.step._tag === "Start" || state.step._tag === "Ask" || state.step._tag === "Send"

    const attempt = oneAtATime.withPermits(1)(
      Effect.suspend(() => {
        if (!isRequest()) return Effect.void
        return request.pipe(
          Effect.catch(judged),
          Effect.onInterrupt(() => Effect.sync(() => heard({ _tag: "Broken" }))),
          Effect.andThen(
            // Nothing is left to be sent, and it is not stored: it is asked again when some time has passed.
            Effect.suspend(() =>
              state.step._tag === "Ask" && state.kept === total ? uploadError("noProgress", source.path) : Effect.void
            )
          )
        )
      })
    )

    while (true) {
      const { step } = state
      switch (step._tag) {
        case "Stored":
          yield* catchUp(total)
          return stored === undefined ? { _tag: "Found" } : { _tag: "Stored", file: stored }
        case "Found":
          yield* catchUp(total)
          yield* reporter.at(total)
          return { _tag: "Found" }
        case "GivenUp":
          return yield* givenUp(step.why)
        case "LookUp":
          heard((yield* options.lookUp) ? { _tag: "Present" } : { _tag: "Absent" })
          break
        default:
          yield* api.through(asked, attempt)
      }
    }
  })
