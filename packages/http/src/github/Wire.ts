/**
 * GitHub's JSON, as far as it is read, and what becomes of it.
 *
 * Source: https://docs.github.com/en/rest/pulls/pulls, https://docs.github.com/en/rest/issues/issues,
 * https://docs.github.com/en/rest/repos/repos#get-a-repository, https://docs.github.com/en/rest/rate-limit/rate-limit
 *
 * @module
 */
import { DateTime, Option, Schema } from "effect"
import type { HeaderMap } from "../client/RateHeaders.ts"
import type { Freshness } from "../Freshness.ts"
import type * as Answer from "./Answer.ts"

const User = Schema.Struct({ login: Schema.String })
const Label = Schema.Union([Schema.String, Schema.Struct({ name: Schema.optional(Schema.NullOr(Schema.String)) })])

const item = {
  number: Schema.Int,
  title: Schema.String,
  state: Schema.Literals(["open", "closed"]),
  html_url: Schema.String,
  user: Schema.NullOr(User),
  body: Schema.optional(Schema.NullOr(Schema.String)),
  labels: Schema.optional(Schema.Array(Label)),
  created_at: Schema.DateTimeUtcFromString,
  updated_at: Schema.DateTimeUtcFromString
}
type Item = Schema.Struct<typeof item>["Type"]

/** A pull request. */
export const Pull = Schema.Struct({
  ...item,
  draft: Schema.optional(Schema.Boolean),
  merged_at: Schema.optional(Schema.NullOr(Schema.DateTimeUtcFromString)),
  /** Without a label when its account is gone: https://github.com/github/rest-api-description/issues/5562 */
  head: Schema.Struct({ label: Schema.NullOr(Schema.String), ref: Schema.String }),
  base: Schema.Struct({ ref: Schema.String })
})

/** A page of pull requests. */
export const Pulls = Schema.Array(Pull)

/** An issue. */
export const Issue = Schema.Struct({
  ...item,
  assignees: Schema.optional(Schema.NullOr(Schema.Array(User))),
  /** Only a pull request has it. */
  pull_request: Schema.optional(Schema.Unknown)
})

/** A page of issues. Pull requests are among them. */
export const Issues = Schema.Array(Issue)

/** A repository. */
export const Repository = Schema.Struct({
  id: Schema.Int,
  full_name: Schema.String,
  description: Schema.NullOr(Schema.String),
  html_url: Schema.String,
  default_branch: Schema.String,
  private: Schema.Boolean,
  archived: Schema.optional(Schema.Boolean),
  has_issues: Schema.optional(Schema.Boolean),
  open_issues_count: Schema.Int
})

/** Up to the end of the year 9999, in seconds since the epoch: what is beyond may be no moment. */
const isMoment = Schema.isBetween({ minimum: 0, maximum: 253_402_300_799 })

/** How much of a limit is used. `reset` is in seconds since the epoch. */
export const Usage = Schema.Struct({
  limit: Schema.Int,
  used: Schema.Int,
  remaining: Schema.Int,
  reset: Schema.Int.check(isMoment)
})
/** How much of a limit is used. */
export type Usage = typeof Usage.Type

const decodeUsage = Schema.decodeUnknownOption(
  Schema.Struct({
    limit: Schema.FiniteFromString,
    used: Schema.FiniteFromString,
    remaining: Schema.FiniteFromString,
    reset: Schema.FiniteFromString.check(isMoment)
  })
)

/** What the headers of an answer tell of the primary limit. */
export const usageOfHeaders = (headers: HeaderMap): Usage | undefined =>
  headers["x-ratelimit-resource"] === "core"
    ? Option.getOrUndefined(
        decodeUsage({
          limit: headers["x-ratelimit-limit"],
          used: headers["x-ratelimit-used"],
          remaining: headers["x-ratelimit-remaining"],
          reset: headers["x-ratelimit-reset"]
        })
      )
    : undefined

/** What `GET /rate_limit` answers. */
export const RateLimit = Schema.Struct({ resources: Schema.Struct({ core: Usage }) })

const textsOf = (labels: ReadonlyArray<typeof Label.Type> = []): ReadonlyArray<string> =>
  labels.flatMap((label) => (typeof label === "string" ? [label] : label.name ? [label.name] : []))

const itemOf = ({ body = null, created_at, html_url, labels, number, state, title, updated_at, user }: Item) => ({
  number,
  title,
  state,
  url: html_url,
  author: user === null ? null : user.login,
  body,
  labels: textsOf(labels),
  createdAt: created_at,
  updatedAt: updated_at
})

/** A pull request as it is answered. */
export const pullRequestOf = (pull: typeof Pull.Type): Answer.PullRequest => ({
  ...itemOf(pull),
  draft: pull.draft ?? false,
  head: pull.head.label ?? pull.head.ref,
  base: pull.base.ref,
  mergedAt: pull.merged_at ?? null
})

/** An issue as it is answered. */
export const issueOf = (issue: typeof Issue.Type): Answer.Issue => ({
  ...itemOf(issue),
  assignees: (issue.assignees ?? []).map(({ login }) => login)
})

/** A repository as it is answered. */
export const repositoryOf = (repository: typeof Repository.Type): Omit<Answer.Repository, keyof Freshness> => ({
  id: repository.id,
  fullName: repository.full_name,
  description: repository.description,
  url: repository.html_url,
  defaultBranch: repository.default_branch,
  private: repository.private,
  archived: repository.archived ?? false,
  hasIssues: repository.has_issues ?? true,
  openIssues: repository.open_issues_count
})

/** The primary limit as it is answered. */
export const usageOf = ({ limit, remaining, reset, used }: Usage): Omit<Answer.RateLimit, keyof Freshness> => ({
  limit,
  used,
  remaining,
  resetAt: DateTime.makeUnsafe(reset * 1000)
})
