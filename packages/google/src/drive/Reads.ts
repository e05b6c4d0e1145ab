/**
 * What is asked of Drive without changing anything: files found, listed and looked at.
 *
 * Sources: https://developers.google.com/workspace/drive/api/guides/search-files,
 * https://developers.google.com/workspace/drive/api/guides/fields-parameter,
 * https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions/list
 *
 * @module
 */
import { type InvalidInputError, invalidInput } from "@skippy/http"
import { Effect, Stream } from "effect"
import type * as Answer from "./Answer.ts"
import type { Api, Asked, Failure } from "./Api.ts"
import { live } from "./Fresh.ts"
import type * as Input from "./Input.ts"
import type { Items } from "./Items.ts"
import * as Listing from "./Listing.ts"
import * as Permissions from "./Permissions.ts"
import * as Query from "./Query.ts"
import * as QueryText from "./QueryText.ts"
import * as Wire from "./Wire.ts"

type Checked = Failure | InvalidInputError

/** What is read. Inputs were decoded. */
export interface Reads {
  readonly searchFiles: (input: typeof Input.SearchFilesInput.Type) => Effect.Effect<Answer.FileList, Checked>
  readonly files: (input: typeof Input.FilesInput.Type) => Stream.Stream<Answer.FileList, Checked>
  readonly listFolder: (input: typeof Input.ListFolderInput.Type) => Effect.Effect<Answer.FileList, Checked>
  readonly folder: (input: typeof Input.FolderInput.Type) => Stream.Stream<Answer.FileList, Checked>
  readonly getFile: (input: typeof Input.GetFileInput.Type) => Effect.Effect<Answer.FileAnswer, Failure>
  readonly findFolders: (input: Input.FindFoldersInput) => Effect.Effect<Answer.FileList, Failure>
}

/** The most folders of one name that are told. */
const maxFolders = 1000

const listOf = (operation: string, fileId?: string): Asked => ({ operation, fileId, kind: "list", idempotent: true })

/** What a schema cannot say of a search. */
const questionOf = (
  operation: string,
  { corpora, driveId, includeTrashed, orderBy, query }: Omit<typeof Input.SearchFilesInput.Type, "maxResults">
): Effect.Effect<Listing.Question, InvalidInputError> => {
  const text = query === undefined ? undefined : Query.textOf(query)
  const wrong = (path: ReadonlyArray<string>, value: unknown, fix: string) =>
    Effect.fail(invalidInput({ operation: `Drive.${operation}`, path, value, fix }))
  if (orderBy !== undefined && text !== undefined && QueryText.mentions(text, "fullText"))
    return wrong(["orderBy"], orderBy, "leave it out: with a condition on fullText, Drive sorts by relevance only")
  if (corpora === "drive" && driveId === undefined)
    return wrong(["driveId"], driveId, "give the id of the shared drive that is searched")
  if (corpora !== undefined && corpora !== "drive" && driveId !== undefined)
    return wrong(["corpora"], corpora, 'give "drive", or leave it out, to search one shared drive')
  return Effect.succeed({ query: text, includeTrashed, orderBy, driveId, corpora })
}

const inFolder = (
  folderId: string,
  { includeTrashed, orderBy }: Omit<typeof Input.ListFolderInput.Type, "folderId" | "maxResults">,
  driveId?: string
): Listing.Question => ({ query: Query.textOf(Query.inFolder(folderId)), includeTrashed, orderBy, driveId })

const foldersBy = (query: Query.Query, driveId?: string): Listing.Question => ({
  query: Query.textOf(query),
  includeTrashed: false,
  driveId
})

