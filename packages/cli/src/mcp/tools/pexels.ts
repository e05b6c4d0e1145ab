/**
 * Tools of Pexels: photos to search, look at and download, each with the credit that has to be shown with it.
 *
 * @module
 */
import { PexelsAnswer, PexelsInput } from "@skippy/http"
import { Effect, Path, Schema } from "effect"
import { downloadedText, photoFacts, photosText } from "../../command/pexelsTexts.ts"
import { World } from "../../command/World.ts"
import { plainStyle } from "../../output/Style.ts"
import { freshness, oneOf, otherwise, snake, text, whole } from "../Fields.ts"
import { type AnyTool, tool } from "../Tool.ts"
import { asParameters, fileToWrite } from "./parameters.ts"
import { ofFile } from "./progress.ts"

const { alt, height, id, src, url, width } = PexelsAnswer.Photo.fields
const { large, medium, original, small } = src.fields
const { hasMore, page, perPage, totalResults } = PexelsAnswer.PhotoPage.fields
const { bytes, contentType, path } = PexelsAnswer.DownloadAnswer.fields

/** The credit, as plain text and with its links. */
const attribution = snake({ text: Schema.String, markdown: Schema.String })

const photo = { id, width, height, alt, url, src: snake({ original, large, medium, small }), attribution }

const photoPage = snake({
  photos: Schema.Array(snake(photo)),
  page,
  perPage,
  totalResults,
  hasMore,
  attribution,
  ...freshness
})

const names = { photoId: "photo_id", perPage: "per_page", path: "output_path" }

const reads = { readOnly: true, destructive: false, idempotent: true, openWorld: true } as const

const paging = {
  per_page: otherwise(whole(1, PexelsInput.maxPerPage, "Photos on a page"), PexelsInput.defaults.perPage),
  page: otherwise(whole(1, undefined, "Which page"), PexelsInput.defaults.page)
}

const photoId = whole(1, undefined, "Its id, as searches tell it")

const search = tool({
  name: "pexels_search_photos",
  group: "pexels",
  title: "Search photos",
  description: "Searches free photos. Show the attribution with each.",
  hints: reads,
  input: Schema.Struct({
    query: text("What they show, such as 'ocean'"),
    ...paging,
    orientation: Schema.optionalKey(oneOf(PexelsInput.Orientation.literals, "Which way up")),
    size: Schema.optionalKey(oneOf(PexelsInput.PhotoSize.literals, "The least size: 24, 12 or 4 megapixels")),
    color: Schema.optionalKey(text("A name such as 'red', or a code such as '#ffffff'"))
  }),
  output: { schema: photoPage, text: (list) => photosText(list, plainStyle) },
  run: ({ per_page, ...input }) =>
    Effect.gen(function* () {
      const { search } = yield* (yield* World).pexels
      return yield* search({ ...input, perPage: per_page })
    }).pipe(asParameters("pexels_search_photos", names))
})

const get = tool({
  name: "pexels_get_photo",
  group: "pexels",
  title: "Look at a photo",
  description: "Tells what is known of a photo, with the addresses of its images. Show the attribution with it.",
  hints: reads,
  input: Schema.Struct({ photo_id: photoId }),
  output: { schema: snake({ ...photo, ...freshness }), text: (one) => photoFacts(one, plainStyle) },
  run: ({ photo_id }) =>
    Effect.gen(function* () {
      const { getPhoto } = yield* (yield* World).pexels
      return yield* getPhoto(photo_id)
    }).pipe(asParameters("pexels_get_photo", names))
})

const download = tool({
  name: "pexels_download_photo",
  group: "pexels",
  title: "Download a photo",
  description: "Writes an image of a photo to a file on this machine. A file that is there is not replaced.",
  // Called again it finds the file, and does nothing more.
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: true },
  input: Schema.Struct({
    photo_id: photoId,
    output_path: text("The file to write, below an allowed folder"),
    size: otherwise(
      oneOf(PexelsInput.DownloadSize.literals, "Within 940 × 650, 350 or 130 high, or as it was uploaded"),
      PexelsInput.defaults.size
    )
  }),
  output: {
    schema: snake({ path, bytes, contentType, attribution }),
    text: (file) => downloadedText(file, plainStyle)
  },
  run: ({ output_path, photo_id, size }) =>
    Effect.gen(function* () {
      const path = yield* fileToWrite("output_path", output_path)
      const onProgress = yield* ofFile((yield* Path.Path).basename(path))
      const { download } = yield* (yield* World).pexels
      return yield* download({ photoId: photo_id, path, size }, { onProgress })
    }).pipe(asParameters("pexels_download_photo", names))
})

const curated = tool({
  name: "pexels_curated_photos",
  group: "pexels",
  title: "Show curated photos",
  description: "Lists photos Pexels has chosen; there is a new one every hour. Show the attribution with each.",
  hints: reads,
  input: Schema.Struct(paging),
  output: { schema: photoPage, text: (list) => photosText(list, plainStyle) },
  run: ({ page, per_page }) =>
    Effect.gen(function* () {
      const { curated } = yield* (yield* World).pexels
      return yield* curated({ page, perPage: per_page })
    }).pipe(asParameters("pexels_curated_photos", names))
})

/** Tools of Pexels. */
export const pexelsTools: ReadonlyArray<AnyTool> = [search, get, download, curated]
