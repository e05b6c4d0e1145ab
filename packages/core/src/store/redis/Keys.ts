/**
 * The names of keys in Redis: `{prefix:kind:name:key}`. All of it is a hash tag, so that everything one decision touches is in
 * one slot of a cluster, and another circuit or limit is in another.
 *
 * @module
 */

/** What is kept under a key. */
export type Kind = "limit" | "circuit" | "budget" | "cache" | "state"

/** A name with a colon must not pass for two, and a brace ends a hash tag. */
const escape = (part: string): string =>
  part.replaceAll(/[%:{}]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

const unescape = (part: string): string =>
  part.replaceAll(/%([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))

/** A prefix may have colons, as prefixes do. */
const inTag = (prefix: string): string => prefix.replaceAll(/[{}]/g, escape)

/** The key of what has a name, and of what has a name and a key. */
export const keyOf = (prefix: string, kind: Kind, name: string, key?: string): string => {
  const start = `{${inTag(prefix)}:${kind}:${escape(name)}`
  return key === undefined ? `${start}}` : `${start}:${escape(key)}}`
}

/** A pattern for `SCAN` that all keys with this name fit, but not the one without a key. */
export const patternOf = (prefix: string, kind: Kind, name: string): string => {
  const start = `{${inTag(prefix)}:${kind}:${escape(name)}:`
  return `${start.replaceAll(/[*?[\]\\^-]/g, (sign) => `\\${sign}`)}*}`
}

/** The caller's key out of a key that fits the pattern. */
export const callersKey = (prefix: string, kind: Kind, name: string, key: string): string =>
  unescape(key.slice(keyOf(prefix, kind, name).length, -1))
