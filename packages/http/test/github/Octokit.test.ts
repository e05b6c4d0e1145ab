/** The same operations with GitHub's own client: what it sends, we send. */
import { Octokit } from "@octokit/rest"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import { Resilience } from "@skippy/core"
import { GitHub } from "../../src/github/GitHub.ts"
import { policies } from "../../src/github/TestWorld.ts"
import * as EmulatorServer from "../../src/testing/EmulatorServerNode.ts"
import * as GitHubEmulator from "../../src/testing/GitHubEmulator.ts"
import type { RecordedRequest } from "../../src/testing/Recorder.ts"
import { ada, engine, repository } from "./support.ts"

const name = { owner: "ada", repo: "engine" }
const text = { title: "Notes", body: "All of them." }

/** What is compared. Headers differ by intention: who asks, and that we name the version of the API. */
const seen = ({ body, method, path, query }: RecordedRequest) => {
  const json: unknown = body === "" ? undefined : JSON.parse(body)
  return { method, path, query, body: json }
}

/** What each of the two sends, each to a GitHub of its own. */
const sent = (use: (url: string) => Effect.Effect<unknown, unknown>) =>
  Effect.gen(function* () {
    const pulls = Array.from({ length: 130 }, (_, at) => ({ title: `${at}`, head: "plans", createdAt: at * 1000 }))
    const emulator = GitHubEmulator.make({ tokens: [ada], repositories: [{ ...engine, pulls }] })
    const server = yield* EmulatorServer.start(emulator)
    yield* use(server.url)
    return server.requests().map(seen)
  })

const both = (
  octokit: (octokit: Octokit) => Promise<unknown>,
  ours: (github: GitHub["Service"]) => Effect.Effect<unknown, unknown>
) =>
  Effect.gen(function* () {
    const theirs = yield* sent((url) => Effect.promise(() => octokit(new Octokit({ auth: ada.token, baseUrl: url }))))
    const own = yield* sent((url) =>
      GitHub.use(ours).pipe(
        Effect.provide(
          GitHub.layerWith({ url, token: Redacted.make(ada.token) }).pipe(
            Layer.provide([FetchHttpClient.layer, Resilience.layer({ services: { github: policies } })])
          )
        )
      )
    )
    expect(theirs.length).toBeGreaterThan(0)
    return { theirs, own }
  }).pipe(Effect.scoped)

describe("our client sends what Octokit sends", () => {
  for (const [what, octokit, ours] of [
    [
      "to list pull requests",
      (octokit: Octokit) => octokit.pulls.list({ ...name, state: "closed", per_page: 10 }),
      (github: GitHub["Service"]) => github.listPullRequests({ repository, state: "closed" })
    ],
    [
      "to list them over several pages",
      (octokit: Octokit) => octokit.paginate(octokit.pulls.list, { ...name, state: "open", per_page: 100 }),
      (github: GitHub["Service"]) => github.listPullRequests({ repository, maxResults: 200 })
    ],
    [
      "to create a pull request",
      (octokit: Octokit) => octokit.pulls.create({ ...name, ...text, head: "notes", base: "main", draft: true }),
      (github: GitHub["Service"]) => github.createPullRequest({ ...text, repository, head: "notes", draft: true })
    ],
    [
      "to create one with as little as possible",
      (octokit: Octokit) => octokit.pulls.create({ ...name, title: "Notes", head: "notes", base: "main" }),
      (github: GitHub["Service"]) => github.createPullRequest({ repository, title: "Notes", head: "notes" })
    ],
    [
      "to look up a repository",
      (octokit: Octokit) => octokit.repos.get(name),
      (github: GitHub["Service"]) => github.getRepository(repository)
    ],
    [
      "to ask for the rate limit",
      (octokit: Octokit) => octokit.rateLimit.get(),
      (github: GitHub["Service"]) => github.rateLimit
    ]
  ] as const) {
    it.live(what, () =>
      Effect.gen(function* () {
        const { own, theirs } = yield* both(octokit, ours)
        expect(own).toEqual(theirs)
      })
    )
  }

  it.live("to create an issue, but for the marker by which a retry finds it", () =>
    Effect.gen(function* () {
      const more = { labels: ["bug"], assignees: ["ada"] }
      const { own, theirs } = yield* both(
        (octokit) => octokit.issues.create({ ...name, ...text, ...more }),
        (github) => github.createIssue({ ...text, ...more, repository })
      )
      const [body] = own.map((request) => Object.assign({ body: "" }, request.body).body)
      expect(body).toMatch(/^All of them\.\n\n<!-- skippy:retry-[\da-f]{24} -->$/)
      expect(own).toEqual(theirs.map((request) => ({ ...request, body: Object.assign({}, request.body, { body }) })))
    })
  )
})
