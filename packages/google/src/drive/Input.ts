/**
 * What the operations of `Drive` take that read. All is checked before anything is sent.
 *
 * @module
 */
import { Effect, Schema } from "effect"
import { QueryInput } from "./Query.ts"

/** The defaults, in one place. */
export const defaults = {
  maxResults: 10,
  listMaxResults: 100,
  folderId: "root",
  pageSize: 1000,
  format: "text",
  maxBytes: 256 * 1024
} as const

const idFix =
  'give an id: the part of the address after "/d/" or "/folders/", such as "1AbC-dEf_gH"; it has letters, digits, - and _ only'

const Id = Schema.String.check(Schema.isPattern(/^[\w-]{1,200}$/, { message: idFix }))

/** The id of a file, a folder or a shortcut. */
export const FileId = Id

/** The id of a folder; `root` for that of My Drive. */
export const FolderId = Id

/** The id of a shared drive. */
export const DriveId = Id

/** A text that says something. */
export const Text = (fix: string) =>
  Schema.String.check(Schema.makeFilter((text: string) => (text.trim() === "" ? fix : undefined)))

/** A whole number from 1 on. */
export const WholeNumber = (max: number) =>
  Schema.Finite.check(
    Schema.makeFilter((value: number) =>
      Number.isInteger(value) && value >= 1 && value <= max ? undefined : `give a whole number from 1 to ${max}`
    )
  )

/** The most files one list answers; `files` and `folder` have no such limit. */
export const maxResults = 1000

/** What files can be sorted by: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list */
const sortKeys = [
  "createdTime",
  "folder",
  "modifiedByMeTime",
  "modifiedTime",
  "name",
  "name_natural",
  "quotaBytesUsed",
  "recency",
  "sharedWithMeTime",
  "starred",
  "viewedByMeTime"
] as const

/** By what files are sorted: `folder,modifiedTime desc,name`. */
export const OrderBy = Schema.String.check(
  Schema.isPattern(new RegExp(`^(?:${sortKeys.join("|")})(?: desc)?(?:, ?(?:${sortKeys.join("|")})(?: desc)?)*$`), {
    message: `give keys with commas between, each with " desc" after it or not: ${sortKeys.join(", ")}`
  })
)

/** Where files are looked for. */
export const Corpora = Schema.Literals(["user", "drive", "allDrives"])

const found = {
  /** Whether what is in the trash is found too. Default: it is not, unless the query has a condition on `trashed`. */
  includeTrashed: Schema.Boolean.pipe(Schema.withDecodingDefault(Effect.succeed(false))),
  /** `folder,modifiedTime desc,name`. Not together with a condition on `fullText`. Default: as Drive likes. */
  orderBy: Schema.optional(OrderBy)
}

const searched = {
  /** All files without one. */
  query: Schema.optional(QueryInput),
  ...found,
  /** Searches this shared drive only. */
  driveId: Schema.optional(DriveId),
  /**
   * Where: `user` for what whoever asks has or has opened, `allDrives` for everything they may see, which is slower and may
   * be incomplete; `drive` goes with `driveId`. Default: `drive` with one, else Google's own choice.
   */
  corpora: Schema.optional(Corpora)
}

const results = (count: number) => ({
  /** 1 to 1,000. */
  maxResults: WholeNumber(maxResults).pipe(Schema.withDecodingDefault(Effect.succeed(count)))
})

/** What `searchFiles` takes. */
export const SearchFilesInput = Schema.Struct({ ...searched, ...results(defaults.maxResults) })
/** What `searchFiles` takes. */
export type SearchFilesInput = typeof SearchFilesInput.Encoded

const pages = {
  /** Files for each request, 1 to 1,000. Default 1,000, which costs as much as one of 10. */
  pageSize: WholeNumber(maxResults).pipe(Schema.withDecodingDefault(Effect.succeed(defaults.pageSize)))
}

/** What `files` takes. */
export const FilesInput = Schema.Struct({ ...searched, ...pages })
/** What `files` takes. */
export type FilesInput = typeof FilesInput.Encoded

const listed = {
  /** A folder, or a shortcut to one. Default `root`. */
  folderId: FolderId.pipe(Schema.withDecodingDefault(Effect.succeed(defaults.folderId))),
  ...found
}

/** What `listFolder` takes. */
export const ListFolderInput = Schema.Struct({ ...listed, ...results(defaults.listMaxResults) })
/** What `listFolder` takes. */
export type ListFolderInput = typeof ListFolderInput.Encoded

/** What `folder` takes. */
export const FolderInput = Schema.Struct({ ...listed, ...pages })
/** What `folder` takes. */
export type FolderInput = typeof FolderInput.Encoded

const one = {
  fileId: FileId,
  /** The key of the link, for what is shared by one that has it: `resourcekey` in its address. */
  resourceKey: Schema.optional(
    Schema.String.check(Schema.isPattern(/^[\w-]+$/, { message: 'give the part of the link after "resourcekey="' }))
  )
}

/** What `getFile` takes. */
export const GetFileInput = Schema.Struct({
  ...one,
  /** Whether it is told who may do what with it. Default: it is not. */
  includePermissions: Schema.Boolean.pipe(Schema.withDecodingDefault(Effect.succeed(false)))
})
/** What `getFile` takes. */
export type GetFileInput = typeof GetFileInput.Encoded

/** What `findFolders` takes. */
export const FindFoldersInput = Schema.Struct({
  /** The whole name. */
  name: Text("give a name, it must not be empty"),
  /** Only in this folder. */
  parentId: Schema.optional(FolderId)
})
/** What `findFolders` takes. */
export type FindFoldersInput = typeof FindFoldersInput.Encoded

/** What `readDocument` takes. */
export const ReadDocumentInput = Schema.Struct({
  ...one,
  /** `markdown` for documents that have it; everything else is text either way. Default `text`. */
  format: Schema.Literals(["text", "markdown"]).pipe(Schema.withDecodingDefault(Effect.succeed(defaults.format))),
  /** The most bytes that are read; the rest is cut off. 1 to 10,485,760, default 262,144. */
  maxBytes: WholeNumber(10 * 1024 * 1024).pipe(Schema.withDecodingDefault(Effect.succeed(defaults.maxBytes)))
})
/** What `readDocument` takes. */
export type ReadDocumentInput = typeof ReadDocumentInput.Encoded

/** What `downloadFile` takes, beside `onProgress`. */
export const DownloadFileInput = Schema.Struct({
  ...one,
  /** Where it is put. Its directory has to be there. */
  path: Text("give the path of a file"),
  /** Whether a file that is there already is replaced. Default: it is not. */
  overwrite: Schema.optional(Schema.Boolean),
  /** Whether what an earlier call has left is gone on with. Default: it is. */
  resume: Schema.optional(Schema.Boolean),
  /**
   * What a document of Google's is exported to: a short name such as `pdf`, `docx` or `md`, or a type. Default: what the end
   * of the path says, else what suits the document. Other files are downloaded as they are.
   */
  format: Schema.optional(Text('give a format such as "pdf", or a type such as "application/pdf"'))
})
/** What `downloadFile` takes, beside `onProgress`. */
export type DownloadFileInput = typeof DownloadFileInput.Encoded
