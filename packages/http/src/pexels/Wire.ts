/**
 * Pexels' JSON, as far as it is read, and what becomes of it.
 *
 * Source: https://www.pexels.com/api/documentation/#photos-overview, https://www.pexels.com/api/documentation/#photos-search
 *
 * @module
 */
import { Schema } from "effect"
import type * as Answer from "./Answer.ts"
import * as Attribution from "./Attribution.ts"

/** An address people, or a browser, will be led to. */
const WebAddress = Schema.String.check(
  Schema.makeFilter((text: string) => /^https?:\/\//.test(text) && URL.canParse(text), {
    expected: "an http or https URL"
  })
)

const maybe = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

/** A photo. Not every photo has all that the documentation shows. */
export const Photo = Schema.Struct({
  id: Schema.Int,
  width: Schema.Int,
  height: Schema.Int,
  url: WebAddress,
  photographer: Schema.String,
  photographer_url: WebAddress,
  /** A number in the documentation, a text in the types of Pexels' own library (pexels/pexels-javascript). */
  photographer_id: Schema.optionalKey(Schema.Unknown),
  avg_color: maybe(Schema.String),
  src: Schema.Struct({
    original: WebAddress,
    large2x: WebAddress,
    large: WebAddress,
    medium: WebAddress,
    small: WebAddress,
    portrait: WebAddress,
    landscape: WebAddress,
    tiny: WebAddress
  }),
  alt: maybe(Schema.String)
})

/** A page of photos. */
export const Page = Schema.Struct({
  photos: Schema.Array(Photo),
  page: Schema.Int,
  per_page: Schema.Int,
  total_results: maybe(Schema.Int),
  /** Only on pages before the last; its address in the documentation, a number in the types of Pexels' own library. */
  next_page: Schema.optionalKey(Schema.Unknown)
})

const isId = Schema.is(Schema.Int.check(Schema.isGreaterThan(0)))

/** A photo with its credit. */
export const photoOf = (photo: typeof Photo.Type): Answer.Photo => {
  const photographerId = Number(photo.photographer_id ?? Number.NaN)
  const credited = { photographer: photo.photographer, photographerUrl: photo.photographer_url, url: photo.url }
  return {
    id: photo.id,
    width: photo.width,
    height: photo.height,
    alt: photo.alt ?? "",
    ...credited,
    ...(typeof photo.avg_color === "string" ? { avgColor: photo.avg_color } : {}),
    ...(isId(photographerId) ? { photographerId } : {}),
    src: photo.src,
    attribution: Attribution.ofPhoto(credited)
  }
}

/** A page of photos with their credits. */
export const pageOf = ({ next_page, page, per_page, photos, total_results }: typeof Page.Type): Answer.PhotoPage => ({
  photos: photos.map(photoOf),
  page,
  perPage: per_page,
  ...(typeof total_results === "number" ? { totalResults: total_results } : {}),
  hasMore: Boolean(next_page),
  attribution: Attribution.ofPexels
})
