/**
 * Finding the item an id stands for. A shortcut is followed once, to what it leads to.
 *
 * Source: https://developers.google.com/workspace/drive/api/guides/shortcuts
 *
 * @module
 */
import { Effect } from "effect"
import type { Api, Asked, Failure, Known } from "./Api.ts"
import { live } from "./Fresh.ts"
import * as Requests from "./Requests.ts"
import * as Wire from "./Wire.ts"

/** Which item is meant. */
export interface Meant {
  readonly fileId: string
  /** The key of the link, for what is shared by one. */
  readonly resourceKey?: string | undefined
}

/** An item, and what it takes to ask for its content. */
export interface Item {
  readonly file: Wire.File
  readonly keys: ReadonlyArray<Requests.ResourceKey>
}

/** Finds items. */
export interface Items {
  /** The item itself, shortcuts too. */
  readonly get: (asked: Asked, meant: Meant) => Effect.Effect<Known<Item>, Failure>
  /** What it leads to, when it is a shortcut. */
  readonly resolve: (asked: Asked, meant: Meant) => Effect.Effect<Known<Item>, Failure>
  /** The same as it is now. */
  readonly resolveNow: (asked: Asked, meant: Meant) => Effect.Effect<Item, Failure>
}

type Read = (
  asked: Asked,
  keys: ReadonlyArray<Requests.ResourceKey>,
  fileId: string
) => Effect.Effect<Known<Wire.File>, Failure>

const itemBy =
  (read: Read): Items["get"] =>
  (asked, { fileId, resourceKey }) => {
    const keys = resourceKey === undefined ? [] : [{ fileId, key: resourceKey }]
    return Effect.map(read(asked, keys, fileId), ({ freshness, value }) => ({
      freshness,
      // The key of its link is told by the item itself.
      value: { file: value, keys: [{ fileId, key: resourceKey ?? value.resourceKey }] }
    }))
  }

/** Makes it. */
export const make = (api: Api): Items => {
  const kept = api.cached(Wire.File)
  const now = api.call(Wire.File)
  const requestOf = (fileId: string, keys: ReadonlyArray<Requests.ResourceKey>) =>
    Requests.withResourceKeys(api.requests.get(Requests.pathOf(fileId)), keys)

  const readKept: Read = (asked, keys, fileId) => kept({ ...asked, fileId }, requestOf(fileId, keys))
  const readNow: Read = (asked, keys, fileId) =>
    Effect.map(now({ ...asked, fileId }, requestOf(fileId, keys)), (value) => ({ value, freshness: live }))

  const resolveBy =
    (read: Read): Items["get"] =>
    (asked, meant) =>
      Effect.flatMap(itemBy(read)(asked, meant), (found) => {
        const { file } = found.value
        if (file.mimeType !== Wire.shortcutType) return Effect.succeed(found)
        const { targetId, targetResourceKey } = file.shortcutDetails ?? {}
        if (targetId === undefined) return api.fail(asked, "brokenShortcut")
        const keys = [...found.value.keys, { fileId: targetId, key: targetResourceKey }]
        return read(asked, keys, targetId).pipe(
          Effect.catchTag("DriveError", (error) =>
            error.reason === "notFound" ? api.fail(asked, "brokenShortcut", error.said) : Effect.fail(error)
          ),
          Effect.flatMap(({ freshness, value }) =>
            value.mimeType === Wire.shortcutType
              ? api.fail(asked, "brokenShortcut")
              : Effect.succeed({ freshness, value: { file: value, keys } })
          )
        )
      })

  return {
    get: itemBy(readKept),
    resolve: resolveBy(readKept),
    resolveNow: (asked, meant) => Effect.map(resolveBy(readNow)(asked, meant), ({ value }) => value)
  }
}
