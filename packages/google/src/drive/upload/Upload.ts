/**
 * One upload from its beginning to its end: what an earlier call left is looked for, the file is sent, and what Drive stores
 * is compared with what is on disk. What is needed to go on with it is kept all the while.
 *
 * @module
 */
import type { StateStoreError } from "@skippy/core"
import { Checksums } from "@skippy/http/authoring"
import { Clock, Effect, FileSystem } from "effect"
import type { Api, Asked, Failure } from "../Api.ts"
import type { Ids } from "../changes/Ids.ts"
import * as Wire from "../Wire.ts"
import type * as Answer from "./Answer.ts"
import * as ContentHash from "./ContentHash.ts"
import * as Progress from "./Progress.ts"
import * as Records from "./Records.ts"
import * as Sessions from "./Sessions.ts"
import * as Small from "./Small.ts"
import * as Source from "./Source.ts"
import * as Transfer from "./Transfer.ts"
import { type UploadError, uploadError } from "./UploadError.ts"

/** What an upload can fail with, once its input is checked. */
export type UploadFailure = Failure | UploadError | StateStoreError

/** A file that is to be uploaded. */
export interface Job<E> {
  readonly operation: string
  readonly key: string
  /** A digest of who uploads. */
  readonly owner: string
  readonly source: Source.Source
  readonly parentId: string
  /** The folder itself; asked for only when the upload begins anew. */
  readonly folder: Effect.Effect<string, E>
  readonly name: string
  readonly mimeType: string
  readonly chunkSize: number | undefined
  readonly idleMillis: number
  readonly onProgress: Progress.OnProgress | undefined
  readonly resume: boolean
}

/** Uploads. */
export interface Uploader {
  readonly run: <E>(job: Job<E>) => Effect.Effect<Answer.UploadedFile, E | UploadFailure>
  /** Ends what an earlier call left, and forgets it; not while it is gone on with. */
  readonly abandon: (operation: string, kept: Records.Kept) => Effect.Effect<void, StateStoreError | UploadError>
}

/** Files belong to the whole process, so there is one such set. */
const taken = new Set<string>()

const claim = <A, E>(key: string, path: string, upload: Effect.Effect<A, E>): Effect.Effect<A, E | UploadError> =>
  Effect.acquireUseRelease(
    Effect.suspend(() => {
      if (taken.has(key)) return Effect.fail(uploadError("busy", path))
      taken.add(key)
      return Effect.void
    }),
    () => upload,
    () => Effect.sync(() => taken.delete(key))
  )

const askedOf = ({ operation }: { readonly operation: string }): Asked => ({
  operation,
  kind: "edit",
  idempotent: true,
  lane: "upload"
})

/** Whether what an earlier call left is of the same file, to be stored as the same. */
const isSame = (job: Job<unknown>, record: Records.UploadRecord): boolean =>
  record.mimeType === job.mimeType && Source.isSame(record, job.source.look)

const isMine = (file: Wire.File, { size }: Source.Look, md5: string): boolean =>
  file.md5Checksum === md5 && Number(file.size) === size

/** Makes uploads. */
export const make = (
  api: Api,
  ids: Ids,
  records: Records.Records
): Effect.Effect<Uploader, never, Checksums.Checksums | FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const checksums = yield* Checksums.Checksums
    const fs = yield* FileSystem.FileSystem

    const forget = (operation: string, { key, record }: Records.Kept): Effect.Effect<void, StateStoreError> =>
      // Without its record nobody goes on with it, whatever becomes of the session.
      Effect.andThen(records.remove(key), Sessions.end(api, operation, record.session))

    const begin = <E>(job: Job<E>): Effect.Effect<Records.UploadRecord, E | UploadFailure> =>
      Effect.gen(function* () {
        const { mimeType, name, owner, parentId, source } = job
        const folderId = yield* job.folder
        const fileId = yield* ids.next
        const record: Records.UploadRecord = {
          version: 1,
          owner,
          path: source.path,
          name,
          parentId,
          folderId,
          mimeType,
          ...source.look,
          fileId,
          startedAt: yield* Clock.currentTimeMillis
        }
        // A request whose answer is lost may have made a file: from here on its id must not be forgotten.
        yield* records.save({ key: job.key, record })
        return record
      })

    const lookUp = (asked: Asked, fileId: string): Effect.Effect<Wire.File | undefined, Failure> =>
      Effect.catchTag(api.file(asked, fileId), "DriveError", (error) =>
        error.reason === "notFound" ? Effect.undefined : Effect.fail(error)
      )

    /** Sends the file, and answers what there is then; `undefined` when that is in the trash. */
    const send = (job: Job<unknown>, record: Records.UploadRecord, isNew: boolean) =>
      Effect.gen(function* () {
        const { key, source } = job
        const { fileId, folderId, mimeType, name } = record
        const asked = askedOf(job)
        const reporter = Progress.make(source.look.size, job.onProgress)
        const hash = ContentHash.make(checksums.make("md5"))
        const common = {
          api,
          asked,
          source,
          hash,
          reporter,
          mimeType,
          idleMillis: job.idleMillis,
          metadata: { id: fileId, name, mimeType, parents: [folderId] }
        }
        const outcome = yield* source.look.size <= Small.maxBytes
          ? Small.run(common)
          : Transfer.run({
              ...common,
              chunkSize: job.chunkSize,
              left: record.session === undefined ? (isNew ? "nothing" : "id") : "session",
              session: record.session,
              lookUp: Effect.map(lookUp(asked, fileId), (file) => file !== undefined),
              keep: (session) => records.save({ key, record: { ...record, session } })
            })
        const answered = outcome._tag === "Stored" ? outcome.file : undefined
        // An answer that does not tell the checksum says nothing of what was stored.
        const file = answered?.md5Checksum === undefined ? yield* api.file(asked, fileId) : answered
        if (file.trashed === true && outcome._tag === "Found" && !isNew) return undefined
        // When it stays, the next call finds the file, and that it is done.
        yield* Effect.ignore(records.remove(key))
        if (!isMine(file, source.look, hash.hex())) return yield* uploadError("checksum", source.path, { fileId })
        return { ...Wire.fileOf(file), path: source.path, resumedFrom: reporter.resumedFrom() }
      }).pipe(Effect.provideService(FileSystem.FileSystem, fs))

    const fresh = <E>(job: Job<E>): Effect.Effect<Answer.UploadedFile, E | UploadFailure> =>
      Effect.flatMap(begin(job), (record) =>
        Effect.filterOrElse(
          send(job, record, true),
          (file) => file !== undefined,
          () => Effect.die("a new file is not in the trash")
        )
      )

    const run = <E>(job: Job<E>): Effect.Effect<Answer.UploadedFile, E | UploadFailure> =>
      Effect.gen(function* () {
        const { key, operation } = job
        const record = yield* records.find(key)
        if (record === undefined) return yield* fresh(job)
        const forgotten = forget(operation, { key, record })
        if (!job.resume || !isSame(job, record)) return yield* Effect.andThen(forgotten, fresh(job))
        const file = yield* send(job, record, false)
        // Somebody put what was stored into the trash, and wants it again.
        return file ?? (yield* Effect.andThen(forgotten, fresh(job)))
      })

    return {
      abandon: (operation, kept) => claim(kept.key, kept.record.path, forget(operation, kept)),
      run: (job) => {
        const upload = job.resume ? run(job) : Effect.onError(run(job), () => Effect.ignore(records.remove(job.key)))
        // What was read may be wrong from now on, also when it is not known whether anything was stored.
        return claim(job.key, job.source.path, Effect.ensuring(upload, api.forget))
      }
    }
  })
