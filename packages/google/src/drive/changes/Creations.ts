/**
 * Making folders and copies.
 *
 * Source: https://developers.google.com/workspace/drive/api/guides/folder,
 * https://developers.google.com/workspace/drive/api/reference/rest/v3/files/copy
 *
 * @module
 */
import { type InvalidInputError, invalidInput } from "@skippy/http"
import { Effect } from "effect"
import type { Api, Asked, Failure } from "../Api.ts"
import { pathOf, withResourceKeys } from "../Requests.ts"
import * as Wire from "../Wire.ts"
import type * as Answer from "./Answer.ts"
import type { Created, Creation } from "./Creation.ts"
import type * as Input from "./Input.ts"
import type { Places } from "./Places.ts"

/** What is made. Inputs were checked. */
export interface Creations {
  readonly createFolder: (
    input: typeof Input.CreateFolderInput.Type
  ) => Effect.Effect<Answer.CreatedFile, Failure | InvalidInputError>
  readonly copyFile: (input: Input.CopyFileInput) => Effect.Effect<Answer.CreatedFile, Failure | InvalidInputError>
}

const answerOf = ({ created, file }: Created): Answer.CreatedFile => ({ ...Wire.fileOf(file), created })

/** Types of Google's whose files may have ids that were fetched before: those of other applications. */
const foreignType = `${Wire.googleType}drive-sdk`

/** Whether a file of a type cannot have an id that was fetched before. */
const isNative = (mimeType: string): boolean =>
  mimeType.startsWith(Wire.googleType) && !mimeType.startsWith(foreignType)

/** Makes the operations. */
export const make = (api: Api, places: Places, creation: Creation): Creations => {
  const createFolder: Creations["createFolder"] = ({ name, parentId }) => {
    const asked: Asked = { operation: "createFolder", kind: "edit", idempotent: true }
    return Effect.gen(function* () {
      const parent = yield* places.parent(asked, { field: "parentId", id: parentId })
      const body = { name, mimeType: Wire.folderType, parents: [parent.id] }
      const expected = { name, mimeType: Wire.folderType, parentId: parent.id }
      return answerOf(yield* creation.withId(asked, expected, (id) => api.requests.post("/files", {}, { id, ...body })))
    })
  }

  const copyFile: Creations["copyFile"] = ({ destinationId, fileId, name }) => {
    const asked: Asked = { operation: "copyFile", fileId, kind: "edit", idempotent: true }
    return Effect.gen(function* () {
      const { file: source, keys } = yield* places.target(asked, fileId)
      if (Wire.isFolder(source)) {
        const fix = "give the id of a file; Drive copies no folders, make one and copy what is in it"
        return yield* invalidInput({ operation: "Drive.copyFile", path: ["fileId"], value: fileId, fix })
      }
      const destination =
        destinationId === undefined
          ? undefined
          : yield* places.parent(asked, { field: "destinationId", id: destinationId })
      const [parentId] = destination === undefined ? (source.parents ?? ["root"]) : [destination.id]
      const driveId = destination === undefined ? source.driveId : destination.driveId
      const copyName = name ?? `Copy of ${source.name ?? ""}`
      const body = { name: copyName, ...(parentId === undefined ? {} : { parents: [parentId] }) }
      const request = (more: object) =>
        withResourceKeys(api.requests.post(pathOf(source.id, "copy"), {}, { ...more, ...body }), keys)
      const { mimeType } = source
      const made =
        mimeType !== undefined && isNative(mimeType)
          ? creation.marked(asked, driveId, (appProperties) => request({ appProperties }))
          : creation.withId(asked, { name: copyName, mimeType, parentId }, (id) => request({ id }))
      return answerOf(yield* made)
    })
  }

  return { createFolder, copyFile }
}
