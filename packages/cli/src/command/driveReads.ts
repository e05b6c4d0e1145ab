/**
 * Finding, reading and downloading files of Drive.
 *
 * @module
 */
import { DriveInput } from "@skippy/google"
import { Effect, Stream, Struct } from "effect"
import { Flag } from "effect/cli"
import { Output } from "../output/Output.ts"
import * as Texts from "./driveTexts.ts"
import { answering, argument, listing, maybe, maybeArgument, number, off, on, text } from "./Operation.ts"

/** The argument for a file. */
export const fileArgument = argument("file-id", "The id of the file: the part of its address after /d/ or /folders/")

const found = {
  includeTrashed: on("include-trashed", "Also what is in the trash"),
  orderBy: text("order-by", "KEYS", "By what they are sorted, such as folder,modifiedTime desc,name")
}

const resourceKey = text("resource-key", "KEY", "For what is shared by a link that has one: resourcekey in its address")

/** What is in a folder. */
export const list = listing(
  "list",
  {
    summary: "List what is in a folder",
    alias: "ls",
    examples: [
      ["drive list", "what is in My Drive"],
      ["drive list 1AbCdEf --order-by 'modifiedTime desc' --max-results 20", "the 20 newest of a folder"],
      ["drive list --all --json", "everything, one line of JSON for each file"],
      ["drive list --sandbox", "the same with an emulated Drive on this disk"]
    ]
  },
  {
    folderId: maybeArgument("folder-id", "The folder, or a shortcut to it; My Drive by default"),
    maxResults: number("max-results", "The most files, 1 to 1000; 100 by default"),
    ...found
  },
  {
    form: Texts.files,
    run: (input, { drive }) => Effect.flatMap(drive, ({ listFolder }) => listFolder(input))
  },
  {
    form: Texts.file,
    run: (input, { drive }) =>
      Stream.unwrap(Effect.map(drive, ({ folder }) => folder(Struct.omit(input, ["maxResults"])))).pipe(
        Stream.flatMap(({ files }) => Stream.fromIterable(files))
      )
  }
)

/** Files of a query. */
export const search = listing(
  "search",
  {
    summary: "Search files with a query of Drive",
    more: "The query is in Drive's own language: https://developers.google.com/workspace/drive/api/guides/ref-search-terms",
    examples: [
      [`drive search "name contains 'invoice'"`, "files by their name"],
      [
        `drive search "mimeType = 'application/pdf' and modifiedTime > '2026-01-01'" --all --json`,
        "all of a kind, as NDJSON"
      ]
    ]
  },
  {
    query: maybeArgument("query", "A query; all files without one"),
    maxResults: number("max-results", "The most files, 1 to 1000; 10 by default"),
    driveId: text("drive-id", "ID", "Only in this shared drive"),
    corpora: maybe(
      Flag.Literals("corpora", DriveInput.Corpora.literals),
      "Where: user, drive (with --drive-id), allDrives"
    ),
    ...found
  },
  {
    form: Texts.files,
    run: (input, { drive }) => Effect.flatMap(drive, ({ searchFiles }) => searchFiles(input))
  },
  {
    form: Texts.file,
    run: (input, { drive }) =>
      Stream.unwrap(Effect.map(drive, ({ files }) => files(Struct.omit(input, ["maxResults"])))).pipe(
        Stream.flatMap(({ files }) => Stream.fromIterable(files))
      )
  }
)

/** What is known of a file. */
export const info = answering(
  "info",
  {
    summary: "Show what is known of a file, a folder or a shortcut",
    examples: [["drive info 1AbCdEf --permissions", "with who may do what"]]
  },
  { fileId: fileArgument, includePermissions: on("permissions", "Also who may do what with it"), resourceKey },
  Texts.fileFacts,
  (input, { drive }) => Effect.flatMap(drive, ({ getFile }) => getFile(input))
)

/** Folders of a name. */
export const findFolder = answering(
  "find-folder",
  {
    summary: "Find the folders of a name",
    examples: [["drive find-folder Reports", "all folders of this name, with their ids"]]
  },
  {
    name: argument("name", "The whole name"),
    parentId: text("parent", "FOLDER-ID", "Only in this folder")
  },
  Texts.files,
  (input, { drive }) => Effect.flatMap(drive, ({ findFolders }) => findFolders(input))
)

/** The text of a document. */
export const read = answering(
  "read",
  {
    summary: "Print the text of a document or of a text file",
    examples: [
      ["drive read 1AbCdEf", "the text"],
      ["drive read 1AbCdEf --format markdown > notes.md", "with its headings and lists"]
    ]
  },
  {
    fileId: fileArgument,
    format: Flag.Literals("format", ["text", "markdown"]).pipe(
      Flag.withDefault("text" as const),
      Flag.withDescription("What documents of Google's are read as")
    ),
    maxBytes: number("max-bytes", "The most bytes; 262144 by default"),
    resourceKey
  },
  Texts.document,
  (input, { drive }) =>
    Effect.gen(function* () {
      const { note } = yield* Output
      const document = yield* (yield* drive).readDocument(input)
      if (document.isCut) yield* note(`cut off after ${document.bytes} bytes; give --max-bytes, or download it`)
      return document
    })
)

/** A file on the disk. */
export const download = answering(
  "download",
  {
    summary: "Download a file, or export a document",
    more: "The file appears when it is whole. What broke off is gone on with by the same command.",
    examples: [
      ["drive download 1AbCdEf report.pdf", "a file; documents of Google's are exported to what the name says"],
      ["drive download 1AbCdEf notes.md --format md --overwrite", "over a file that is there"]
    ]
  },
  {
    fileId: fileArgument,
    path: argument("path", "Where it is put"),
    overwrite: on("overwrite", "Replace a file that is there"),
    resume: off("resume", "Go on with what an earlier run has left"),
    format: text("format", "FORMAT", "What a document of Google's is exported to, such as pdf, docx or md"),
    resourceKey
  },
  Texts.downloaded,
  (input, { drive }) =>
    Effect.gen(function* () {
      const { progress } = yield* Output
      return yield* (yield* drive).downloadFile({ ...input, onProgress: progress(input.path) })
    })
)
