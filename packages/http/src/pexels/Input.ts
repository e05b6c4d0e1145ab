/**
 * What the operations of `Pexels` take. All is checked before anything is sent.
 *
 * Source: https://www.pexels.com/api/documentation/#photos-search
 *
 * @module
 */
import { Schema } from "effect"

/** The defaults, in one place. */
export const defaults = { perPage: 15, page: 1, perPageOfAll: 80, size: "original" } as const

/** The most photos on a page. */
export const maxPerPage = 80

/** Which way a photo lies. */
export const Orientation = Schema.Literals(["landscape", "portrait", "square"])
/** Which way a photo lies. */
export type Orientation = typeof Orientation.Type

/** How many megapixels it has at least: 24, 12 or 4. */
export const PhotoSize = Schema.Literals(["large", "medium", "small"])
/** How many megapixels it has at least: 24, 12 or 4. */
export type PhotoSize = typeof PhotoSize.Type

/** The colors that have a name. */
export const colorNames = [
  "red",
  "orange",
  "yellow",
  "green",
  "turquoise",
  "blue",
  "violet",
  "pink",
  "brown",
  "black",
  "gray",
  "white"
] as const

const named: ReadonlySet<string> = new Set(colorNames)
const hexCode = /^#?(?:[\da-f]{3}){1,2}$/i

/** One of `colorNames`, or a hexadecimal code such as `#ffffff`. */
export const Color = Schema.String.check(
  Schema.makeFilter((color: string) => named.has(color) || hexCode.test(color), {
    message: `give ${colorNames.map((name) => `"${name}"`).join(", ")} or a hexadecimal code such as "#ffffff"`
  })
)

/** Which image of a photo is downloaded. */
export const DownloadSize = Schema.Literals(["original", "large", "medium", "small"])
/** Which image of a photo is downloaded. */
export type DownloadSize = typeof DownloadSize.Type

const WholeNumber = (max: number, fix: string) =>
  Schema.Finite.annotate({ message: fix }).check(
    Schema.makeFilter((value: number) => Number.isInteger(value) && value >= 1 && value <= max, { message: fix })
  )

const optionalNumber = (max: number, fix: string) => Schema.optional(WholeNumber(max, fix)).annotate({ message: fix })

const Text = (fix: string) =>
  Schema.String.check(Schema.makeFilter((text: string) => text.trim() !== "", { message: fix }))

/** The id of a photo. */
export const PhotoId = WholeNumber(Number.MAX_SAFE_INTEGER, "give the id of a photo, a whole number of at least 1")

const PerPage = optionalNumber(maxPerPage, `give a whole number from 1 to ${maxPerPage}`)

const paging = {
  /** Photos on a page, 1 to 80, default 15. */
  perPage: PerPage,
  /** From 1, which is the default. */
  page: optionalNumber(Number.MAX_SAFE_INTEGER, "give a whole number of at least 1")
}

const filters = {
  /** What the photos show: `Ocean`, `Group of people working`. */
  query: Text('give words to search for, such as "ocean"'),
  /** Default: any. */
  orientation: Schema.optional(Orientation),
  /** The least size. Default: any. */
  size: Schema.optional(PhotoSize),
  /** A name or a hexadecimal code. Default: any. */
  color: Schema.optional(Color)
}

/** What `search` takes. */
export const SearchInput = Schema.Struct({ ...filters, ...paging })
/** What `search` takes. */
export type SearchInput = typeof SearchInput.Encoded

/** What `searchAll` takes. */
export const SearchAllInput = Schema.Struct({
  ...filters,
  /** Photos for each request, 1 to 80, default 80. */
  perPage: PerPage
})
/** What `searchAll` takes. */
export type SearchAllInput = typeof SearchAllInput.Encoded

/** What `curated` takes. */
export const CuratedInput = Schema.Struct(paging)
/** What `curated` takes. */
export type CuratedInput = typeof CuratedInput.Encoded

/** What `getPhoto` takes. */
export const GetPhotoInput = Schema.Struct({ photoId: PhotoId })

/** What `download` takes. */
export const DownloadInput = Schema.Struct({
  photoId: PhotoId,
  /** Where the file is written. */
  path: Text("give the path of the file to write"),
  /** Default `original`. */
  size: Schema.optional(DownloadSize),
  /** Whether a file that is there may be replaced. Default `false`. */
  overwrite: Schema.optional(Schema.Boolean)
})
/** What `download` takes. */
export type DownloadInput = typeof DownloadInput.Encoded

/**
 * A query as it is sent and kept: without spaces around it, with one between words, in lower case. Pexels answers the same
 * for all of them, and asks to normalize: https://help.pexels.com/hc/en-us/articles/900006470063
 */
export const normalizeQuery = (query: string): string =>
  query.normalize("NFC").trim().replaceAll(/\s+/g, " ").toLowerCase()

/** A color as it is sent: a name, or `#` and six digits in lower case. */
export const normalizeColor = (color: string): string => {
  if (named.has(color)) return color
  const digits = color.replace("#", "").toLowerCase()
  return `#${digits.length === 3 ? Array.from(digits, (digit) => digit + digit).join("") : digits}`
}
