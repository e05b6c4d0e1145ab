/**
 * What the body of a refusal by Google says, in both of its styles and when it is none. Pure.
 *
 * - APIs such as Drive: `{ error: { code, message, errors: [{ domain, reason, message, location }] } }`
 *   (https://developers.google.com/workspace/drive/api/guides/handle-errors).
 * - APIs such as Photos: `{ error: { code, message, status, details: [{ "@type", reason, domain }] } }`
 *   (https://google.aip.dev/193). New refusals of Drive have both.
 * - Pages in HTML, of Google's front end or of something that stands between.
 *
 * @module
 */
import { Option, Predicate, Schema } from "effect"

/** What a refusal says. */
export interface Said {
  /** Whose it is: Google's, of somebody who speaks otherwise (a proxy, a login page), or a body with nothing in it. */
  readonly by: "google" | "other" | "nobody"
  /** All it gives as reasons, the most telling first: `rateLimitExceeded`, `RATE_LIMIT_EXCEEDED`, `PERMISSION_DENIED`. */
  readonly reasons: ReadonlyArray<string>
  /** In words, on one line and shortened; the title of a page in HTML. Empty when there are none. */
  readonly message: string
  /** The field or parameter it is about. */
  readonly location: string | undefined
}

/** Texts of others are shown up to this length. */
const longest = 300

/** A short text on one line, without the secret, should a server or a proxy repeat it. */
export const harmless = (text: string, secret: string | undefined): string => {
  const told = secret === undefined || secret === "" ? text : text.replaceAll(secret, "<redacted>")
  const clean = told.replaceAll(/[\s\p{C}]+/gu, " ").trim()
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean
}

const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))

const textAt = (value: unknown, key: string, secret: string | undefined): string | undefined =>
  Predicate.hasProperty(value, key) && Predicate.isString(value[key]) && value[key] !== ""
    ? harmless(value[key], secret)
    : undefined

const listAt = (value: unknown, key: string): ReadonlyArray<unknown> =>
  Predicate.hasProperty(value, key) && Array.isArray(value[key]) ? value[key] : []

const isText = (text: string | undefined): text is string => text !== undefined

/** A name such as `rateLimitExceeded`; anything else is not shown as one. */
const isName = (text: string | undefined): text is string => text !== undefined && /^[A-Za-z][\w.-]{0,80}$/.test(text)

const ofError = (error: unknown, secret: string | undefined): Said => {
  const errors = listAt(error, "errors")
  const named = [...errors, ...listAt(error, "details")].map((one) => textAt(one, "reason", secret))
  // Where both are there, the inner one tells more: the outer one of a refused sharing is "Bad Request".
  const message =
    errors.map((one) => textAt(one, "message", secret)).find(isText) ?? textAt(error, "message", secret) ?? ""
  return {
    by: "google",
    reasons: [...new Set([...named, textAt(error, "status", secret)].filter(isName))],
    message,
    location: errors.map((one) => textAt(one, "location", secret)).find(isName)
  }
}

/** The title of a page, or the beginning of a text. */
const wordsOf = (text: string): string => {
  const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1]
  return title ?? (text.trimStart().startsWith("<") ? "a page in HTML" : text.slice(0, longest))
}

/** Reads what a body says. `secret` is never in the result. */
export const read = (text: string, secret?: string): Said => {
  const nothing = { reasons: [], message: "", location: undefined } as const
  if (text.trim() === "") return { by: "nobody", ...nothing }
  const body = Option.getOrUndefined(decodeJson(text))
  if (Predicate.hasProperty(body, "error")) {
    if (Predicate.isObject(body.error)) return ofError(body.error, secret)
    // As token endpoints say it: https://www.rfc-editor.org/rfc/rfc6749#section-5.2
    const name = textAt(body, "error", secret)
    if (isName(name))
      return {
        by: "google",
        reasons: [name],
        message: textAt(body, "error_description", secret) ?? name,
        location: undefined
      }
  }
  return { by: "other", ...nothing, message: harmless(wordsOf(text), secret) }
}
