/**
 * Where GitHub is, and as whom it is asked.
 *
 * @module
 */
import { InvalidOptionError } from "@skippy/core"
import { Config, type Option, Redacted } from "effect"
import * as Credentials from "../client/Credentials.ts"

/** Where GitHub is, and as whom it is asked. */
export interface Connection {
  /** Without a slash at the end. */
  readonly url: string
  /** `undefined`: as nobody in particular. */
  readonly token: Redacted.Redacted | undefined
}

/** How the connection is given in a program, instead of in its environment. */
export interface Options {
  /** Default `https://api.github.com`; for GitHub Enterprise Server such as `https://github.example.com/api/v3`. */
  readonly url?: string | undefined
  /** Default: none, which may read what is public, 60 times an hour. */
  readonly token?: Redacted.Redacted | undefined
}

/** The default, in one place. */
export const defaultUrl = "https://api.github.com"

const enterprise = "https://github.example.com/api/v3"

const connection = (url: string, token: Redacted.Redacted | undefined): Connection => {
  const text = token === undefined ? "" : Credentials.textOf(token)
  return {
    url: Credentials.baseUrl(url),
    token: text === "" ? undefined : Redacted.make(text, { label: "github.token" })
  }
}

const given = (token: Option.Option<Redacted.Redacted>): ReadonlyArray<Redacted.Redacted> =>
  token._tag === "Some" && Credentials.textOf(token.value) !== "" ? [token.value] : []

const tokenOf = (name: string) => Config.option(Config.schema(Credentials.Sendable("token"), name))

/** Reads `SKIPPY_GITHUB_URL`, and the token from `SKIPPY_GITHUB_TOKEN`, else `GITHUB_TOKEN`, else `GH_TOKEN`. */
export const config: Config.Config<Connection> = Config.all({
  url: Config.withDefault(Config.schema(Credentials.BaseUrl(enterprise), "SKIPPY_GITHUB_URL"), defaultUrl),
  tokens: Config.all([tokenOf("SKIPPY_GITHUB_TOKEN"), tokenOf("GITHUB_TOKEN"), tokenOf("GH_TOKEN")])
}).pipe(Config.map(({ tokens, url }) => connection(url, tokens.flatMap(given)[0])))

const wrong = (option: string, fix: string) =>
  new InvalidOptionError({ policy: "GitHub", option, value: "not one", fix })

/** Checks a connection; one that makes no sense is a defect (`InvalidOptionError`), which shows neither of the values. */
export const of = ({ token, url = defaultUrl }: Options): Connection => {
  if (!Credentials.isBaseUrl(url)) throw wrong("url", Credentials.baseUrlFix(enterprise))
  if (token !== undefined && !Credentials.isSendable(Redacted.value(token)))
    throw wrong("token", Credentials.sendableFix("token"))
  return connection(url, token)
}
