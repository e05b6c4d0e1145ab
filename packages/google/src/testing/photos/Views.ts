/**
 * Sessions and media as the Photos Picker shows them. Source:
 * https://developers.google.com/photos/picker/reference/rest/v1/sessions#PickingSession,
 * https://developers.google.com/photos/picker/reference/rest/v1/mediaItems#PickedMediaItem
 *
 * @module
 */
import { DateTime } from "effect"
import { decoded } from "../Paths.ts"
import type { Media } from "./Library.ts"
import type { Session, State } from "./State.ts"

const isoOf = (millis: number): string => DateTime.formatIso(DateTime.makeUnsafe(millis))

/** A duration as JSON of Google has it: seconds with up to nine digits, and an `s`. */
const secondsOf = (millis: number): string => `${Math.max(0, Math.round(millis)) / 1000}s`

/** What is told to whoever polls, as long as nothing is picked. */
const pollingOf = ({ times }: State, { createdAt }: Session, now: number) => ({
  pollInterval: secondsOf(times.pollInterval),
  timeoutIn: secondsOf(createdAt + times.pollTimeout - now)
})

/** A session. As everywhere in JSON of Google, what is `false` may be left out. */
export const sessionView = (state: State, session: Session, now: number) => ({
  id: session.id,
  pickerUri: `https://photos.google.com/picker/${session.id}`,
  ...(session.picked === undefined ? { pollingConfig: pollingOf(state, session, now) } : {}),
  expireTime: isoOf(session.createdAt + state.times.session),
  ...(session.maxItemCount === undefined ? {} : { pickingConfig: { maxItemCount: String(session.maxItemCount) } }),
  ...(session.picked === undefined ? {} : { mediaItemsSet: true })
})

/** Where the bytes of a medium are: it says in which session it was picked and when it was listed. */
export const basePath = (session: Session, media: Media, listedAt: number): string =>
  `/ppa/${session.id}/${encodeURIComponent(media.id)}/${listedAt.toString(36)}`

/** What such a path says. */
export const placeOf = (path: string) => {
  const [, sessionId = "", media = "", listedAt = ""] = /^\/ppa\/([^/]+)\/([^/]+)\/([\da-z]+)$/.exec(path) ?? []
  return sessionId === "" ? undefined : { sessionId, media: decoded(media), listedAt: parseInt(listedAt, 36) }
}

const present = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

const detailsOf = (media: Media) =>
  media.type === "VIDEO"
    ? { videoMetadata: present({ fps: media.fps, processingStatus: media.processingStatus }) }
    : {
        photoMetadata: present({
          focalLength: media.focalLength,
          apertureFNumber: media.apertureFNumber,
          isoEquivalent: media.isoEquivalent,
          exposureTime: media.exposureTime
        })
      }

/** A medium that was picked. */
export const mediaView = (media: Media, baseUrl: string) => ({
  id: media.id,
  createTime: media.createTime,
  type: media.type,
  mediaFile: {
    baseUrl,
    mimeType: media.mimeType,
    filename: media.filename,
    mediaFileMetadata: {
      width: media.width,
      height: media.height,
      ...present({ cameraMake: media.cameraMake, cameraModel: media.cameraModel }),
      ...detailsOf(media)
    }
  }
})
