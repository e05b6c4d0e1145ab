/**
 * Sharing a file. Each request may send an e-mail, so none is repeated blindly: whoever may have shared before looks at the
 * permissions first.
 *
 * Source: https://developers.google.com/workspace/drive/api/guides/manage-sharing,
 * https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions/create,
 * https://developers.google.com/workspace/drive/api/guides/handle-errors (shared, and the e-mail not sent)
 *
 * @module
 */
import { Effect, Schema } from "effect"
import type { Api, Asked, Failure } from "../Api.ts"
import { pathOf } from "../Requests.ts"
import * as Wire from "../Wire.ts"
import type * as Answer from "./Answer.ts"
import * as Careful from "./Careful.ts"
import * as Grant from "./Grant.ts"
import type * as Input from "./Input.ts"
import * as PermissionWire from "./PermissionWire.ts"
import type { Places } from "./Places.ts"

type ShareInput = typeof Input.ShareFileInput.Type
type Permission = PermissionWire.Permission

/** Shares files. Inputs were checked. */
export interface Sharing {
  readonly shareFile: (input: ShareInput) => Effect.Effect<Answer.SharedFile, Failure>
}

/** The permission there is now. */
interface Granted {
  readonly permission: Permission
  readonly created: boolean
  readonly warning?: string
}

/** The most pages of permissions that are looked at, 100 on each. */
const maxPages = 50

/** What is read of a file after it is shared. */
const Shared = Schema.Struct({
  ...Wire.File.fields,
  webContentLink: Schema.optionalKey(Schema.String),
  permissions: Schema.optionalKey(Schema.Array(PermissionWire.Permission))
})
const sharedFields = `${Wire.fileFields},webContentLink,permissions(${PermissionWire.permissionFields})`

const wantedOf = ({ domain, email, role, type }: ShareInput): Grant.Grant => ({
  type,
  role,
  ...(email === undefined ? {} : { emailAddress: email }),
  ...(domain === undefined ? {} : { domain })
})

/** E-mails are a matter of users: for others Drive refuses these parameters. */
const mailOf = ({ message, notify = true, type }: ShareInput) =>
  type === "user" ? { sendNotificationEmail: notify, emailMessage: message } : {}

const unsure = "the answer was lost and the permission is there; whether Google sent the e-mail is not known"

/** What a file is after it was shared, as far as it could be read. */
interface After {
  readonly file: typeof Shared.Type
  readonly permissions: ReadonlyArray<Permission>
}

const answerOf = (
  before: Wire.File,
  { created, permission, warning }: Granted,
  after: After | undefined
): Answer.SharedFile => {
  const { name = "", webViewLink: url } = after?.file ?? before
  const downloadUrl = after?.file.webContentLink
  return {
    fileId: before.id,
    name,
    ...(url === undefined ? {} : { url }),
    ...(downloadUrl === undefined ? {} : { downloadUrl }),
    permission: Wire.permissionOf(permission),
    created,
    audience: after === undefined ? null : Grant.audience(after.permissions),
    ...(warning === undefined ? {} : { warning })
  }
}

/** What was found, when it was. */
const found = (permission: Permission | undefined, more: Omit<Granted, "permission">): Granted | undefined =>
  permission === undefined ? undefined : { permission, ...more }

/** Makes the operations. */
export const make = (api: Api, places: Places): Sharing => {
  const decode = api.decode(PermissionWire.Permission)
  const readPage = api.call(PermissionWire.PermissionPage)
  const readShared = api.call(Shared)

  /** The permissions of a file, page by page, until one is found. */
  const list = (
    asked: Asked,
    fileId: string,
    isLast: (permission: Permission) => boolean
  ): Effect.Effect<ReadonlyArray<Permission>, Failure> =>
    Effect.gen(function* () {
      const looking = { ...asked, kind: "list", idempotent: true } as const
      const all: Array<Permission> = []
      let pageToken: string | undefined
      for (let pages = 0; pages < maxPages; pages++) {
        const query = { pageSize: 100, pageToken, fields: PermissionWire.pageFields }
        const page = yield* readPage(looking, api.requests.get(pathOf(fileId, "permissions"), query))
        const { permissions = [] } = page
        all.push(...permissions)
        pageToken = page.nextPageToken
        if (pageToken === undefined || permissions.some(isLast)) break
      }
      return all
    })

  const find = (asked: Asked, fileId: string, wanted: Grant.Grant) => {
    const isWanted = (permission: Permission): boolean => Grant.covers(permission, wanted)
    return Effect.map(list(asked, fileId, isWanted), (permissions) => permissions.find(isWanted))
  }

  const grant = (asked: Asked, fileId: string, input: ShareInput): Effect.Effect<Granted, Failure> => {
    const wanted = wantedOf(input)
    const query = { ...mailOf(input), fields: PermissionWire.permissionFields }
    const request = api.requests.post(pathOf(fileId, "permissions"), query, wanted)
    const send = Effect.flatMap(api.exchange(asked, request), ({ text }) =>
      Effect.map(decode(asked, text), (permission): Granted => ({ permission, created: true }))
    )
    const isMailed = input.type === "user" && input.notify !== false
    const look = Effect.map(find(asked, fileId, wanted), (permission) =>
      found(permission, { created: false, ...(isMailed ? { warning: unsure } : {}) })
    )
    return Effect.catchTag(Careful.run(api, asked, { send, look }), "DriveError", (error) =>
      // Drive says the same for "shared, but nobody could be told" and for "not shared".
      error.reason !== "invalidSharing"
        ? Effect.fail(error)
        : Effect.flatMap(find(asked, fileId, wanted), (permission): Effect.Effect<Granted, Failure> => {
            const granted = found(permission, { created: true, warning: error.said ?? "nobody could be told" })
            return granted === undefined ? Effect.fail(error) : Effect.succeed(granted)
          })
    )
  }

  /** Sharing has been done: what cannot be read afterwards is left out. */
  const after = (asked: Asked, fileId: string) => {
    const reading = { ...asked, kind: "get", idempotent: true } as const
    return Effect.gen(function* () {
      const file = yield* readShared(reading, api.requests.get(pathOf(fileId), { fields: sharedFields }))
      // Of items of shared drives Drive tells no permissions with the file.
      const permissions =
        file.permissions ??
        (yield* api.through(
          reading,
          list(reading, fileId, () => false)
        ))
      return { file, permissions }
    }).pipe(Effect.orElseSucceed(() => undefined))
  }

  const shareFile: Sharing["shareFile"] = (input) => {
    const asked: Asked = { operation: "shareFile", fileId: input.fileId, kind: "edit", idempotent: false }
    return Effect.gen(function* () {
      const { file: target } = yield* places.target(asked, input.fileId)
      const fileId = target.id
      const granted = yield* grant(asked, fileId, input)
      const now = yield* after(asked, fileId)
      return answerOf(target, granted, now)
    })
  }

  return { shareFile }
}
