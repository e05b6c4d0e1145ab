/**
 * Folders, moves, names, copies, the trash, sharing, and batches of moves.
 *
 * @module
 */
import { DriveChangeInput } from "@skippy/google"
import { Effect } from "effect"
import { Argument, Flag } from "effect/cli"
import { Output } from "../output/Output.ts"
import { count } from "../output/Style.ts"
import { agreed, confirm, yes } from "./Confirm.ts"
import { fileArgument } from "./driveReads.ts"
import * as Texts from "./driveTexts.ts"
import { answering, argument, maybe, number, on, text } from "./Operation.ts"

const folderArgument = argument("folder-id", "The folder, or a shortcut to it; root for My Drive")

const toFolder = Flag.String("to").pipe(
  Flag.withMetavar("FOLDER-ID"),
  Flag.withDescription("The folder they go to; root for My Drive")
)

const dryRun = on("dry-run", "Show what would be done, and do nothing")
const concurrency = number("concurrency", "How many at the same time, 1 to 32; 4 by default")

/** A new folder. */
export const createFolder = answering(
  "create-folder",
  {
    summary: "Make a folder",
    alias: "mkdir",
    examples: [["drive create-folder Reports --parent 1AbCdEf", "a folder in a folder"]]
  },
  {
    name: argument("name", "Its name; Drive makes another one when there is one of that name"),
    parentId: text("parent", "FOLDER-ID", "The folder it is made in; My Drive by default")
  },
  Texts.created,
  (input, { drive }) => Effect.flatMap(drive, ({ createFolder }) => createFolder(input))
)

/** A file in another folder. */
export const move = answering(
  "move",
  {
    summary: "Move a file or a folder into a folder",
    alias: "mv",
    examples: [["drive move 1AbCdEf 2GhIjKl", "the first into the second"]]
  },
  { fileId: fileArgument, destinationId: folderArgument },
  Texts.moved,
  (input, { drive }) => Effect.flatMap(drive, ({ moveFile }) => moveFile(input))
)

/** A file with another name. */
export const rename = answering(
  "rename",
  { summary: "Give a file another name", examples: [["drive rename 1AbCdEf 'May report'", "a name with a space"]] },
  { fileId: fileArgument, name: argument("name", "The new name") },
  Texts.renamed,
  (input, { drive }) => Effect.flatMap(drive, ({ renameFile }) => renameFile(input))
)

/** A copy. */
export const copy = answering(
  "copy",
  {
    summary: "Copy a file",
    alias: "cp",
    examples: [["drive copy 1AbCdEf --name Draft --to 2GhIjKl", "under another name, in another folder"]]
  },
  {
    fileId: fileArgument,
    name: text("name", "NAME", "Its name; 'Copy of …' by default"),
    destinationId: text("to", "FOLDER-ID", "The folder it goes to; that of the file by default")
  },
  Texts.created,
  (input, { drive }) => Effect.flatMap(drive, ({ copyFile }) => copyFile(input))
)

/** A file in the trash. */
export const trash = answering(
  "trash",
  {
    summary: "Put a file or a folder into the trash",
    more: "Nothing is deleted for good.",
    examples: [["drive trash 1AbCdEf", "it can be taken out again on the page of Drive"]]
  },
  { fileId: fileArgument },
  Texts.trashed,
  (input, { drive }) => Effect.flatMap(drive, ({ trashFile }) => trashFile(input))
)

const audiences: Readonly<Record<"anyone" | "domain", string>> = {
  anyone: "whoever has the link",
  domain: "everybody of a domain"
}

/** A file others may see. */
export const share = answering(
  "share",
  {
    summary: "Share a file with whoever has the link, a user or a domain",
    more: "Sharing with more than one person has to be confirmed: asked on a terminal, with --yes elsewhere.",
    examples: [
      ["drive share 1AbCdEf --with user --email ada@example.com --role writer", "with one person"],
      ["drive share 1AbCdEf --yes", "with whoever has the link, to read"]
    ]
  },
  {
    fileId: fileArgument,
    type: Flag.Literals("with", DriveChangeInput.ShareType.literals).pipe(
      Flag.withDefault("anyone" as const),
      Flag.withDescription("Whom it is shared with")
    ),
    role: Flag.Literals("role", DriveChangeInput.ShareRole.literals).pipe(
      Flag.withDefault("reader" as const),
      Flag.withDescription("What they may do")
    ),
    email: text("email", "ADDRESS", "The account, with --with user"),
    domain: text("domain", "DOMAIN", "The domain, with --with domain"),
    notify: maybe(Flag.Boolean("notify"), "Whether Google sends an e-mail, with --with user; it does by default"),
    message: text("message", "TEXT", "A text for that e-mail"),
    yes
  },
  Texts.shared,
  ({ yes, ...input }, { drive }) =>
    Effect.gen(function* () {
      const { type } = input
      if (type !== "user") {
        const what = `share ${input.fileId} with ${audiences[type]} as ${input.role}`
        yield* confirm(what, yes, `This makes ${input.fileId} visible to ${audiences[type]}.`)
      }
      return yield* (yield* drive).shareFile(input)
    })
)

