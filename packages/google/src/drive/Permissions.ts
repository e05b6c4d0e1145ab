/**
 * The permissions of a file, page by page.
 *
 * Source: https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions,
 * https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions/list
 *
 * @module
 */
import { Effect, Schema } from "effect"
import type { HttpClientRequest } from "effect/http"
import type { Api, Asked, Failure } from "./Api.ts"
import * as Pages from "./Pages.ts"
import { pathOf, type ResourceKey, withResourceKeys } from "./Requests.ts"
import * as Wire from "./Wire.ts"

/** Permissions as Drive tells them. */
export const Page = Schema.Struct({
  permissions: Schema.optionalKey(Schema.Array(Wire.Permission)),
  nextPageToken: Schema.optionalKey(Schema.String)
})

/** The most permissions Drive puts on a page. */
const pageSize = 100

/** Which ones. */
export interface Wanted {
  readonly fileId: string
  readonly keys?: ReadonlyArray<ResourceKey>
  /** After a page with one of these, no other is read. By default all are. */
  readonly isLast?: (permission: Wire.Permission) => boolean
}

/** Reads a page: through the cache, or as it is now. */
export type Read = (
  asked: Asked,
  request: HttpClientRequest.HttpClientRequest
) => Effect.Effect<typeof Page.Type, Failure>

/** All permissions, also of what is in a shared drive, whose metadata has none. */
export const list = (
  api: Api,
  read: Read,
  asked: Asked,
  { fileId, isLast = () => false, keys = [] }: Wanted
): Effect.Effect<ReadonlyArray<Wire.Permission>, Failure> =>
  Effect.gen(function* () {
    const looking: Asked = { ...asked, kind: "list", idempotent: true }
    const walked: Pages.Walked = new Set()
    const all: Array<Wire.Permission> = []
    let pageToken: string | undefined
    do {
      const query = { pageSize, pageToken, fields: `nextPageToken,permissions(${Wire.permissionFields})` }
      const request = api.requests.get(pathOf(fileId, "permissions"), query)
      const page: typeof Page.Type = yield* read(looking, withResourceKeys(request, keys))
      const { permissions = [] } = page
      all.push(...permissions)
      pageToken = permissions.some(isLast) ? undefined : yield* Pages.next(api, asked, walked, page)
    } while (pageToken !== undefined)
    return all
  })
