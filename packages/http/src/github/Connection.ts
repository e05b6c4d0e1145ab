/**
 * Where GitHub is, and as whom it is asked.
 *
 * @module
 */
import { InvalidOptionError } from "@skippy/core"
import { Config, Option, Redacted } from "effect"
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

const tokenOf = (name: string) => Config.option(Config.schema(Credentials.Sendable("token"), name))

/** The first that is not empty. Those after it are not looked at: they may be anything. */
const firstOf = (name: string, ...others: ReadonlyArray<string>): Config.Config<Redacted.Redacted | undefined> =>
  Config.flatMap(tokenOf(name), (token) => {
    if (Option.isSome(token) && Credentials.textOf(token.value) !== "") return Config.succeed(token.value)
    const [next, ...rest] = others
    return next === undefined ? Config.succeed(undefined) : firstOf(next, ...rest)
  })

/** Reads `SKIPPY_GITHUB_URL`, and the token from `SKIPPY_GITHUB_TOKEN`, else `GITHUB_TOKEN`, else `GH_TOKEN`. */
export const config: Config.Config<Connection> = Config.all({
  url: Credentials.baseUrlOf("SKIPPY_GITHUB_URL", defaultUrl, enterprise),
  token: firstOf("SKIPPY_GITHUB_TOKEN", "GITHUB_TOKEN", "GH_TOKEN")
}).pipe(Config.map(({ token, url }) => connection(url, token)))

const wrong = (option: string, fix: string) =>
  new InvalidOptionError({ policy: "GitHub", option, value: "not one", fix })

/** Checks a connection; one that makes no sense is a defect (`InvalidOptionError`), which shows neither of the values. */
export const of = ({ token, url = defaultUrl }: Options): Connection => {
  if (!Credentials.isBaseUrl(url)) throw wrong("url", Credentials.baseUrlFix(enterprise))
  if (token !== undefined && !Credentials.isSendable(Redacted.value(token)))
    throw wrong("token", Credentials.sendableFix("token"))
  return connection(url, token)
}
