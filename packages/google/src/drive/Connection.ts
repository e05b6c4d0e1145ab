/**
 * Where Drive is, and how its quota is counted.
 *
 * @module
 */
import { InvalidOptionError } from "@skippy/core"
import { Config, Schema } from "effect"
import * as Endpoint from "../client/Endpoint.ts"

/**
 * How much is asked of Drive. `calls`: each request counts as one, and there may be 60 a minute. `units`: each counts what
 * Google counts for it; see `DriveQuota`.
 */
export const QuotaMode = Schema.Literals(["calls", "units"])
/** How much is asked of Drive. */
export type QuotaMode = typeof QuotaMode.Type

/** Where Drive is, and how its quota is counted. */
export interface Connection {
  /** Without a slash at the end. */
  readonly url: string
  readonly quota: QuotaMode
}

/** How the connection is given in a program, instead of in its environment. */
export interface Options {
  /** Default `https://www.googleapis.com`. */
  readonly url?: string | undefined
  /** Default `calls`. With `units`, give the service `google-drive` the policies `DriveQuota.units`. */
  readonly quota?: QuotaMode | undefined
}

/** The defaults, in one place. */
export const defaults = { url: "https://www.googleapis.com", quota: "calls" } as const

const quotaOf = (name: string): Config.Config<QuotaMode> =>
  Config.flatMap(Config.withDefault(Config.String(name), ""), (text) =>
    // As everywhere in the environment, an empty text is none.
    text.trim() === "" ? Config.succeed(defaults.quota) : Config.schema(QuotaMode, name)
  )

/** Reads `SKIPPY_GOOGLE_DRIVE_URL` and `SKIPPY_GOOGLE_DRIVE_QUOTA`. */
export const config: Config.Config<Connection> = Config.all({
  url: Endpoint.config("SKIPPY_GOOGLE_DRIVE_URL", defaults.url),
  quota: quotaOf("SKIPPY_GOOGLE_DRIVE_QUOTA")
})

/** Checks a connection; one that makes no sense is a defect (`InvalidOptionError`). */
export const of = ({ quota = defaults.quota, url = defaults.url }: Options): Connection => {
  if (!Schema.is(QuotaMode)(quota))
    throw new InvalidOptionError({
      policy: "Drive",
      option: "quota",
      value: String(quota),
      fix: 'give "calls" or "units"'
    })
  return { url: Endpoint.of("Drive", url, defaults.url), quota }
}
