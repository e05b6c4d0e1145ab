/**
 * Where Pexels is, and with which key it is asked.
 *
 * @module
 */
import { InvalidOptionError } from "@skippy/core"
import { Config, Effect, Option, Redacted, Schema } from "effect"
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

const urlFix = `give an http or https URL without user, query and fragment, such as "${defaultUrl}"`

const isBase = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { hash, password, protocol, search, username } = new URL(text)
  return /^https?:$/.test(protocol) && username + password + search + hash === ""
}

const keyFix = "a key has no spaces, line breaks or other special characters; copy it again"

/** What can be sent in a header. */
const isKey = (text: string): boolean => /^[\x21-\x7e]*$/.test(text.trim())

const BaseUrl = Schema.String.check(Schema.makeFilter((text: string) => (isBase(text) ? undefined : urlFix)))
const Key = Schema.Redacted(
  Schema.String.check(Schema.makeFilter((text: string) => (isKey(text) ? undefined : keyFix)))
)

const connection = (url: string, key: Redacted.Redacted): Connection => {
  const { origin, pathname } = new URL(url)
  return {
    url: (origin + pathname).replace(/\/+$/, ""),
    key: Redacted.make(Redacted.value(key).trim(), { label: "pexels.api_key" })
  }
}

const isGiven = (key: Redacted.Redacted): boolean => Redacted.value(key).trim() !== ""

const keyOf = (name: string) => Config.map(Config.option(Config.schema(Key, name)), Option.filter(isGiven))

const settings = Config.all({
  url: Config.withDefault(Config.schema(BaseUrl, "SKIPPY_PEXELS_URL"), defaultUrl),
  own: keyOf("SKIPPY_PEXELS_API_KEY"),
  common: keyOf("PEXELS_API_KEY")
})

/** Reads `SKIPPY_PEXELS_URL`, and the key from `SKIPPY_PEXELS_API_KEY`, else `PEXELS_API_KEY`; an empty one is none. */
export const config: Effect.Effect<Connection, Config.ConfigError | PexelsError.PexelsError> = Effect.flatMap(
  settings,
  ({ common, own, url }) =>
    Option.match(
      Option.orElse(own, () => common),
      {
        onNone: () => Effect.fail(PexelsError.make({ reason: "missingKey", category: "auth", operation: "Pexels" })),
        onSome: (key) => Effect.succeed(connection(url, key))
      }
    )
)

const wrong = (option: string, fix: string) =>
  new InvalidOptionError({ policy: "Pexels", option, value: "not one", fix })

/** Checks a connection; one that makes no sense is a defect (`InvalidOptionError`), which shows neither of the values. */
export const of = ({ key, url = defaultUrl }: Options): Connection => {
  if (!isBase(url)) throw wrong("url", urlFix)
  if (!isKey(Redacted.value(key)) || !isGiven(key)) throw wrong("key", keyFix)
  return connection(url, key)
}
