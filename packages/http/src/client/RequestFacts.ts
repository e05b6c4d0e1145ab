/**
 * What can be said of a request before it is sent: whether it may be repeated, and where it goes.
 *
 * @module
 */
import { Stream } from "effect"
import { HttpBody, HttpClientRequest } from "effect/http"

/** Doing them twice is the same as doing them once: https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2 */
const idempotentMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY"])

/**
 * Whether sending it twice does no harm: by its method, or because the caller gave an `Idempotency-Key`
 * (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/).
 */
export const isIdempotent = ({ headers, method }: HttpClientRequest.HttpClientRequest): boolean =>
  idempotentMethods.has(method) || headers["idempotency-key"] !== undefined

/** Whether its body can be sent again: bytes and forms can, streams cannot. */
export const isRepeatable = ({ body }: HttpClientRequest.HttpClientRequest): boolean =>
  body._tag !== "Stream" && (body._tag !== "Raw" || typeof body.body === "string" || body.body instanceof Uint8Array)

/** A request whose body can be sent once, and whether that has begun. */
export interface OneShot {
  readonly request: HttpClientRequest.HttpClientRequest
  readonly used: () => boolean
}

/** Watches a body that can be sent once. What cannot be watched counts as used. */
export const oneShot = (request: HttpClientRequest.HttpClientRequest): OneShot => {
  const { body } = request
  if (body._tag !== "Stream") return { request, used: () => true }
  let used = false
  const watched = Stream.suspend(() => {
    used = true
    return body.stream
  })
  return {
    request: HttpClientRequest.setBody(request, HttpBody.stream(watched, body.contentType, body.contentLength)),
    used: () => used
  }
}

/** Where a request goes. */
interface Destination {
  readonly origin: string
  readonly server: { readonly address: string; readonly port: number } | undefined
}

const maxRemembered = 1000
/** The longest name of a host has 253 characters, and user and password are no part of it. */
const longestAuthority = 500
const remembered = new Map<string, Destination>()

/** What cannot be parsed shares one name: the client refuses it, or knows the rest of the address itself. */
const nowhere: Destination = { origin: "invalid", server: undefined }

const parsed = (url: string): Destination => {
  if (!URL.canParse(url)) return nowhere
  const { hostname, origin, port, protocol } = new URL(url)
  const standard = protocol === "https:" ? 443 : 80
  const server = {
    address: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? standard : Number(port)
  }
  return origin.length > longestAuthority ? nowhere : { origin, server }
}

let lastUrl = ""
let lastDestination = nowhere

/** A request asks twice, and most requests of a program go where the last one went. */
const destinationOf = (url: string): Destination => {
  if (url === lastUrl) return lastDestination
  lastDestination = foundDestination(url)
  lastUrl = url
  return lastDestination
}

const authorityPattern = /^[a-z][a-z\d+.-]*:\/\/[^/?#\\]*/i

const foundDestination = (url: string): Destination => {
  const authority = authorityPattern.exec(url)?.[0]
  if (authority === undefined || authority.length > longestAuthority) return parsed(url)
  const known = remembered.get(authority)
  if (known !== undefined) return known
  const destination = parsed(authority)
  if (remembered.size >= maxRemembered) remembered.clear()
  remembered.set(authority, destination)
  return destination
}

/** Scheme, host and port of an address, each in its one spelling; `invalid` when it is no absolute URL of a host. */
export const originOf = (url: string): string => destinationOf(url).origin

/** Host and port of an address; `undefined` when it is no absolute URL of a host. */
export const serverOf = (url: string): Destination["server"] => destinationOf(url).server
