/**
 * Lists of files, page by page. Pages may be short or empty and still not be the last.
 *
 * Sources: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list,
 * https://developers.google.com/workspace/drive/api/guides/enable-shareddrives
 *
 * @module
 */
import { Effect, Option, Stream } from "effect"
import type * as Answer from "./Answer.ts"
import type { Api, Asked, Failure, Known } from "./Api.ts"
import { live, older } from "./Fresh.ts"
import * as Pages from "./Pages.ts"
import * as QueryText from "./QueryText.ts"
import * as Turn from "./Turn.ts"
import * as Wire from "./Wire.ts"

/** What is asked for. Inputs were checked. */
export interface Question {
  readonly query: string | undefined
  readonly includeTrashed: boolean
  readonly orderBy?: string | undefined
  readonly driveId?: string | undefined
  readonly corpora?: "user" | "drive" | "allDrives" | undefined
}

/** Files that were found, with what Drive says of them. */
export interface Found {
  readonly files: ReadonlyArray<Wire.File>
  readonly hasMore: boolean
  readonly incompleteSearch: boolean
}

/** Makes lists. */
export interface Listing {
  /** Up to so many files, of as many pages as it takes; through the cache. */
  readonly list: (asked: Asked, question: Question, maxResults: number) => Effect.Effect<Known<Found>, Failure>
  /** All files, one list for each page, asked for when it is needed and as it is then. */
  readonly pages: (asked: Asked, question: Question, pageSize: number) => Stream.Stream<Found, Failure>
}

/** The most Drive puts on a page. */
const maxPageSize = 1000

/** The query with what is in the trash left out, unless that is asked for. */
export const queryOf = ({ includeTrashed, query }: Pick<Question, "includeTrashed" | "query">): string | undefined => {
  if (includeTrashed || (query !== undefined && QueryText.mentions(query, "trashed"))) return query
  return query === undefined ? "trashed = false" : `(${query}) and trashed = false`
}

/** A list as operations answer it. */
export const listOf = ({ freshness, value }: Known<Found>): Answer.FileList => ({
  files: value.files.map(Wire.fileOf),
  hasMore: value.hasMore,
  incompleteSearch: value.incompleteSearch,
  ...freshness
})

/** What is known while pages are gone through. */
interface Walk {
  readonly tokens: Pages.Walked
  /** What is changed meanwhile may move files on to the next page. */
  readonly ids: Set<string>
}

/** Makes it. */
export const make = (api: Api): Listing => {
  const kept = api.cached(Wire.FilePage)
  const now = api.call(Wire.FilePage)

  const requestOf = (question: Question, pageSize: number, pageToken: string | undefined) => {
    const { corpora, driveId, orderBy } = question
    return api.requests.get("/files", {
      includeItemsFromAllDrives: true,
      corpora: driveId === undefined ? corpora : "drive",
      driveId,
      q: queryOf(question),
      orderBy,
      pageSize,
      pageToken,
      fields: Wire.pageFields
    })
  }

  /** The files of a page that are new, and the token of the next page. */
  const step = (asked: Asked, walk: Walk, page: typeof Wire.FilePage.Type) =>
    Effect.map(Pages.next(api, asked, walk.tokens, page), (token) => {
      const files = (page.files ?? []).filter(({ id }) => !walk.ids.has(id))
      for (const { id } of files) walk.ids.add(id)
      return { files, token, incompleteSearch: page.incompleteSearch ?? false }
    })

  const list: Listing["list"] = (asked, question, maxResults) =>
    Effect.gen(function* () {
      const walk: Walk = { tokens: new Set(), ids: new Set() }
      const files: Array<Wire.File> = []
      let incompleteSearch = false
      let freshness = live
      let token: string | undefined
      do {
        const pageSize = Math.min(maxResults - files.length, maxPageSize)
        const page = yield* kept(asked, requestOf(question, pageSize, token))
        const found = yield* step(asked, walk, page.value)
        files.push(...found.files)
        token = found.token
        incompleteSearch ||= found.incompleteSearch
        freshness = older(freshness, page.freshness)
      } while (token !== undefined && files.length < maxResults)
      const hasMore = token !== undefined || files.length > maxResults
      return { value: { files: files.slice(0, maxResults), hasMore, incompleteSearch }, freshness }
    })

  const pages: Listing["pages"] = (asked, question, pageSize) =>
    Stream.suspend(() => {
      const walk: Walk = { tokens: new Set(), ids: new Set() }
      const first: string | undefined = undefined
      return Stream.paginate(first, (token: string | undefined) =>
        Effect.gen(function* () {
          const page = yield* Turn.patiently(now(asked, requestOf(question, pageSize, token)))
          const found = yield* step(asked, walk, page)
          const { files, incompleteSearch } = found
          const list: Found = { files, incompleteSearch, hasMore: found.token !== undefined }
          return [[list], Option.fromUndefinedOr(found.token)] as const
        })
      )
    })

  return { list, pages }
}
