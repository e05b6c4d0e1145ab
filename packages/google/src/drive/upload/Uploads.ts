/**
 * The operations of `Drive` that upload: a file, the files of a directory, and what was left unfinished.
 *
 * @module
 */
import { StateStore } from "@skippy/core"
import { decodeInput, type InvalidInputError, invalidInput } from "@skippy/http"
import { Checksums } from "@skippy/http/authoring"
import { DateTime, Duration, Effect, FileSystem, Path } from "effect"
import type { TokenProvider } from "../../auth/TokenProvider.ts"
import type { Api, Asked } from "../Api.ts"
import type { Ids } from "../changes/Ids.ts"
import type { Places } from "../changes/Places.ts"
import * as Turn from "../Turn.ts"
import type * as Answer from "./Answer.ts"
import * as Batch from "./Batch.ts"
import * as Input from "./Input.ts"
import * as MimeType from "./MimeType.ts"
import type { OnProgress, Progress } from "./Progress.ts"
import * as Records from "./Records.ts"
import * as Source from "./Source.ts"
import * as Upload from "./Upload.ts"
import { uploadError } from "./UploadError.ts"

/** What uploads can fail with. */
export type UploadsFailure = Upload.UploadFailure | InvalidInputError

/** Functions and times of an upload, beside its input. */
export interface UploadOptions {
  /**
   * Told at the beginning and the end of each request, and in between when there are more bytes, at most every 100 ms. The
   * upload waits for it.
   */
  readonly onProgress?: OnProgress | undefined
  /** The longest time without a byte that is taken; a request that waits longer has failed. Default 30 seconds. */
  readonly idleTimeout?: Duration.Input | undefined
}

/** How far one file of a batch is. */
export interface BatchProgress extends Progress {
  readonly path: string
}

/** Functions and times of a batch, beside its input. */
export interface BatchUploadOptions extends Omit<UploadOptions, "onProgress"> {
  /** The same for each file of the batch. */
  readonly onProgress?: ((progress: BatchProgress) => Effect.Effect<void>) | undefined
  /**
   * Which of the files are meant, by their absolute paths. Default: all. Others are left out, and are not in the answer. Asked
   * again before a file is read, and one that is not meant then has failed.
   */
  readonly isMeant?: Batch.IsMeant | undefined
}

/** The operations that upload. */
export interface Uploads {
  /**
   * Uploads a file: with one request up to 5 MB, else with a session that is gone on with when it breaks off, in this call
   * or, after a failure, an interruption or the end of the program, in the next one for the same file, folder and name. It
   * is done when Drive stores what is on disk, by size and MD5; and however often it has to be tried, there is one file.
   */
  readonly uploadFile: (
    input: Input.UploadFileInput & UploadOptions
  ) => Effect.Effect<Answer.UploadedFile, UploadsFailure>
  /**
   * Uploads the files of a directory. What the folder has already, with the same name and content, is left out, so that a
   * second run finishes what a first one has not. One failure does not stop the others; when nobody is signed in any more,
   * or the circuit is open, the rest is not tried.
   */
  readonly batchUpload: (
    input: Input.BatchUploadInput & BatchUploadOptions
  ) => Effect.Effect<Answer.UploadBatch, UploadsFailure>
  /** Goes on with an upload that was left unfinished. When the file was changed since, it is an `UploadError`. */
  readonly resumeUpload: (
    input: Input.ResumeUploadInput & UploadOptions
  ) => Effect.Effect<Answer.UploadedFile, UploadsFailure>
  /** The uploads of this account that were left unfinished, the oldest first. Nothing is sent. */
  readonly unfinishedUploads: Effect.Effect<ReadonlyArray<Answer.UnfinishedUpload>, UploadsFailure>
  /** Forgets an upload that was left unfinished, and ends its session. What is stored already stays. */
  readonly abandonUpload: (input: Input.AbandonUploadInput) => Effect.Effect<void, UploadsFailure>
}

const names = {
  uploadFile: "Drive.uploadFile",
  batchUpload: "Drive.batchUpload",
  resumeUpload: "Drive.resumeUpload",
  abandonUpload: "Drive.abandonUpload"
} as const

const decode = {
  uploadFile: decodeInput(Input.UploadFileInput, { operation: names.uploadFile }),
  batchUpload: decodeInput(Input.BatchUploadInput, { operation: names.batchUpload }),
  resumeUpload: decodeInput(Input.ResumeUploadInput, { operation: names.resumeUpload }),
  abandonUpload: decodeInput(Input.AbandonUploadInput, { operation: names.abandonUpload })
}

const idleMillisOf = (
  operation: string,
  idleTimeout: Duration.Input = Input.defaults.idleTimeout
): Effect.Effect<number, InvalidInputError> => {
  const millis = Duration.toMillis(idleTimeout)
  const fix = 'give a duration of more than 0, such as "30 seconds"'
  return millis > 0
    ? Effect.succeed(millis)
    : Effect.fail(invalidInput({ operation, path: ["idleTimeout"], value: millis, fix }))
}

const askedOf = (operation: string): Asked => ({ operation, kind: "edit", idempotent: true })

/** What uploads are made with, beside the files, the checksums and the state store of the context. */
export interface Parts {
  readonly api: Api
  readonly ids: Ids
  readonly places: Places
  readonly tokens: TokenProvider["Service"]
}

