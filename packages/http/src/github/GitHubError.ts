/**
 * What GitHub refuses, told so that people know what to do next.
 *
 * @module
 */
import { ErrorCategory, formatMillis, inRequest, requestField, withoutStack } from "@skippy/core"
import { Duration, Schema } from "effect"

/** Why GitHub refused. */
export const GitHubErrorReason = Schema.Literals([
  /** There is no token, and this needs one. */
  "noToken",
  /** The token is none, or no longer one. */
  "badToken",
  /** The token lacks a scope or a permission. */
  "missingScope",
  /** Not allowed for another reason, which `said` tells. */
  "forbidden",
  /** There is no such repository, or whoever asks may not see it. */
  "notFound",
  /** The repository has another name now: `renamedTo`. */
  "renamed",
  /** The repository has no issues. */
  "issuesDisabled",
  /** What was asked for cannot be done as it is: `details`. */
  "validation",
  /** What was asked for collides with what is there. */
  "conflict",
  /** The primary limit: so many requests an hour. */
  "rateLimited",
  /** A secondary limit: too many at once, or too much created. */
  "secondaryRateLimited",
  /** Refused with another status. */
  "refused",
  /** The answer is not one of GitHub. */
  "unexpectedAnswer"
])
/** Why GitHub refused. */
export type GitHubErrorReason = typeof GitHubErrorReason.Type

/** One thing GitHub finds wrong with what was sent. */
export const ValidationDetail = Schema.Struct({
  resource: Schema.optionalKey(Schema.String),
  field: Schema.optionalKey(Schema.String),
  /** `missing`, `missing_field`, `invalid`, `already_exists`, `unprocessable` or `custom`. */
  code: Schema.optionalKey(Schema.String),
  message: Schema.optionalKey(Schema.String)
})
/** One thing GitHub finds wrong with what was sent. */
export type ValidationDetail = typeof ValidationDetail.Type

const detailText = ({ code, field, message }: ValidationDetail): string => {
  if (message !== undefined) return message
  return [field, code?.replaceAll("_", " ")].filter((part) => part !== undefined).join(" is ")
}

const list = (names: ReadonlyArray<string> | undefined, between = ", "): string =>
  names === undefined || names.length === 0 ? "none" : names.join(between)

const settings = "https://github.com/settings/tokens"

/** GitHub refused a request, or answered something else than it documents. */
export class GitHubError extends Schema.TaggedError<GitHubError>()("GitHubError", {
  reason: GitHubErrorReason,
  category: ErrorCategory,
  /** What was done: `createIssue`. */
  operation: Schema.String,
  /** The repository, as it was asked for. */
  repository: Schema.optionalKey(Schema.String),
  /** Of the answer. */
  status: Schema.optionalKey(Schema.Int),
  /** What GitHub says, shortened. */
  said: Schema.optionalKey(Schema.String),
  /** How long GitHub asks to be left alone. */
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis),
  /** The page of GitHub's documentation its answer names. */
  documentationUrl: Schema.optionalKey(Schema.String),
  /** What is wrong with what was sent, one by one; empty when GitHub does not tell. */
  details: Schema.Array(ValidationDetail),
  /** The scopes of which one is needed; for a fine-grained token, the sets of permissions (`contents=read,issues=write`). */
  needed: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The scopes the token has; absent when GitHub does not tell, as for fine-grained tokens. */
  granted: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The full name the repository has now, when it could be found out. */
  renamedTo: Schema.optionalKey(Schema.String),
  ...requestField
}) {
  override get message(): string {
    const what = this.repository === undefined ? this.operation : `${this.operation} of ${this.repository}`
    return `${what}: ${this.advice()}${inRequest(this.requestId)}`
  }

  private advice(): string {
    const said = this.said === undefined ? "" : ` ("${this.said}")`
    switch (this.reason) {
      case "noToken":
        return `GitHub wants a token for this${said}; make one at ${settings} and set SKIPPY_GITHUB_TOKEN`
      case "badToken":
        return `GitHub does not accept the token${said}; make a new one at ${settings} and set SKIPPY_GITHUB_TOKEN`
      case "missingScope":
        return this.scopeAdvice()
      case "forbidden":
        return `GitHub does not allow this${said}; ask the owner of the repository, or use another token`
      case "notFound":
        return this.repository === undefined ? `GitHub has no such thing${said}` : this.notFoundAdvice(this.repository)
      case "renamed":
        return `the repository has another name now; use ${this.renamedTo === undefined ? "that" : `"${this.renamedTo}"`}, nothing was created`
      case "issuesDisabled":
        return "the repository has no issues; switch them on in its settings, or use another repository"
      case "validation":
        return `GitHub cannot do this as it is: ${this.problems()}`
      case "conflict":
        return `it collides with what is there${said}; look at the repository and try again`
      case "rateLimited":
        return `the limit of requests in an hour is used up${this.later()}`
      case "secondaryRateLimited":
        return `GitHub has had too many requests at once, or too much created${this.later()}`
      case "refused":
        return `GitHub answered ${this.status ?? 0}${said}; see ${this.documentationUrl ?? "https://docs.github.com/rest"}`
      case "unexpectedAnswer":
        return `the answer is not one of GitHub${said}; check SKIPPY_GITHUB_URL and what stands between`
    }
  }

  private scopeAdvice(): string {
    const classic = this.granted !== undefined
    const needs = classic ? `one of the scopes ${list(this.needed)}` : `the permissions ${list(this.needed, " or ")}`
    const has = classic ? `, and has ${list(this.granted)}` : ""
    const unsure = this.status === 404 ? "; if it is not that, check the name, GitHub answers the same for both" : ""
    return `the token may not do this: it needs ${needs}${has}; change it at ${settings}${unsure}`
  }

  private notFoundAdvice(repository: string): string {
    const scopes =
      this.granted === undefined || this.needed === undefined
        ? ""
        : ` (its scopes: ${list(this.granted)}; needed for private ones: ${list(this.needed)})`
    return `GitHub shows no such thing; check the name "${repository}", and that the token has access: a private repository looks the same${scopes}`
  }

  private problems(): string {
    const texts = this.details.map(detailText).filter((text) => text !== "")
    return texts.length > 0 ? texts.join("; ") : (this.said ?? "it does not say why")
  }

  private later(): string {
    return this.retryAfter === undefined ? "" : `; try again in ${formatMillis(Duration.toMillis(this.retryAfter))}`
  }
}

/** Makes an error. A stack would point at Skippy, never at a fault. */
export const make = (fields: ConstructorParameters<typeof GitHubError>[0]): GitHubError =>
  withoutStack(() => new GitHubError(fields))
