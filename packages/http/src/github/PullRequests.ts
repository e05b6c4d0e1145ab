/**
 * Listing and creating pull requests. Creating one is safe to repeat: GitHub refuses a second one for the same branches,
 * which is answered with the first.
 *
 * Source: https://docs.github.com/en/rest/pulls/pulls
 *
 * @module
 */
import { Effect, Option, Stream } from "effect"
import type { HttpClientRequest } from "effect/http"
import type { Freshness } from "../Freshness.ts"
import type * as Answer from "./Answer.ts"
import * as Creation from "./Creation.ts"
import * as Exchange from "./Exchange.ts"
import type { GitHubError } from "./GitHubError.ts"
import {
  type CreatePullRequestInput,
  type ListPullRequestsInput,
  maxPageSize,
  type PullRequestsInput
} from "./Input.ts"
import { type Failure, live, type Reads } from "./Reads.ts"
import { repositoryPath, type Requests } from "./Requests.ts"
import * as Wire from "./Wire.ts"

/** What is done with pull requests. Inputs were checked. */
export interface PullRequests {
  readonly create: (input: typeof CreatePullRequestInput.Type) => Effect.Effect<Answer.CreatedPullRequest, Failure>
  readonly list: (input: typeof ListPullRequestsInput.Type) => Effect.Effect<Answer.PullRequestList, Failure>
  /** Page by page. */
  readonly pages: (input: typeof PullRequestsInput.Type) => Stream.Stream<Answer.PullRequestList, Failure>
}

const listing = "listPullRequests"

const decode = Exchange.decode(Wire.Pull)

const exists = ({ details, reason }: GitHubError): boolean =>
  reason === "validation" &&
  details.some(({ message = "" }) => message.startsWith("A pull request already exists for "))

const pathOf = (repository: string): string => `${repositoryPath(repository)}/pulls`

/** As `owner:branch`, which the list is searched by. */
const sideOf = (head: string, repository: string): string =>
  head.includes(":") ? head : `${repository.slice(0, repository.indexOf("/"))}:${head}`

const older = (a: Freshness, b: Freshness): Freshness => ({
  fromCache: a.fromCache || b.fromCache,
  ageSeconds: Math.max(a.ageSeconds, b.ageSeconds),
  stale: a.stale || b.stale
})

/** What is known while pages are gone through. */
interface Walk {
  /** The numbers of earlier pages: what is created meanwhile moves the others on to the next page. */
  readonly seen: Set<number>
  /** The links that were followed. */
  readonly followed: Set<string>
  /** Pages in a row that brought nothing new. */
  barren: number
}

/** Small pages are moved on as a whole, but not this often. */
const maxBarren = 10

/** Makes the operations. */
export const make = (requests: Requests, reads: Reads, creation: Creation.Creation): PullRequests => {
  const read = reads.of(Wire.Pulls)
  const readNow = reads.uncached(Wire.Pulls)

  /** The open pull request GitHub says is there. */
  const existing = (asked: Creation.AskedOf, { base, head, repository }: typeof CreatePullRequestInput.Type) => {
    const side = sideOf(head, repository)
    const request = requests.get(pathOf(repository), { head: side, base, state: "open" })
    const said = `a pull request exists for ${side}, and none is listed`
    return Effect.flatMap(
      readNow({ operation: "findPullRequest", repository, writes: false }, request),
      ([pull]): Effect.Effect<typeof Wire.Pull.Type, GitHubError> =>
        pull === undefined
          ? Exchange.fail(asked, { reason: "conflict", category: "conflict", said })
          : Effect.succeed(pull)
    )
  }

  const create: PullRequests["create"] = (input) => {
    const { base, body, draft, head, repository, title } = input
    const asked = { operation: "createPullRequest", repository, writes: true }
    const request = requests.post(pathOf(repository), Creation.given({ title, head, base, body, draft }))
    const attempt = Effect.catchTag(creation.post(request, asked, decode), "GitHubError", (error) =>
      exists(error) ? Effect.succeed({ _tag: "Exists" as const }) : Effect.fail(error)
    )
    return Effect.gen(function* () {
      const outcome = yield* creation.run(asked, attempt)
      yield* reads.forget(listing, repository)
      const pull = outcome._tag === "Exists" ? yield* existing(asked, input) : outcome.value
      return { ...Wire.pullRequestOf(pull), created: outcome._tag === "Created" }
    })
  }

  const page = (repository: string, request: HttpClientRequest.HttpClientRequest, walk: Walk) => {
    const asked = { operation: listing, repository, writes: false }
    return Effect.gen(function* () {
      const { freshness, next, value } = yield* read(asked, request)
      const fresh = value.filter(({ number }) => !walk.seen.has(number))
      for (const { number } of fresh) walk.seen.add(number)
      walk.barren = fresh.length === 0 ? walk.barren + 1 : 0
      // An empty page is the last one, and so is one that leads back, whatever they say.
      const further = next === undefined || value.length === 0 || walk.followed.has(next) ? undefined : next
      const following = further === undefined ? undefined : requests.follow(further)
      if (further !== undefined) {
        if (following === undefined) return yield* Exchange.unexpected(asked, "the next page is on another host")
        if (walk.barren > maxBarren) {
          return yield* Exchange.unexpected(asked, "the pages go on and bring nothing new")
        }
        walk.followed.add(further)
      }
      const list: Answer.PullRequestList = {
        pullRequests: fresh.map(Wire.pullRequestOf),
        hasMore: following !== undefined,
        ...freshness
      }
      return [[list], Option.fromUndefinedOr(following)] as const
    })
  }

  const pages: PullRequests["pages"] = ({ pageSize, repository, state }) =>
    Stream.suspend(() => {
      const walk: Walk = { seen: new Set(), followed: new Set(), barren: 0 }
      const first = requests.get(pathOf(repository), { state, per_page: pageSize })
      return Stream.paginate(first, (request) => page(repository, request, walk))
    })

  const list: PullRequests["list"] = ({ maxResults, repository, state }) =>
    Effect.gen(function* () {
      const found: Array<Answer.PullRequest> = []
      let hasMore = false
      let freshness = live
      const all = pages({ repository, state, pageSize: Math.min(maxResults, maxPageSize) })
      yield* Stream.runForEachWhile(all, (page) =>
        Effect.sync(() => {
          found.push(...page.pullRequests)
          hasMore = page.hasMore
          freshness = older(freshness, page)
          return found.length < maxResults
        })
      )
      return {
        pullRequests: found.slice(0, maxResults),
        hasMore: hasMore || found.length > maxResults,
        ...freshness
      }
    })

  return { create, list, pages }
}
