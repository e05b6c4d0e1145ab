/**
 * A small file, with one request that carries all of it.
 *
 * Source: https://developers.google.com/workspace/drive/api/guides/manage-uploads#multipart
 *
 * @module
 */
import { Effect, type FileSystem, Random, Stream } from "effect"
import { HttpBody } from "effect/http"
import type { Api, Asked, Failure } from "../Api.ts"
import * as Wire from "../Wire.ts"
import type * as ContentHash from "./ContentHash.ts"
import * as Multipart from "./Multipart.ts"
import * as Patience from "./Patience.ts"
import type * as Progress from "./Progress.ts"
import * as Source from "./Source.ts"
import type { Outcome } from "./Transfer.ts"
import type { UploadError } from "./UploadError.ts"
import { isTaken } from "./Verdict.ts"

/** The most bytes that go with one request. Google says 5 MB; the smaller reading of that. */
export const maxBytes = 5_000_000

/** What it needs. */
export interface Options {
  readonly api: Api
  readonly asked: Asked
  readonly source: Source.Source
  readonly hash: ContentHash.ContentHash
  readonly reporter: Progress.Reporter
  /** What is said of the file, its id included. */
  readonly metadata: object
  readonly mimeType: string
  readonly idleMillis: number
}

/** What is given to the connection at once: between two of these it is noticed that it takes nothing. */
const pieceBytes = 64 * 1024

const digits = Effect.map(Random.next, (chance) =>
  Math.floor(chance * 2 ** 48)
    .toString(16)
    .padStart(12, "0")
)

/** A text that occurs in none of the parts. */
const boundaryFor = (parts: Pick<Multipart.Parts, "metadata" | "content">): Effect.Effect<string> =>
  Effect.filterOrElse(
    Effect.map(digits, (text) => `skippy-${text}`),
    (text) => Multipart.isBoundary(text, parts),
    () => boundaryFor(parts)
  )

const contentOf = (source: Source.Source): Effect.Effect<Uint8Array, UploadError, FileSystem.FileSystem> => {
  const content = new Uint8Array(source.look.size)
  let at = 0
  return Effect.as(
    Stream.runForEach(Source.bytes(source, 0, content.length), (chunk) =>
      Effect.sync(() => {
        content.set(chunk, at)
        at += chunk.length
      })
    ),
    content
  )
}

/** Sends the file; an attempt that finds its id taken is the second of one that arrived. */
export const run = ({
  api,
  asked,
  hash,
  idleMillis,
  metadata,
  mimeType,
  reporter,
  source
}: Options): Effect.Effect<Outcome, Failure | UploadError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const content = yield* contentOf(source)
    hash.take(0, content)
    yield* reporter.at(0)
    const parts = { metadata: JSON.stringify(metadata), content }
    const boundary = yield* boundaryFor(parts)
    const patience = Patience.make(idleMillis)
    const bytes = Multipart.body({ ...parts, mimeType, boundary })
    const pieces = Stream.mapEffect(Stream.range(0, Math.ceil(bytes.length / pieceBytes) - 1), (n) =>
      Effect.as(patience.touch, bytes.subarray(n * pieceBytes, (n + 1) * pieceBytes))
    )
    const body = HttpBody.stream(pieces, Multipart.contentType(boundary), bytes.length)
    const request = api.requests.upload("POST", "/files", { uploadType: "multipart" }, body)
    const exchange = patience.guard(request, api.exchange(asked, request))
    const attempt = Effect.flatMap(exchange, ({ text }) => api.decode(Wire.File)(asked, text)).pipe(
      Effect.map((file): Outcome => ({ _tag: "Stored", file })),
      Effect.catchTag("DriveError", (error) =>
        isTaken(error) ? Effect.succeed<Outcome>({ _tag: "Found" }) : Effect.fail(error)
      )
    )
    const outcome = yield* api.through(asked, attempt)
    yield* reporter.at(content.length)
    return outcome
  })
