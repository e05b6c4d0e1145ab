/**
 * What the operations of `GitHub` answer.
 *
 * @module
 */
import { Schema } from "effect"
import { Freshness } from "../Freshness.ts"

const item = {
  number: Schema.Int,
  title: Schema.String,
  state: Schema.Literals(["open", "closed"]),
  /** The page of it on the web site. */
  url: Schema.String,
  /** The login; `null` when the account is gone. */
  author: Schema.NullOr(Schema.String),
  body: Schema.NullOr(Schema.String),
  labels: Schema.Array(Schema.String),
  createdAt: Schema.DateTimeUtcFromString,
  updatedAt: Schema.DateTimeUtcFromString
}

/** A pull request. */
export const PullRequest = Schema.Struct({
  ...item,
  draft: Schema.Boolean,
  /** `owner:branch`; the branch alone when the account of its owner is gone. */
  head: Schema.String,
  /** The branch it goes to. */
  base: Schema.String,
  /** When it was merged; `null` when it was not. */
  mergedAt: Schema.NullOr(Schema.DateTimeUtcFromString)
})
/** A pull request. */
export type PullRequest = typeof PullRequest.Type

/** An issue. */
export const Issue = Schema.Struct({
  ...item,
  assignees: Schema.Array(Schema.String)
})
/** An issue. */
export type Issue = typeof Issue.Type

const creation = {
  /** `false`: it was there already, made by an earlier attempt or by somebody else, and this is what it looks like. */
  created: Schema.Boolean
}

/** The pull request there is now. */
export const CreatedPullRequest = Schema.Struct({ ...PullRequest.fields, ...creation })
/** The pull request there is now. */
export type CreatedPullRequest = typeof CreatedPullRequest.Type

/** The issue there is now. */
export const CreatedIssue = Schema.Struct({ ...Issue.fields, ...creation })
/** The issue there is now. */
export type CreatedIssue = typeof CreatedIssue.Type

/** Pull requests, the newest first. */
export const PullRequestList = Schema.Struct({
  pullRequests: Schema.Array(PullRequest),
  /** Whether there are more than these. */
  hasMore: Schema.Boolean,
  ...Freshness.fields
})
/** Pull requests, the newest first. */
export type PullRequestList = typeof PullRequestList.Type

/** A repository. */
export const Repository = Schema.Struct({
  id: Schema.Int,
  /** Its present name, which differs from the one asked for when it was renamed. */
  fullName: Schema.String,
  description: Schema.NullOr(Schema.String),
  url: Schema.String,
  defaultBranch: Schema.String,
  private: Schema.Boolean,
  archived: Schema.Boolean,
  /** Whether issues can be created. */
  hasIssues: Schema.Boolean,
  /** Pull requests included. */
  openIssues: Schema.Int,
  ...Freshness.fields
})
/** A repository. */
export type Repository = typeof Repository.Type

/** The primary limit of whoever asks. */
export const RateLimit = Schema.Struct({
  /** Requests in an hour. */
  limit: Schema.Int,
  used: Schema.Int,
  remaining: Schema.Int,
  resetAt: Schema.DateTimeUtcFromString,
  ...Freshness.fields
})
/** The primary limit of whoever asks. */
export type RateLimit = typeof RateLimit.Type
