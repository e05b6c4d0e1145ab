/**
 * `skippy photos`.
 *
 * @module
 */
import { PhotosAnswer, Photos } from "@skippy/google"
import { Effect, Stream } from "effect"
import { Flag } from "effect/cli"
import { type Form, Output } from "../output/Output.ts"
import { bytesText, facts, momentText, oneLine, table } from "../output/Style.ts"
import { answering, argument, group, listing, maybe, number, off, on, text } from "./Operation.ts"
import { pick } from "./photosPick.ts"
import { summaries } from "./summaries.ts"

const sessionId = argument("session-id", "The session, as create-session answers it")

const session: Form<PhotosAnswer.PickerSession, typeof PhotosAnswer.PickerSession.Encoded> = {
  schema: PhotosAnswer.PickerSession,
  text: (one, style) =>
    [
      facts([
        ["session", one.sessionId],
        ["pick at", one.pickerUri],
        ["until", momentText(one.expiresAt)],
        ["picked", one.mediaItemsSet]
      ]),
      style.dim(
        one.mediaItemsSet
          ? `what was picked: skippy photos media ${one.sessionId}`
          : `open the address in a browser, and pick; then: skippy photos check-session ${one.sessionId}`
      )
    ].join("\n")
}

const createSession = answering(
  "create-session",
  {
    summary: "Begin a session in which somebody picks photos in a browser",
    more: "Delete it when it is done with: there may be only so many.",
    examples: [["photos create-session --max-items 10", "the address to pick at"]]
  },
  { maxItemCount: number("max-items", "The most that can be picked, 1 to 2000") },
  session,
  (input, { photos }) => Effect.flatMap(photos, ({ createSession }) => createSession(input))
)

const checkSession = answering(
  "check-session",
  {
    summary: "Show whether somebody has picked",
    examples: [["photos check-session SESSION", "picked: true or false"]]
  },
  { sessionId },
  session,
  (input, { photos }) => Effect.flatMap(photos, ({ checkSession }) => checkSession(input))
)

const rowOf = (item: PhotosAnswer.MediaItem) => [item.id, item.type, momentText(item.createTime), Photos.safeName(item)]

const media = listing(
  "media",
  {
    summary: "List what was picked",
    examples: [["photos media SESSION --all --json", "everything, one line of JSON for each"]]
  },
  { sessionId, maxResults: number("max-results", "The most, 1 to 2000; 100 by default") },
  {
    form: {
      schema: PhotosAnswer.MediaList,
      text: ({ hasMore, items }, style) =>
        [table(items.map(rowOf)), ...(hasMore ? [style.dim("there are more; give --max-results or --all")] : [])].join(
          "\n"
        )
    },
    run: (input, { photos }) => Effect.flatMap(photos, ({ selectedMedia }) => selectedMedia(input))
  },
  {
    form: { schema: PhotosAnswer.MediaItem, text: (item) => rowOf(item).map(oneLine).join("  ") },
    run: ({ sessionId }, { photos }) => Stream.unwrap(Effect.map(photos, ({ media }) => media(sessionId)))
  }
)

const download = answering(
  "download",
  {
    summary: "Download a photo or a video that was picked",
    more: "The base URL is that of media --json; it can be used for an hour.",
    examples: [["photos download https://lh3.googleusercontent.com/… sea.jpg", "the original"]]
  },
  {
    baseUrl: argument("base-url", "The baseUrl of the item, as it is"),
    path: argument("path", "Where it is put"),
    mimeType: text("mime-type", "TYPE", "What it is; image/jpeg by default"),
    as: maybe(Flag.Literals("as", ["image", "video"]), "An image of it, or the video"),
    maxWidth: number("max-width", "Pixels an image has at most"),
    maxHeight: number("max-height", "Pixels an image has at most"),
    crop: on("crop", "Fill both, and cut off what sticks out"),
    overwrite: on("overwrite", "Replace a file that is there"),
    resume: off("resume", "Go on with what an earlier run has left")
  },
  {
    schema: PhotosAnswer.MediaDownload,
    text: ({ bytes, path }, style) => `${style.good("downloaded")} ${oneLine(path)}  ${style.dim(bytesText(bytes))}`
  },
  (input, { photos }) =>
    Effect.gen(function* () {
      const { progress } = yield* Output
      return yield* (yield* photos).downloadMedia({ ...input, onProgress: progress(input.path) })
    })
)

const deleteSession = answering(
  "delete-session",
  {
    summary: "Delete a session, and with it the way to what was picked",
    examples: [["photos delete-session SESSION", "one that is not there is deleted"]]
  },
  { sessionId },
  { schema: PhotosAnswer.DeletedSession, text: (_, style) => style.good("deleted") },
  (input, { photos }) => Effect.flatMap(photos, ({ deleteSession }) => deleteSession(input))
)

/** `skippy photos`. */
export const photos = group("photos", summaries.photos, [
  pick,
  createSession,
  checkSession,
  media,
  download,
  deleteSession
])
