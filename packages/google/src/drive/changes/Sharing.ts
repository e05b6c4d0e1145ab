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
import * as Permissions from "../Permissions.ts"
import { pathOf } from "../Requests.ts"
import * as Wire from "../Wire.ts"
import type * as Answer from "./Answer.ts"
import * as Careful from "./Careful.ts"
import * as Grant from "./Grant.ts"
import type * as Input from "./Input.ts"
import type { Places } from "./Places.ts"

type ShareInput = typeof Input.ShareFileInput.Type
type Permission = Wire.Permission

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

/** What is read of a file after it is shared. */
const Shared = Schema.Struct({
  ...Wire.File.fields,
  webContentLink: Schema.optionalKey(Schema.String),
  permissions: Schema.optionalKey(Schema.Array(Wire.Permission))
})
const sharedFields = `${Wire.fileFields},webContentLink,permissions(${Wire.permissionFields})`

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
  const decode = api.decode(Wire.Permission)
  const readPage = api.call(Permissions.Page)
  const readShared = api.call(Shared)

  const find = (asked: Asked, fileId: string, wanted: Grant.Grant) => {
    const isLast = (permission: Permission): boolean => Grant.covers(permission, wanted)
    const listed = Permissions.list(api, readPage, asked, { fileId, isLast })
    return Effect.map(listed, (permissions) => permissions.find(isLast))
  }

  const grant = (asked: Asked, fileId: string, input: ShareInput): Effect.Effect<Granted, Failure> => {
    const wanted = wantedOf(input)
    const query = { ...mailOf(input), fields: Wire.permissionFields }
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
      const permissions = file.permissions ?? (yield* Permissions.list(api, readPage, reading, { fileId }))
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
