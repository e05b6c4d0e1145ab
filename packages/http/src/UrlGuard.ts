/**
 * Decides which URLs a program may call when somebody else chose them, so that it does not become a way into the network
 * it runs in (server-side request forgery).
 *
 * A guard lets through http and https to public hosts. Everything else is refused: loopback, private, link-local, shared,
 * multicast and reserved addresses in every spelling, IPv6 addresses that only wrap them, names of this machine, of
 * private networks and of metadata services, names without a dot, and user names in the URL. `allow` makes exceptions.
 *
 * A name that looks public can still resolve to a private address, and to another one the next time. So `check` is half
 * of the work: give the guard to `TransportNode.layer` too, which asks `checkAddress` about every address it is about to
 * connect to.
 *
 * @example
 * ```ts
 * import { UrlGuard } from "@skippy/http"
 * import { Effect } from "effect"
 *
 * const guard = UrlGuard.make({ allow: ["10.0.0.0/8", "*.corp.example:443"] })
 * const program = Effect.gen(function* () {
 *   console.log((yield* guard.check("http://0xA000001/report")).href)
 *   const refused = yield* Effect.flip(guard.check("http://2130706433/"))
 *   console.log(refused.message)
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * http://10.0.0.1/report
 * url: 127.0.0.1 is an address of this machine (loopback); give a public one, or allow it with allow: ["127.0.0.1"]
 * ```
 *
 * @module
 */
import { InvalidOptionError } from "@skippy/core"
import { Effect, Result } from "effect"
import { type Address, kindOf, parseAddress } from "./guard/AddressKind.ts"
import { type Host, type HostPattern, matches, parseHost, parsePattern, parseUrl, portOf } from "./guard/HostPattern.ts"
import { kindOfName } from "./guard/NameKind.ts"
import { UrlRefusedError } from "./guard/UrlRefusedError.ts"

export { refusalOf, UrlRefusedError } from "./guard/UrlRefusedError.ts"

/** What is allowed beyond public hosts. */
export interface Policy {
  /**
   * Exceptions; none by default. Each is one of
   *
   * - a name, `internal.example`, or all names below one, `*.corp.example` (not `corp.example` itself): it is let through
   *   whatever it resolves to;
   * - an address, `127.0.0.1` or `::1`, or a range, `10.0.0.0/8` or `fd00::/8`: it is let through written as an address,
   *   and so are public-looking names that resolve into it. `localhost` and the other refused names need an entry of
   *   their own.
   *
   * With a port, `127.0.0.1:8080`, `10.0.0.0/8:443` or `[::1]:8080`, an entry is for that port only. An entry that is none
   * of these is a defect (`InvalidOptionError`).
   */
  readonly allow?: ReadonlyArray<string> | undefined
}

/** A guard over one policy. */
export interface UrlGuard {
  /** The URL as it will be called, or why it is not. Checking what came out changes nothing. */
  readonly check: (url: string | URL) => Effect.Effect<URL, UrlRefusedError>
  /** `check` for code that is not an effect. */
  readonly checkResult: (url: string | URL) => Result.Result<URL, UrlRefusedError>
  /**
   * Why a connection to `address`, which `hostname` is or resolved to, is not made; `undefined` when it may be. Text that
   * is no address is refused.
   */
  readonly checkAddress: (hostname: string, address: string, port: number) => UrlRefusedError | undefined
}

/** Schemes that may be repeated in an error; any other text before a colon may be a secret. */
const knownSchemes: ReadonlySet<string> = new Set(
  "about blob data dict file ftp ftps gopher imap jar javascript ldap ldaps mailto sftp smtp ssh telnet tftp urn ws wss".split(
    " "
  )
)

/** How an error names what a resolver said when it is not even an address. */
const noAddress = "something that is no address"

const refuse = (fields: Omit<ConstructorParameters<typeof UrlRefusedError>[0], "field">): UrlRefusedError =>
  new UrlRefusedError({ field: "url", ...fields })

const readEntry = (entry: string): HostPattern => {
  const pattern = parsePattern(entry)
  if (pattern !== undefined) return pattern
  const fix = 'give a name, "*.name", an address or a range, with ":port" or without'
  throw new InvalidOptionError({ policy: "UrlGuard", option: "allow", value: JSON.stringify(entry), fix })
}

/** Makes a guard. An entry of `allow` that makes no sense is a defect (`InvalidOptionError`). */
export const make = ({ allow = [] }: Policy = {}): UrlGuard => {
  const patterns = allow.map(readEntry)

  const allows = (host: Host, port: number) => patterns.some((pattern) => matches(pattern, host, port))

  const refuseAddress = (address: Address, name: string | undefined, port: number): UrlRefusedError | undefined => {
    const kind = kindOf(address)
    if (kind === undefined || allows({ _tag: "Address", address }, port)) return undefined
    const shown = address.toString()
    return refuse({ reason: "address", host: name ?? shown, address: shown, kind })
  }

  const checkAddress = (hostname: string, text: string, port: number): UrlRefusedError | undefined => {
    const host = parseHost(hostname)
    if (host?._tag === "Name" && allows(host, port)) return undefined
    const name = host?._tag === "Name" ? host.name : undefined
    const address = parseAddress(text)
    if (address !== undefined) return refuseAddress(address, name, port)
    return refuse({ reason: "address", host: name ?? noAddress, address: noAddress, kind: "reserved" })
  }

  const checkHost = (url: URL): UrlRefusedError | undefined => {
    const host = parseHost(url.hostname)
    if (host === undefined) return refuse({ reason: "invalidUrl" })
    const port = portOf(url)
    if (host._tag === "Address") return refuseAddress(host.address, undefined, port)
    const kind = kindOfName(host.name)
    if (kind === undefined || allows(host, port)) return undefined
    return refuse({ reason: "name", host: host.name, kind })
  }

  const checkUrl = (url: URL): UrlRefusedError | undefined => {
    const scheme = url.protocol.slice(0, -1)
    if (scheme !== "http" && scheme !== "https") {
      return refuse({ reason: "scheme", ...(knownSchemes.has(scheme) ? { scheme } : {}) })
    }
    if (url.username !== "" || url.password !== "") return refuse({ reason: "credentials", host: url.hostname })
    return checkHost(url)
  }

  const checkResult = (input: string | URL): Result.Result<URL, UrlRefusedError> => {
    // A copy, so that nobody changes the URL after it was checked.
    const url = parseUrl(typeof input === "string" ? input : input.href)
    if (url === undefined) return Result.fail(refuse({ reason: "invalidUrl" }))
    const refusal = checkUrl(url)
    return refusal === undefined ? Result.succeed(url) : Result.fail(refusal)
  }

  return { check: (url) => Effect.suspend(() => Effect.fromResult(checkResult(url))), checkResult, checkAddress }
}
