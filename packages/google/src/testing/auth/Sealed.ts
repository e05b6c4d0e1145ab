/**
 * What the token endpoint gives out: texts that say themselves what they are good for, so another process with the same
 * emulator accepts them. Real ones are opaque, and nothing is safe about these.
 *
 * @module
 */
import { Option, Result, Schema } from "effect"
import { Base64Url } from "effect/encoding"

const Content = Schema.Struct({
  email: Schema.String,
  scopes: Schema.Array(Schema.String),
  /** The consent it comes from: revoking one token revokes all of its grant. */
  grant: Schema.String,
  client: Schema.optionalKey(Schema.String),
  /** Milliseconds since the epoch. */
  expiresAt: Schema.optionalKey(Schema.Finite),
  challenge: Schema.optionalKey(Schema.String),
  redirectUri: Schema.optionalKey(Schema.String),
  /** How often the refresh token was replaced by another. */
  round: Schema.optionalKey(Schema.Finite)
})

/** What a token, refresh token or code says. */
export type Content = typeof Content.Type

/** How each kind begins, as at Google. */
const prefixes = { access: "ya29.emulator-", refresh: "1//emulator-", code: "4/emulator-" } as const

/** What is given out. */
export type Kind = keyof typeof prefixes

const json = Schema.fromJsonString(Content)
const encode = Schema.encodeSync(json)
const decode = Schema.decodeUnknownOption(json)

/** The text. */
export const seal = (kind: Kind, content: Content): string => prefixes[kind] + Base64Url.encode(encode(content))

/** What a text of this kind says; `undefined` for any other text. */
export const open = (kind: Kind, text: string): Content | undefined => {
  const prefix = prefixes[kind]
  if (!text.startsWith(prefix)) return undefined
  const decoded = Base64Url.decodeString(text.slice(prefix.length))
  return Result.isFailure(decoded) ? undefined : Option.getOrUndefined(decode(decoded.success))
}
