/**
 * The host of the images: no key, no limits, parts of an image on request. A twenty-fifth of the real sizes, in pixels.
 *
 * @module
 */
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

interface Part {
  readonly from: number
  readonly to: number
}

/** One part of a body, https://www.rfc-editor.org/rfc/rfc9110#section-14.2; `none` when there is no such part. */
const partOf = (header: string | undefined, length: number): Part | "none" | undefined => {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? []
  if (first === "" && last === "") return undefined
  const from = first === "" ? Math.max(0, length - Number(last)) : Number(first)
  const to = first === "" || last === "" ? length - 1 : Math.min(Number(last), length - 1)
  return from > to ? "none" : { from, to }
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
  const part = isSame ? partOf(headers["range"], body.length) : undefined
  if (part === undefined) return { status: 200, headers: common, body }
  if (part === "none") return { status: 416, headers: { ...common, "content-range": `bytes */${body.length}` } }
  const { from, to } = part
  return {
    status: 206,
    headers: { ...common, "content-range": `bytes ${from}-${to}/${body.length}` },
    body: body.subarray(from, to + 1)
  }
}
