/**
 * The operations of `GitHub`, put together for one connection.
 *
 * @module
 */
import { Resilience } from "@skippy/core"
import { Clock, Effect, Redacted, Schema, Stream } from "effect"
import * as Digest from "effect/crypto/Digest"
import { HttpClient } from "effect/http"
import { withoutRedirects } from "../client/ManualRedirects.ts"
import * as ResilientHttpClient from "../client/ResilientHttpClient.ts"
import { decodeInput, type InvalidInputError } from "../InvalidInputError.ts"
import type * as Answer from "./Answer.ts"
import type { Connection } from "./Connection.ts"
import * as Creation from "./Creation.ts"
import * as Exchange from "./Exchange.ts"
import * as Input from "./Input.ts"
import * as Issues from "./Issues.ts"
import * as PullRequests from "./PullRequests.ts"
import * as Reads from "./Reads.ts"
import * as Requests from "./Requests.ts"
import * as Wire from "./Wire.ts"

/**
 * What every operation can fail with: `InvalidInputError` before anything is sent, `GitHubError` for what GitHub refuses,
 * `HttpError` for the way to it, and the refusals of the pipeline.
 */
export type GitHubFailure = Reads.Failure | InvalidInputError

/** The operations of GitHub. */
export interface Shape {
  /**
   * Creates a pull request. When there is an open one for the same branches, that one is answered, with `created: false`;
   * so it is safe to repeat.
   */
  readonly createPullRequest: (
    input: Input.CreatePullRequestInput
  ) => Effect.Effect<Answer.CreatedPullRequest, GitHubFailure>
  /**
   * Creates an issue. A marker in its body, which nobody sees on the page, tells it from others: when an answer is lost,
   * the marker is looked for before the issue is created again, and `created` is `false` for one that was found.
   */
  readonly createIssue: (input: Input.CreateIssueInput) => Effect.Effect<Answer.CreatedIssue, GitHubFailure>
  /** The newest pull requests of a repository, of as many pages as it takes. */
  readonly listPullRequests: (
    input: Input.ListPullRequestsInput
  ) => Effect.Effect<Answer.PullRequestList, GitHubFailure>
  /** All pull requests of a repository, the newest first; one list for each page, asked for when it is needed. */
  readonly pullRequests: (input: Input.PullRequestsInput) => Stream.Stream<Answer.PullRequestList, GitHubFailure>
  /** What is known of a repository (`owner/name`), found under an old name too. */
  readonly getRepository: (repository: string) => Effect.Effect<Answer.Repository, GitHubFailure>
  /**
   * How much of the hour's requests is used. Asking costs none of them. While nothing may be sent, it is what the last
   * answer told, marked `stale`.
   */
  readonly rateLimit: Effect.Effect<Answer.RateLimit, GitHubFailure>
}

const inputs = {
  createPullRequest: decodeInput(Input.CreatePullRequestInput, { operation: "GitHub.createPullRequest" }),
  createIssue: decodeInput(Input.CreateIssueInput, { operation: "GitHub.createIssue" }),
  listPullRequests: decodeInput(Input.ListPullRequestsInput, { operation: "GitHub.listPullRequests" }),
  pullRequests: decodeInput(Input.PullRequestsInput, { operation: "GitHub.pullRequests" }),
  getRepository: decodeInput(Schema.Struct({ repository: Input.RepositoryName }), {
    operation: "GitHub.getRepository"
  })
}

const hexOf = Effect.fnUntraced(function* (text: string) {
  const { digestHex } = yield* Digest.Digest
  return yield* digestHex(Digest.sha256, new TextEncoder().encode(text))
}, Effect.provide(Digest.layerWebCrypto))

/** Tells apart whose answers are kept, without the token. */
const scopeOf = ({ token, url }: Connection): Effect.Effect<string> =>
  token === undefined
    ? Effect.succeed(url)
    : Effect.map(hexOf(Redacted.value(token)), (hex) => `${url}#${hex.slice(0, 16)}`)

const exchangeOf = (connection: Connection) =>
  ResilientHttpClient.make({ service: Reads.service, perOrigin: false, accepts: Exchange.accepts }).pipe(
    Effect.updateService(HttpClient.HttpClient, withoutRedirects),
    Effect.map(({ exchange }) => Exchange.make(exchange, connection))
  )

/** Makes the operations. */
export const make = (connection: Connection): Effect.Effect<Shape, never, HttpClient.HttpClient | Resilience> =>
  Effect.gen(function* () {
    const resilience = yield* Resilience
    const exchange = yield* exchangeOf(connection)
    const requests = Requests.make(connection)
    const reads = Reads.make(exchange, requests, resilience, yield* scopeOf(connection))
    const creation = Creation.make(exchange, requests, reads, resilience)
    const pullRequests = PullRequests.make(requests, reads, creation)
    const issues = Issues.make(exchange, requests, creation)
    const readRepository = reads.of(Wire.Repository)
    const readUsage = reads.uncached(Wire.RateLimit)

    /** What the last answer told, when our own limiter lets nothing through. */
    const lastUsage = <E>(error: E): Effect.Effect<Answer.RateLimit, E> =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const last = exchange.lastUsage()
        if (last === undefined) return Effect.fail(error)
        const ageSeconds = (now - last.at) / 1000
        return Effect.succeed({ ...Wire.usageOf(last.usage), fromCache: true, ageSeconds, stale: true })
      })

    return {
      createPullRequest: Effect.fn("GitHub.createPullRequest")(function* (input) {
        return yield* pullRequests.create(yield* inputs.createPullRequest(input))
      }),
      createIssue: Effect.fn("GitHub.createIssue")(function* (input) {
        return yield* issues.create(yield* inputs.createIssue(input))
      }),
      listPullRequests: Effect.fn("GitHub.listPullRequests")(function* (input) {
        return yield* pullRequests.list(yield* inputs.listPullRequests(input))
      }),
      pullRequests: (input) =>
        Stream.unwrap(Effect.map(inputs.pullRequests(input), pullRequests.pages)).pipe(
          Stream.withSpan("GitHub.pullRequests")
        ),
      getRepository: Effect.fn("GitHub.getRepository")(function* (name) {
        const { repository } = yield* inputs.getRepository({ repository: name })
        const asked = { operation: "getRepository", repository, writes: false }
        const { freshness, value } = yield* readRepository(asked, requests.get(Requests.repositoryPath(repository)))
        return { ...Wire.repositoryOf(value), ...freshness }
      }),
      rateLimit: readUsage({ operation: "rateLimit", writes: false }, requests.get("/rate_limit")).pipe(
        Effect.map(({ resources }) => ({ ...Wire.usageOf(resources.core), ...Reads.live })),
        Effect.catchTag("RateLimitedError", lastUsage),
        Effect.withSpan("GitHub.rateLimit")
      )
    }
  })
