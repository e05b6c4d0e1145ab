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
import { Effect, Schema, Stream } from "effect"
import type * as Answer from "./Answer.ts"
import type { Api, Asked, Failure, Known } from "./Api.ts"
import { live } from "./Fresh.ts"
import type * as Input from "./Input.ts"
import type { Items } from "./Items.ts"
import * as Listing from "./Listing.ts"
import * as Query from "./Query.ts"
import * as QueryText from "./QueryText.ts"
import * as Requests from "./Requests.ts"
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

/** The most permissions Drive puts on a page: https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions/list */
const permissionsPage = 100

const PermissionPage = Schema.Struct({
  permissions: Schema.optionalKey(Schema.Array(Wire.Permission)),
  nextPageToken: Schema.optionalKey(Schema.String)
})

const listOf = (operation: string, fileId?: string): Asked => ({ operation, fileId, kind: "list", idempotent: true })

/** What a schema cannot say of a search. */
const questionOf = (
  operation: string,
  { corpora, driveId, includeTrashed, orderBy, query }: Omit<typeof Input.SearchFilesInput.Type, "maxResults">
): Effect.Effect<Listing.Question, InvalidInputError> => {
  const text = query === undefined ? undefined : Query.textOf(query)
  const wrong = (path: ReadonlyArray<string>, value: unknown, fix: string) =>
    Effect.fail(invalidInput({ operation: `Drive.${operation}`, path, value, fix }))
  const problem = text === undefined ? undefined : QueryText.problemOf(text)
  if (problem !== undefined) return wrong(["query"], text, problem)
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

/** Makes it. */
export const make = (api: Api, items: Items, listing: Listing.Listing): Reads => {
  const readPermissions = api.cached(PermissionPage)

  /** What an empty list is of: a shortcut leads on, and a shared drive may have to be named. */
  const behind = (asked: Asked, folderId: string) =>
    Effect.gen(function* () {
      const { file } = (yield* items.resolve({ ...asked, kind: "get" }, { fileId: folderId })).value
      if (!Wire.isFolder(file)) return yield* api.fail(asked, "notAFolder", file.mimeType)
      return { folderId: file.id, driveId: file.driveId, isOther: file.id !== folderId || file.driveId !== undefined }
    })

  const listFolder: Reads["listFolder"] = ({ folderId, maxResults, ...input }) =>
    Effect.gen(function* () {
      const asked = listOf("listFolder", folderId)
      const found = yield* listing.list(asked, inFolder(folderId, input), maxResults)
      if (found.value.files.length > 0 || folderId === "root") return Listing.listOf(found)
      const other = yield* behind(asked, folderId)
      return Listing.listOf(
        other.isOther ? yield* listing.list(asked, inFolder(other.folderId, input, other.driveId), maxResults) : found
      )
    })

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

  /** All permissions, also of what is in a shared drive, whose metadata has none. */
  const permissionsOf = (
    asked: Asked,
    fileId: string,
    keys: ReadonlyArray<Requests.ResourceKey>
  ): Effect.Effect<ReadonlyArray<Answer.Permission>, Failure> =>
    Effect.gen(function* () {
      const all: Array<Answer.Permission> = []
      const tokens = new Set<string>()
      let token: string | undefined
      do {
        const request = api.requests.get(Requests.pathOf(fileId, "permissions"), {
          pageSize: permissionsPage,
          pageToken: token,
          fields: `nextPageToken,permissions(${Wire.permissionFields})`
        })
        const { value }: Known<typeof PermissionPage.Type> = yield* readPermissions(
          { ...asked, kind: "list" },
          Requests.withResourceKeys(request, keys)
        )
        all.push(...(value.permissions ?? []).map(Wire.permissionOf))
        const next: string | undefined = value.nextPageToken
        token = next === undefined || tokens.has(next) ? undefined : next
        if (token !== undefined) tokens.add(token)
      } while (token !== undefined)
      return all
    })

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
        // Whoever may not share it may not see them, and still may see the rest.
        const permissions = yield* Effect.catchTag(permissionsOf(asked, fileId, value.keys), "DriveError", (error) =>
          error.reason === "insufficientPermissions" ? Effect.undefined : Effect.fail(error)
        )
        return permissions === undefined ? file : { ...file, permissions }
      }),
    findFolders: ({ name, parentId }) => {
      const named = Query.and(Query.name("=", name), Query.folders)
      const query = Query.textOf(parentId === undefined ? named : Query.and(named, Query.inFolder(parentId)))
      return Effect.map(
        listing.list(listOf("findFolders", parentId), { query, includeTrashed: false }, maxFolders),
        Listing.listOf
      )
    }
  }
}
