/**
 * What the operations of `Drive` that change something take. All is checked before anything is sent.
 *
 * @module
 */
import { Effect, Schema } from "effect"
import { DriveId, FileId, FolderId, Text, WholeNumber } from "../Input.ts"
import { QueryInput } from "../Query.ts"
import { MoveEntry, MoveRecord } from "./MoveRecord.ts"

/** The defaults, in one place. */
export const defaults = {
  parentId: "root",
  type: "anyone",
  role: "reader",
  maxFiles: 50,
  dryRun: false,
  concurrency: 4
} as const

/** The most files of one batch. */
export const maxBatch = 1000

/** The most moves at the same time; the pipeline of `google-drive` lets through as many as it lets through. */
const maxConcurrency = 32

const Name = Text("give a name, it must not be empty")

/** What `createFolder` takes. */
export const CreateFolderInput = Schema.Struct({
  /** Folders with the same name may be in one folder; Drive makes as many as it is asked for. */
  name: Name,
  /** The folder it is made in, or a shortcut to it. Default `root`. */
  parentId: FolderId.pipe(Schema.withDecodingDefault(Effect.succeed(defaults.parentId)))
})
/** What `createFolder` takes. */
export type CreateFolderInput = typeof CreateFolderInput.Encoded

/** What `moveFile` takes. */
export const MoveFileInput = Schema.Struct({
  /** A file or a folder. A shortcut is moved itself, its target stays where it is. */
  fileId: FileId,
  /** The folder it goes to, or a shortcut to it. */
  destinationId: FolderId
})
/** What `moveFile` takes. */
export type MoveFileInput = typeof MoveFileInput.Encoded

/** What `renameFile` takes. */
export const RenameFileInput = Schema.Struct({
  /** A file or a folder. A shortcut is renamed itself. */
  fileId: FileId,
  name: Name
})
/** What `renameFile` takes. */
export type RenameFileInput = typeof RenameFileInput.Encoded

/** What `copyFile` takes. */
export const CopyFileInput = Schema.Struct({
  /** A file; of a shortcut, its target is copied. Folders cannot be copied. */
  fileId: FileId,
  /** Default: that of the file after `Copy of `. */
  name: Schema.optional(Name),
  /** The folder the copy goes to. Default: the folder of the file, or `root` when that is not visible. */
  destinationId: Schema.optional(FolderId)
})
/** What `copyFile` takes. */
export type CopyFileInput = typeof CopyFileInput.Encoded

/** What `trashFile` takes. */
export const TrashFileInput = Schema.Struct({
  /** A file, or a folder with all that is in it. A shortcut is put into the trash itself. */
  fileId: FileId
})
/** What `trashFile` takes. */
export type TrashFileInput = typeof TrashFileInput.Encoded

/** Whom files are shared with. */
export const ShareType = Schema.Literals(["anyone", "user", "domain"])
/** What they may do. */
export const ShareRole = Schema.Literals(["reader", "commenter", "writer"])

const Email = Schema.String.check(
  Schema.isPattern(/^[^\s@]+@[^\s@]+$/, { message: 'give an address, such as "ada@example.com"' })
)
const Domain = Schema.String.check(
  Schema.isPattern(/^[^\s@/.]+(?:\.[^\s@/.]+)+$/, { message: 'give a domain, such as "example.com"' })
)

const shareFields = {
  /** A file or a folder with all that is in it; of a shortcut, its target is shared. */
  fileId: FileId,
  /** Default `anyone`: whoever has the link. */
  type: ShareType.pipe(Schema.withDecodingDefault(Effect.succeed(defaults.type))),
  /** Default `reader`. */
  role: ShareRole.pipe(Schema.withDecodingDefault(Effect.succeed(defaults.role))),
  /** For `user`: the address of the account. */
  email: Schema.optional(Email),
  /** For `domain`. */
  domain: Schema.optional(Domain),
  /** For `user`: whether Google sends an e-mail. Default: yes, as Google does. */
  notify: Schema.optional(Schema.Boolean),
  /** For `user`: a text for that e-mail. */
  message: Schema.optional(Text("give a text, or no message"))
}

type ShareFields = Schema.Struct<typeof shareFields>["Type"]

