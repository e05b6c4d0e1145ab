/**
 * Photos and pages of them as the API shows them: https://www.pexels.com/api/documentation/#photos-overview
 *
 * @module
 */
import { hexOf } from "./Colors.ts"
import type { Photo } from "./Library.ts"

/** The images of a photo, by size. The queries are those of the documentation. */
const queries = {
  original: "",
  large2x: "?auto=compress&cs=tinysrgb&dpr=2&h=650&w=940",
  large: "?auto=compress&cs=tinysrgb&h=650&w=940",
  medium: "?auto=compress&cs=tinysrgb&h=350",
  small: "?auto=compress&cs=tinysrgb&h=130",
  portrait: "?auto=compress&cs=tinysrgb&fit=crop&h=1200&w=800",
  landscape: "?auto=compress&cs=tinysrgb&fit=crop&h=627&w=1200",
  tiny: "?auto=compress&cs=tinysrgb&dpr=1&fit=crop&h=200&w=280"
} as const

/** A photo as JSON. */
export interface PhotoView {
  readonly id: number
  readonly width: number
  readonly height: number
  readonly url: string
  readonly photographer: string
  readonly photographer_url: string
  readonly photographer_id: number
  readonly avg_color: string
  readonly src: { readonly [size in keyof typeof queries]: string }
  readonly liked: boolean
  readonly alt: string
}

const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, "-")
    .replaceAll(/^-|-$/g, "")

/** Where the image of a photo is, below the origin of images. */
export const imagePath = (id: number): string => `/images/photos/${id}/pexels-photo-${id}.png`

/** Shows a photo whose images are below an origin. */
export const photoView = (photo: Photo, origin: string): PhotoView => {
  const image = origin + imagePath(photo.id)
  const src = (size: keyof typeof queries) => image + queries[size]
  return {
    id: photo.id,
    width: photo.width,
    height: photo.height,
    url: `https://www.pexels.com/photo/${slugOf(photo.alt)}-${photo.id}/`,
    photographer: photo.photographer,
    photographer_url: `https://www.pexels.com/@${slugOf(photo.photographer)}-${photo.photographerId}`,
    photographer_id: photo.photographerId,
    avg_color: hexOf(photo.color),
    src: {
      original: src("original"),
      large2x: src("large2x"),
      large: src("large"),
      medium: src("medium"),
      small: src("small"),
      portrait: src("portrait"),
      landscape: src("landscape"),
      tiny: src("tiny")
    },
    liked: false,
    alt: photo.alt
  }
}

/** Which page of a list is asked for. */
export interface Paging {
  readonly page: number
  readonly perPage: number
}

/** Where a list is: its address without a query, with the slash Pexels has there, and what else was asked for. */
export interface Place {
  readonly address: string
  readonly parameters: Readonly<Record<string, string>>
}

/** A page of a list, with the addresses of those beside it. Their parameters are in alphabetical order, as in the documentation. */
export const pageView = (
  photos: ReadonlyArray<Photo>,
  { page, perPage }: Paging,
  place: Place,
  imageOrigin: string
) => {
  const linkTo = (page: number): string => {
    const query = new URLSearchParams({ ...place.parameters, page: String(page), per_page: String(perPage) })
    query.sort()
    return `${place.address}?${query}`
  }
  const isLast = page * perPage >= photos.length
  return {
    total_results: photos.length,
    page,
    per_page: perPage,
    photos: photos.slice((page - 1) * perPage, page * perPage).map((photo) => photoView(photo, imageOrigin)),
    ...(page > 1 ? { prev_page: linkTo(page - 1) } : {}),
    ...(isLast ? {} : { next_page: linkTo(page + 1) })
  }
}
