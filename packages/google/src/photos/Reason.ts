/**
 * Why the Photos Picker refuses things, what kind of trouble that is, and what to do next.
 *
 * @module
 */
import type { ErrorCategory } from "@skippy/core"
import { Schema, Struct } from "effect"

interface Advice {
  readonly category: ErrorCategory
  readonly problem: string
  readonly fix: string
}

const scope = "https://www.googleapis.com/auth/photospicker.mediaitems.readonly"

const table = {
  /** Too many requests in a short time. */
  rateLimited: {
    category: "throttled",
    problem: "the Photos Picker has had too many requests",
    fix: "ask less often"
  },
  /** The person has too many picking sessions. */
  tooManySessions: {
    category: "conflict",
    problem: "there are too many picking sessions",
    fix: "delete those that are done with, or wait until they are over"
  },
  /** The service is in trouble. */
  unavailable: {
    category: "transient",
    problem: "Google Photos is in trouble",
    fix: "try again later; https://www.google.com/appsstatus tells of outages"
  },
  /** The answer to the creation of a session was lost: it may exist, under an id nobody knows. */
  unknownOutcome: {
    category: "transient",
    problem: "the answer was lost, so a session may have been created that nobody knows",
    fix: "create another; the lost one ends by itself, and until then counts against the limit of sessions"
  },
  /** Google does not accept the token. */
  signIn: {
    category: "auth",
    problem: "Google does not accept the token",
    fix: "sign in again, or give a token that is valid"
  },
  /** The token was not given for this. */
  missingScope: {
    category: "auth",
    problem: "the token was not given for this",
    fix: `sign in again with the scope ${scope}`
  },
  /** The API is not switched on in the project of the credentials. */
  apiDisabled: {
    category: "auth",
    problem: "the Google Photos Picker API is not switched on in the project of the credentials",
    fix: "switch it on at https://console.cloud.google.com/apis/library/photospicker.googleapis.com and wait a few minutes"
  },
  /** Whoever asks has no Google Photos. */
  noPhotosAccount: {
    category: "auth",
    problem: "this account has no Google Photos",
    fix: "open https://photos.google.com with it once, or use another account"
  },
  /** Not allowed for another reason. */
  forbidden: {
    category: "auth",
    problem: "this account may not do that",
    fix: "use the account the session was created with"
  },
  /** There is no such session, or it is somebody else's. */
  notFound: {
    category: "notFound",
    problem: "there is no such session",
    fix: "check the id and the account, or create a session"
  },
  /** The session is over. */
  sessionExpired: {
    category: "notFound",
    problem: "the session cannot be used any more",
    fix: "create another session and pick again"
  },
  /** Nobody has finished picking. */
  notPicked: {
    category: "conflict",
    problem: "nothing has been picked yet",
    fix: "open the pickerUri, pick, press Done, and check the session until mediaItemsSet is true"
  },
  /** Nobody finished picking in time. */
  pickingTimedOut: {
    category: "fatal",
    problem: "nobody finished picking in time",
    fix: "create another session, or allow more time"
  },
  /** The video is still processed. */
  notReady: {
    category: "conflict",
    problem: "the video is still being processed",
    fix: "wait a few minutes and list the media of the session again until processing is ready"
  },
  /** The video will never be there. */
  processingFailed: {
    category: "fatal",
    problem: "Google could not process the video",
    fix: "download it in Google Photos itself"
  },
  /** The address of the bytes is too old, and there is nothing to get another by. */
  urlExpired: {
    category: "conflict",
    problem: "the baseUrl cannot be used any more: it is good for 60 minutes, and no longer than its session",
    fix: "list the media of the session again and use the new one; give the item and not its baseUrl, then that happens by itself"
  },
  /** The item is not among those that were picked. */
  itemNotFound: {
    category: "notFound",
    problem: "the item is not among those that were picked, or not in this form",
    fix: "list the media of the session again"
  },
  /** The bytes are said to be where the token must not go. */
  untrustedHost: {
    category: "fatal",
    problem: "the bytes are said to be at an address that is not Google's, where the token must not go",
    fix: "check SKIPPY_GOOGLE_PHOTOS_URL and what stands between"
  },
  /** The request is not one the Photos Picker understands. */
  invalid: {
    category: "invalid",
    problem: "the Photos Picker does not understand the request",
    fix: "check what was given"
  },
  /** Refused for another reason, which `said` tells. */
  refused: {
    category: "invalid",
    problem: "the Photos Picker refuses it",
    fix: "see https://developers.google.com/photos/picker/reference/rest"
  },
  /** The answer is not one of the Photos Picker. */
  unexpectedAnswer: {
    category: "fatal",
    problem: "the answer is not one of the Photos Picker",
    fix: "check SKIPPY_GOOGLE_PHOTOS_URL and what stands between, such as a proxy"
  }
} as const satisfies Readonly<Record<string, Advice>>

/** Why the Photos Picker refused, or why something cannot be done with what it answers. */
export const PhotosErrorReason = Schema.Literals(Struct.keys(table))
/** Why the Photos Picker refused, or why something cannot be done with what it answers. */
export type PhotosErrorReason = keyof typeof table

/** What a reason means, and what to do next. */
export const adviceOf = (reason: PhotosErrorReason): Advice => table[reason]
