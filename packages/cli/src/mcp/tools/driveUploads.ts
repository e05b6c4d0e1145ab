/**
 * Tools that upload to Drive.
 *
 * @module
 */
import { DriveAnswer, DriveUploadAnswer, DriveUploadInput } from "@skippy/google"
import { InvalidInputError } from "@skippy/http"
import { Effect, Path, Schema } from "effect"
import { changed } from "../../command/driveTexts.ts"
import { World } from "../../command/World.ts"
import type { AnyFailure } from "../../output/Failure.ts"
import { bytesText, plainStyle } from "../../output/Style.ts"
import { otherwise, snake, text } from "../Fields.ts"
import { type AnyTool, Roots, tool } from "../Tool.ts"
import { changedFields, folderText, named, root } from "./driveFields.ts"
import { leftOutText, problemsOf, questionOf, summaryOf } from "./drivePlans.ts"
import { ofFile, ofFiles } from "./progress.ts"

const destination = otherwise(text("Id of the folder it goes to"), root)

const { mimeType, size } = DriveAnswer.DriveFile.fields

const upload = tool({
  name: "gdrive_upload_file",
  group: "drive",
  title: "Upload a file to Drive",
  description:
    "Uploads a local file to Google Drive. When it breaks off, the same call goes on with it. Answers the id and the link.",
  // Once it is done, a second call makes a second file of that name.
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  input: Schema.Struct({
    local_file_path: text("The local file"),
    destination_folder_id: destination,
    new_name: Schema.optionalKey(text("Its name in Drive; by default that of the file"))
  }),
  output: {
    schema: snake({ ...changedFields, mimeType, size }),
    text: (one) => `${changed("uploaded", one, plainStyle)}  ${bytesText(one.size ?? 0)}`
  },
  run: ({ destination_folder_id, local_file_path, new_name }) =>
    Effect.gen(function* () {
      const path = yield* (yield* Roots).readable("local_file_path", local_file_path)
      // Of a link the name is that of the link, not of what it leads to.
      const name = new_name ?? (yield* Path.Path).basename(local_file_path)
      const { uploadFile } = yield* (yield* World).drive
      return yield* uploadFile({ path, name, parentId: destination_folder_id, onProgress: yield* ofFile(name) })
    }).pipe(
      named("gdrive_upload_file", { path: "local_file_path", parentId: "destination_folder_id", name: "new_name" })
    )
})

const BatchInput = Schema.Struct({
  local_directory: text("The local folder; folders in it are left out"),
  destination_folder_id: destination,
  file_pattern: otherwise(text("A glob for names: *.pdf"), DriveUploadInput.defaults.pattern)
})

/** What became of the files of a folder, and the names of those that may not be read. */
interface Uploaded {
  readonly items: ReadonlyArray<DriveUploadAnswer.UploadItem>
  readonly leftOut: ReadonlyArray<string>
}

const isPlanned = ({ status }: DriveUploadAnswer.UploadItem): boolean => status === "planned"

/** Uploads what may be read of a folder, or plans it; with `only` no other files than these, by their paths. */
const uploadOf = (
  { destination_folder_id, file_pattern, local_directory }: typeof BatchInput.Type,
  options: { readonly dryRun: boolean; readonly only?: ReadonlySet<string> | undefined }
) =>
  Effect.gen(function* () {
    const { dryRun, only } = options
    const paths = yield* Path.Path
    const roots = yield* Roots
    const directory = yield* roots.readable("local_directory", local_directory)
    const leftOut = new Map<string, AnyFailure>()
    const isMeant = (path: string) =>
      only?.has(path) === false
        ? Effect.succeed(false)
        : Effect.match(roots.readable("local_directory", path), {
            onFailure: (error) => {
              leftOut.set(paths.basename(path), error)
              return false
            },
            onSuccess: () => true
          })
    const { batchUpload } = yield* (yield* World).drive
    const uploading = batchUpload({
      directory,
      parentId: destination_folder_id,
      pattern: file_pattern,
      isMeant,
      onProgress: yield* ofFiles,
      dryRun
    })
    // When none is left, why is better to know than that there is none.
    const { items } = yield* Effect.mapError(uploading, (error): AnyFailure => {
      const [first] = leftOut.values()
      return error instanceof InvalidInputError && error.field === "pattern" && first !== undefined ? first : error
    })
    return { items, leftOut: [...leftOut.keys()].sort() } satisfies Uploaded
  }).pipe(
    named("gdrive_batch_upload", {
      directory: "local_directory",
      parentId: "destination_folder_id",
      pattern: "file_pattern"
    })
  )

/** Uploads the files that are planned, and nothing else. What is not there any more, or may not be read, is not tried. */
const carryOut = (input: typeof BatchInput.Type, plan: Uploaded) =>
  Effect.gen(function* () {
    const only = new Set(plan.items.filter(isPlanned).map(({ path }) => path))
    if (only.size === 0) return plan
    const { items, leftOut } = yield* uploadOf(input, { dryRun: false, only })
    const done = new Map(items.map((item) => [item.path, item]))
    return {
      items: plan.items.map((item) =>
        isPlanned(item) ? (done.get(item.path) ?? { ...item, status: "notTried" as const }) : item
      ),
      leftOut: [...new Set([...plan.leftOut, ...leftOut])].sort()
    } satisfies Uploaded
  })

const answerOf = ({ items, leftOut }: Uploaded) => ({ summary: summaryOf(items, "nothing to upload"), items, leftOut })

const item = DriveUploadAnswer.UploadItem.fields

const batchUpload = tool({
  name: "gdrive_batch_upload",
  group: "drive",
  title: "Upload a folder to Drive",
  description:
    "Uploads the files of a local folder to Google Drive, after a person has confirmed the plan. What is there already is left out, so a second call finishes a first. There is a result for each file.",
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: true },
  input: BatchInput,
  output: {
    schema: snake({
      summary: Schema.String,
      items: Schema.Array(snake({ name: item.name, status: item.status, fileId: item.fileId, problem: item.problem })),
      leftOut: Schema.Array(Schema.String).annotate({ description: "Files that may not be read" })
    }),
    text: ({ items, leftOut, summary }) => {
      const isLeft = items.some(({ problem, status }) => status === "notTried" || problem?.retryable === true)
      const next = isLeft ? ["call this tool again for what was not uploaded"] : []
      return [summary, ...problemsOf(items), ...leftOutText(leftOut), ...next].join("\n")
    }
  },
  confirm: (input) =>
    Effect.gen(function* () {
      const plan = yield* uploadOf(input, { dryRun: true })
      const { items, leftOut } = plan
      const planned = items.filter(isPlanned)
      const bytes = planned.reduce((sum, { size }) => sum + (size ?? 0), 0)
      const question = questionOf({
        verb: `Upload ${bytesText(bytes)} in`,
        where: `to ${yield* folderText(input.destination_folder_id)}`,
        items,
        notes: [
          ...leftOutText(leftOut),
          "Nothing is replaced. What is uploaded can be put into the trash again, file by file."
        ]
      })
      const subject = planned.map(({ path, size }) => [path, size])
      return { question, subject, run: Effect.map(carryOut(input, plan), answerOf) }
    }),
  run: (input) => Effect.map(uploadOf(input, { dryRun: false }), answerOf)
})

/** Tools that upload to Drive. */
export const driveUploads: Readonly<Record<"batchUpload" | "upload", AnyTool>> = { batchUpload, upload }
