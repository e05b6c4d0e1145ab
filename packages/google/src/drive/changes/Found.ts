/**
 * The files `organize` moves: what a query finds, without the trash, without what is in the destination, and without the
 * destination.
 *
 * Source: https://developers.google.com/workspace/drive/api/guides/search-files
 *
 * @module
 */
import { Effect, Stream } from "effect"
import type { Failure } from "../Api.ts"
import { defaults } from "../Input.ts"
import type { Listing } from "../Listing.ts"
import * as Query from "../Query.ts"
import type * as Wire from "../Wire.ts"
import type { Folder } from "./Places.ts"

/** What is looked for. */
export interface Looked {
  readonly query: Query.QueryInput
  readonly destination: Folder
  /** Only in this shared drive; by default in what whoever asks owns, has opened, or was given. */
  readonly driveId: string | undefined
  readonly maxFiles: number
}

/** What was found. */
export interface Found {
  readonly files: ReadonlyArray<Wire.File>
  /** Whether the destination itself answers the query. */
  readonly hasDestination: boolean
  readonly hasMore: boolean
  readonly incompleteSearch: boolean
  /** The query, as it was sent. */
  readonly text: string
}

/** Finds files. */
export type Search = (looked: Looked) => Effect.Effect<Found, Failure>

const asked = { operation: "organize", kind: "list", idempotent: true } as const

/** Makes searches. They are not answered from the cache: what they find is changed. */
export const make =
  (listing: Listing): Search =>
  ({ destination, driveId, maxFiles, query }) =>
    Effect.gen(function* () {
      // Parentheses, since what is given may have an `or`.
      const given = Query.and(Query.raw(Query.textOf(query)))
      const text = Query.textOf(Query.and(given, Query.trashed(false), Query.not(Query.inFolder(destination.id))))
      const pages = listing.pages(
        asked,
        { query: text, includeTrashed: true, driveId },
        // One more tells whether there are more, another may be the destination.
        Math.min(defaults.pageSize, maxFiles + 2)
      )
      const files: Array<Wire.File> = []
      let hasDestination = false
      let hasMore = false
      let incompleteSearch = false
      yield* Stream.runForEachWhile(pages, (page) =>
        Effect.sync(() => {
          for (const file of page.files) {
            if (file.id === destination.id) hasDestination = true
            else files.push(file)
          }
          hasMore = page.hasMore
          incompleteSearch ||= page.incompleteSearch
          return files.length < maxFiles
        })
      )
      return {
        files: files.slice(0, maxFiles),
        hasDestination,
        hasMore: hasMore || files.length > maxFiles,
        incompleteSearch,
        text
      }
    })
