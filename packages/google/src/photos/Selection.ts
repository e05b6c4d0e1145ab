/**
 * What was picked in a session, page by page.
 *
 * @module
 */
import { Clock, Effect, Option, Stream } from "effect"
import type * as Answer from "./Answer.ts"
import { type Api, fail, type Failure } from "./Api.ts"
import * as Input from "./Input.ts"
import * as Wire from "./Wire.ts"

/** What can be asked of a selection. */
export interface Selections {
  /** Up to so many of it. */
  readonly list: (operation: string, sessionId: string, maxResults: number) => Effect.Effect<Answer.MediaList, Failure>
  /** All of it, each page asked for when it is needed. */
  readonly stream: (operation: string, sessionId: string) => Stream.Stream<Answer.MediaItem, Failure>
  /** One of it, with a `baseUrl` of now. */
  readonly find: (operation: string, sessionId: string, mediaId: string) => Effect.Effect<Answer.MediaItem, Failure>
}

interface Page {
  readonly items: ReadonlyArray<Answer.MediaItem>
  readonly next: string | undefined
}

/** Makes it. */
export const make = ({ call, requests }: Api): Selections => {
  const listPage = call(Wire.MediaPage)

  const page = (operation: string, sessionId: string, token: string | undefined): Effect.Effect<Page, Failure> =>
    Effect.gen(function* () {
      // The bytes can be had for an hour from here on, or a little longer.
      const listedAt = yield* Clock.currentTimeMillis
      const asked = { operation, method: "list", sessionId, idempotent: true } as const
      const { mediaItems = [], nextPageToken } = yield* listPage(
        asked,
        requests.list(sessionId, Input.defaults.pageSize, token)
      )
      if (nextPageToken !== undefined && nextPageToken === token)
        return yield* fail(asked, "unexpectedAnswer", { said: "a page leads to itself" })
      const items = mediaItems.map((item) => Wire.itemOf(item, sessionId, listedAt))
      return { items, next: nextPageToken === "" ? undefined : nextPageToken }
    })

  const stream: Selections["stream"] = (operation, sessionId) =>
    Stream.paginate(undefined as string | undefined, (token) =>
      // A page may be empty and still not be the last.
      Effect.map(page(operation, sessionId, token), ({ items, next }) => [items, Option.fromUndefinedOr(next)])
    )

  return {
    stream,
    list: (operation, sessionId, maxResults) => {
      const upTo = (
        found: ReadonlyArray<Answer.MediaItem>,
        token: string | undefined
      ): Effect.Effect<Answer.MediaList, Failure> =>
        Effect.flatMap(page(operation, sessionId, token), ({ items, next }) => {
          const all = [...found, ...items]
          if (all.length < maxResults && next !== undefined) return upTo(all, next)
          const hasMore = all.length > maxResults || next !== undefined
          return Effect.succeed({ sessionId, items: all.slice(0, maxResults), hasMore })
        })
      return upTo([], undefined)
    },
    find: (operation, sessionId, mediaId) =>
      Effect.flatMap(
        Stream.runHead(Stream.filter(stream(operation, sessionId), ({ id }) => id === mediaId)),
        Option.match({
          onNone: () => fail({ operation, method: "list", sessionId, mediaId }, "itemNotFound"),
          onSome: Effect.succeed
        })
      )
  }
}
