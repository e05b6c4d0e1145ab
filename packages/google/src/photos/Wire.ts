/**
 * What the Photos Picker sends, as far as it is read, and what becomes of it.
 *
 * Source: https://developers.google.com/photos/picker/reference/rest/v1/sessions,
 * https://developers.google.com/photos/picker/reference/rest/v1/mediaItems
 *
 * @module
 */
import { DateTime, Duration, Option, Schema } from "effect"
import type * as Answer from "./Answer.ts"

const optional = Schema.optionalKey

/** Seconds with up to nine digits behind the point, and an `s`: `3.5s`. */
const Seconds = Schema.String.check(Schema.isPattern(/^-?\d{1,12}(?:\.\d{1,9})?s$/))

/** 64-bit numbers come as text; whether others may is not worth a failure. */
const AnyNumber = Schema.Union([Schema.Finite, Schema.String.check(Schema.isPattern(/^-?\d{1,15}(?:\.\d+)?$/))])

const WebAddress = Schema.String.check(
  Schema.makeFilter((text: string) => /^https?:\/\//.test(text) && URL.canParse(text), {
    expected: "an http or https URL"
  })
)

/** A session. What is `false` may be left out. */
export const Session = Schema.Struct({
  id: Schema.String,
  pickerUri: WebAddress,
  pollingConfig: optional(Schema.Struct({ pollInterval: optional(Seconds), timeoutIn: optional(Seconds) })),
  expireTime: optional(Schema.String),
  pickingConfig: optional(Schema.Struct({ maxItemCount: optional(AnyNumber) })),
  mediaItemsSet: optional(Schema.Boolean)
})
/** A session. */
export type Session = typeof Session.Type

/** What was picked. */
export const MediaItem = Schema.Struct({
  id: Schema.String,
  createTime: optional(Schema.String),
  type: optional(Schema.String),
  mediaFile: Schema.Struct({
    baseUrl: WebAddress,
    mimeType: optional(Schema.String),
    filename: optional(Schema.String),
    mediaFileMetadata: optional(
      Schema.Struct({
        width: optional(AnyNumber),
        height: optional(AnyNumber),
        cameraMake: optional(Schema.String),
        cameraModel: optional(Schema.String),
        photoMetadata: optional(
          Schema.Struct({
            focalLength: optional(AnyNumber),
            apertureFNumber: optional(AnyNumber),
            isoEquivalent: optional(AnyNumber),
            exposureTime: optional(Seconds)
          })
        ),
        videoMetadata: optional(Schema.Struct({ fps: optional(AnyNumber), processingStatus: optional(Schema.String) }))
      })
    )
  })
})
/** What was picked. */
export type MediaItem = typeof MediaItem.Type

/** A page of it. An empty one has no list. */
export const MediaPage = Schema.Struct({
  mediaItems: optional(Schema.Array(MediaItem)),
  nextPageToken: optional(Schema.String)
})
/** A page of it. */
export type MediaPage = typeof MediaPage.Type

/** How often to ask when Google does not say. */
export const defaultPollMillis = 5000

/** How long a `baseUrl` is good: https://developers.google.com/photos/picker/guides/media-items#base-urls */
export const baseUrlMillis = 60 * 60_000

const secondsOf = (text: string): number => Number(text.slice(0, -1))

const timeOf = (text: string | undefined): DateTime.Utc | undefined =>
  text === undefined ? undefined : Option.getOrUndefined(DateTime.make(text))

const numberOf = (value: number | string | undefined): number | undefined =>
  value === undefined ? undefined : Number(value)

const durationOf = (text: string | undefined): Duration.Duration | undefined =>
  text === undefined ? undefined : Duration.millis(Math.max(0, secondsOf(text) * 1000))

const pollingOf = ({ pollInterval, timeoutIn }: NonNullable<Session["pollingConfig"]>): Answer.Polling => {
  const told = durationOf(pollInterval)
  const left = durationOf(timeoutIn)
  return {
    pollInterval: told === undefined || Duration.isZero(told) ? Duration.millis(defaultPollMillis) : told,
    ...(left === undefined ? {} : { timeoutIn: left })
  }
}

/** A session as operations answer it. */
export const sessionOf = (session: Session): Answer.PickerSession => {
  const { expireTime, id, mediaItemsSet = false, pickerUri, pickingConfig, pollingConfig } = session
  const expiresAt = timeOf(expireTime)
  const maxItemCount = numberOf(pickingConfig?.maxItemCount)
  return {
    sessionId: id,
    pickerUri,
    // https://developers.google.com/photos/picker/guides/sessions#create-sessions
    autocloseUri: `${pickerUri.replace(/\/+$/, "")}/autoclose`,
    mediaItemsSet,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(maxItemCount === undefined ? {} : { maxItemCount }),
    ...(pollingConfig === undefined || mediaItemsSet ? {} : { polling: pollingOf(pollingConfig) })
  }
}

const types: ReadonlyMap<string | undefined, Answer.MediaType> = new Map([
  ["PHOTO", "photo"],
  ["VIDEO", "video"]
])

const states: ReadonlyMap<string | undefined, Answer.Processing> = new Map([
  ["FAILED", "failed"],
  ["PROCESSING", "processing"],
  ["READY", "ready"]
])

type Facts = NonNullable<MediaItem["mediaFile"]["mediaFileMetadata"]>

const commonOf = ({ cameraMake, cameraModel, height, width }: Facts) => ({
  ...(width === undefined ? {} : { width: Number(width) }),
  ...(height === undefined ? {} : { height: Number(height) }),
  ...(cameraMake === undefined ? {} : { cameraMake }),
  ...(cameraModel === undefined ? {} : { cameraModel })
})

const photoOf = ({
  apertureFNumber,
  exposureTime,
  focalLength,
  isoEquivalent
}: NonNullable<Facts["photoMetadata"]>) => ({
  ...(focalLength === undefined ? {} : { focalLength: Number(focalLength) }),
  ...(apertureFNumber === undefined ? {} : { apertureFNumber: Number(apertureFNumber) }),
  ...(isoEquivalent === undefined ? {} : { isoEquivalent: Number(isoEquivalent) }),
  ...(exposureTime === undefined ? {} : { exposureSeconds: secondsOf(exposureTime) })
})

const videoOf = ({ fps, processingStatus }: NonNullable<Facts["videoMetadata"]>) => ({
  ...(fps === undefined ? {} : { fps: Number(fps) }),
  processing: states.get(processingStatus) ?? "unknown"
})

/** An item as operations answer it; `listedAt` in milliseconds since the epoch. */
export const itemOf = (item: MediaItem, sessionId: string, listedAt: number): Answer.MediaItem => {
  const { baseUrl, filename = "", mediaFileMetadata: facts, mimeType = "application/octet-stream" } = item.mediaFile
  const createTime = timeOf(item.createTime)
  return {
    id: item.id,
    sessionId,
    type: types.get(item.type) ?? "unknown",
    baseUrl,
    baseUrlExpiresAt: DateTime.makeUnsafe(listedAt + baseUrlMillis),
    mimeType,
    filename,
    ...(createTime === undefined ? {} : { createTime }),
    ...(facts === undefined ? {} : commonOf(facts)),
    ...(facts?.photoMetadata === undefined ? {} : photoOf(facts.photoMetadata)),
    ...(facts?.videoMetadata === undefined ? {} : videoOf(facts.videoMetadata))
  }
}