/** Makes it. */
export const make = (api: Api, items: Items, listing: Listing.Listing): Reads => {
  const kept = api.cached(Permissions.Page)
  const readPermissions: Permissions.Read = (asked, request) => Effect.map(kept(asked, request), ({ value }) => value)

  /** What an empty list is of: a shortcut leads on, and a shared drive may have to be named. */
  const behind = (asked: Asked, folderId: string) =>
    Effect.gen(function* () {
      const { file } = (yield* items.resolve({ ...asked, kind: "get" }, { fileId: folderId })).value
      if (!Wire.isFolder(file)) return yield* api.fail(asked, "notAFolder", file.mimeType)
      return { folderId: file.id, driveId: file.driveId, isOther: file.id !== folderId || file.driveId !== undefined }
    })

  /** What is in a folder, or in the one a shortcut leads to; `questionOf` asks for it. */
  const inside = (
    asked: Asked,
    folderId: string,
    questionOf: (folderId: string, driveId?: string) => Listing.Question,
    maxResults: number
  ) =>
    Effect.gen(function* () {
      const found = yield* listing.list(asked, questionOf(folderId), maxResults)
      if (found.value.files.length > 0 || folderId === "root") return Listing.listOf(found)
      const other = yield* behind(asked, folderId)
      return Listing.listOf(
        other.isOther ? yield* listing.list(asked, questionOf(other.folderId, other.driveId), maxResults) : found
      )
    })

  const listFolder: Reads["listFolder"] = ({ folderId, maxResults, ...input }) =>
    inside(listOf("listFolder", folderId), folderId, (id, driveId) => inFolder(id, input, driveId), maxResults)

  const findFolders: Reads["findFolders"] = ({ name, parentId }) => {
    const asked = listOf("findFolders", parentId)
    const named = Query.and(Query.name("=", name), Query.folders)
    const found =
      parentId === undefined
        ? Effect.map(listing.list(asked, foldersBy(named), maxFolders), Listing.listOf)
        : inside(asked, parentId, (id, driveId) => foldersBy(Query.and(named, Query.inFolder(id)), driveId), maxFolders)
    // `name =` of Drive does not tell upper from lower case.
    return Effect.map(found, (list) => ({ ...list, files: list.files.filter((file) => file.name === name) }))
  }

  const folder: Reads["folder"] = ({ folderId, pageSize, ...input }) => {
    const asked = listOf("folder", folderId)
    if (folderId === "root") return pagesOf(asked, inFolder(folderId, input), pageSize)
    // All of it is read anyway, so it costs little to know beforehand what it is.
    return Stream.unwrap(
      Effect.map(behind(asked, folderId), (real) =>
        pagesOf(asked, inFolder(real.folderId, input, real.driveId), pageSize)
      )
    )
  }

  const pagesOf = (asked: Asked, question: Listing.Question, pageSize: number) =>
    Stream.map(listing.pages(asked, question, pageSize), (value) => Listing.listOf({ value, freshness: live }))

  return {
    searchFiles: ({ maxResults, ...input }) =>
      Effect.flatMap(questionOf("searchFiles", input), (question) =>
        Effect.map(listing.list(listOf("searchFiles"), question, maxResults), Listing.listOf)
      ),
    files: ({ pageSize, ...input }) =>
      Stream.unwrap(Effect.map(questionOf("files", input), (question) => pagesOf(listOf("files"), question, pageSize))),
    listFolder,
    folder,
    getFile: ({ fileId, includePermissions, resourceKey }) =>
      Effect.gen(function* () {
        const asked: Asked = { operation: "getFile", fileId, kind: "get", idempotent: true }
        const { freshness, value } = yield* items.get(asked, { fileId, resourceKey })
        const file = { ...Wire.fileOf(value.file), ...freshness }
        if (!includePermissions) return file
        const { keys } = value
        const listed = Permissions.list(api, readPermissions, asked, { fileId, keys })
        // Whoever may not share it may not see them, and still may see the rest.
        const permissions = yield* Effect.catchTag(listed, "DriveError", (error) =>
          error.reason === "insufficientPermissions" ? Effect.undefined : Effect.fail(error)
        )
        return permissions === undefined ? file : { ...file, permissions: permissions.map(Wire.permissionOf) }
      }),
    findFolders
  }
}
