/**
 * Where the Photos Picker is.
 *
 * @module
 */
import { Config } from "effect"
import * as Endpoint from "../client/Endpoint.ts"

/** Where the Photos Picker is. */
export interface Connection {
  /** Without a slash at the end. */
  readonly url: string
}

/** How the connection is given in a program, instead of in its environment. */
export interface Options {
  /** Default `https://photospicker.googleapis.com`. */
  readonly url?: string | undefined
}

/** The default, in one place. */
export const defaultUrl = "https://photospicker.googleapis.com"

/** Reads `SKIPPY_GOOGLE_PHOTOS_URL`. */
export const config: Config.Config<Connection> = Config.all({
  url: Endpoint.config("SKIPPY_GOOGLE_PHOTOS_URL", defaultUrl)
})

/** Checks a connection; one that makes no sense is a defect (`InvalidOptionError`). */
export const of = ({ url = defaultUrl }: Options): Connection => ({ url: Endpoint.of("Photos", url, defaultUrl) })
