/**
 * `skippy pexels`.
 *
 * @module
 */
import { PexelsAnswer, PexelsInput } from "@skippy/http"
import { Effect, Stream, Struct } from "effect"
import { Argument, Flag } from "effect/cli"
import { type Form, Output } from "../output/Output.ts"
import { answering, argument, group, listing, maybe, number, on, text } from "./Operation.ts"
import { downloadedText, photoFacts, photosText, photoText } from "./pexelsTexts.ts"
import { summaries } from "./summaries.ts"

const photo: Form<PexelsAnswer.Photo, typeof PexelsAnswer.Photo.Encoded> = {
  schema: PexelsAnswer.Photo,
  text: photoText
}

const page: Form<PexelsAnswer.PhotoPageAnswer, typeof PexelsAnswer.PhotoPageAnswer.Encoded> = {
  schema: PexelsAnswer.PhotoPageAnswer,
  text: photosText
}

const photoId = Argument.Int("photo-id").pipe(Argument.withDescription("The id of the photo"))

const filters = {
  query: argument("query", "What they show, such as 'ocean'"),
  orientation: maybe(Flag.Literals("orientation", PexelsInput.Orientation.literals), "Which way up"),
  size: maybe(Flag.Literals("size", PexelsInput.PhotoSize.literals), "The least size: 24, 12 or 4 megapixels"),
  color: text("photo-color", "COLOR", "A name, or a code such as #ffffff")
}

const perPage = number("per-page", "Photos on a page, 1 to 80; 15 by default")
const pageNumber = number("page", "Which page, from 1")

const search = listing(
  "search",
  {
    summary: "Search photos",
    more: "Each comes with the credit that has to be shown with it.",
    examples: [
      ["pexels search ocean --orientation landscape", "a page of them"],
      ["pexels search forest --sandbox --json", "of an emulated Pexels"]
    ]
  },
  { ...filters, perPage, page: pageNumber },
  { form: page, run: (input, { pexels }) => Effect.flatMap(pexels, ({ search }) => search(input)) },
  {
    form: photo,
    run: (input, { pexels }) =>
      Stream.unwrap(Effect.map(pexels, ({ searchAll }) => searchAll(Struct.omit(input, ["page"])))).pipe(
        Stream.flatMap(({ photos }) => Stream.fromIterable(photos))
      )
  }
)

const curated = answering(
  "curated",
  { summary: "Show the photos Pexels has chosen", examples: [["pexels curated --per-page 5", "the five newest"]] },
  { perPage, page: pageNumber },
  page,
  (input, { pexels }) => Effect.flatMap(pexels, ({ curated }) => curated(input))
)

const get = answering(
  "photo",
  { summary: "Show what is known of a photo", examples: [["pexels photo 2014422", "its size, its page, its credit"]] },
  { photoId },
  {
    schema: PexelsAnswer.PhotoAnswer,
    text: photoFacts
  },
  ({ photoId }, { pexels }) => Effect.flatMap(pexels, ({ getPhoto }) => getPhoto(photoId))
)

const download = answering(
  "download",
  {
    summary: "Download an image of a photo",
    examples: [["pexels download 2014422 sea.jpg --size large", "at most 940 × 650"]]
  },
  {
    photoId,
    path: argument("path", "Where it is put"),
    size: Flag.Literals("size", PexelsInput.DownloadSize.literals).pipe(
      Flag.withDefault("original" as const),
      Flag.withDescription("Which image")
    ),
    overwrite: on("overwrite", "Replace a file that is there")
  },
  {
    schema: PexelsAnswer.DownloadAnswer,
    text: downloadedText
  },
  (input, { pexels }) =>
    Effect.gen(function* () {
      const { progress } = yield* Output
      return yield* (yield* pexels).download(input, { onProgress: progress(input.path) })
    })
)

/** `skippy pexels`. */
export const pexels = group("pexels", summaries.pexels, [search, curated, get, download])
