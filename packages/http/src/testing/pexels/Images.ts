/**
 * The host of the images: no key, no limits, parts of an image on request. A twenty-fifth of the real sizes, in pixels.
 *
 * @module
 */
import * as ByteRange from "../ByteRange.ts"
import type { EmulatorAnswer, EmulatorRequest } from "../Emulator.ts"
import { channelsOf, hexOf } from "./Colors.ts"
import type { Photo } from "./Library.ts"
import { imagePath } from "./PhotoView.ts"
import * as Png from "./Png.ts"

const scale = 25
const longestEdge = 96

const edge = (pixels: number): number => Math.min(longestEdge, Math.max(1, Math.round(pixels / scale)))

/** The size a query asks for. With both edges it is a box, which a crop fills. */
const sizeOf = ({ height, width }: Photo, query: URLSearchParams) => {
  const ratio = Number(query.get("dpr") ?? 1)
  const tall = Number(query.get("h") ?? height) * ratio
  const wide = Number(query.get("w") ?? width) * ratio
  const isCrop = query.get("fit") === "crop"
  const shrink = Math.min(1, tall / height, wide / width, (longestEdge * scale) / Math.max(width, height))
  return isCrop
    ? { width: edge(wide), height: edge(tall) }
    : { width: edge(width * shrink), height: edge(height * shrink) }
}

/** Answers for an image; `undefined` when there is none at this path. */
export const answer = (request: EmulatorRequest, photos: ReadonlyArray<Photo>): EmulatorAnswer | undefined => {
  const { headers, url } = request
  const photo = photos.find(({ id }) => url.pathname === imagePath(id))
  if (photo === undefined) return undefined
  const size = sizeOf(photo, url.searchParams)
  const body = Png.encode({ ...size, color: channelsOf(hexOf(photo.color)), mark: photo.id })
  const etag = `"${photo.id}-${size.width}x${size.height}"`
  const common = { "content-type": "image/png", "accept-ranges": "bytes", etag }
  const isSame = headers["if-range"] === undefined || headers["if-range"] === etag
  const part = isSame ? ByteRange.partOf(headers["range"], body.length) : undefined
  if (part === undefined) return { status: 200, headers: common, body }
  if (part === "none") return { status: 416, headers: { ...common, "content-range": `bytes */${body.length}` } }
  return {
    status: 206,
    headers: { ...common, "content-range": ByteRange.contentRange(part, body.length) },
    body: body.subarray(part.start, part.end)
  }
}