/** Many files in another folder. */
export const batchMove = answering(
  "batch-move",
  {
    summary: "Move many files into a folder, with a result for each",
    more: "One failure does not stop the others, and undo-moves takes it back. It has to be confirmed: asked on a terminal, after the plan was shown, with --yes elsewhere.",
    examples: [
      ["drive batch-move 1AbC 2DeF 3GhI --to 4JkL --dry-run", "the plan only"],
      ["drive batch-move 1AbC 2DeF 3GhI --to 4JkL --yes", "without a question"]
    ]
  },
  {
    fileIds: Argument.String("file-id").pipe(
      Argument.withDescription("The files or folders"),
      Argument.variadic({ min: 1 })
    ),
    destinationId: toFolder,
    dryRun,
    concurrency,
    yes
  },
  Texts.moves,
  ({ yes, ...input }, { drive }) =>
    Effect.gen(function* () {
      const { batchMove } = yield* drive
      if (input.dryRun) return yield* batchMove(input)
      const { errStyle } = yield* Output
      const what = `move ${count(input.fileIds.length, "file")} to ${input.destinationId}`
      const plan = yield* agreed(what, yes, batchMove({ ...input, dryRun: true }), (batch) =>
        Texts.moves.text(batch, errStyle)
      )
      return yield* batchMove({ ...input, plan })
    })
)

/** Files of a query in another folder. */
export const organize = answering(
  "organize",
  {
    summary: "Move what a query finds into a folder, with a result for each",
    more: "It has to be confirmed: asked on a terminal, after the plan was shown, with --yes elsewhere.",
    examples: [
      [`drive organize "name contains 'invoice'" --to 1AbCdEf --dry-run`, "the plan only"],
      [`drive organize "mimeType contains 'image/'" --to 1AbCdEf --max-files 200 --yes`, "without a question"]
    ]
  },
  {
    query: argument("query", "A query of Drive; the trash is always left out"),
    destinationId: toFolder,
    maxFiles: number("max-files", "The most files, 1 to 1000; 50 by default"),
    driveId: text("drive-id", "ID", "The shared drive that is searched"),
    dryRun,
    concurrency,
    yes
  },
  Texts.organized,
  ({ yes, ...input }, { drive }) =>
    Effect.gen(function* () {
      const { organize } = yield* drive
      if (input.dryRun) return yield* organize(input)
      const { errStyle } = yield* Output
      const what = `move what the query finds to ${input.destinationId}`
      const plan = yield* agreed(what, yes, organize({ ...input, dryRun: true }), (batch) =>
        Texts.organized.text(batch, errStyle)
      )
      return yield* organize({ ...input, plan })
    })
)

/** A batch taken back. */
export const undoMoves = answering(
  "undo-moves",
  {
    summary: "Take a batch of moves back",
    more: "What is still where it was put goes where it was. It has to be confirmed: asked on a terminal, with --yes elsewhere.",
    examples: [["drive undo-moves 01J9ZK --dry-run", "what would go back, and where"]]
  },
  { id: argument("batch-id", "The id of the batch, as it was answered; known for 30 days"), dryRun, concurrency, yes },
  Texts.moves,
  ({ yes, ...input }, { drive }) =>
    Effect.gen(function* () {
      const { undoMoves } = yield* drive
      if (!input.dryRun) {
        const { errStyle } = yield* Output
        // What goes back is in the record of the batch: nothing can come to it meanwhile.
        yield* agreed(`take the batch ${input.id} back`, yes, undoMoves({ ...input, dryRun: true }), (batch) =>
          Texts.moves.text(batch, errStyle)
        )
      }
      return yield* undoMoves(input)
    })
)

/** A batch gone on with. */
export const resumeMoves = answering(
  "resume-moves",
  {
    summary: "Go on with a batch of moves that did not come to its end",
    examples: [["drive resume-moves 01J9ZK", "what unfinished-moves lists"]]
  },
  { id: argument("batch-id", "The id of the batch"), concurrency },
  Texts.moves,
  (input, { drive }) => Effect.flatMap(drive, ({ resumeMoves }) => resumeMoves(input))
)

/** Batches that have something left. */
export const unfinishedMoves = answering(
  "unfinished-moves",
  {
    summary: "List the batches of moves that have something left",
    examples: [["drive unfinished-moves", "the oldest first"]]
  },
  {},
  Texts.unfinishedMoves,
  (_, { drive }) => Effect.flatMap(drive, ({ unfinishedMoves }) => unfinishedMoves)
)
