/**
 * Tools of GitHub: pull requests and issues.
 *
 * @module
 */
import { GitHubAnswer, GitHubInput } from "@skippy/http"
import { Effect, Schema } from "effect"
import { staleNote } from "../../command/freshness.ts"
import { createdText, pullRequestsText } from "../../command/githubTexts.ts"
import { World } from "../../command/World.ts"
import { plainStyle } from "../../output/Style.ts"
import { freshness, oneOf, otherwise, snake, text, whole } from "../Fields.ts"
import { type AnyTool, tool } from "../Tool.ts"
import { asParameters } from "./parameters.ts"

const { assignees, labels } = GitHubAnswer.Issue.fields
const { base, created, head, number, state, title, url } = GitHubAnswer.CreatedPullRequest.fields
const { author, draft, mergedAt, updatedAt } = GitHubAnswer.PullRequest.fields

const names = { repository: "repo_name", head: "head_branch", base: "base_branch", maxResults: "max_results" }

const repository = text('The repository: "owner/repo"')
const body = Schema.optionalKey(text("The text, in Markdown"))

const createPr = tool({
  name: "github_create_pr",
  group: "github",
  title: "Create a pull request",
  description: "Creates a pull request. When one is open for the same branches, answers that one with created: false.",
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: true },
  input: Schema.Struct({
    repo_name: repository,
    title: text("Its title"),
    body,
    head_branch: text('The branch with the changes; "owner:branch" for one of a fork'),
    base_branch: otherwise(text("The branch they go to"), GitHubInput.defaults.base)
  }),
  output: {
    schema: snake({ created, number, title, state, url, head, base, draft }),
    text: (one) => createdText(one, plainStyle)
  },
  run: ({ base_branch, head_branch, repo_name, ...rest }) =>
    Effect.gen(function* () {
      const { createPullRequest } = yield* (yield* World).github
      return yield* createPullRequest({ ...rest, repository: repo_name, head: head_branch, base: base_branch })
    }).pipe(asParameters("github_create_pr", names))
})

const createIssue = tool({
  name: "github_create_issue",
  group: "github",
  title: "Create an issue",
  description:
    "Creates an issue; retries do not make it twice, calling again does. GitHub drops labels and assignees without push access.",
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  input: Schema.Struct({
    repo_name: repository,
    title: text("Its title"),
    body,
    labels: Schema.optionalKey(Schema.Array(Schema.String).annotate({ description: "Names of labels" })),
    assignees: Schema.optionalKey(Schema.Array(Schema.String).annotate({ description: "Logins of who is to do it" }))
  }),
  output: {
    schema: snake({ created, number, title, state, url, labels, assignees }),
    text: (one) => createdText(one, plainStyle)
  },
  run: ({ repo_name, ...rest }) =>
    Effect.gen(function* () {
      const { createIssue } = yield* (yield* World).github
      return yield* createIssue({ ...rest, repository: repo_name })
    }).pipe(asParameters("github_create_issue", names))
})

const listPrs = tool({
  name: "github_list_prs",
  group: "github",
  title: "List pull requests",
  description: "Lists the pull requests of a repository, the newest first, without their texts.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  input: Schema.Struct({
    repo_name: repository,
    state: otherwise(oneOf(GitHubInput.StateFilter.literals, "Which ones"), GitHubInput.defaults.state),
    max_results: otherwise(whole(1, GitHubInput.maxResults, "The most"), GitHubInput.defaults.maxResults)
  }),
  output: {
    schema: snake({
      pullRequests: Schema.Array(snake({ number, title, state, url, author, draft, head, base, mergedAt, updatedAt })),
      hasMore: Schema.Boolean,
      ...freshness
    }),
    text: (list) =>
      [
        pullRequestsText(list, plainStyle),
        ...(list.hasMore ? ["there are more; give a larger max_results"] : []),
        ...staleNote(list, plainStyle)
      ].join("\n")
  },
  run: ({ max_results, repo_name, state }) =>
    Effect.gen(function* () {
      const { listPullRequests } = yield* (yield* World).github
      return yield* listPullRequests({ repository: repo_name, state, maxResults: max_results })
    }).pipe(asParameters("github_list_prs", names))
})

/** Tools of GitHub. */
export const githubTools: ReadonlyArray<AnyTool> = [createPr, createIssue, listPrs]
