/**
 * Tools that find, read and download files of Drive.
 *
 * @module
 */
import { DriveAnswer, DriveInput } from "@skippy/google"
import { Effect, Path, Schema } from "effect"
import { factsOf, permissionText } from "../../command/driveTexts.ts"
import { staleNote } from "../../command/freshness.ts"
import { World } from "../../command/World.ts"
import { bytesText, facts, oneLine, plainStyle } from "../../output/Style.ts"
import { flag, freshness, otherwise, snake, text, whole } from "../Fields.ts"
import { type AnyTool, tool } from "../Tool.ts"
import { file, fileFields, fileList, named, root } from "./driveFields.ts"
import { fileToWrite } from "./parameters.ts"
import { ofFile } from "./progress.ts"

const { defaults } = DriveInput

const reads = { readOnly: true, destructive: false, idempotent: true, openWorld: true } as const

const search = tool({
  name: "gdrive_search_files",
  group: "drive",
  title: "Search Drive",
  description: "Finds files and folders in Google Drive, outside of the trash. Use it to get ids.",
  hints: reads,
  input: Schema.Struct({
    query: text("In Drive's query language: name contains 'report' and mimeType = 'application/pdf'"),
    max_results: otherwise(whole(1, DriveInput.maxResults, "How many at most"), defaults.maxResults)
  }),
  output: fileList("give a larger max_results, or a narrower query"),
  run: ({ max_results, query }) =>
    Effect.gen(function* () {
      const { searchFiles } = yield* (yield* World).drive
      return yield* searchFiles({ query, maxResults: max_results })
    }).pipe(named("gdrive_search_files"))
})

const list = tool({
  name: "gdrive_list_folder_contents",
  group: "drive",
  title: "List a Drive folder",
  description: "Lists what is directly in a folder of Google Drive.",
  hints: reads,
  input: Schema.Struct({
    folder_id: otherwise(text("Id of the folder; root for My Drive"), root),
    max_results: otherwise(whole(1, DriveInput.maxResults, "How many at most"), defaults.listMaxResults)
  }),
  output: fileList("give a larger max_results"),
  run: ({ folder_id, max_results }) =>
    Effect.gen(function* () {
      const { listFolder } = yield* (yield* World).drive
      return yield* listFolder({ folderId: folder_id, maxResults: max_results })
    }).pipe(named("gdrive_list_folder_contents"))
})

const findFolder = tool({
  name: "gdrive_get_folder_id_by_name",
  group: "drive",
  title: "Find a Drive folder by name",
  description: "Answers all folders with exactly this name, with their ids: a name may be there more than once.",
  hints: reads,
  input: Schema.Struct({
    folder_name: text("The whole name"),
    parent_folder_id: Schema.optionalKey(text("Only in this folder"))
  }),
  output: fileList("give parent_folder_id"),
  run: ({ folder_name, parent_folder_id }) =>
    Effect.gen(function* () {
      const { findFolders } = yield* (yield* World).drive
      return yield* findFolders({ name: folder_name, parentId: parent_folder_id })
    }).pipe(named("gdrive_get_folder_id_by_name", { name: "folder_name", parentId: "parent_folder_id" }))
})

const { createdAt, description, md5, owners, permissions, shared, target, trashed } = DriveAnswer.FileAnswer.fields

const metadata = tool({
  name: "gdrive_get_file_metadata",
  group: "drive",
  title: "Look at a Drive file",
  description: "Tells what is known of a file, folder or shortcut, and on request who has access.",
  hints: reads,
  input: Schema.Struct({
    file_id: file,
    include_permissions: otherwise(flag("Whether to tell who has access"), false)
  }),
  output: {
    schema: snake({
      ...fileFields,
      createdAt,
      description,
      md5,
      owners,
      permissions,
      shared,
      target: Schema.optionalKey(snake(target.schema.fields)),
      trashed,
      ...freshness
    }),
    text: (one) =>
      [
        facts([
          ...factsOf(one),
          ...(one.permissions ?? []).map((permission) => ["may", permissionText(permission)] as const)
        ]),
        ...staleNote(one, plainStyle)
      ].join("\n")
  },
  run: ({ file_id, include_permissions }) =>
    Effect.gen(function* () {
      const { getFile } = yield* (yield* World).drive
      return yield* getFile({ fileId: file_id, includePermissions: include_permissions })
    }).pipe(named("gdrive_get_file_metadata"))
})

/** What a model can take at once: about 16,000 tokens. */
const maxTextBytes = 64 * 1024

const { bytes, fileId, isCut, mimeType, name } = DriveAnswer.DocumentText.fields

const readDocument = tool({
  name: "gdrive_read_document",
  group: "drive",
  title: "Read a Drive document",
  description:
    "Answers the text of a Google document, sheet or presentation, or of a text file; the first 64 KiB of it.",
  hints: reads,
  input: Schema.Struct({ file_id: file }),
  output: {
    schema: snake({ fileId, name, mimeType, text: Schema.String, bytes, isCut, ...freshness }),
    text: (one) =>
      [
        one.text,
        ...(one.isCut ? [`[cut off after ${one.bytes} bytes; gdrive_download_file brings all of it]`] : []),
        ...staleNote(one, plainStyle)
      ].join("\n")
  },
  run: ({ file_id }) =>
    Effect.gen(function* () {
      const { readDocument } = yield* (yield* World).drive
      return yield* readDocument({ fileId: file_id, maxBytes: maxTextBytes })
    }).pipe(named("gdrive_read_document"))
})

const downloaded = DriveAnswer.DownloadedFile.fields

const download = tool({
  name: "gdrive_download_file",
  group: "drive",
  title: "Download a Drive file",
  description:
    "Writes a file of Google Drive to the local disk. Google documents are exported to what output_path ends with: .pdf, .docx, .md, .xlsx, .csv.",
  // It writes to this machine, where there was nothing: a file that is there is never replaced.
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: true },
  input: Schema.Struct({ file_id: file, output_path: text("Local path of a new file") }),
  output: {
    schema: snake({ fileId, name, mimeType, path: downloaded.path, bytes: downloaded.bytes }),
    text: (one) => `downloaded ${oneLine(one.name)} to ${oneLine(one.path)} (${bytesText(one.bytes)})`
  },
  run: ({ file_id, output_path }) =>
    Effect.gen(function* () {
      const path = yield* fileToWrite("output_path", output_path)
      const { downloadFile } = yield* (yield* World).drive
      const onProgress = yield* ofFile((yield* Path.Path).basename(path))
      return yield* downloadFile({ fileId: file_id, path, onProgress })
    }).pipe(named("gdrive_download_file", { path: "output_path" }))
})

/** Tools that find, read and download files of Drive. */
export const driveReads: Readonly<
  Record<"download" | "findFolder" | "list" | "metadata" | "readDocument" | "search", AnyTool>
> = { download, findFolder, list, metadata, readDocument, search }
