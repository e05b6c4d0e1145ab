/**
 * The photos and videos of a Photos Picker emulator. The same options give the same media.
 *
 * @module
 */
import type { EmulatorAnswer } from "@skippy/http/testing"
import type { MediaOptions, ProcessingStatus } from "./Options.ts"

/** A photo or a video. */
export interface Media extends MediaOptions {
  readonly id: string
  readonly mimeType: string
  readonly createTime: string
  readonly width: number
  readonly height: number
  readonly type: "PHOTO" | "VIDEO"
  readonly processingStatus: ProcessingStatus
}

const mimeTypes: Readonly<Record<string, string>> = {
  gif: "image/gif",
  heic: "image/heif",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  mov: "video/quicktime",
  mp4: "video/mp4",
  png: "image/png",
  webp: "image/webp"
}

const shapes = [
  [4000, 3000],
  [3000, 4000],
  [4032, 3024],
  [2048, 2048]
] as const

const firstDay = "2026-03-01T09:00:00Z"
const pad = (value: number): string => String(value).padStart(2, "0")

/** One a minute, as on a walk. */
const timeOf = (index: number): string =>
  firstDay.replace("09:00", `${pad(9 + (Math.floor(index / 60) % 12))}:${pad(index % 60)}`)

const mimeTypeOf = (filename: string): string =>
  mimeTypes[/\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase() ?? ""] ?? "image/jpeg"

/** Makes one of the library; `index` is how many there are before it. */
export const make = (options: MediaOptions, index: number): Media => {
  const [width, height] = shapes[index % shapes.length] ?? shapes[0]
  const mimeType = options.mimeType ?? mimeTypeOf(options.filename)
  return {
    ...options,
    id: options.id ?? `AGj1e-media-${index + 1}`,
    mimeType,
    createTime: options.createTime ?? timeOf(index),
    width: options.width ?? width,
    height: options.height ?? height,
    type: mimeType.startsWith("video/") ? "VIDEO" : "PHOTO",
    processingStatus: options.processingStatus ?? "READY"
  }
}

/** What is sent for it. */
export type Content = Exclude<EmulatorAnswer["body"], string | undefined>

const defaultSize = 4096
const inMemory = 1024 * 1024

const seedOf = (text: string): number => {
  let seed = 2_166_136_261
  for (const letter of text) seed = Math.imul(seed ^ (letter.codePointAt(0) ?? 0), 16_777_619)
  return seed >>> 0
}

/** Bytes that follow from a seed and their place, so that any part can be made alone. */
const generated = (name: string, length: number): Content => {
  const seed = seedOf(name)
  const read = (start: number, end: number): Uint8Array => {
    const bytes = new Uint8Array(Math.max(0, Math.min(end, length) - start))
    for (let at = 0; at < bytes.length; at++) bytes[at] = Math.imul(seed ^ (start + at), 2_654_435_761) >>> 24
    return bytes
  }
  return length < inMemory ? read(0, length) : { length, read }
}

/** A part of a content. */
export const partOf = (content: Content, start: number, end: number): Content => {
  if (content instanceof Uint8Array) return content.subarray(start, end)
  return { length: end - start, read: (from, to) => content.read(start + from, Math.min(start + to, end)) }
}

const encoder = new TextEncoder()

/** The file itself. */
export const contentOf = ({ content, id, size = defaultSize }: Media): Content => {
  if (content === undefined) return generated(id, size)
  return typeof content === "string" ? encoder.encode(content) : content
}

/** Another form of it, such as a smaller picture: other bytes, which say what was asked for. */
export const derivedOf = ({ id }: Media, form: string): Uint8Array => encoder.encode(`${id} as ${form}`)
