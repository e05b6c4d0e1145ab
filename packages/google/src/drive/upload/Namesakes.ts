/**
 * What a folder has of the names that are to be uploaded.
 *
 * All of the folder is listed, in pages of a thousand: a page costs as much as a search for one name, and Google does not say
 * how long a query may be.
 *
 * Source: https://developers.google.com/workspace/drive/api/guides/search-files,
 * https://developers.google.com/workspace/drive/api/guides/enable-shareddrives
 *
 * @module
 */
import { Effect } from "effect"
import type { Api, Asked, Failure } from "../Api.ts"
import type { Folder } from "../changes/Places.ts"
import * as Pages from "../Pages.ts"
import * as Wire from "../Wire.ts"
import type { Present } from "./BatchPlan.ts"

/** As many as Google puts on a page; each costs the same. */
const pageSize = 1000

const entryFields = "id,name,mimeType,size,md5Checksum"

/** What the folder has of these names. */
export const find = (
  api: Api,
  { folder, operation }: { readonly folder: Folder; readonly operation: string },
  names: ReadonlySet<string>
): Effect.Effect<ReadonlyArray<Present>, Failure> => {
  const read = api.call(Wire.FilePage)
  const asked: Asked = { operation, fileId: folder.id, kind: "list", idempotent: true }
  const where =
    folder.driveId === undefined ? {} : { corpora: "drive", driveId: folder.driveId, includeItemsFromAllDrives: true }
  const query = {
    q: `'${folder.id}' in parents and trashed = false`,
    pageSize,
    fields: `nextPageToken,files(${entryFields})`,
    ...where
  }
  const walked: Pages.Walked = new Set()
  const pages = (
    pageToken: string | undefined,
    found: ReadonlyArray<Present>
  ): Effect.Effect<ReadonlyArray<Present>, Failure> =>
    Effect.gen(function* () {
      const page = yield* read(asked, api.requests.get("/files", { ...query, pageToken }))
      const more = (page.files ?? []).flatMap((file) =>
        file.name !== undefined && names.has(file.name)
          ? [
              {
                fileId: file.id,
                name: file.name,
                size: file.size === undefined ? undefined : Number(file.size),
                md5: file.md5Checksum
              }
            ]
          : []
      )
      const all = [...found, ...more]
      const next = yield* Pages.next(api, asked, walked, page)
      return next === undefined ? all : yield* pages(next, all)
    })
  return pages(undefined, [])
}
