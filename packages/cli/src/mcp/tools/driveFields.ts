/**
 * What Drive's tools take and answer alike.
 *
 * @module
 */
import { DriveAnswer, DriveInput } from "@skippy/google"
import { Effect, Schema } from "effect"
import { filesText } from "../../command/driveTexts.ts"
import { World } from "../../command/World.ts"
import type { AnyFailure } from "../../output/Failure.ts"
import { plainStyle } from "../../output/Style.ts"
import { freshness, snake, text } from "../Fields.ts"
import type { Answer } from "../Tool.ts"
import { quoted } from "./drivePlans.ts"
import { asParameters } from "./parameters.ts"

const { fileId, kind, mimeType, modifiedAt, name, parents, size, url } = DriveAnswer.DriveFile.fields
const { hasMore, incompleteSearch } = DriveAnswer.FileList.fields

/** A file that is to be read or changed. */
export const file = text("Id of the file")

/** A folder things go to. */
export const destination = text("Id of the folder they go to; root for My Drive")

/** The folder, if none is given. */
export const root = DriveInput.defaults.folderId

/** What is told of each file. */
export const fileFields = { fileId, name, kind, mimeType, size, modifiedAt, parents, url }

/** What is told of a file that was changed. */
export const changedFields = { fileId, name, url }

const names = {
  fileId: "file_id",
  fileIds: "file_ids",
  folderId: "folder_id",
  maxResults: "max_results",
  destinationId: "destination_folder_id",
  uploadFile: "gdrive_upload_file",
  batchUpload: "gdrive_batch_upload"
} as const

/** Errors about an input name the tools and their parameters; `others` are called otherwise in this tool. */
export const named = (tool: string, others: Readonly<Record<string, string>> = {}) =>
  asParameters(tool, { ...names, ...others })

/** A folder as people know it: by its name, if that can be read. */
export const folderText = (id: string): Effect.Effect<string, AnyFailure, World> =>
  id === root
    ? Effect.succeed("My Drive")
    : Effect.gen(function* () {
        const { getFile } = yield* (yield* World).drive
        const folder = yield* Effect.option(getFile({ fileId: id }))
        return folder._tag === "Some" ? `${quoted(folder.value.name)} (${id})` : id
      })

const FileList = snake({ files: Schema.Array(snake(fileFields)), hasMore, incompleteSearch, ...freshness })

/** Files that were found; `more` says how to get more. */
export const fileList = (more: string): Answer<typeof FileList.Type, typeof FileList.Encoded> => ({
  schema: FileList,
  text: (list) => filesText(list, plainStyle, more)
})
