/**
 * What the operations of `GitHub` take. All is checked before anything is sent.
 *
 * @module
 */
import { Effect, Schema } from "effect"

/** The defaults, in one place. */
export const defaults = { base: "main", state: "open", maxResults: 10, pageSize: 100 } as const

/** The most pull requests one list answers; `pullRequests` has no such limit. */
export const maxResults = 1000

/** The most GitHub puts on a page: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests */
export const maxPageSize = 100

/** The most characters (code points) of a text GitHub takes: https://github.com/github/docs/issues/15498 */
export const maxBodyLength = 65_536

/** The most characters of an idempotency key. */
const maxKeyLength = 200

/** The full name of a repository: `octocat/hello-world`. */
export const RepositoryName = Schema.String.check(
  Schema.isPattern(/^[a-z\d][\w-]*\/(?!\.{1,2}$)[\w.-]+$/i, {
    message: 'give "owner/name", such as "octocat/hello-world"'
  })
)

/** Which pull requests are listed. */
export const StateFilter = Schema.Literals(["open", "closed", "all"])

const Text = (fix: string) =>
  Schema.String.check(Schema.makeFilter((text: string) => (text.trim() === "" ? fix : undefined)))

/** Whether a body is short enough, when it needs room for something else. */
export const isBodyLength = (body: string, room = 0): boolean =>
  // A character has one unit or two, so most texts need not be counted.
  body.length + room <= maxBodyLength || Array.from(body).length + room <= maxBodyLength

const Body = Schema.String.check(
  Schema.makeFilter((body: string) =>
    isBodyLength(body) ? undefined : `give at most ${maxBodyLength} characters, GitHub takes no more`
  )
)

const WholeNumber = (max: number) =>
  Schema.Finite.check(
    Schema.makeFilter((value: number) =>
      Number.isInteger(value) && value >= 1 && value <= max ? undefined : `give a whole number from 1 to ${max}`
    )
  )

const Title = Text("give a title, it must not be empty")

/** What `createPullRequest` takes. */
export const CreatePullRequestInput = Schema.Struct({
  repository: RepositoryName,
  title: Title,
  /** Up to 65,536 characters. */
  body: Schema.optional(Body),
  /** The branch with the changes; `owner:branch` for one of a fork. */
  head: Text('give a branch, or "owner:branch" for one of a fork'),
  /** The branch they go to. Default `main`. */
  base: Text("give a branch").pipe(Schema.withDecodingDefault(Effect.succeed(defaults.base))),
  /** Default: not a draft. */
  draft: Schema.optional(Schema.Boolean)
})
/** What `createPullRequest` takes. */
export type CreatePullRequestInput = typeof CreatePullRequestInput.Encoded

/** What `createIssue` takes. */
export const CreateIssueInput = Schema.Struct({
  repository: RepositoryName,
  title: Title,
  /** Up to 65,536 characters, the marker at its end included. */
  body: Schema.optional(Schema.String),
  /** Without push access GitHub drops these two without a word. */
  labels: Schema.optional(Schema.Array(Text("give the name of a label"))),
  assignees: Schema.optional(Schema.Array(Text("give the login of a user"))),
  /**
   * Two creations with the same key make one issue, in this program or another. It is written into the issue, where
   * whoever sees the issue can read it. Default: made up, so that only the retries of this creation have it.
   */
  idempotencyKey: Schema.optional(
    Schema.String.check(
      Schema.makeFilter((key: string) =>
        key.trim() === "" || key.length > maxKeyLength || !key.isWellFormed()
          ? `give 1 to ${maxKeyLength} characters`
          : undefined
      )
    )
  )
})
/** What `createIssue` takes. */
export type CreateIssueInput = typeof CreateIssueInput.Encoded

const listed = {
  repository: RepositoryName,
  /** Default `open`. */
  state: StateFilter.pipe(Schema.withDecodingDefault(Effect.succeed(defaults.state)))
}

/** What `listPullRequests` takes. */
export const ListPullRequestsInput = Schema.Struct({
  ...listed,
  /** 1 to 1,000, default 10. */
  maxResults: WholeNumber(maxResults).pipe(Schema.withDecodingDefault(Effect.succeed(defaults.maxResults)))
})
/** What `listPullRequests` takes. */
export type ListPullRequestsInput = typeof ListPullRequestsInput.Encoded

/** What `pullRequests` takes. */
export const PullRequestsInput = Schema.Struct({
  ...listed,
  /** Pull requests for each request, 1 to 100, default 100. */
  pageSize: WholeNumber(maxPageSize).pipe(Schema.withDecodingDefault(Effect.succeed(defaults.pageSize)))
})
/** What `pullRequests` takes. */
export type PullRequestsInput = typeof PullRequestsInput.Encoded
