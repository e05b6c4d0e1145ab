/**
 * Where an API of Google is, and which addresses may see a token for it.
 *
 * @module
 */
import { InvalidOptionError } from "@skippy/core"
import { Credentials } from "@skippy/http/authoring"
import { Config } from "effect"

/** Hosts of Google that take the token of an API of Google: the APIs, exports of documents, and what was uploaded. */
const googleHost = /(?:^|\.)(?:google\.com|googleapis\.com|googleusercontent\.com)$/

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
  if (isGoogle(base)) return isGoogle
  const { origin } = new URL(base)
  return (url) => URL.canParse(url) && new URL(url).origin === origin
}

/** The setting where an API is, which has a default. */
export const config = (setting: string, byDefault: string): Config.Config<string> =>
  Config.map(Credentials.baseUrlOf(setting, byDefault, byDefault), Credentials.baseUrl)

/** Checks an address a program gives; one that makes no sense is a defect (`InvalidOptionError`), which does not show it. */
export const of = (service: string, url: string, byDefault: string): string => {
  if (Credentials.isBaseUrl(url)) return Credentials.baseUrl(url)
  throw new InvalidOptionError({
    policy: service,
    option: "url",
    value: "not one",
    fix: Credentials.baseUrlFix(byDefault)
  })
}
