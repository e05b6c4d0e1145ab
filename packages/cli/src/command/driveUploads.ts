/**
 * Uploads to Drive.
 *
 * @module
 */
import { DriveUploadInput } from "@skippy/google"
import { Effect, Schema } from "effect"
import { Flag } from "effect/cli"
import { Output } from "../output/Output.ts"
import { agreed, yes } from "./Confirm.ts"
import * as Texts from "./driveTexts.ts"
import { answering, argument, number, off, on, text } from "./Operation.ts"

const parentId = text("parent", "FOLDER-ID", "The folder it goes to, or a shortcut to it; My Drive by default")
const chunkSize = number("chunk-size", "Send files of more than 5 MB in chunks of so many bytes, a multiple of 262144")
const keyArgument = argument("key", "The key of the upload, as uploads lists it")

/** A file in Drive. */
export const upload = answering(
  "upload",
  {
    summary: "Upload a file",
    more: "It is done when Drive stores what is on disk, by size and MD5. What breaks off, or is interrupted, is gone on with by the same command; however often it is tried, there is one file.",
    examples: [
      ["drive upload report.pdf", "to My Drive"],
      ["drive upload talk.mp4 --parent 1AbCdEf --name 'Talk.mp4'", "into a folder, under another name"],
      ["drive upload report.pdf --sandbox", "to an emulated Drive on this disk"]
    ]
  },
  {
    path: argument("path", "The file"),
    parentId,
    name: text("name", "NAME", "Its name in Drive; that of the file by default"),
    mimeType: text("mime-type", "TYPE", "Its type; by the end of the name by default"),
    chunkSize,
    resume: off("resume", "Go on with what an earlier run has left")
  },
  Texts.uploaded,
  (input, { drive }) =>
    Effect.gen(function* () {
      const { progress } = yield* Output
      return yield* (yield* drive).uploadFile({ ...input, onProgress: progress(input.path) })
    })
)

/** The files of a directory in Drive. */
export const batchUpload = answering(
  "batch-upload",
  {
    summary: "Upload the files of a directory, with a result for each",
    more: "What the folder has already, with the same name and content, is left out. It has to be confirmed: asked on a terminal, after the plan was shown, with --yes elsewhere.",
    examples: [
      ["drive batch-upload photos --pattern '*.jpg' --parent 1AbCdEf --dry-run", "the plan only"],
      ["drive batch-upload photos --on-conflict skip --yes", "without a question"]
    ]
  },
  {
    directory: argument("directory", "The files in it are uploaded, those in directories below are not"),
    parentId,
    pattern: text("pattern", "GLOB", "Which names; * by default"),
    onConflict: Flag.Literals("on-conflict", DriveUploadInput.OnConflict.literals).pipe(
      Flag.withDefault("upload" as const),
      Flag.withDescription("When the folder has another file of the same name")
    ),
    chunkSize,
    concurrency: number("concurrency", "How many at the same time, 1 to 32; 4 by default"),
    dryRun: on("dry-run", "Show what would be done, and do nothing"),
    yes
  },
  Texts.uploads,
  ({ yes, ...input }, { drive }) =>
    Effect.gen(function* () {
      const { batchUpload } = yield* drive
      const { errStyle, progress } = yield* Output
      if (input.dryRun) return yield* batchUpload(input)
      const plan = yield* agreed(
        `upload the files of ${input.directory}`,
        yes,
        batchUpload({ ...input, dryRun: true }),
        (batch) => Texts.uploads.text(batch, errStyle)
      )
      const planned = plan && new Set(plan.items.map(({ path }) => path))
      return yield* batchUpload({
        ...input,
        isMeant: planned && ((path) => Effect.succeed(planned.has(path))),
        onProgress: ({ path, ...done }) => progress(path)(done)
      })
    })
)

/** Uploads that can be gone on with. */
export const uploads = answering(
  "uploads",
  { summary: "List the uploads that were left unfinished", examples: [["drive uploads", "the oldest first"]] },
  {},
  Texts.unfinishedUploads,
  (_, { drive }) => Effect.flatMap(drive, ({ unfinishedUploads }) => unfinishedUploads)
)

/** An upload gone on with. */
export const resumeUpload = answering(
  "resume-upload",
  {
    summary: "Go on with an upload that was left unfinished",
    examples: [["drive resume-upload KEY", "a key of uploads"]]
  },
  { key: keyArgument, chunkSize },
  Texts.uploaded,
  (input, { drive }) =>
    Effect.gen(function* () {
      const { progress } = yield* Output
      return yield* (yield* drive).resumeUpload({ ...input, onProgress: progress("upload") })
    })
)

/** An upload that is forgotten. */
export const abandonUpload = answering(
  "abandon-upload",
  {
    summary: "Forget an upload that was left unfinished",
    more: "What is stored in Drive already stays.",
    examples: [["drive abandon-upload KEY", "a key of uploads"]]
  },
  { key: keyArgument },
  {
    schema: Schema.Struct({ key: Schema.String }),
    text: (_, style) => style.good("forgotten")
  },
  ({ key }, { drive }) => Effect.flatMap(drive, ({ abandonUpload }) => Effect.as(abandonUpload({ key }), { key }))
)
