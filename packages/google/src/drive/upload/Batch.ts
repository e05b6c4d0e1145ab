/**
 * The files of a directory, one after the other or a few at the same time: planned first, and with a result for each.
 *
 * @module
 */
import { type InvalidInputError, invalidInput } from "@skippy/http"
import { Checksums } from "@skippy/http/authoring"
import { Effect, FileSystem, Path, Stream } from "effect"
import type { Api, Failure } from "../Api.ts"
import type { Folder } from "../changes/Places.ts"
import * as Problem from "../ItemProblem.ts"
import type * as Answer from "./Answer.ts"
import * as BatchPlan from "./BatchPlan.ts"
import { batchOf } from "./BatchSummary.ts"
import * as ContentHash from "./ContentHash.ts"
import type { OnConflict } from "./Input.ts"
import * as Namesakes from "./Namesakes.ts"
import * as Pattern from "./Pattern.ts"
import * as Source from "./Source.ts"
import type { UploadFailure } from "./Upload.ts"
import { type UploadError, uploadError } from "./UploadError.ts"

/** Whether a file, by its absolute path, is meant. */
export type IsMeant = (path: string) => Effect.Effect<boolean>

const everyFile: IsMeant = () => Effect.succeed(true)

/** What a batch is made of. */
export interface Options {
  readonly operation: string
  readonly directory: string
  readonly pattern: string
  readonly folder: Folder
  readonly onConflict: OnConflict
  readonly dryRun: boolean
  readonly concurrency: number
  /** Asked again when it is known which file is sent: another may have come in its place. Default: all. */
  readonly isMeant?: IsMeant | undefined
  /** The id the file has, or will have, when an earlier upload of it is under way. */
  readonly begun: (source: Source.Source) => Effect.Effect<string | undefined, UploadFailure>
  readonly upload: (source: Source.Source) => Effect.Effect<Answer.UploadedFile, UploadFailure | InvalidInputError>
}

/** Which files a batch is about. */
export interface Selection extends Pick<Options, "directory" | "operation" | "pattern"> {
  /** Default: all. */
  readonly isMeant?: IsMeant | undefined
}

/** The files on disk a batch is about. */
export const select = ({
  directory,
  isMeant = everyFile,
  operation,
  pattern
}: Selection): Effect.Effect<ReadonlyArray<string>, InvalidInputError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    const wrong = (fix: string) => invalidInput({ operation, path: ["directory"], value: directory, fix })
    const absolute = paths.resolve(directory)
    const info = yield* Effect.mapError(fs.stat(absolute), ({ reason }) =>
      wrong(reason._tag === "NotFound" ? "there is no such directory; check the path" : "give one that can be read")
    )
    if (info.type !== "Directory") return yield* wrong("it is a file; give the path of a directory, or use uploadFile")
    const names = yield* Effect.mapError(fs.readDirectory(absolute), () => wrong("give one that can be read"))
    // What cannot be looked at, or is no regular file, is told as a failure of its own, not left out in silence.
    const isFile = (path: string) =>
      Effect.match(fs.stat(path), { onFailure: () => true, onSuccess: ({ type }) => type !== "Directory" })
    const named = Pattern.select(names, pattern).map((name) => paths.join(absolute, name))
    const files = yield* Effect.filter(yield* Effect.filter(named, isFile), isMeant)
    if (files.length === 0) {
      const fix = `there is no such file in ${absolute}; give another glob, such as "*"`
      return yield* invalidInput({ operation, path: ["pattern"], value: pattern, fix })
    }
    return files
  })

/** One file and what is to be done with it. */
type Planned =
  | { readonly _tag: "Planned"; readonly source: Source.Source; readonly action: BatchPlan.Action }
  | { readonly _tag: "Refused"; readonly path: string; readonly error: UploadFailure | InvalidInputError }

/** Uploads what is not there yet. */
export const run = (
  api: Api,
  files: ReadonlyArray<string>,
  options: Options
): Effect.Effect<Answer.UploadBatch, Failure, Checksums.Checksums | FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const { concurrency, dryRun, isMeant = everyFile, onConflict, operation } = options
    const checksums = yield* Checksums.Checksums
    const paths = yield* Path.Path
    const names = new Set(files.map((path) => paths.basename(path)))
    const there = BatchPlan.byName(yield* Namesakes.find(api, options, names))
    let isOver = false

    const md5Of = (source: Source.Source): Effect.Effect<string, UploadError, FileSystem.FileSystem> =>
      Effect.suspend(() => {
        const hash = ContentHash.make(checksums.make("md5"))
        return Effect.map(
          Stream.runForEach(Source.bytes(source, 0, source.look.size), (chunk) =>
            Effect.sync(() => hash.take(hash.position(), chunk))
          ),
          () => hash.hex()
        )
      })

    const plan = (path: string): Effect.Effect<Planned, never, FileSystem.FileSystem | Path.Path> =>
      Effect.gen(function* () {
        const source = yield* Source.check(operation, "file", path)
        if (!(yield* isMeant(path))) return yield* uploadError("changed", path)
        const local = { name: source.name, size: source.look.size }
        const namesakes = there.get(source.name) ?? []
        const isWorthReading = BatchPlan.candidates(local, namesakes).length > 0
        const md5 = isWorthReading ? yield* md5Of(source) : undefined
        const action = BatchPlan.actionOf(local, namesakes, md5, onConflict)
        // What an earlier run has stored is finished, when all that is missing is that it is known to be right.
        const isBegun = action._tag !== "Upload" && (yield* options.begun(source)) === action.fileId
        const planned: Planned = { _tag: "Planned", source, action: isBegun ? { _tag: "Upload" } : action }
        return planned
      }).pipe(Effect.catch((error) => Effect.succeed<Planned>({ _tag: "Refused", path, error })))

    const failed = (
      item: Pick<Answer.UploadItem, "path" | "name" | "size">,
      error: UploadFailure | InvalidInputError
    ): Answer.UploadItem => {
      if (Problem.stops(error)) isOver = true
      return { ...item, status: "failed", problem: Problem.of(error) }
    }

    const upload = (item: Pick<Answer.UploadItem, "path" | "name" | "size">, source: Source.Source) =>
      Effect.match(options.upload(source), {
        onFailure: (error) => failed(item, error),
        onSuccess: ({ fileId }): Answer.UploadItem => ({ ...item, status: "uploaded", fileId })
      })

    const carryOut = (planned: Planned): Effect.Effect<Answer.UploadItem> =>
      Effect.suspend(() => {
        if (planned._tag === "Refused") {
          const { error, path } = planned
          return Effect.succeed(failed({ path, name: paths.basename(path), size: null }, error))
        }
        const { action, source } = planned
        const item = { path: source.path, name: source.name, size: source.look.size }
        switch (action._tag) {
          case "Identical":
            return Effect.succeed<Answer.UploadItem>({ ...item, status: "identical", fileId: action.fileId })
          case "SameName": {
            const { fileId } = action
            return Effect.succeed<Answer.UploadItem>(
              action.instead === "skip"
                ? { ...item, status: "sameName", fileId }
                : failed(item, uploadError("sameName", source.path, { fileId }))
            )
          }
          case "Upload":
            if (dryRun) return Effect.succeed<Answer.UploadItem>({ ...item, status: "planned" })
            return isOver ? Effect.succeed<Answer.UploadItem>({ ...item, status: "notTried" }) : upload(item, source)
        }
      })

    const plans = yield* Effect.forEach(files, plan, { concurrency })
    return batchOf(dryRun, yield* Effect.forEach(plans, carryOut, { concurrency }))
  })
