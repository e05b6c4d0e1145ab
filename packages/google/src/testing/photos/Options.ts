/**
 * What a Photos Picker emulator starts with: whose library, what is in it, how people pick, limits.
 *
 * @module
 */
import type { Duration } from "effect"

/** How far a video is. The bytes of one that is not `READY` cannot be had. */
export type ProcessingStatus = "FAILED" | "PROCESSING" | "READY"

/** A photo or a video of the library. What is left out follows from its name and from how many there are before it. */
export interface MediaOptions {
  /** `IMG_1.jpg`. Its extension says whether it is a photo or a video, unless `mimeType` does. */
  readonly filename: string
  /** By default made from its place in the library. */
  readonly id?: string | undefined
  readonly mimeType?: string | undefined
  /** RFC 3339. */
  readonly createTime?: string | undefined
  /** Pixels. */
  readonly width?: number | undefined
  /** Pixels. */
  readonly height?: number | undefined
  readonly cameraMake?: string | undefined
  readonly cameraModel?: string | undefined
  /** Of a photo, in millimetres. */
  readonly focalLength?: number | undefined
  /** Of a photo. */
  readonly apertureFNumber?: number | undefined
  /** Of a photo. */
  readonly isoEquivalent?: number | undefined
  /** Of a photo: `0.01s`. */
  readonly exposureTime?: string | undefined
  /** Of a video: frames in a second. */
  readonly fps?: number | undefined
  /** Of a video. `READY` by default; `finishProcessing` makes it so later. */
  readonly processingStatus?: ProcessingStatus | undefined
  /** A photo that has a short video with it, for `=dv`. */
  readonly motion?: boolean | undefined
  /** What `=d` of a photo and `=dv` of a video give. By default `size` bytes that follow from the id. */
  readonly content?: string | Uint8Array | undefined
  /** Bytes of a content that is not given, 4096 by default. From a megabyte on it is made when it is sent. */
  readonly size?: number | undefined
}

/** How much may be asked. */
export interface LimitOptions {
  /** Sessions a person may have at once. Google names no number; 100 here by default. */
  readonly sessions?: number | undefined
  /** Requests to the API in a minute, 100,000 by default. */
  readonly perMinute?: number | undefined
  /** Requests for bytes in a minute, 1,000,000 by default. */
  readonly mediaPerMinute?: number | undefined
}

/** What the emulator starts with. */
export interface Options {
  /** The library everybody picks from. Empty by default. */
  readonly media?: ReadonlyArray<MediaOptions> | undefined
  /**
   * After so many polls of a session (`sessions.get`) its owner has picked as many of the library as may be. By default
   * nobody picks but the test, with `pick`.
   */
  readonly picksAfter?: number | undefined
  /** E-mail addresses of people who have no Google Photos. Service accounts never have. None by default. */
  readonly withoutPhotos?: ReadonlyArray<string> | undefined
  /** What sessions recommend, 5 seconds by default. */
  readonly pollInterval?: Duration.Input | undefined
  /** How long sessions let clients poll, 30 minutes by default. Afterwards they say `timeoutIn: "0s"`. */
  readonly pollTimeout?: Duration.Input | undefined
  /** How long a session can be used, 24 hours by default. */
  readonly sessionLifetime?: Duration.Input | undefined
  /** How long a `baseUrl` can be used, 60 minutes by default. */
  readonly baseUrlLifetime?: Duration.Input | undefined
  /** Whether parts of a file are given when they are asked for (`Range`). Default `true`. */
  readonly ranges?: boolean | undefined
  /**
   * Where media are said to be, such as `http://127.0.0.1:40123`. By default where the API was asked, and
   * `https://lh3.googleusercontent.com` for `https://photospicker.googleapis.com`.
   */
  readonly mediaOrigin?: string | undefined
  /** Redirects requests for videos (`=dv`) to this origin. By default nothing is redirected. */
  readonly videoOrigin?: string | undefined
  readonly limits?: LimitOptions | undefined
}
