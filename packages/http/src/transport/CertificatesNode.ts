/**
 * Certificate authorities beside those Node trusts already, for services and proxies of a company of its own.
 *
 * @module
 */
import { Config, Effect, Option, Predicate } from "effect"
import { X509Certificate } from "node:crypto"
import { readFile } from "node:fs/promises"
import { createSecureContext, getCACertificates } from "node:tls"
import { TransportConfigError } from "./TransportError.ts"

const variable = "SKIPPY_CA_FILE"

const blocks = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g

/** The certificates of one text, each read once, so that a broken one is noticed now and not at the first connection. */
const split = (setting: string, where: string, text: string) =>
  Effect.gen(function* () {
    const found = text.match(blocks) ?? []
    const fix = "give a PEM text of one or more certificates (-----BEGIN CERTIFICATE-----)"
    if (found.length === 0) {
      return yield* new TransportConfigError({ setting, problem: `${where} holds no certificate`, fix })
    }
    yield* Effect.forEach(found, (block, index) =>
      Effect.try({
        try: () => new X509Certificate(block),
        catch: () => {
          const problem = `certificate ${index + 1} of ${found.length} in ${where} cannot be read`
          return new TransportConfigError({ setting, problem, fix })
        }
      })
    )
    return found
  })

const codeOf = (error: unknown): string =>
  Predicate.hasProperty(error, "code") && Predicate.isString(error.code) ? ` (${error.code})` : ""

const fromFile = Effect.gen(function* () {
  const path = yield* Config.option(Config.String(variable))
  if (Option.isNone(path)) return []
  const text = yield* Effect.tryPromise({
    try: () => readFile(path.value, "utf8"),
    catch: (error) =>
      new TransportConfigError({
        setting: variable,
        problem: `${path.value} cannot be read${codeOf(error)}`,
        fix: "give the path of a PEM file that this program may read, or unset it"
      })
  })
  return yield* split(variable, path.value, text)
})

/**
 * What TLS connections trust, or `undefined` for what Node does by itself (its own list or the system's, and
 * `NODE_EXTRA_CA_CERTS`), to which all others are added. Made once, as reading some hundred certificates
 * for each connection would cost more than the connection.
 */
export const secureContext = (ca: string | ReadonlyArray<string> = []) =>
  Effect.gen(function* () {
    const texts = typeof ca === "string" ? [ca] : ca
    const own = yield* Effect.forEach(texts, (text) => split("ca", "it", text))
    const extra = [...(yield* fromFile), ...own.flat()]
    return extra.length === 0 ? undefined : createSecureContext({ ca: [...getCACertificates("default"), ...extra] })
  })
