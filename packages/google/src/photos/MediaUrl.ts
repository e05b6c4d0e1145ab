/**
 * What is asked for behind a `baseUrl`. Pure.
 *
 * Source: https://developers.google.com/photos/picker/guides/media-items#base-urls
 *
 * @module
 */

/** In which form an item is wanted. */
export interface Form {
  /** `image`: the photo, or a picture of the video. `video`: the video, or the one that goes with a motion photo. */
  readonly as: "image" | "video"
  /** Pixels an image has at most; without both it is the original. */
  readonly maxWidth?: number | undefined
  readonly maxHeight?: number | undefined
  /** Whether the image fills the box. */
  readonly crop?: boolean | undefined
}

/** What stands behind the `baseUrl`: `=d`, `=dv`, `=w2048-h1024-c`. */
export const suffixOf = ({ as, crop, maxHeight, maxWidth }: Form): string => {
  if (as === "video") return "=dv"
  const sizes = [
    ...(maxWidth === undefined ? [] : [`w${maxWidth}`]),
    ...(maxHeight === undefined ? [] : [`h${maxHeight}`])
  ]
  if (sizes.length === 0) return "=d"
  return `=${[...sizes, ...(crop === true ? ["c"] : [])].join("-")}`
}

/** Whether something stands behind it already: a form, a query, a fragment. */
export const hasSuffix = (baseUrl: string): boolean => {
  const { hash, pathname, search } = new URL(baseUrl)
  return search + hash !== "" || /=[^/=]*$/.test(pathname)
}
