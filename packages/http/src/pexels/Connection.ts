/**
 * Where Pexels is, and with which key it is asked.
 *
 * @module
 */
import { InvalidOptionError } from "@skippy/core"
import { Config, Effect, Option, Redacted } from "effect"
import * as Credentials from "../client/Credentials.ts"
import * as PexelsError from "./PexelsError.ts"

/** Where Pexels is, and with which key it is asked. */
export interface Connection {
  /** Without a slash at the end. */
  readonly url: string
  readonly key: Redacted.Redacted
}

/** How the connection is given in a program, instead of in its environment. */
export interface Options {
  /** From https://www.pexels.com/api/new/ */
  readonly key: Redacted.Redacted
  /** Default `https://api.pexels.com`. */
  readonly url?: string | undefined
}

/** The default, in one place. */
export const defaultUrl = "https://api.pexels.com"

const connection = (url: string, key: Redacted.Redacted): Connection => ({
  url: Credentials.baseUrl(url),
  key: Redacted.make(Credentials.textOf(key), { label: "pexels.api_key" })
})

const isGiven = (key: Redacted.Redacted): boolean => Credentials.textOf(key) !== ""

const keyOf = (name: string) =>
  Config.map(Config.option(Config.schema(Credentials.Sendable("key"), name)), Option.filter(isGiven))

const settings = Config.all({
  url: Credentials.baseUrlOf("SKIPPY_PEXELS_URL", defaultUrl, defaultUrl),
  // With a key of its own, the common one is not looked at: it may be anything.
  key: Config.flatMap(keyOf("SKIPPY_PEXELS_API_KEY"), (own) =>
    Option.isSome(own) ? Config.succeed(own) : keyOf("PEXELS_API_KEY")
  )
})

/** Reads `SKIPPY_PEXELS_URL`, and the key from `SKIPPY_PEXELS_API_KEY`, else `PEXELS_API_KEY`; an empty one is none. */
export const config: Effect.Effect<Connection, Config.ConfigError | PexelsError.PexelsError> = Effect.flatMap(
  settings,
  ({ key, url }) =>
    Option.match(key, {
      onNone: () => Effect.fail(PexelsError.make({ reason: "missingKey", category: "auth", operation: "Pexels" })),
      onSome: (given) => Effect.succeed(connection(url, given))
    })
)

const wrong = (option: string, fix: string) =>
  new InvalidOptionError({ policy: "Pexels", option, value: "not one", fix })

/** Checks a connection; one that makes no sense is a defect (`InvalidOptionError`), which shows neither of the values. */
export const of = ({ key, url = defaultUrl }: Options): Connection => {
  if (!Credentials.isBaseUrl(url)) throw wrong("url", Credentials.baseUrlFix(defaultUrl))
  if (!Credentials.isSendable(Redacted.value(key)) || !isGiven(key)) throw wrong("key", Credentials.sendableFix("key"))
  return connection(url, key)
}
