/**
 * GitHub's REST API, as far as pull requests and issues go: a machine with state, limits and the documented answers, for
 * `EmulatorServer` and `EmulatorClient`.
 *
 * What it answers is taken from the documentation (https://docs.github.com/en/rest, for limits
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api), the types of GitHub's OpenAPI
 * description, the recordings in octokit/fixtures, and answers people published, which the code names. Not known and
 * assumed: an invalid `since` is refused as an invalid `state` is; a page after the last has links to the last and the
 * first; in which order several things are not valid; the scopes a creation accepts are `public_repo, repo`. Not here:
 * converting an issue into a pull request, `head_repo`, milestones, titles that are numbers, links with cursors, and
 * versions of the API other than 2022-11-28.
 *
 * @example
 * ```ts
 * import { EmulatorClient, GitHubEmulator } from "@skippy/http/testing"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const github = GitHubEmulator.make({
 *     tokens: [{ token: "t0", login: "ada" }],
 *     repositories: [{ owner: "ada", name: "engine", branches: ["notes"] }]
 *   })
 *   const { client } = EmulatorClient.make(github)
 *   const answer = yield* client.get("https://api.github.com/repos/ada/engine/pulls", {
 *     headers: { authorization: "Bearer t0", "user-agent": "example" }
 *   })
 *   console.log(answer.status, yield* answer.text, answer.headers["x-ratelimit-remaining"])
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * 200 [] 4999
 * ```
 *
 * @module
 */
import type { Emulator } from "./Emulator.ts"
import { type IssueView, issueView, type PullView, pullView } from "./github/ItemView.ts"
import { Limits } from "./github/Limits.ts"
import { answer } from "./github/Machine.ts"
import type { LimitOptions, Options } from "./github/Options.ts"
import { type Repository, State } from "./github/State.ts"

export type { IssueView, PullView } from "./github/ItemView.ts"
export type {
  BranchOptions,
  IssueOptions,
  ItemOptions,
  LimitOptions,
  Options,
  PermissionLevel,
  PullOptions,
  RefusalStatus,
  RepositoryOptions,
  TokenOptions
} from "./github/Options.ts"

/** An emulator of GitHub, and what a test may see of it. */
export interface GitHubEmulator extends Emulator {
  /** The pull requests of a repository (`owner/name`), as its API shows them, in the order they were made. */
  readonly pulls: (repository: string) => ReadonlyArray<PullView>
  /** The issues of a repository that are no pull requests. */
  readonly issues: (repository: string) => ReadonlyArray<IssueView>
  /** How many issues and pull requests were created by requests. */
  readonly createdCount: () => number
  /** Other limits from now on. What was counted stays counted. */
  readonly setLimits: (limits: LimitOptions) => void
}

const publicOrigin = "https://api.github.com"

const repositoryOf = (state: State, name: string): Repository => {
  const repository = state.repository(name)
  if (repository === undefined) throw new Error(`the GitHub emulator has no repository "${name}"`)
  return repository
}

/** Makes an emulator. A pull request whose branches are not there is an error of the test. */
export const make = (options: Options = {}): GitHubEmulator => {
  const state = new State(options)
  const limits = new Limits(options.limits ?? {})
  let requests = 0
  return {
    handle: (request, now) => answer({ options, state, limits, requestNumber: ++requests }, request, now),
    pulls: (name) => {
      const repository = repositoryOf(state, name)
      return repository.items.flatMap((item) =>
        item.pull === undefined ? [] : [pullView(item, item.pull, repository, publicOrigin)]
      )
    },
    issues: (name) => {
      const repository = repositoryOf(state, name)
      return repository.items
        .filter(({ pull }) => pull === undefined)
        .map((item) => issueView(item, repository, publicOrigin))
    },
    createdCount: () => state.created,
    setLimits: (changed) => limits.change(changed)
  }
}
