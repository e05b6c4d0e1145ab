/**
 * What a Pexels emulator starts with: keys, photos, limits.
 *
 * @module
 */
import type { Duration } from "effect"
import type { ColorName } from "./Colors.ts"

/** A photo. What is left out follows from how many there are before it, so it is always the same. */
export interface PhotoOptions {
  /** What it shows. A search finds it by these words and those of `alt`. */
  readonly topic: string
  /** The first that is free by default. */
  readonly id?: number | undefined
  /** Pixels. */
  readonly width?: number | undefined
  /** Pixels. */
  readonly height?: number | undefined
  readonly photographer?: string | undefined
  readonly color?: ColorName | undefined
  readonly alt?: string | undefined
}

/** How many requests a key may make. */
export interface LimitOptions {
  /** 200 by default. */
  readonly perHour?: number | undefined
  /** 20,000 by default. */
  readonly perMonth?: number | undefined
  /** How long a month is, from the first request on. 30 days by default. */
  readonly month?: Duration.Input | undefined
}

/** What the emulator starts with. */
export interface Options {
  /** Nobody has one by default. */
  readonly keys?: ReadonlyArray<string> | undefined
  /** So many photos of each topic: `{ nature: 20 }`. */
  readonly topics?: Readonly<Record<string, number>> | undefined
  /** Photos beside those of the topics, before them in every list. */
  readonly photos?: ReadonlyArray<PhotoOptions> | undefined
  readonly limits?: LimitOptions | undefined
  /**
   * Where the images are said to be, such as `http://127.0.0.1:40123`. By default where the API was asked, and
   * `https://images.pexels.com` for `https://api.pexels.com`.
   */
  readonly imageOrigin?: string | undefined
}
