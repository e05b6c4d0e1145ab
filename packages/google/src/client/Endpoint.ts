/**
 * Where an API of Google is, and which addresses may see a token for it.
 *
 * @module
 */
import { InvalidOptionError } from "@skippy/core"
import { Credentials } from "@skippy/http/authoring"
import { Config } from "effect"

/**
 * Hosts of Google that take the token of an API of Google: the APIs, exports of documents, and what was uploaded. Deeper
 * below `googleusercontent.com` are machines and notebooks of customers: `4.3.2.1.bc.googleusercontent.com`.
 */
const googleHost = /^(?:(?:.+\.)?(?:google|googleapis)\.com|[^.]+\.googleusercontent\.com)$/

/** Whether an address is at Google, over https. */
export const isGoogle = (url: string): boolean => {
  if (!URL.canParse(url)) return false
  const { hostname, password, port, protocol, username } = new URL(url)
  return protocol === "https:" && port === "" && username + password === "" && googleHost.test(hostname)
}

/**
 * Which addresses may see the token: for an API at Google, those at Google; for one that is elsewhere, such as an emulator,
 * those of its own origin.
 */
export const trusts = (base: string): ((url: string) => boolean) => {
  const { hostname, origin } = new URL(base)
  if (googleHost.test(hostname)) return isGoogle
  return (url) => URL.canParse(url) && new URL(url).origin === origin
}

/** In its one spelling. Google is asked over https, also when it is given otherwise: the token is not sent in the clear. */
const spelled = (text: string): string => {
  const url = Credentials.baseUrl(text)
  const { hostname, protocol } = new URL(url)
  return protocol === "http:" && googleHost.test(hostname) ? url.replace("http:", "https:") : url
}

/** The setting where an API is, which has a default. */
export const config = (setting: string, byDefault: string): Config.Config<string> =>
  Config.map(Credentials.baseUrlOf(setting, byDefault, byDefault), spelled)

/** Checks an address a program gives; one that makes no sense is a defect (`InvalidOptionError`), which does not show it. */
export const of = (service: string, url: string, byDefault: string): string => {
  if (Credentials.isBaseUrl(url)) return spelled(url)
  throw new InvalidOptionError({
    policy: service,
    option: "url",
    value: "not one",
    fix: Credentials.baseUrlFix(byDefault)
  })
}
