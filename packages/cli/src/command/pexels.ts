/**
 * `skippy pexels`.
 *
 * @module
 */
import { PexelsAnswer, PexelsInput } from "@skippy/http"
import { Effect, Stream, Struct } from "effect"
import { Argument, Flag } from "effect/cli"
import type { Form } from "../output/Output.ts"
import { bytesText, facts, oneLine, table } from "../output/Style.ts"
import { staleNote } from "./freshness.ts"
import { answering, argument, group, listing, maybe, number, on, text } from "./Operation.ts"
import { summaries } from "./summaries.ts"

const rowOf = ({ alt, attribution, height, id, width }: PexelsAnswer.Photo) => [
  String(id),
  `${width}×${height}`,
  attribution.text,
  alt
]

const photo: Form<PexelsAnswer.Photo, typeof PexelsAnswer.Photo.Encoded> = {
  schema: PexelsAnswer.Photo,
  text: (one) => rowOf(one).map(oneLine).join("  ")
}

const page: Form<PexelsAnswer.PhotoPageAnswer, typeof PexelsAnswer.PhotoPageAnswer.Encoded> = {
  schema: PexelsAnswer.PhotoPageAnswer,
  text: (list, style) =>
    [
      list.photos.length === 0 ? style.dim("no photos") : table(list.photos.map(rowOf)),
      style.dim(
        `page ${list.page}${list.totalResults === undefined ? "" : `, ${list.totalResults} in all`}; ${list.attribution.text}`
      ),
      ...staleNote(list, style)
    ].join("\n")
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
    text: (one, style) =>
      [
        facts([
          ["id", one.id],
          ["shows", one.alt],
          ["size", `${one.width}×${one.height}`],
          ["page", one.url],
          ["original", one.src.original],
          ["credit", one.attribution.text]
        ]),
        ...staleNote(one, style)
      ].join("\n")
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
    text: ({ attribution, bytes, path }, style) =>
      `${style.good("downloaded")} ${oneLine(path)}  ${style.dim(bytesText(bytes))}\n${oneLine(attribution.text)}`
  },
  (input, { pexels }) => Effect.flatMap(pexels, ({ download }) => download(input))
)

/** `skippy pexels`. */
export const pexels = group("pexels", summaries.pexels, [search, curated, get, download])
