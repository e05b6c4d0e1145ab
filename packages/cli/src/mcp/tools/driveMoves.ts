/**
 * Tools that move many files of Drive. Somebody has to agree to the plan first.
 *
 * @module
 */
import { DriveChangeAnswer, DriveChangeInput } from "@skippy/google"
import { Effect, Schema } from "effect"
import { World } from "../../command/World.ts"
import { otherwise, snake, text, whole } from "../Fields.ts"
import { type AnyTool, tool } from "../Tool.ts"
import { destination, folderText, named } from "./driveFields.ts"
import { problemsOf, questionOf, summaryOf } from "./drivePlans.ts"
import { ofMany } from "./progress.ts"

const moves = { readOnly: false, destructive: true, idempotent: true, openWorld: true } as const

const { fileId, problem, status } = DriveChangeAnswer.MoveItem.fields
const { hasMore, incompleteSearch } = DriveChangeAnswer.Organized.fields

const batchFields = {
  batchId: DriveChangeAnswer.MoveBatch.fields.id,
  summary: Schema.String,
  items: Schema.Array(snake({ fileId, name: Schema.String, status, problem })),
  next: Schema.Array(Schema.String).annotate({ description: "What can be done now" })
}

const MoveBatch = snake(batchFields)
type MoveBatch = typeof MoveBatch.Type

const itemsOf = ({ items }: DriveChangeAnswer.MoveBatch): MoveBatch["items"] =>
  items.map(({ fileId, name, problem, status }) => ({
    fileId,
    name: name ?? fileId,
    status,
    ...(problem === undefined ? {} : { problem })
  }))

/** What became of it, and what can be done now. */
const batchOf = (batch: DriveChangeAnswer.MoveBatch, none: string): MoveBatch => {
  const { id } = batch
  const items = itemsOf(batch)
  const isLeft = items.some(({ problem, status }) => status === "notTried" || problem?.retryable === true)
  return {
    batchId: id,
    summary: summaryOf(items, none),
    items,
    next: [
      ...(isLeft ? ["call this tool again for what was not moved"] : []),
      ...(isLeft && id !== null ? [`or have a person go on with it: skippy drive resume-moves ${id}`] : []),
      ...(id === null ? [] : [`to take it back, within 30 days, a person runs: skippy drive undo-moves ${id}`])
    ]
  }
}

const batchText = ({ items, next, summary }: MoveBatch): string => [summary, ...problemsOf(items), ...next].join("\n")

const cannotUndo = [
  "It can be taken back within 30 days by: skippy drive undo-moves, with the id that is answered.",
  "Who has access by the old or the new folder changes at once; what was seen until it is taken back cannot be."
]

/** What is agreed to: which files, under which names, from where to where. */
const subjectOf = ({ items }: DriveChangeAnswer.MoveBatch) =>
  items.flatMap(({ fileId, from, name, status, to }) => (status === "planned" ? [[fileId, name, from, to]] : []))

const questionFor = (batch: DriveChangeAnswer.MoveBatch, destinationId: string, notes: ReadonlyArray<string>) =>
  Effect.map(folderText(destinationId), (folder) =>
    questionOf({ verb: "Move", where: `into ${folder}`, items: itemsOf(batch), notes: [...notes, ...cannotUndo] })
  )

const FileIds = Schema.Union([Schema.String, Schema.Array(Schema.String)]).annotate({
  description: `Their ids, with commas between or as a list; 1 to ${DriveChangeInput.maxBatch}`
})

const idsOf = (given: typeof FileIds.Type): ReadonlyArray<string> =>
  (typeof given === "string" ? given.split(",") : given).map((id) => id.trim()).filter((id) => id !== "")

const BatchInput = Schema.Struct({ file_ids: FileIds, destination_folder_id: destination })

const batchInputOf = ({ destination_folder_id, file_ids }: typeof BatchInput.Type) => ({
  fileIds: idsOf(file_ids),
  destinationId: destination_folder_id
})

const namedBatch = named("gdrive_batch_move_files")

/** Moves them; with a plan what is planned in it, and nothing else. */
const moved = (input: typeof BatchInput.Type, plan?: DriveChangeAnswer.MoveBatch) =>
  Effect.gen(function* () {
    const { batchMove } = yield* (yield* World).drive
    const batch = yield* batchMove({ ...batchInputOf(input), plan, onProgress: yield* ofMany })
    return batchOf(batch, "nothing to move")
  }).pipe(namedBatch)

const batchMove = tool({
  name: "gdrive_batch_move_files",
  group: "drive",
  title: "Move many Drive files",
  description:
    "Moves files of Google Drive into a folder, after a person has confirmed the plan. One failure does not stop the rest; there is a result for each.",
  hints: moves,
  input: BatchInput,
  output: { schema: MoveBatch, text: batchText },
  confirm: (input) =>
    Effect.gen(function* () {
      const { batchMove } = yield* (yield* World).drive
      const plan = yield* batchMove({ ...batchInputOf(input), dryRun: true })
      const question = yield* questionFor(plan, input.destination_folder_id, [])
      return { question, subject: subjectOf(plan), run: moved(input, plan) }
    }).pipe(namedBatch),
  run: (input) => moved(input)
})

const OrganizeInput = Schema.Struct({
  file_pattern: text("Which files, in Drive's query language: name contains 'invoice'"),
  destination_folder_id: destination,
  max_files: otherwise(whole(1, DriveChangeInput.maxBatch, "How many at most"), DriveChangeInput.defaults.maxFiles)
})

const organizeInputOf = ({ destination_folder_id, file_pattern, max_files }: typeof OrganizeInput.Type) => ({
  query: file_pattern,
  destinationId: destination_folder_id,
  maxFiles: max_files
})

const namedOrganize = named("gdrive_organize_by_pattern", { query: "file_pattern", maxFiles: "max_files" })

/** Moves what the query finds; with a plan what is planned in it, and nothing else. */
const organized = (input: typeof OrganizeInput.Type, plan?: DriveChangeAnswer.Organized) =>
  Effect.gen(function* () {
    const { organize } = yield* (yield* World).drive
    const batch = yield* organize({ ...organizeInputOf(input), plan, onProgress: yield* ofMany })
    const { hasMore, incompleteSearch, summary } = batch
    return { ...batchOf(batch, summary), hasMore, incompleteSearch }
  }).pipe(namedOrganize)

const organize = tool({
  name: "gdrive_organize_by_pattern",
  group: "drive",
  title: "Organize Drive files",
  description:
    "Moves what a query finds in Google Drive into a folder, after a person has confirmed the plan. There is a result for each file.",
  // A second call moves what the first one left because of max_files.
  hints: { ...moves, idempotent: false },
  input: OrganizeInput,
  output: {
    schema: snake({ ...batchFields, hasMore, incompleteSearch }),
    text: (one) =>
      [batchText(one), ...(one.hasMore ? ["more files answer the query; call this tool again"] : [])].join("\n")
  },
  confirm: (input) =>
    Effect.gen(function* () {
      const { organize } = yield* (yield* World).drive
      const plan = yield* organize({ ...organizeInputOf(input), dryRun: true })
      const notes = plan.hasMore
        ? [`More files answer the query than max_files, ${input.max_files}; those are left where they are.`]
        : []
      const question = yield* questionFor(plan, input.destination_folder_id, notes)
      return { question, subject: subjectOf(plan), run: organized(input, plan) }
    }).pipe(namedOrganize),
  run: (input) => organized(input)
})

/** Tools that move many files of Drive. */
export const driveMoves: Readonly<Record<"batchMove" | "organize", AnyTool>> = { batchMove, organize }
