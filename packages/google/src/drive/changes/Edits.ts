/**
 * Renaming, and putting into the trash. Nothing is ever deleted for good.
 *
 * Source: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/update,
 * https://developers.google.com/workspace/drive/api/guides/delete
 *
 * @module
 */
import { Effect, Schema } from "effect"
import type { Api, Asked, Failure } from "../Api.ts"
import type { DriveFile } from "../Answer.ts"
import { pathOf } from "../Requests.ts"
import * as Wire from "../Wire.ts"
import type * as Answer from "./Answer.ts"
import type * as Input from "./Input.ts"

/** What is changed about a file. Inputs were checked. */
export interface Edits {
  readonly renameFile: (input: Input.RenameFileInput) => Effect.Effect<DriveFile, Failure>
  readonly trashFile: (input: Input.TrashFileInput) => Effect.Effect<Answer.TrashedFile, Failure>
}

const Trashable = Schema.Struct({
  ...Wire.File.fields,
  capabilities: Schema.optionalKey(Schema.Struct({ canTrash: Schema.optionalKey(Schema.Boolean) }))
})

/** Makes the operations. */
export const make = (api: Api): Edits => {
  const change = api.call(Wire.File)
  const readTrashable = api.call(Trashable)

  const renameFile: Edits["renameFile"] = ({ fileId, name }) => {
    const asked: Asked = { operation: "renameFile", fileId, kind: "edit", idempotent: true }
    return Effect.map(change(asked, api.requests.patch(pathOf(fileId), {}, { name })), Wire.fileOf)
  }

  const trashFile: Edits["trashFile"] = ({ fileId }) => {
    const asked: Asked = { operation: "trashFile", fileId, kind: "edit", idempotent: true }
    return Effect.gen(function* () {
      const fields = `${Wire.fileFields},capabilities(canTrash)`
      const file = yield* readTrashable({ ...asked, kind: "get" }, api.requests.get(pathOf(fileId), { fields }))
      if (file.trashed === true) return { ...Wire.fileOf(file), changed: false }
      if (file.capabilities?.canTrash === false) {
        const hint = "in My Drive only the owner may trash a file, in a shared drive who manages its content"
        return yield* api.fail(asked, "insufficientPermissions", hint)
      }
      const trashed = yield* change(asked, api.requests.patch(pathOf(fileId), {}, { trashed: true }))
      return { ...Wire.fileOf(trashed), changed: true }
    })
  }

  return { renameFile, trashFile }
}
