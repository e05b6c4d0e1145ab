/**
 * What the operations of `Photos` take. All is checked before anything is sent.
 *
 * @module
 */
import { Schema } from "effect"
import { MediaItem } from "./Answer.ts"

/** The defaults, in one place. */
export const defaults = {
  /** Google's own, when a session names no number. */
  maxItemCount: 2000,
  maxResults: 100,
  /** The most Google gives at once. */
  pageSize: 100,
  mimeType: "image/jpeg",
  overwrite: false,
  resume: true
} as const

const WholeNumber = (max: number, fix: string) =>
  Schema.Finite.annotate({ message: fix }).check(
    Schema.makeFilter((value: number) => Number.isInteger(value) && value >= 1 && value <= max, { message: fix })
  )

const upTo = (max: number) => {
  const fix = `give a whole number from 1 to ${max}`
  return Schema.optional(WholeNumber(max, fix)).annotate({ message: fix })
}

/** The id of a session. Google says nothing of its form; it is one part of an address. */
export const SessionId = Schema.String.check(
  Schema.isPattern(/^[^\s/\\?#%\p{C}]{1,512}$/u, {
    message: "give the id of a session, as createSession answers it, without spaces and slashes"
  })
)

/** What `createSession` takes. */
export const CreateSessionInput = Schema.Struct({
  /** The most items that can be picked, 1 to 2000. Default: Google's own, 2000. */
  maxItemCount: upTo(defaults.maxItemCount)
})
/** What `createSession` takes. */
export type CreateSessionInput = typeof CreateSessionInput.Encoded

/** What `getSession`, `checkSession`, `deleteSession` and `media` take. */
export const SessionInput = Schema.Struct({ sessionId: SessionId })
/** What `getSession`, `checkSession`, `deleteSession` and `media` take. */
export type SessionInput = typeof SessionInput.Encoded

/** What `selectedMedia` takes. */
export const SelectedMediaInput = Schema.Struct({
  sessionId: SessionId,
  /** The most items that are answered, 1 to 2000. Default 100. */
  maxResults: upTo(defaults.maxItemCount)
})
/** What `selectedMedia` takes. */
export type SelectedMediaInput = typeof SelectedMediaInput.Encoded

const baseUrlFix = "give the baseUrl of an item as it is, an https address of Google without anything behind it"

/** What `downloadMedia` takes, beside `onProgress`. Either `item` or `baseUrl`. */
export const DownloadMediaInput = Schema.Struct({
  /** An item as `selectedMedia` or `media` answers it. A `baseUrl` of it that is too old is replaced. */
  item: Schema.optional(Schema.toType(MediaItem)),
  /** Where the bytes are, when there is no item. */
  baseUrl: Schema.optional(
    Schema.String.check(
      Schema.makeFilter((text: string) => (/^https?:\/\//.test(text) && URL.canParse(text) ? undefined : baseUrlFix))
    )
  ),
  /** What it is, beside a `baseUrl`. Default `image/jpeg`. */
  mimeType: Schema.optional(
    Schema.String.check(Schema.isPattern(/^[\w.+-]+\/[\w.+-]+$/, { message: 'give a type such as "image/jpeg"' }))
  ),
  /** Where the file is put. Its directory has to be there. */
  path: Schema.String,
  /**
   * `image`: a photo, or a picture of a video. `video`: a video, or the one that goes with a motion photo. Default: what it
   * is.
   */
  as: Schema.optional(Schema.Literals(["image", "video"])),
  /** Pixels an image has at most. Without both sizes it is the original, with its EXIF but for the place. */
  maxWidth: upTo(16_383),
  /** Pixels an image has at most. */
  maxHeight: upTo(16_383),
  /** Whether the image fills `maxWidth` and `maxHeight`, and what sticks out is cut off. Default `false`. */
  crop: Schema.optional(Schema.Boolean),
  /** Whether a file that is there already is replaced. Default `false`: it is an error. */
  overwrite: Schema.optional(Schema.Boolean),
  /** Whether what an earlier call has left is gone on with. Default `true`. */
  resume: Schema.optional(Schema.Boolean)
})
/** What `downloadMedia` takes, beside `onProgress`. */
export type DownloadMediaInput = typeof DownloadMediaInput.Encoded

/** Told why a `baseUrl` is refused. */
export const untrustedFix = baseUrlFix
