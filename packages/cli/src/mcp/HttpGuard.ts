/**
 * Who may talk to the server over HTTP. Pure.
 *
 * A web page must not reach it, neither by an address of its own that leads here (DNS rebinding: `Host`), nor directly
 * (`Origin`); and nobody without the token.
 *
 * @module
 */
import { Redacted } from "effect"

/** What requests have to be. */
export interface Rules {
  /** Where the server listens, as it was given: a name or an address. */
  readonly host: string
  readonly port: number
  /** What `Authorization` has to bring. */
  readonly token: Redacted.Redacted
}

/** What of a request is looked at. */
export interface Request {
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly authorization: string | undefined
}

/** Why a request is refused. */
export interface Refusal {
  readonly status: 401 | 403
  readonly message: string
}

const loopbackNames: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"])

/** Addresses that stand for all of the machine. */
const everywhere: ReadonlySet<string> = new Set(["0.0.0.0", "::"])

const isAddress = (name: string): boolean => /^(\d{1,3}(\.\d{1,3}){3}|\[[\da-f:.]+\])$/i.test(name)

/** An address as it stands in a URL. */
const inUrl = (host: string): string => (host.includes(":") && !host.startsWith("[") ? `[${host}]` : host)

/** What stands in the address of a server: where it listens everywhere, a name of this machine. */
export const nameOf = (host: string): string => (everywhere.has(host) ? "localhost" : inUrl(host))

/** Whether only programs of this machine reach an address. */
export const isLoopback = (host: string): boolean => loopbackNames.has(inUrl(host)) || /^127(\.\d{1,3}){3}$/.test(host)

/**
 * Whether a name is one of the server. An address is no name somebody else can make lead here, so where the server listens on
 * all of them any will do.
 */
const isOwn = (name: string, { host }: Rules): boolean =>
  name === inUrl(host).toLowerCase() ||
  (isLoopback(host) && loopbackNames.has(name)) ||
  (everywhere.has(host) && (isAddress(name) || loopbackNames.has(name)))

const isOwnAuthority = (authority: string, rules: Rules): boolean => {
  const [, name, port] = /^(.*?|\[.*\])(?::(\d+))?$/.exec(authority.toLowerCase()) ?? []
  return name !== undefined && isOwn(name, rules) && (port === undefined ? 80 : Number(port)) === rules.port
}

const isOwnOrigin = (origin: string, rules: Rules): boolean =>
  origin.startsWith("http://") && isOwnAuthority(origin.slice("http://".length), rules)

/** Takes the same time wherever two texts differ. */
const isSame = (given: string, wanted: string): boolean => {
  let difference = given.length ^ wanted.length
  for (let at = 0; at < wanted.length; at++) difference |= wanted.charCodeAt(at) ^ (given.charCodeAt(at) || 0)
  return difference === 0
}

/** Why a request is refused; `undefined` when it is not. */
export const refusalOf = ({ authorization, host, origin }: Request, rules: Rules): Refusal | undefined => {
  if (host === undefined || !isOwnAuthority(host, rules))
    return { status: 403, message: "the Host header names another server" }
  if (origin !== undefined && !isOwnOrigin(origin, rules))
    return { status: 403, message: "web pages may not use this server: the Origin header is not its own" }
  const [, given] = /^bearer +(\S+) *$/i.exec(authorization ?? "") ?? []
  if (given === undefined) return { status: 401, message: "send the token: Authorization: Bearer TOKEN" }
  return isSame(given, Redacted.value(rules.token)) ? undefined : { status: 401, message: "the token is another one" }
}

/** The origins the server itself can have; Effect's server wants a list of them. */
export const ownOrigins = ({ host, port }: Pick<Rules, "host" | "port">): ReadonlyArray<string> =>
  [...new Set([inUrl(host), ...(isLoopback(host) || everywhere.has(host) ? loopbackNames : [])])].map(
    (name) => `http://${name}:${port}`
  )
