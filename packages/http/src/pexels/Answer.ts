/**
 * What the operations of `Pexels` answer.
 *
 * @module
 */
import { Schema } from "effect"
import { Freshness } from "../Freshness.ts"
import { Attribution } from "./Attribution.ts"
import { DownloadSize } from "./Input.ts"

/** Where the images of a photo are, by size in pixels: https://www.pexels.com/api/documentation/#photos-overview */
export const Sources = Schema.Struct({
  /** As it was uploaded. */
  original: Schema.String,
  /** Within 1880 × 1300. */
  large2x: Schema.String,
  /** Within 940 × 650. */
  large: Schema.String,
  /** 350 high. */
  medium: Schema.String,
  /** 130 high. */
  small: Schema.String,
  /** 800 × 1200, cropped. */
  portrait: Schema.String,
  /** 1200 × 627, cropped. */
  landscape: Schema.String,
  /** 280 × 200, cropped. */
  tiny: Schema.String
})
/** Where the images of a photo are. */
export type Sources = typeof Sources.Type

/** A photo. */
export const Photo = Schema.Struct({
  id: Schema.Int,
  /** Of the original, in pixels. */
  width: Schema.Int,
  /** Of the original, in pixels. */
  height: Schema.Int,
  /** The page of it. */
  url: Schema.String,
  /** What it shows; may be empty. */
  alt: Schema.String,
  /** `#978E82`, for as long as the image loads; absent when Pexels does not tell. */
  avgColor: Schema.optionalKey(Schema.String),
  photographer: Schema.String,
  /** The page of the photographer. */
  photographerUrl: Schema.String,
  /** Absent when Pexels does not tell. */
  photographerId: Schema.optionalKey(Schema.Int),
  src: Sources,
  /** To be shown with it. */
  attribution: Attribution
})
/** A photo. */
export type Photo = typeof Photo.Type

/** One photo that was asked for. */
export const PhotoAnswer = Schema.Struct({ ...Photo.fields, ...Freshness.fields })
/** One photo that was asked for. */
export type PhotoAnswer = typeof PhotoAnswer.Type

/** A page of photos. */
export const PhotoPage = Schema.Struct({
  photos: Schema.Array(Photo),
  /** From 1. */
  page: Schema.Int,
  perPage: Schema.Int,
  /** On all pages; absent when Pexels does not tell, as for curated photos. */
  totalResults: Schema.optionalKey(Schema.Int),
  /** Whether there is a page after it. */
  hasMore: Schema.Boolean,
  /** To be shown with the list; each photo has its own beside it. */
  attribution: Attribution
})
/** A page of photos. */
export type PhotoPage = typeof PhotoPage.Type

/** A page of photos that was asked for. */
export const PhotoPageAnswer = Schema.Struct({ ...PhotoPage.fields, ...Freshness.fields })
/** A page of photos that was asked for. */
export type PhotoPageAnswer = typeof PhotoPageAnswer.Type

/** An image that was written into a file. */
export const DownloadAnswer = Schema.Struct({
  /** The absolute path of the file. */
  path: Schema.String,
  /** Its size. */
  bytes: Schema.Int,
  /** `image/jpeg`; absent when the server does not tell. */
  contentType: Schema.optionalKey(Schema.String),
  size: DownloadSize,
  photo: Photo,
  /** That of the photo, to be shown with it. */
  attribution: Attribution
})
/** An image that was written into a file. */
export type DownloadAnswer = typeof DownloadAnswer.Type
