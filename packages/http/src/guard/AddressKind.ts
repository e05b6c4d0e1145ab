/**
 * What an IP address is for: the ranges no public service can be reached at, and those among them that an IPv6 address
 * only wraps. Everything that is not known to be public is refused.
 *
 * Sources: https://www.iana.org/assignments/iana-ipv4-special-registry, and iana-ipv6-special-registry beside it.
 *
 * @module
 */
import ipaddr from "ipaddr.js"

/** An address as `ipaddr.js` models it; an IPv4-mapped one is an `IPv4`. */
export type Address = ipaddr.IPv4 | ipaddr.IPv6

/** Why an address or a name is not public. */
export const hostKinds = [
  "loopback",
  "private",
  "linkLocal",
  "metadata",
  "shared",
  "unspecified",
  "broadcast",
  "multicast",
  "reserved"
] as const

/** Why an address or a name is not public. */
export type HostKind = (typeof hostKinds)[number]

const kinds: Readonly<Record<string, HostKind>> = {
  unspecified: "unspecified",
  broadcast: "broadcast",
  multicast: "multicast",
  linkLocal: "linkLocal",
  loopback: "loopback",
  carrierGradeNat: "shared",
  private: "private",
  uniqueLocal: "private",
  deprecatedSiteLocal: "private"
}

const v4 = (high: number, low: number): ipaddr.IPv4 => new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff])

const inverted = (part: number): number => part ^ 0xffff

/** The IPv4 addresses that packets to this one end up at, or came from: all of them have to be public. */
const wrapped = ({ parts }: ipaddr.IPv6): ReadonlyArray<ipaddr.IPv4> => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = parts
  const startsWith = (...values: ReadonlyArray<number>) => values.every((value, index) => parts[index] === value)
  const found: Array<ipaddr.IPv4> = []
  // Compatible, translated (SIIT) and NAT64 addresses end with it.
  const low = startsWith(0, 0, 0, 0, 0, 0) || startsWith(0, 0, 0, 0, 0xffff, 0)
  if (low || startsWith(0x64, 0xff9b, 0, 0, 0, 0)) found.push(v4(g, h))
  // 6to4
  if (a === 0x2002) found.push(v4(b, c))
  // Teredo: its server, and its client inverted
  if (a === 0x2001 && b === 0) found.push(v4(c, d), v4(inverted(g), inverted(h)))
  // ISATAP, below any prefix
  if ((e & 0xfdff) === 0 && f === 0x5efe) found.push(v4(g, h))
  return found
}

/** Ranges whose addresses are as good as the IPv4 address they wrap. */
const wrappers: ReadonlySet<string> = new Set(["rfc6052", "6to4", "teredo"])

const kindOfV4 = (address: ipaddr.IPv4): HostKind | undefined => {
  const range = address.range()
  return range === "unicast" ? undefined : (kinds[range] ?? "reserved")
}

const kindOfV6 = (address: ipaddr.IPv6): HostKind | undefined => {
  if (address.zoneId !== undefined) return "linkLocal"
  const range = address.range()
  const own = kinds[range]
  if (own !== undefined) return own
  for (const inner of wrapped(address)) {
    const kind = kindOf(inner)
    if (kind !== undefined) return kind
  }
  const [first = 0, , third = 0] = address.parts
  // The prefix of RFC 8215 is for one network only, and where it puts the IPv4 address is that network's choice.
  if (wrappers.has(range)) return first === 0x64 && third === 1 ? "reserved" : undefined
  const global = (first & 0xe000) === 0x2000
  return range === "unicast" && global ? undefined : "reserved"
}

/** `::1.2.3.4` in the hexadecimal form, because `ipaddr.js` takes it for the IPv4-mapped address. */
const withoutDots = (text: string): string => {
  const [address = "", zone] = text.split("%", 2)
  const url = `http://[${address}]/`
  if (!/^[\da-f:.]+$/i.test(address) || !URL.canParse(url)) return ""
  return new URL(url).hostname.slice(1, -1) + (zone === undefined ? "" : `%${zone}`)
}

/**
 * Reads an address as name servers and sockets write it, four decimal parts or an IPv6 address; an IPv4-mapped one is the
 * IPv4 address it stands for. Other spellings are the URL parser's business.
 */
export const parseAddress = (text: string): Address | undefined => {
  if (!text.includes(":")) {
    // Names are many, and `ipaddr.js` throws for each.
    return /^[\d.]+$/.test(text) && ipaddr.IPv4.isValidFourPartDecimal(text) ? ipaddr.IPv4.parse(text) : undefined
  }
  const plain = text.includes(".") ? withoutDots(text) : text
  if (!ipaddr.IPv6.isValid(plain)) return undefined
  const address = ipaddr.IPv6.parse(plain)
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address
}

/** Where clouds tell a machine its own credentials, beside what is link-local anyway. */
const metadataAddresses: ReadonlySet<string | undefined> = new Set(
  [
    "169.254.169.254",
    // Amazon ECS and EKS
    "169.254.170.2",
    "169.254.170.23",
    "fd00:ec2::254",
    "fd00:ec2::23",
    // Google
    "fd20:ce::254",
    // Alibaba
    "100.100.100.200",
    // Oracle
    "192.0.0.192",
    // Azure's WireServer, public by its number only
    "168.63.129.16"
  ].map((address) => parseAddress(address)?.toNormalizedString())
)

/** Why this address is not public, or `undefined` when it is. */
export const kindOf = (address: Address): HostKind | undefined => {
  if (metadataAddresses.has(address.toNormalizedString())) return "metadata"
  return address instanceof ipaddr.IPv4 ? kindOfV4(address) : kindOfV6(address)
}