/** Makes the operations. */
export const make = ({
  api,
  ids,
  places,
  tokens
}: Parts): Effect.Effect<Uploads, never, StateStore | Checksums.Checksums | FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const context = yield* Effect.context<Checksums.Checksums | FileSystem.FileSystem | Path.Path>()
    const records = yield* Records.make
    const uploader = yield* Upload.make(api, ids, records)

    /** Tells apart whose uploads they are, and with which Drive: a session of one is nothing for another. */
    const owner = Effect.flatMap(tokens.identity, (identity) =>
      Records.digestOf(JSON.stringify([identity, api.requests.upload("POST", "/files").url]))
    )

    const uploadFile: Uploads["uploadFile"] = Effect.fn(names.uploadFile)(function* ({
      idleTimeout,
      onProgress,
      ...input
    }) {
      const { chunkSize, parentId, path, resume, ...given } = yield* decode.uploadFile(input)
      const idleMillis = yield* idleMillisOf(names.uploadFile, idleTimeout)
      const source = yield* Source.check(names.uploadFile, "path", path)
      const { name = source.name } = given
      const subject = { owner: yield* owner, path: source.path, parentId, name }
      return yield* uploader.run({
        operation: "uploadFile",
        key: yield* Records.keyOf(subject),
        owner: subject.owner,
        source,
        parentId,
        folder: Effect.map(places.parent(askedOf("uploadFile"), { field: "parentId", id: parentId }), ({ id }) => id),
        name,
        mimeType: given.mimeType ?? MimeType.ofName(name),
        chunkSize,
        idleMillis,
        onProgress,
        resume
      })
    }, Effect.provideContext(context))

    /** The record of an upload of this account. */
    const recordOf = Effect.fnUntraced(function* (operation: string, key: string) {
      const record = yield* records.find(key)
      if (record?.owner === (yield* owner)) return record
      const fix = "there is no such upload; `unfinishedUploads` lists those there are"
      return yield* invalidInput({ operation, path: ["key"], value: key, fix })
    })

    const resumeUpload: Uploads["resumeUpload"] = Effect.fn(names.resumeUpload)(function* ({
      idleTimeout,
      onProgress,
      ...input
    }) {
      const { chunkSize, key } = yield* decode.resumeUpload(input)
      const idleMillis = yield* idleMillisOf(names.resumeUpload, idleTimeout)
      const record = yield* recordOf(names.resumeUpload, key)
      const source = yield* Source.check(names.resumeUpload, "key", record.path)
      if (!Source.isSame(source.look, record)) return yield* uploadError("changed", record.path)
      const { folderId, mimeType, name, owner, parentId } = record
      return yield* uploader.run({
        operation: "resumeUpload",
        key,
        owner,
        source,
        parentId,
        folder: Effect.succeed(folderId),
        name,
        mimeType,
        chunkSize,
        idleMillis,
        onProgress,
        resume: true
      })
    }, Effect.provideContext(context))

    const unfinishedUploads: Uploads["unfinishedUploads"] = Effect.gen(function* () {
      const own = yield* records.all(yield* owner)
      return own.map(({ key, record: { name, parentId, path, session, size, startedAt } }) => ({
        key,
        path,
        name,
        parentId,
        size,
        startedAt: DateTime.makeUnsafe(startedAt),
        hasSession: session !== undefined
      }))
    }).pipe(Effect.withSpan("Drive.unfinishedUploads"))

    const abandonUpload: Uploads["abandonUpload"] = Effect.fn(names.abandonUpload)(function* (input) {
      const { key } = yield* decode.abandonUpload(input)
      yield* uploader.abandon("abandonUpload", { key, record: yield* recordOf(names.abandonUpload, key) })
    })

    const batchUpload: Uploads["batchUpload"] = Effect.fn(names.batchUpload)(
      function* ({ idleTimeout, isMeant, onProgress, ...input }) {
        const { chunkSize, concurrency, directory, dryRun, onConflict, parentId, pattern } =
          yield* decode.batchUpload(input)
        const idleMillis = yield* idleMillisOf(names.batchUpload, idleTimeout)
        const operation = names.batchUpload
        const files = yield* Batch.select({ operation, directory, pattern, isMeant })
        const asked = askedOf("batchUpload")
        const folder = yield* places.parent(asked, { field: "parentId", id: parentId })
        const self = yield* owner
        const keyOf = ({ name, path }: Source.Source) => Records.keyOf({ owner: self, path, parentId, name })
        return yield* Batch.run(api, files, {
          operation: "batchUpload",
          directory,
          pattern,
          folder,
          onConflict,
          dryRun,
          concurrency,
          isMeant,
          begun: (source) =>
            Effect.flatMap(keyOf(source), (key) => Effect.map(records.find(key), (record) => record?.fileId)),
          upload: (source) =>
            Effect.flatMap(keyOf(source), (key) =>
              uploader.run({
                operation: "batchUpload",
                key,
                owner: self,
                source,
                parentId,
                folder: Effect.succeed(folder.id),
                name: source.name,
                mimeType: MimeType.ofName(source.name),
                chunkSize,
                idleMillis,
                onProgress:
                  onProgress === undefined ? undefined : (progress) => onProgress({ ...progress, path: source.path }),
                resume: true
              })
            )
        })
      },
      Effect.provideContext(context),
      Turn.patiently
    )

    return { uploadFile, batchUpload, resumeUpload, unfinishedUploads, abandonUpload }
  })
