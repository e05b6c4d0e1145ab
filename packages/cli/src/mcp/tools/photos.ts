/**
 * Tools of the Google Photos Picker.
 *
 * @module
 */
import { PhotosAnswer, PhotosInput } from "@skippy/google"
import { Duration, Effect, Path, Schema } from "effect"
import { World } from "../../command/World.ts"
import { bytesText, facts, momentText, oneLine, table } from "../../output/Style.ts"
import { nothing, otherwise, snake, text, whole } from "../Fields.ts"
import { type AnyTool, tool } from "../Tool.ts"
import { asParameters, fileToWrite } from "./parameters.ts"
import { ofFile } from "./progress.ts"

const named = (tool: string) =>
  asParameters(tool, {
    sessionId: "session_id",
    maxResults: "max_results",
    baseUrl: "base_url",
    mimeType: "mime_type",
    path: "output_path"
  })

const sessionId = text("The session, from gphotos_create_picker_session")

const { expiresAt, mediaItemsSet, pickerUri, sessionId: id } = PhotosAnswer.PickerSession.fields

const Session = snake({
  sessionId: id,
  pickerUri,
  expiresAt,
  mediaItemsSet,
  pollSeconds: Schema.optionalKey(Schema.Finite)
})

const sessionOf = ({ polling, ...session }: PhotosAnswer.PickerSession): typeof Session.Type => ({
  ...session,
  ...(polling === undefined ? {} : { pollSeconds: Duration.toSeconds(polling.pollInterval) })
})

const sessionText = (one: typeof Session.Type): string =>
  [
    facts([
      ["session", one.sessionId],
      ["pick at", one.pickerUri],
      ["until", one.expiresAt === undefined ? undefined : momentText(one.expiresAt)],
      ["picked", one.mediaItemsSet]
    ]),
    one.mediaItemsSet
      ? "somebody has picked; list it with gphotos_get_selected_media"
      : `somebody has to open the address in a browser and pick; then ask gphotos_check_session${one.pollSeconds === undefined ? "" : `, at most every ${one.pollSeconds} s`}`
  ].join("\n")

const createSession = tool({
  name: "gphotos_create_picker_session",
  group: "photos",
  title: "Begin picking photos",
  description:
    "Begins a session in which a person picks photos and videos of Google Photos in a browser, and answers the address to show them. Delete the session when done.",
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  input: nothing,
  output: { schema: Session, text: sessionText },
  run: () =>
    Effect.gen(function* () {
      const { createSession } = yield* (yield* World).photos
      return sessionOf(yield* createSession())
    })
})

const checkSession = tool({
  name: "gphotos_check_session",
  group: "photos",
  title: "Check whether photos were picked",
  description: "Tells whether the person is done with picking: media_items_set.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  input: Schema.Struct({ session_id: sessionId }),
  output: { schema: Session, text: sessionText },
  run: ({ session_id }) =>
    Effect.gen(function* () {
      const { checkSession } = yield* (yield* World).photos
      return sessionOf(yield* checkSession({ sessionId: session_id }))
    }).pipe(named("gphotos_check_session"))
})

const item = PhotosAnswer.MediaItem.fields

const selectedMedia = tool({
  name: "gphotos_get_selected_media",
  group: "photos",
  title: "List picked photos",
  description:
    "Lists what the person has picked. base_url and mime_type are for gphotos_download_selected, within an hour.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  input: Schema.Struct({
    session_id: sessionId,
    max_results: otherwise(
      whole(1, PhotosInput.defaults.maxItemCount, "How many at most"),
      PhotosInput.defaults.maxResults
    )
  }),
  output: {
    schema: snake({
      items: Schema.Array(
        snake({
          id: item.id,
          type: item.type,
          filename: item.filename,
          mimeType: item.mimeType,
          baseUrl: item.baseUrl,
          createTime: item.createTime,
          width: item.width,
          height: item.height
        })
      ),
      hasMore: PhotosAnswer.MediaList.fields.hasMore
    }),
    text: ({ hasMore, items }) =>
      [
        items.length === 0
          ? "nothing was picked"
          : table(items.map((one) => [one.id, one.type, momentText(one.createTime), one.filename])),
        ...(hasMore ? ["there are more; give a larger max_results"] : [])
      ].join("\n")
  },
  run: ({ max_results, session_id }) =>
    Effect.gen(function* () {
      const { selectedMedia } = yield* (yield* World).photos
      return yield* selectedMedia({ sessionId: session_id, maxResults: max_results })
    }).pipe(named("gphotos_get_selected_media"))
})

const { bytes, contentType, path } = PhotosAnswer.MediaDownload.fields

const download = tool({
  name: "gphotos_download_selected",
  group: "photos",
  title: "Download a picked photo",
  description: "Writes a picked photo or video, the original, to the local disk.",
  // It writes to this machine, where there was nothing: a file that is there is never replaced.
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: true },
  input: Schema.Struct({
    base_url: text("base_url of the item, unchanged"),
    output_path: text("Local path of a new file"),
    mime_type: otherwise(text("mime_type of the item"), PhotosInput.defaults.mimeType)
  }),
  output: {
    schema: snake({ path, bytes, contentType }),
    text: (one) => `downloaded ${oneLine(one.path)} (${bytesText(one.bytes)})`
  },
  run: ({ base_url, mime_type, output_path }) =>
    Effect.gen(function* () {
      const path = yield* fileToWrite("output_path", output_path)
      const { downloadMedia } = yield* (yield* World).photos
      const onProgress = yield* ofFile((yield* Path.Path).basename(path))
      return yield* downloadMedia({ baseUrl: base_url, mimeType: mime_type, path, onProgress })
    }).pipe(named("gphotos_download_selected"))
})

const deleteSession = tool({
  name: "gphotos_delete_session",
  group: "photos",
  title: "End picking photos",
  description: "Deletes a session, and with it the way to what was picked. The photos stay.",
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  input: Schema.Struct({ session_id: sessionId }),
  output: { schema: snake(PhotosAnswer.DeletedSession.fields), text: (one) => `deleted ${oneLine(one.sessionId)}` },
  run: ({ session_id }) =>
    Effect.gen(function* () {
      const { deleteSession } = yield* (yield* World).photos
      return yield* deleteSession({ sessionId: session_id })
    }).pipe(named("gphotos_delete_session"))
})

/** Tools of the Google Photos Picker, in the order they are used in. */
export const photosTools: ReadonlyArray<AnyTool> = [createSession, checkSession, selectedMedia, download, deleteSession]
