/**
 * Entries of a list of hosts: a name, `*.name`, an address or a range, each with a port or without.
 *
 * @module
 */
import ipaddr from "ipaddr.js"
import { type Address, parseAddress } from "./AddressKind.ts"

interface WithPort {
  /** `undefined` matches every port. */
  readonly port: number | undefined
}

/** Exactly one name. */
export interface NamePattern extends WithPort {
  readonly _tag: "Name"
  readonly name: string
}

/** The names below one, but not itself. */
export interface SubdomainPattern extends WithPort {
  readonly _tag: "Subdomains"
  /** With its leading dot. */
  readonly suffix: string
}

/** An address, or all that begin with the same bits. */
export interface RangePattern extends WithPort {
  readonly _tag: "Range"
  readonly address: Address
  readonly bits: number
}

/** What one entry matches. */
export type HostPattern = NamePattern | SubdomainPattern | RangePattern

/** A host as a URL, a socket or a name server writes it, in its one canonical form. */
export type Host =
  | { readonly _tag: "Address"; readonly address: Address }
  | { readonly _tag: "Name"; readonly name: string }

/** The port a URL is called at. */
export const portOf = ({ port, protocol }: Pick<URL, "port" | "protocol">): number =>
  port === "" ? (protocol === "https:" ? 443 : 80) : Number(port)

/** The URL in a text, or `undefined`. */
export const parseUrl = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined)

/** In characters, the dots included: https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 */
const longestName = 253
const longestLabel = 63

/** The host of a URL (`URL.hostname`) or of a connection, or `undefined` when it is no name a host can have. */
export const parseHost = (hostname: string): Host | undefined => {
  const bare = hostname.startsWith("[") && hostname.endsWith("]") ? hostname.slice(1, -1) : hostname
  const address = parseAddress(bare)
  if (address !== undefined) return { _tag: "Address", address }
  // One final dot marks a full name and changes nothing else (RFC 1034, 3.1).
  const name = bare.toLowerCase().replace(/\.$/, "")
  const isOne =
    name.length <= longestName && name.split(".").every((label) => label !== "" && label.length <= longestLabel)
  return isOne ? { _tag: "Name", name } : undefined
}

/** The host in whatever spelling a URL may have: decimal, hexadecimal, full width, percent-encoded. */
const readHost = (text: string): Host | undefined => {
  const bare = text.includes(":") ? `[${text}]` : text
  if (/[\s/?#@\\]/.test(bare)) return undefined
  const url = parseUrl(`http://${bare}/`)
  return url === undefined ? undefined : parseHost(url.hostname)
}

const fullBits = (address: Address): number => (address.kind() === "ipv4" ? 32 : 128)

const readRange = (text: string, bitsText: string, port: number | undefined): RangePattern | undefined => {
  const address = parseAddress(text)
  if (address === undefined) return undefined
  // The range of an IPv4-mapped address counts the 96 bits before it.
  const bits = text.includes(":") && address.kind() === "ipv4" ? Number(bitsText) - 96 : Number(bitsText)
  return bits >= 0 && bits <= fullBits(address) ? { _tag: "Range", address, bits, port } : undefined
}

/** `[host/bits]:port`, `[host]/bits:port`, `host/bits:port`, all but the host optional; several colons are an address. */
const shapes = [
  /^\[(?<host>[^\]/]+)(?:\/(?<bits>\d{1,3}))?\](?::(?<port>\d{1,5}))?$/,
  /^\[(?<host>[^\]/]+)\]\/(?<bits>\d{1,3})(?::(?<port>\d{1,5}))?$/,
  /^(?<host>[^[\]/:]*:[^[\]/]*:[^[\]/]*)(?:\/(?<bits>\d{1,3}))?$/,
  /^(?<host>[^[\]/:]+)(?:\/(?<bits>\d{1,3}))?(?::(?<port>\d{1,5}))?$/
]

/** Reads one entry, or answers `undefined` when it can match nothing. */
export const parsePattern = (entry: string): HostPattern | undefined => {
  const groups = shapes.map((shape) => shape.exec(entry)?.groups).find((found) => found !== undefined)
  if (groups?.host === undefined) return undefined
  const port = groups.port === undefined ? undefined : Number(groups.port)
  if (port !== undefined && port > 65_535) return undefined
  if (groups.bits !== undefined) return readRange(groups.host, groups.bits, port)
  const wildcard = groups.host.startsWith("*.")
  const host = readHost(wildcard ? groups.host.slice(2) : groups.host)
  if (host === undefined || (host._tag === "Name" && host.name.includes("*"))) return undefined
  if (host._tag === "Name") {
    return wildcard ? { _tag: "Subdomains", suffix: `.${host.name}`, port } : { _tag: "Name", name: host.name, port }
  }
  return wildcard ? undefined : { _tag: "Range", address: host.address, bits: fullBits(host.address), port }
}

const contains = ({ address: base, bits }: RangePattern, address: Address): boolean => {
  if (base instanceof ipaddr.IPv4) return address instanceof ipaddr.IPv4 && address.match(base, bits)
  return address instanceof ipaddr.IPv6 && address.match(base, bits)
}

/** Whether the entry is for this host, at this port. */
export const matches = (pattern: HostPattern, host: Host, port: number): boolean => {
  if (pattern.port !== undefined && pattern.port !== port) return false
  if (pattern._tag === "Range") return host._tag === "Address" && contains(pattern, host.address)
  if (host._tag === "Address") return false
  return pattern._tag === "Name" ? host.name === pattern.name : host.name.endsWith(pattern.suffix)
}
