/**
 * The operations of `Drive`, put together for one connection.
 *
 * @module
 */
import type { Resilience, StateStore } from "@skippy/core"
import { decodeInput, type InvalidInputError } from "@skippy/http"
import { Checksums } from "@skippy/http/authoring"
import { Effect, type FileSystem, type Path, Stream } from "effect"
import type { HttpClient } from "effect/http"
import { TokenProvider } from "../auth/TokenProvider.ts"
import type * as Answer from "./Answer.ts"
import * as Api from "./Api.ts"
import * as Changes from "./changes/Changes.ts"
import * as Ids from "./changes/Ids.ts"
import * as Places from "./changes/Places.ts"
import type { Connection } from "./Connection.ts"
import * as Documents from "./Documents.ts"
import * as Downloads from "./Downloads.ts"
import * as Exports from "./Exports.ts"
import * as Input from "./Input.ts"
import * as Items from "./Items.ts"
import * as Listing from "./Listing.ts"
import * as Reads from "./Reads.ts"
import * as Uploads from "./upload/Uploads.ts"

/**
 * What every operation can fail with: `InvalidInputError` before anything is sent, `AuthError` when there is no token,
 * `DriveError` for what Drive refuses, `HttpError` for the way to it, and the refusals of the pipeline.
 */
export type DriveFailure = Api.Failure | InvalidInputError

/** The operations of Drive that read. */
export interface ReadShape {
  /**
   * Searches files: by a query in Drive's own language, or one put together with `Query`. What is in the trash is left out
   * unless it is asked for. Through the cache.
   */
  readonly searchFiles: (input?: Input.SearchFilesInput) => Effect.Effect<Answer.FileList, DriveFailure>
  /** All files of a search; one list for each page, asked for when it is needed, and as it is then. */
  readonly files: (input?: Input.FilesInput) => Stream.Stream<Answer.FileList, DriveFailure>
  /** What is in a folder, or in the one a shortcut leads to. Through the cache. */
  readonly listFolder: (input?: Input.ListFolderInput) => Effect.Effect<Answer.FileList, DriveFailure>
  /** All of what is in a folder; one list for each page, asked for when it is needed, and as it is then. */
  readonly folder: (input?: Input.FolderInput) => Stream.Stream<Answer.FileList, DriveFailure>
  /** What is known of a file, a folder or a shortcut. Through the cache. */
  readonly getFile: (input: Input.GetFileInput) => Effect.Effect<Answer.FileAnswer, DriveFailure>
  /** All folders of a name, in one folder or anywhere: a name may be there more than once. Through the cache. */
  readonly findFolders: (input: Input.FindFoldersInput) => Effect.Effect<Answer.FileList, DriveFailure>
  /**
   * The text of a document of Google's or of a file of text, cut off after `maxBytes`. Through the cache, up to the default
   * size.
   */
  readonly readDocument: (input: Input.ReadDocumentInput) => Effect.Effect<Answer.DocumentText, DriveFailure>
  /**
   * Writes a file, or an export of a document, to the disk. It appears when it is whole and its checksum is right, at once;
   * what broke off is gone on with, by this call or the next one for the same path.
   */
  readonly downloadFile: (
    input: Input.DownloadFileInput & Downloads.OnProgress
  ) => Effect.Effect<Answer.DownloadedFile, Downloads.DownloadFailure>
}

/** The operations of Drive. */
export interface Shape extends ReadShape, Changes.Changes, Uploads.Uploads {}

/** What the operations need. What was left unfinished is in the `StateStore`. */
export type Needs =
  | Checksums.Checksums
  | FileSystem.FileSystem
  | HttpClient.HttpClient
  | Path.Path
  | Resilience
  | StateStore
  | TokenProvider

const inputs = {
  searchFiles: decodeInput(Input.SearchFilesInput, { operation: "Drive.searchFiles" }),
  files: decodeInput(Input.FilesInput, { operation: "Drive.files" }),
  listFolder: decodeInput(Input.ListFolderInput, { operation: "Drive.listFolder" }),
  folder: decodeInput(Input.FolderInput, { operation: "Drive.folder" }),
  getFile: decodeInput(Input.GetFileInput, { operation: "Drive.getFile" }),
  findFolders: decodeInput(Input.FindFoldersInput, { operation: "Drive.findFolders" }),
  readDocument: decodeInput(Input.ReadDocumentInput, { operation: "Drive.readDocument" }),
  downloadFile: decodeInput(Input.DownloadFileInput, { operation: "Drive.downloadFile" })
}

/** Those that read. */
const readsOf = (
  api: Api.Api
): Effect.Effect<ReadShape, never, Checksums.Checksums | FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const files = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
    const items = Items.make(api)
    const reads = Reads.make(api, items, Listing.make(api))
    const exports = Exports.make(api)
    const readDocument = Documents.make(api, items, exports)
    const download = Downloads.make(api, items, exports, yield* Checksums.Checksums)
    return {
      searchFiles: Effect.fn("Drive.searchFiles")(function* (input = {}) {
        return yield* reads.searchFiles(yield* inputs.searchFiles(input))
      }),
      files: (input = {}) =>
        Stream.unwrap(Effect.map(inputs.files(input), reads.files)).pipe(Stream.withSpan("Drive.files")),
      listFolder: Effect.fn("Drive.listFolder")(function* (input = {}) {
        return yield* reads.listFolder(yield* inputs.listFolder(input))
      }),
      folder: (input = {}) =>
        Stream.unwrap(Effect.map(inputs.folder(input), reads.folder)).pipe(Stream.withSpan("Drive.folder")),
      getFile: Effect.fn("Drive.getFile")(function* (input) {
        return yield* reads.getFile(yield* inputs.getFile(input))
      }),
      findFolders: Effect.fn("Drive.findFolders")(function* (input) {
        return yield* reads.findFolders(yield* inputs.findFolders(input))
      }),
      readDocument: Effect.fn("Drive.readDocument")(function* (input) {
        return yield* readDocument(yield* inputs.readDocument(input))
      }),
      downloadFile: Effect.fn("Drive.downloadFile")(function* ({ onProgress, ...input }) {
        return yield* download({ ...(yield* inputs.downloadFile(input)), onProgress })
      }, Effect.provideContext(files))
    }
  })

/** Makes the operations. */
export const make = (connection: Connection): Effect.Effect<Shape, never, Needs> =>
  Effect.gen(function* () {
    const tokens = yield* TokenProvider
    const api = yield* Api.make(connection)
    const ids = Ids.make(api)
    const reads = yield* readsOf(api)
    const changes = yield* Changes.make(api, ids)
    const uploads = yield* Uploads.make({ api, ids, places: Places.make(Items.make(api)), tokens })
    return { ...reads, ...changes, ...uploads }
  })
