/**
 * `skippy github`.
 *
 * @module
 */
import { GitHubAnswer, GitHubInput } from "@skippy/http"
import { Effect, Stream, Struct } from "effect"
import { Flag } from "effect/cli"
import type { Form } from "../output/Output.ts"
import { facts, momentText } from "../output/Style.ts"
import { staleNote } from "./freshness.ts"
import { createdText, pullRequestsText, pullRequestText } from "./githubTexts.ts"
import { answering, argument, group, listing, number, on, text } from "./Operation.ts"
import { summaries } from "./summaries.ts"

const repository = argument("repository", "owner/name")

const title = Flag.String("title").pipe(Flag.withMetavar("TEXT"), Flag.withDescription("The title"))
const body = text("body", "TEXT", "The text, in Markdown")

const pullRequest: Form<GitHubAnswer.PullRequest, typeof GitHubAnswer.PullRequest.Encoded> = {
  schema: GitHubAnswer.PullRequest,
  text: pullRequestText
}

const pullRequests: Form<GitHubAnswer.PullRequestList, typeof GitHubAnswer.PullRequestList.Encoded> = {
  schema: GitHubAnswer.PullRequestList,
  text: (list, style) =>
    [
      pullRequestsText(list, style),
      ...(list.hasMore ? [style.dim("there are more; give --max-results or --all")] : []),
      ...staleNote(list, style)
    ].join("\n")
}

const createPr = answering(
  "create-pr",
  {
    summary: "Create a pull request",
    more: "When there is an open one for the same branches, that one is answered.",
    examples: [["github create-pr ada/engine --head notes --title Notes", "from the branch notes to main"]]
  },
  {
    repository,
    title,
    body,
    head: Flag.String("head").pipe(
      Flag.withMetavar("BRANCH"),
      Flag.withDescription("The branch with the changes; owner:branch for one of a fork")
    ),
    base: text("base", "BRANCH", "The branch they go to; main by default"),
    draft: on("draft", "As a draft")
  },
  { schema: GitHubAnswer.CreatedPullRequest, text: createdText },
  (input, { github }) => Effect.flatMap(github, ({ createPullRequest }) => createPullRequest(input))
)

const several = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description), Flag.atLeast(0))

const createIssue = answering(
  "create-issue",
  {
    summary: "Create an issue",
    more: "Retries do not make it twice; with --idempotency-key another run does not either.",
    examples: [
      [
        "github create-issue ada/engine --title 'The sum is wrong' --label bug --assignee ada",
        "with a label and somebody to do it"
      ]
    ]
  },
  {
    repository,
    title,
    body,
    labels: several("label", "NAME", "A label; may be given again"),
    assignees: several("assignee", "LOGIN", "Who is to do it; may be given again"),
    idempotencyKey: text("idempotency-key", "KEY", "Two creations with the same key make one issue")
  },
  { schema: GitHubAnswer.CreatedIssue, text: createdText },
  (input, { github }) => Effect.flatMap(github, ({ createIssue }) => createIssue(input))
)

const listPrs = listing(
  "list-prs",
  {
    summary: "List the pull requests of a repository, the newest first",
    examples: [
      ["github list-prs ada/engine --state all --max-results 50", "open and closed ones"],
      ["github list-prs ada/engine --all --json", "all open ones, one line of JSON for each"],
      ["github list-prs tester/demo --sandbox", "of an emulated GitHub"]
    ]
  },
  {
    repository,
    state: Flag.Literals("state", GitHubInput.StateFilter.literals).pipe(
      Flag.withDefault("open" as const),
      Flag.withDescription("Which ones")
    ),
    maxResults: number("max-results", "The most, 1 to 1000; 10 by default")
  },
  {
    form: pullRequests,
    run: (input, { github }) => Effect.flatMap(github, ({ listPullRequests }) => listPullRequests(input))
  },
  {
    form: pullRequest,
    run: (input, { github }) =>
      Stream.unwrap(Effect.map(github, ({ pullRequests }) => pullRequests(Struct.omit(input, ["maxResults"])))).pipe(
        Stream.flatMap(({ pullRequests }) => Stream.fromIterable(pullRequests))
      )
  }
)

const repo = answering(
  "repo",
  {
    summary: "Show what is known of a repository",
    examples: [["github repo ada/engine", "its branch, its page, its issues"]]
  },
  { repository },
  {
    schema: GitHubAnswer.Repository,
    text: (one, style) =>
      [
        facts([
          ["name", one.fullName],
          ["description", one.description ?? undefined],
          ["page", one.url],
          ["default branch", one.defaultBranch],
          ["private", one.private],
          ["archived", one.archived],
          ["open issues", one.openIssues]
        ]),
        ...staleNote(one, style)
      ].join("\n")
  },
  ({ repository }, { github }) => Effect.flatMap(github, ({ getRepository }) => getRepository(repository))
)

const rateLimit = answering(
  "rate-limit",
  {
    summary: "Show how much of the hour's requests is used",
    more: "Asking costs none of them.",
    examples: [["github rate-limit", "of whoever the token belongs to"]]
  },
  {},
  {
    schema: GitHubAnswer.RateLimit,
    text: (one, style) =>
      [`${one.remaining} of ${one.limit} left until ${momentText(one.resetAt)} UTC`, ...staleNote(one, style)].join(
        "\n"
      )
  },
  (_, { github }) => Effect.flatMap(github, ({ rateLimit }) => rateLimit)
)

/** `skippy github`. */
export const github = group("github", summaries.github, [createPr, createIssue, listPrs, repo, rateLimit])
