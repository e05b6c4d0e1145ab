/**
 * A name for a file from what somebody called a photo. Such a name comes from outside, so it may hold anything: folders, a
 * way up, characters no file system takes. Pure.
 *
 * @module
 */
import type { MediaItem } from "./Answer.ts"

/** Bytes of a name that every file system takes, with room for what a download adds for a while. */
const longest = 200

const extensions: ReadonlyMap<string, string> = new Map([
  ["image/gif", ".gif"],
  ["image/heic", ".heic"],
  ["image/heif", ".heic"],
  ["image/jpeg", ".jpg"],
  ["image/png", ".png"],
  ["image/webp", ".webp"],
  ["video/mp4", ".mp4"],
  ["video/quicktime", ".mov"]
])

/**
 * Names Windows keeps for devices, with any extension
 * (https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions).
 */
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])\s*(?:\.|$)/i

const encoder = new TextEncoder()

/** The beginning of a text that has so many bytes at most, without half a character at its end. */
const within = (text: string, bytes: number): string => {
  let length = 0
  let kept = ""
  for (const character of text) {
    length += encoder.encode(character).length
    if (length > bytes) break
    kept += character
  }
  return kept
}

const trimmed = (text: string): string => text.replaceAll(/^[.\s]+|[.\s]+$/g, "")

/** What stands for characters that cannot be in the name of a file, on any system. */
const clean = (text: string): string =>
  trimmed(text.normalize("NFC").replaceAll(/[\p{C}\p{Zl}\p{Zp}<>:"/\\|?*]/gu, "_"))

/**
 * The name of a file for an item: its own, with `_` for what cannot be in a name, without dots at its ends, shortened to 200
 * bytes before its extension. Where nothing is left, its id and the extension of its type. It has no folder in it, so it can
 * be put behind one; two items can have the same name.
 *
 * @example
 * ```ts
 * import { Photos } from "@skippy/google"
 *
 * const item = { id: "AGj1e", mimeType: "image/jpeg" }
 * console.log(Photos.safeName({ ...item, filename: "IMG_1.jpg" }), Photos.safeName({ ...item, filename: "../../.bashrc" }))
 * console.log(Photos.safeName({ ...item, filename: "" }))
 * ```
 *
 * ```text
 * IMG_1.jpg _.._.bashrc
 * AGj1e.jpg
 * ```
 */
export const safeName = ({ filename, id, mimeType }: Pick<MediaItem, "filename" | "id" | "mimeType">): string => {
  const own = clean(filename)
  const name = own === "" || /^_*$/.test(own) ? `${clean(id) || "item"}${extensions.get(mimeType) ?? ""}` : own
  const free = device.test(name) ? `_${name}` : name
  const [extension = ""] = /\.[A-Za-z0-9]{1,10}$/.exec(free) ?? []
  const stem = within(free.slice(0, free.length - extension.length), longest - extension.length)
  // Where it was cut off something may stand that must not be at an end.
  return (stem.length + extension.length < free.length ? trimmed(stem) : stem) + extension
}