/** What is required for a type, and what is not possible with it. */
const shareProblem = ({ domain, email, message, notify, type }: ShareFields): Schema.FilterOutput => {
  const only = (field: string, of: string) => ({
    path: [field],
    issue: `leave it out, or share with the type "${of}"; this is "${type}"`
  })
  if (type === "user" && email === undefined)
    return { path: ["email"], issue: 'give the address of the user, it is required for the type "user"' }
  if (type === "domain" && domain === undefined)
    return { path: ["domain"], issue: 'give the domain, it is required for the type "domain"' }
  if (type !== "user" && email !== undefined) return only("email", "user")
  if (type !== "domain" && domain !== undefined) return only("domain", "domain")
  if (type !== "user" && notify !== undefined) return only("notify", "user")
  if (type !== "user" && message !== undefined) return only("message", "user")
  if (message !== undefined && notify === false)
    return { path: ["message"], issue: "leave it out, or let Google notify: it is part of the e-mail" }
  return undefined
}

/** What `shareFile` takes. */
export const ShareFileInput = Schema.Struct(shareFields).check(Schema.makeFilter(shareProblem))
/** What `shareFile` takes. */
export type ShareFileInput = typeof ShareFileInput.Encoded

const batch = {
  /** The folder they go to, or a shortcut to it. */
  destinationId: FolderId,
  /** Answers what would be done, and does nothing. Default: no. */
  dryRun: Schema.Boolean.pipe(Schema.withDecodingDefault(Effect.succeed(defaults.dryRun))),
  /** How many are moved at the same time, 1 to 32, default 4. */
  concurrency: WholeNumber(maxConcurrency).pipe(Schema.withDecodingDefault(Effect.succeed(defaults.concurrency)))
}

const FileIds = Schema.Array(FileId).check(
  Schema.makeFilter((ids: ReadonlyArray<string>) =>
    ids.length >= 1 && ids.length <= maxBatch ? undefined : `give 1 to ${maxBatch} ids of files`
  )
)

/** What `batchMove` takes. */
export const BatchMoveInput = Schema.Struct({
  /** 1 to 1,000 files or folders; each is moved once, however often it is named. */
  fileIds: FileIds,
  ...batch
})
/** What `batchMove` takes. */
export type BatchMoveInput = typeof BatchMoveInput.Encoded

/** A record may come from anywhere, so its ids are looked at as any others. */
const GivenRecord = Schema.Struct({
  ...MoveRecord.fields,
  entries: Schema.Array(
    Schema.Struct({ ...MoveEntry.fields, fileId: FileId, from: Schema.Array(FolderId), to: FolderId })
  )
})

/** What `undoMoves` takes: one of the two. */
export const UndoMovesInput = Schema.Struct({
  /** The id of the batch, whose record is kept for 30 days. */
  id: Schema.optional(Text("give the id of a batch")),
  /** The record of the batch, as it was answered. */
  record: Schema.optional(GivenRecord),
  dryRun: batch.dryRun,
  concurrency: batch.concurrency
}).check(
  Schema.makeFilter(({ id, record }): Schema.FilterOutput =>
    (id === undefined) === (record === undefined)
      ? { path: ["record"], issue: "give the id of a batch or its record, one of the two" }
      : undefined
  )
)
/** What `undoMoves` takes. */
export type UndoMovesInput = typeof UndoMovesInput.Encoded

/** What `resumeMoves` takes. */
export const ResumeMovesInput = Schema.Struct({
  /** The id of a batch `unfinishedMoves` lists. */
  id: Text("give the id of a batch; `unfinishedMoves` lists those that can be resumed"),
  concurrency: batch.concurrency
})
/** What `resumeMoves` takes. */
export type ResumeMovesInput = typeof ResumeMovesInput.Encoded

/** What `organize` takes. */
export const OrganizeInput = Schema.Struct({
  /** Which files: a query of Drive, as text or from `Query`. The trash is always left out. */
  query: QueryInput,
  ...batch,
  /** The most files that are moved, 1 to 1,000, default 50. */
  maxFiles: WholeNumber(maxBatch).pipe(Schema.withDecodingDefault(Effect.succeed(defaults.maxFiles))),
  /** The shared drive that is searched; default: what is yours, was opened by you, or was shared with you. */
  driveId: Schema.optional(DriveId)
})
/** What `organize` takes. */
export type OrganizeInput = typeof OrganizeInput.Encoded
