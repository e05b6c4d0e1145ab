/**
 * What an answer that is no success means: from its status, its headers and its body. Pure.
 *
 * Source: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
 *
 * @module
 */
import { Duration, Option, Predicate, Schema } from "effect"
import * as HttpError from "../client/HttpError.ts"
import type { HeaderMap } from "../client/RateHeaders.ts"
import * as GitHubError from "./GitHubError.ts"
import type { Refusal } from "./Limits.ts"

/** What is asked. */
export interface Asked {
  readonly operation: string
  readonly repository?: string
  /** Whether something is to be changed. */
  readonly writes: boolean
}

/** What was answered, its body as it came. */
export interface Reply {
  readonly status: number
  readonly headers: HeaderMap
  readonly text: string
}

/** What the body of a refusal says. */
export interface Said {
  readonly message: string
  readonly documentationUrl: string | undefined
  readonly details: ReadonlyArray<GitHubError.ValidationDetail>
}

/** Under which circumstances it was asked. */
export interface Circumstances {
  readonly hasToken: boolean
  readonly requestId: string | undefined
}

/** Texts of GitHub are shown up to this length. */
const longest = 300

const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))

/** A short text on one line, without the secret, should a server or a proxy repeat it. */
const harmless = (text: string, secret: string | undefined): string => {
  const told = secret === undefined ? text : text.replaceAll(secret, "<redacted>")
  const clean = told.replaceAll(/[\s\p{C}]+/gu, " ").trim()
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean
}

const textAt = (value: unknown, key: string, secret: string | undefined): string | undefined =>
  Predicate.hasProperty(value, key) && Predicate.isString(value[key]) ? harmless(value[key], secret) : undefined

const detailOf = (value: unknown, secret: string | undefined): GitHubError.ValidationDetail => {
  if (Predicate.isString(value)) return { message: harmless(value, secret) }
  const keys = ["resource", "field", "code", "message"] as const
  const entries = keys.map((key) => [key, textAt(value, key, secret)] as const)
  return Object.fromEntries(entries.filter(([, text]) => text !== undefined))
}

/** Reads what the body says. One that is not JSON says nothing. */
export const read = ({ text }: Reply, secret: string | undefined): Said => {
  const body = Option.getOrUndefined(decodeJson(text))
  const errors = Predicate.hasProperty(body, "errors") ? body.errors : []
  return {
    message: textAt(body, "message", secret) ?? "",
    documentationUrl: textAt(body, "documentation_url", secret),
    details: (Array.isArray(errors) ? errors : [errors]).map((error: unknown) => detailOf(error, secret))
  }
}

/** All it says, in one text. */
export const wordsOf = ({ details, message }: Said): string =>
  [message, ...details.map((detail) => detail.message ?? "")].filter((text) => text !== "").join(" ")

const namesOf = (header: string | undefined, between: string): ReadonlyArray<string> | undefined =>
  header
    ?.split(between)
    .map((name) => name.trim())
    .filter((name) => name !== "")

/** What the headers say the token may do, and what it would have to: one of the scopes, or of the sets of permissions. */
const scopesOf = (headers: HeaderMap) => {
  const granted = namesOf(headers["x-oauth-scopes"], ",")
  const needed =
    granted === undefined
      ? namesOf(headers["x-accepted-github-permissions"], ";")
      : namesOf(headers["x-accepted-oauth-scopes"], ",")
  return { granted, needed: needed === undefined || needed.length === 0 ? undefined : needed }
}

/** Whether a classic token has none of the scopes of which one is needed. */
const lacksScope = ({ granted, needed }: ReturnType<typeof scopesOf>): boolean =>
  granted !== undefined && needed !== undefined && !needed.some((scope) => granted.includes(scope))

/** How a fine-grained token without the permission is refused. */
const inaccessible = /^Resource not accessible by/i

/** A version of the API that is over is 410, too (https://docs.github.com/en/rest/about-the-rest-api/api-versions). */
const disabled = /^issues (?:has|have|are)\b.*\bdisabled/i

const statusReasons: Readonly<Record<number, GitHubError.GitHubErrorReason>> = {
  403: "forbidden",
  404: "notFound",
  409: "conflict",
  422: "validation"
}

const reasonOf = (
  { writes }: Asked,
  { headers, status }: Reply,
  message: string,
  hasToken: boolean
): GitHubError.GitHubErrorReason => {
  if (status === 401) return hasToken ? "badToken" : "noToken"
  const scopes = scopesOf(headers)
  // A repository that may not be written to looks like one that is not there.
  if (status === 404 && writes && lacksScope(scopes)) return "missingScope"
  if (status === 410 && disabled.test(message)) return "issuesDisabled"
  if (status === 403) {
    const permission = scopes.granted === undefined && scopes.needed !== undefined && inaccessible.test(message)
    if (permission || lacksScope(scopes)) return "missingScope"
  }
  return statusReasons[status] ?? (status >= 400 ? "refused" : "unexpectedAnswer")
}

const categories: Partial<Record<GitHubError.GitHubErrorReason, GitHubError.GitHubError["category"]>> = {
  missingScope: "auth",
  issuesDisabled: "conflict",
  unexpectedAnswer: "fatal"
}

/** What is told of scopes: only where they are, or may be, the reason. */
const scopesTold = (reason: GitHubError.GitHubErrorReason, headers: HeaderMap) => {
  const scopes = scopesOf(headers)
  if (reason !== "missingScope" && !(reason === "notFound" && lacksScope(scopes))) return {}
  const { granted, needed } = scopes
  return { ...(granted === undefined ? {} : { granted }), ...(needed === undefined ? {} : { needed }) }
}

/** The error for a reply that is a refusal. */
export const errorOf = (
  asked: Asked,
  reply: Reply,
  { details, documentationUrl, message }: Said,
  refusal: Refusal | undefined,
  { hasToken, requestId }: Circumstances
): GitHubError.GitHubError => {
  const common = {
    operation: asked.operation,
    status: reply.status,
    details,
    ...(asked.repository === undefined ? {} : { repository: asked.repository }),
    ...(message === "" ? {} : { said: message }),
    ...(documentationUrl === undefined ? {} : { documentationUrl }),
    ...(requestId === undefined ? {} : { requestId })
  }
  if (refusal !== undefined) {
    return GitHubError.make({
      ...common,
      reason: refusal.limit === "primary" ? "rateLimited" : "secondaryRateLimited",
      category: "throttled",
      retryAfter: Duration.millis(refusal.waitMillis)
    })
  }
  const reason = reasonOf(asked, reply, message, hasToken)
  const category = categories[reason] ?? HttpError.categoryOfStatus(reply.status)
  return GitHubError.make({ ...common, ...scopesTold(reason, reply.headers), reason, category })
}
