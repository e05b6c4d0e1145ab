/**
 * Which proxy a request goes through, from the variables every HTTP tool reads.
 *
 * The rules are those curl documents: https://everything.curl.dev/usingcurl/proxies/env.html and `CURLOPT_NOPROXY`. A
 * lower-case variable goes before the upper-case one. `HTTP_PROXY` is not looked at where `REQUEST_METHOD` is set: there,
 * under CGI, it holds the `Proxy` header of whoever called (https://httpoxy.org).
 *
 * @module
 */
import { Config, Effect, Option, Redacted } from "effect"
import { Base64 } from "effect/encoding"
import { type HostPattern, matches, parseHost, parsePattern, parseUrl, portOf } from "../guard/HostPattern.ts"
import { TransportConfigError } from "./TransportError.ts"

/** One proxy. */
export interface ProxyServer {
  /** Scheme, host and port. */
  readonly origin: string
  /** Without brackets. */
  readonly hostname: string
  /** The value of `proxy-authorization`. */
  readonly authorization: Redacted.Redacted | undefined
}

/** The proxy for an origin, or `undefined` to connect directly. */
export type ProxyFor = (origin: URL) => ProxyServer | undefined

interface Setting {
  readonly name: string
  readonly value: Redacted.Redacted
}

/** The first of these variables that is set. */
const first = Effect.fnUntraced(function* (...names: ReadonlyArray<string>) {
  for (const name of names) {
    const value = yield* Config.option(Config.Redacted(name))
    if (Option.isSome(value)) return { name, value: value.value } satisfies Setting
  }
  return undefined
})

const basic = ({ password, username }: URL): Redacted.Redacted | undefined =>
  username === "" && password === ""
    ? undefined
    : Redacted.make(`Basic ${Base64.encode(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)}`)

const readServer = ({ name, value }: Setting): Effect.Effect<ProxyServer, TransportConfigError> => {
  const text = Redacted.value(value)
  const url = parseUrl(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`)
  const wrong = new TransportConfigError({
    setting: name,
    problem: "it is not the URL of an http or https proxy",
    fix: 'give one such as "http://proxy.example:3128" or "http://user:password@proxy.example:3128"'
  })
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) return Effect.fail(wrong)
  return Effect.try({
    try: () => ({
      origin: url.origin,
      hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      authorization: basic(url)
    }),
    catch: () => wrong
  })
}

/** A name stands for those below it too; what cannot be read matches nothing, as other tools have entries of their own. */
const readEntry = (entry: string): ReadonlyArray<HostPattern> => {
  const pattern = parsePattern(entry.replace(/^\./, ""))
  if (pattern === undefined) return []
  return pattern._tag === "Name"
    ? [pattern, { _tag: "Subdomains", suffix: `.${pattern.name}`, port: pattern.port }]
    : [pattern]
}

/**
 * Whether an origin is reached without a proxy, by a list as in `NO_PROXY`: names (with those below them, a dot before
 * them changes nothing), `*.name` (only those below), addresses, ranges such as `10.0.0.0/8`, each with a port or without,
 * or `*` for all; between them commas or spaces. Names are not resolved for it.
 */
export const bypass = (list: string): ((origin: URL) => boolean) => {
  const entries = list.split(/[\s,]+/)
  if (entries.includes("*")) return () => true
  const patterns = entries.flatMap(readEntry)
  return (origin) => {
    const host = parseHost(origin.hostname)
    return host !== undefined && patterns.some((pattern) => matches(pattern, host, portOf(origin)))
  }
}

const direct: ProxyFor = () => undefined

/** Reads the variables. */
export const proxyFor: Effect.Effect<ProxyFor, Config.ConfigError | TransportConfigError> = Effect.gen(function* () {
  const cgi = Option.isSome(yield* Config.option(Config.String("REQUEST_METHOD")))
  const httpSetting = yield* first("http_proxy", ...(cgi ? [] : ["HTTP_PROXY"]))
  const httpsSetting = yield* first("https_proxy", "HTTPS_PROXY")
  if (httpSetting === undefined && httpsSetting === undefined) return direct
  const http = httpSetting && (yield* readServer(httpSetting))
  const https = httpsSetting && (yield* readServer(httpsSetting))
  const list = yield* first("no_proxy", "NO_PROXY")
  const isDirect = bypass(list === undefined ? "" : Redacted.value(list.value))
  return (origin) => (isDirect(origin) ? undefined : origin.protocol === "https:" ? https : http)
})
