/**
 * The headers a caller gives, checked before anything is sent.
 *
 * https://www.rfc-editor.org/rfc/rfc9110#section-5, https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 *
 * @module
 */
import { Effect } from "effect"
import { type InvalidInputError, invalidInput } from "../InvalidInputError.ts"

/** They belong to the connection, or follow from URL and body. */
const ownedByTheClient: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade"
])

/** What can be the name of a header. */
export const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** What to give instead. */
export const headerNameFix = "give a name of letters, digits and hyphens, such as x-trace"

const value = /^[\t\x20-\x7E\x80-\xFF]*$/

/** What is checked. */
export interface Options {
  /** Whose input: `HttpService.get`. */
  readonly operation: string
  /** Names that are taken for something else here, in lower case, with what to do instead. */
  readonly reserved?: Readonly<Record<string, string>> | undefined
}

/** The headers with their names in lower case. */
export const check = (
  headers: Readonly<Record<string, string>>,
  { operation, reserved = {} }: Options
): Effect.Effect<Readonly<Record<string, string>>, InvalidInputError> =>
  Effect.suspend(() => {
    const checked = new Map<string, string>()
    const problemOf = (given: string, text: string): string | undefined => {
      const lower = given.toLowerCase()
      if (!headerName.test(given)) return headerNameFix
      if (ownedByTheClient.has(lower)) return "leave it out, it is set by the client itself"
      if (Object.hasOwn(reserved, lower)) return reserved[lower]
      if (checked.has(lower)) return "give it once, names are the same in upper and lower case"
      return value.test(text) ? undefined : "give a text without line breaks and control characters"
    }
    for (const [given, text] of Object.entries(headers)) {
      const fix = problemOf(given, text)
      if (fix !== undefined) return invalidInput({ operation, path: ["headers", given], value: text, fix })
      checked.set(given.toLowerCase(), text.trim())
    }
    return Effect.succeed(Object.fromEntries(checked))
  })
