/**
 * Where a redirect leads, by the rules of fetch. Pure.
 *
 * https://fetch.spec.whatwg.org/#http-redirect-fetch, https://www.rfc-editor.org/rfc/rfc9110#section-15.4
 *
 * @module
 */

/** A request on its way through redirects. */
export interface Hop<Body> {
  readonly method: string
  /** With its fragment, which is never sent. */
  readonly url: URL
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body | undefined
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** The address an answer redirects to; `undefined` when it is an answer of its own. */
export const locationOf = (status: number, headers: Readonly<Record<string, string | undefined>>): string | undefined =>
  redirects.has(status) ? headers["location"] : undefined

/** Headers that say who is asking: they are for the origin they were given for. */
export const sensitiveHeaders: ReadonlyArray<string> = [
  "authorization",
  "proxy-authorization",
  "cookie",
  "x-api-key",
  "api-key",
  "x-auth-token"
]

/** Services call theirs as they like; what sounds like it is taken for one. */
const soundsSensitive = /auth|token|secret|api-?key|subscription-key|cookie|session|signature|passw|credential|[cx]srf/

/** Whether a header, its name in lower case, says who is asking. */
export const isSensitive = (name: string): boolean => sensitiveHeaders.includes(name) || soundsSensitive.test(name)

/** Headers about a body that is not sent any more. */
const bodyHeaders: ReadonlySet<string> = new Set([
  "content-type",
  "content-length",
  "content-encoding",
  "content-language",
  "content-location"
])

const without = (
  headers: Readonly<Record<string, string>>,
  isLeftOut: (name: string) => boolean
): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(headers).filter(([name]) => !isLeftOut(name)))

const becomesGet = (status: number, method: string): boolean =>
  status === 303 ? method !== "GET" && method !== "HEAD" : (status === 301 || status === 302) && method === "POST"

/** Header values hold bytes; what is not ASCII in an address is UTF-8. */
const utf8 = (text: string): string =>
  /^[\0-\x7F]*$/.test(text) || /[^\0-\xFF]/.test(text)
    ? text
    : new TextDecoder().decode(Uint8Array.from(text, (character) => character.charCodeAt(0)))

const target = (location: string, base: URL): URL | undefined => {
  const text = utf8(location)
  if (!URL.canParse(text, base.href)) return undefined
  const url = new URL(text, base.href)
  if (url.hash === "") url.hash = base.hash
  return url
}

/**
 * The request an answer redirects to; `undefined` when its location is no URL. POST becomes GET after 301 and 302, and all
 * but GET and HEAD after 303; 307 and 308 keep method and body. Another origin, and http after https is one, never gets
 * headers that say who is asking, nor those in `sensitive`, and they do not come back.
 */
export const next = <Body>(
  hop: Hop<Body>,
  status: number,
  location: string,
  sensitive: ReadonlyArray<string> = []
): Hop<Body> | undefined => {
  const url = target(location, hop.url)
  if (url === undefined) return undefined
  const headers =
    url.origin === hop.url.origin
      ? hop.headers
      : without(hop.headers, (name) => isSensitive(name) || sensitive.includes(name))
  return becomesGet(status, hop.method)
    ? { method: "GET", url, headers: without(headers, (name) => bodyHeaders.has(name)), body: undefined }
    : { ...hop, url, headers }
}

/** What makes two requests the same, so that the second leads nowhere the first did not. */
export const identityOf = ({ headers, method, url }: Hop<unknown>): string => {
  const { hash, href } = url
  return [method, href.slice(0, href.length - hash.length), ...Object.keys(headers).toSorted()].join(" ")
}
