/**
 * What people read of photos of Pexels: each comes with its credit.
 *
 * @module
 */
import type { Freshness, PexelsAnswer } from "@skippy/http"
import { bytesText, facts, oneLine, type Style, table } from "../output/Style.ts"
import { staleNote } from "./freshness.ts"

/** The part of a credit that is told. */
interface Credited {
  readonly attribution: Pick<PexelsAnswer.Photo["attribution"], "text">
}

type Row = Credited & Pick<PexelsAnswer.Photo, "alt" | "height" | "id" | "width">

const rowOf = ({ alt, attribution, height, id, width }: Row): ReadonlyArray<string> => [
  String(id),
  `${width}×${height}`,
  attribution.text,
  alt
]

/** A line for a photo. */
export const photoText = (one: Row): string => rowOf(one).map(oneLine).join("  ")

/** A line for each photo of a page, and where it is among others. */
export const photosText = (
  list: Credited &
    Freshness &
    Pick<PexelsAnswer.PhotoPage, "page" | "totalResults"> & { readonly photos: ReadonlyArray<Row> },
  style: Style
): string =>
  [
    list.photos.length === 0 ? style.dim("no photos") : table(list.photos.map(rowOf)),
    style.dim(
      `page ${list.page}${list.totalResults === undefined ? "" : `, ${list.totalResults} in all`}; ${list.attribution.text}`
    ),
    ...staleNote(list, style)
  ].join("\n")

/** What is known of a photo. */
export const photoFacts = (
  one: Freshness &
    Row &
    Pick<PexelsAnswer.Photo, "url"> & { readonly src: Pick<PexelsAnswer.Photo["src"], "original"> },
  style: Style
): string =>
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

/** Where an image is now. */
export const downloadedText = (
  { attribution, bytes, path }: Credited & Pick<PexelsAnswer.DownloadAnswer, "bytes" | "path">,
  style: Style
): string =>
  `${style.good("downloaded")} ${oneLine(path)}  ${style.dim(bytesText(bytes))}\n${oneLine(attribution.text)}`
