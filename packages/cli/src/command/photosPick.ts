/**
 * `skippy photos pick`: a session from its beginning to its end, in one command.
 *
 * @module
 */
import { Folder, platformCodeOf } from "@skippy/core"
import { Photos, PhotosAnswer } from "@skippy/google"
import { Effect, FileSystem, Path, Result, Schema, Stream } from "effect"
import { Flag } from "effect/cli"
import { type AnyFailure, UsageError } from "../output/Failure.ts"
import { type Form, Output } from "../output/Output.ts"
import { bytesText, momentText, oneLine } from "../output/Style.ts"
import { freeName } from "./freeName.ts"
import { maybe, number, on, telling, text } from "./Operation.ts"
import { World } from "./World.ts"

/** Where somebody picks; the first line. */
const Session = Schema.TaggedStruct("Session", { session: PhotosAnswer.PickerSession })

/** Something that was picked, and with `--download` what became of it. */
const Picked = Schema.TaggedStruct("Picked", {
  item: PhotosAnswer.MediaItem,
  download: Schema.optionalKey(PhotosAnswer.MediaDownload),
  /** Why it is not downloaded. */
  problem: Schema.optionalKey(Schema.String)
})
type Picked = typeof Picked.Type

const Line = Schema.Union([Session, Picked])

const form: Form<typeof Line.Type, typeof Line.Encoded> = {
  schema: Line,
  text: (line, style) => {
    if (line._tag === "Session") return ""
    const { download, item, problem } = line
    if (problem !== undefined) return `${style.bad("failed")} ${oneLine(item.filename)}: ${oneLine(problem)}`
    if (download !== undefined)
      return `${style.good("downloaded")} ${oneLine(download.path)}  ${style.dim(bytesText(download.bytes))}`
    return [item.id, item.type, momentText(item.createTime), Photos.safeName(item)].map(oneLine).join("  ")
  }
}

/** A folder that is there and takes files, before anybody picks in vain. */
const folderOf = (directory: string) =>
  Effect.gen(function* () {
    yield* Folder.make(directory)
    // A file of this name has nothing in it, not even itself.
    yield* (yield* FileSystem.FileSystem).access(`${directory}/.`, { writable: true })
    return directory
  }).pipe(
    Effect.mapError(
      (error) =>
        new UsageError({
          problem: `the folder "${directory}" cannot be used (${platformCodeOf(error)}); name another one with --download`
        })
    )
  )

/** Names for files, each of them once, also where capital letters make no difference. */
const named = (items: Stream.Stream<PhotosAnswer.MediaItem, AnyFailure>) =>
  Stream.mapAccum(
    items,
    (): ReadonlySet<string> => new Set(),
    (taken, item) => {
      const name = freeName(Photos.safeName(item), taken)
      return [new Set([...taken, name.toLowerCase()]), [{ item, name }]]
    }
  )

/** `skippy photos pick`. */
export const pick = telling(
  "pick",
  {
    summary: "Have somebody pick photos in a browser, wait for it, and list or download them",
    more: "It prints the address to pick at, to stderr or with --json in the first line, and opens nothing. The session is deleted at the end, also after Ctrl-C.",
    examples: [
      ["photos pick", "what was picked"],
      ["photos pick --max-items 20 --download pictures", "all of it into a folder"],
      ["photos pick --timeout '10 minutes' --json", "the session, then a line for each item"]
    ]
  },
  {
    maxItemCount: number("max-items", "The most that can be picked, 1 to 2000"),
    timeout: maybe(
      Flag.String("timeout").pipe(Flag.withSchema(Schema.DurationFromString), Flag.withMetavar("DURATION")),
      "How long somebody may take; as long as Google allows by default"
    ),
    download: text("download", "DIR", "Download all into this folder, which is made when it is not there"),
    overwrite: on("overwrite", "Replace files that are there")
  },
  [{ schema: Line, many: true }],
  ({ download: directory, maxItemCount, overwrite, timeout }) =>
    Effect.gen(function* () {
      const output = yield* Output
      const { join } = yield* Path.Path
      const photos = yield* (yield* World).photos
      const folder = directory === undefined ? undefined : yield* folderOf(directory)
      let failed: AnyFailure | undefined

      const brought = (into: string, item: PhotosAnswer.MediaItem, name: string): Effect.Effect<Picked> => {
        const path = join(into, name)
        return Effect.map(
          Effect.result(photos.downloadMedia({ item, path, overwrite, onProgress: output.progress(path) })),
          (result): Picked => {
            if (Result.isSuccess(result)) return { _tag: "Picked", item, download: result.success }
            failed ??= result.failure
            return { _tag: "Picked", item, problem: result.failure.message }
          }
        ).pipe(Effect.tap(() => output.settle))
      }
      yield* photos.withSelection(
        {
          maxItemCount,
          timeout,
          onPickerUri: (uri, session) =>
            output.json ? output.value(form, { _tag: "Session", session }) : output.note(`pick at ${uri}`)
        },
        ({ media }) =>
          output.each(
            form,
            Stream.mapEffect(named(media), ({ item, name }): Effect.Effect<Picked> =>
              folder === undefined ? Effect.succeed({ _tag: "Picked", item }) : brought(folder, item, name)
            )
          )
      )
      // The others are there all the same; what was not brought cannot be any more.
      if (failed !== undefined) return yield* Effect.fail(failed)
      return undefined
    })
)
