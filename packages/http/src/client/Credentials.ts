/**
 * Checks of where an API is and of what is sent there to be let in.
 *
 * @module
 */
import { Config, Redacted, Schema } from "effect"

/** Whether requests can be made below a URL. */
export const isBaseUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { hash, password, protocol, search, username } = new URL(text)
  return /^https?:$/.test(protocol) && username + password + search + hash === ""
}

/** What to give instead of what is no base URL. */
export const baseUrlFix = (example: string): string =>
  `give an http or https URL without user, query and fragment, such as "${example}"`

/** A base URL in its one spelling, without a slash at the end. */
export const baseUrl = (text: string): string => {
  const { origin, pathname } = new URL(text)
  return (origin + pathname).replace(/\/+$/, "")
}

const BaseUrl = (example: string) =>
  Schema.String.check(Schema.makeFilter((text: string) => (isBaseUrl(text) ? undefined : baseUrlFix(example))))

/** The setting where an API is, which has a default. As everywhere in the environment, an empty text is none. */
export const baseUrlOf = (name: string, byDefault: string, example: string): Config.Config<string> =>
  Config.flatMap(Config.withDefault(Config.String(name), ""), (text) =>
    text.trim() === "" ? Config.succeed(byDefault) : Config.schema(BaseUrl(example), name)
  )

/** Whether a token or key can be sent in a header. */
export const isSendable = (text: string): boolean => /^[\x21-\x7e]*$/.test(text.trim())

/** What to do about one that cannot. */
export const sendableFix = (what: string): string =>
  `a ${what} has no spaces, line breaks or other special characters; copy it again`

/** A setting that is a token or key. */
export const Sendable = (what: string) =>
  Schema.Redacted(
    Schema.String.check(Schema.makeFilter((text: string) => (isSendable(text) ? undefined : sendableFix(what))))
  )

/** The text of a token or key, without the space around it that copying brings along. */
export const textOf = (secret: Redacted.Redacted): string => Redacted.value(secret).trim()
