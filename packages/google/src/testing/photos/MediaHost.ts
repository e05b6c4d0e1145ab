/**
 * The host of the bytes: `baseUrl` and what is asked for behind it
 * (https://developers.google.com/photos/picker/guides/media-items#base-urls). What is not documented is strict here: a
 * `baseUrl` alone is a 400; a session that is over or deleted ends its URLs; a video that is not ready is a 404.
 *
 * @module
 */
import { ByteRange, type EmulatorAnswer, type EmulatorRequest } from "@skippy/http/testing"
import { decoded } from "../Paths.ts"
import * as Library from "./Library.ts"
import * as Refusals from "./Refusals.ts"
import type { State } from "./State.ts"
import { placeOf } from "./Views.ts"

/** Whether a path is of this host. */
export const isMedia = ({ pathname }: URL): boolean => pathname.startsWith("/ppa/") || pathname.startsWith(videos)

/** Where redirected videos are. Its addresses need no token: they say themselves what they are good for. */
const videos = "/videos/"

interface Representation {
  readonly contentType: string
  readonly content: Library.Content
  readonly form: string
}

const options = /^(?:d|dv|c|no|w[1-9]\d{0,4}|h[1-9]\d{0,4})$/

/** What is behind the last `=` of a path; `undefined` when that is nothing the guide knows. */
const formOf = (path: string): { readonly base: string; readonly form: ReadonlyArray<string> } | undefined => {
  const at = path.lastIndexOf("=")
  if (at < 0) return undefined
  const form = path.slice(at + 1).split("-")
  return form.every((option) => options.test(option)) ? { base: path.slice(0, at), form } : undefined
}

const fileOf = (media: Library.Media, form: string): Representation => ({
  contentType: media.mimeType,
  content: Library.contentOf(media),
  form
})

/** What is given of a medium; `undefined` when there is no such form of it. */
const representationOf = (media: Library.Media, form: ReadonlyArray<string>): Representation | undefined => {
  const text = form.join("-")
  if (text === "dv") {
    if (media.type === "VIDEO") return media.processingStatus === "READY" ? fileOf(media, text) : undefined
    return media.motion === true
      ? { contentType: "video/mp4", content: Library.derivedOf(media, "motion"), form: text }
      : undefined
  }
  if (text === "d" && media.type === "PHOTO") return fileOf(media, text)
  return { contentType: "image/jpeg", content: Library.derivedOf(media, text), form: text }
}

const send = (
  { content, contentType, form }: Representation,
  id: string,
  { headers }: EmulatorRequest,
  ranges: boolean
): EmulatorAnswer => {
  const etag = `"${id}-${form}"`
  const common = { "content-type": contentType, etag, "cache-control": "private, max-age=86400, no-transform" }
  if (!ranges) return { status: 200, headers: common, body: content }
  const isSame = headers["if-range"] === undefined || headers["if-range"] === etag
  const part = isSame ? ByteRange.partOf(headers["range"], content.length) : undefined
  const accepting = { ...common, "accept-ranges": "bytes" }
  if (part === undefined) return { status: 200, headers: accepting, body: content }
  if (part === "none") {
    return { status: 416, headers: { ...accepting, "content-range": `bytes */${content.length}` } }
  }
  return {
    status: 206,
    headers: { ...accepting, "content-range": ByteRange.contentRange(part, content.length) },
    body: Library.partOf(content, part.start, part.end)
  }
}

/** How the host of an emulator behaves. */
export interface HostOptions {
  readonly ranges: boolean
  readonly videoOrigin: string | undefined
}

/** Answers for bytes. `owner` is who asks; `undefined` when the token is none. */
export const answer = (
  state: State,
  request: EmulatorRequest,
  owner: string | undefined,
  { ranges, videoOrigin }: HostOptions,
  now: number
): EmulatorAnswer => {
  const { pathname } = request.url
  if (pathname.startsWith(videos)) {
    const media = state.find(decoded(pathname.slice(videos.length)))
    return media === undefined ? Refusals.media(404) : send(fileOf(media, "dv"), media.id, request, ranges)
  }
  if (owner === undefined) return Refusals.media(401)
  const asked = formOf(pathname)
  if (asked === undefined) return Refusals.media(400)
  const place = placeOf(asked.base)
  const media = place && state.find(place.media)
  if (place === undefined || media === undefined) return Refusals.media(404)
  const session = state.session(place.sessionId, owner)
  const isOver = session === undefined || state.hasExpired(session, now) || now >= place.listedAt + state.times.baseUrl
  if (isOver) return Refusals.media(403)
  const found = representationOf(media, asked.form)
  if (found === undefined) return Refusals.media(404)
  if (found.form === "dv" && videoOrigin !== undefined) {
    return { status: 302, headers: { location: `${videoOrigin}${videos}${encodeURIComponent(media.id)}` } }
  }
  return send(found, media.id, request, ranges)
}
