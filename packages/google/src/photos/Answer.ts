/**
 * What the operations of `Photos` answer.
 *
 * @module
 */
import { Download } from "@skippy/http"
import { Schema } from "effect"

/** How Google wants to be asked whether something was picked. */
export const Polling = Schema.Struct({
  /** Between two questions. */
  pollInterval: Schema.DurationFromMillis,
  /** How long to go on; 0 is "stop". */
  timeoutIn: Schema.optionalKey(Schema.DurationFromMillis)
})
/** How Google wants to be asked whether something was picked. */
export type Polling = typeof Polling.Type

/** A picking session: https://developers.google.com/photos/picker/reference/rest/v1/sessions */
export const PickerSession = Schema.Struct({
  sessionId: Schema.String,
  /** Where its owner picks, in a browser, signed in to Google; not in a frame of another page. */
  pickerUri: Schema.String,
  /** The same, which closes its window when somebody is done. */
  autocloseUri: Schema.String,
  /** Until when the session and what was picked can be used; absent when Google does not tell. */
  expiresAt: Schema.optionalKey(Schema.DateTimeUtcFromString),
  /** The most items that can be picked, when the session was created with it. */
  maxItemCount: Schema.optionalKey(Schema.Int),
  /** Whether somebody is done with picking. */
  mediaItemsSet: Schema.Boolean,
  /** Absent once something is picked. */
  polling: Schema.optionalKey(Polling)
})
/** A picking session. */
export type PickerSession = typeof PickerSession.Type

/** What it is; `unknown` is for kinds that Google may add. */
export const MediaType = Schema.Literals(["photo", "video", "unknown"])
/** What it is. */
export type MediaType = typeof MediaType.Type

/** How far a video is. Its bytes can be had when it is `ready`. */
export const Processing = Schema.Literals(["processing", "ready", "failed", "unknown"])
/** How far a video is. */
export type Processing = typeof Processing.Type

const number = Schema.optionalKey(Schema.Finite)
const text = Schema.optionalKey(Schema.String)

/** A photo or a video that was picked: https://developers.google.com/photos/picker/reference/rest/v1/mediaItems */
export const MediaItem = Schema.Struct({
  /** The same in every session. */
  id: Schema.String,
  /** The session it was picked in. */
  sessionId: Schema.String,
  type: MediaType,
  /** When it was taken, not when it was uploaded. */
  createTime: Schema.optionalKey(Schema.DateTimeUtcFromString),
  /** Where its bytes are; for whoever has the token of its owner, and only with something behind it: see `downloadMedia`. */
  baseUrl: Schema.String,
  /** Until when `baseUrl` can be used, at most: 60 minutes after it was listed. */
  baseUrlExpiresAt: Schema.DateTimeUtcFromString,
  /** `image/jpeg`. */
  mimeType: Schema.String,
  /** As somebody called it. It is no path: `safeName` makes one of it. */
  filename: Schema.String,
  /** Of the original, in pixels. */
  width: number,
  /** Of the original, in pixels. */
  height: number,
  cameraMake: text,
  cameraModel: text,
  /** Of a photo, in millimetres. */
  focalLength: number,
  /** Of a photo. */
  apertureFNumber: number,
  /** Of a photo. */
  isoEquivalent: number,
  /** Of a photo, in seconds. */
  exposureSeconds: number,
  /** Of a video: frames in a second. */
  fps: number,
  /** Of a video. */
  processing: Schema.optionalKey(Processing)
})
/** A photo or a video that was picked. */
export type MediaItem = typeof MediaItem.Type

/** What was picked. */
export const MediaList = Schema.Struct({
  sessionId: Schema.String,
  items: Schema.Array(MediaItem),
  /** Whether more was picked. */
  hasMore: Schema.Boolean
})
/** What was picked. */
export type MediaList = typeof MediaList.Type

/** A session that is not there any more. */
export const DeletedSession = Schema.Struct({ sessionId: Schema.String })
/** A session that is not there any more. */
export type DeletedSession = typeof DeletedSession.Type

/** A photo or a video that was written into a file. */
export const MediaDownload = Schema.Struct({
  /** Absolute. */
  path: Schema.String,
  bytes: Schema.Int,
  /** Bytes that an earlier call had left. */
  resumedFrom: Download.Downloaded.fields.resumedFrom,
  contentType: Schema.optionalKey(Schema.String),
  /** The item, when it was given. */
  mediaId: Schema.optionalKey(Schema.String),
  /** Whether its `baseUrl` was too old, and another was asked for. */
  relisted: Schema.Boolean
})
/** A photo or a video that was written into a file. */
export type MediaDownload = typeof MediaDownload.Type
