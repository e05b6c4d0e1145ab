/** What every GitHub must do when something is created, whatever is behind it. */
import { expect } from "@effect/vitest"
import { Effect } from "effect"
import { GitHub } from "../../src/github/GitHub.ts"
import { GitHubTest } from "../../src/github/GitHubTest.ts"
import * as Fault from "../../src/testing/Fault.ts"
import { engine, flip, issue, log, pull, repository, type Test } from "./support.ts"

export const creations = (test: Test): void => {
  test(
    "creates a pull request from what it is given",
    {},
    Effect.gen(function* () {
      const github = yield* GitHub
      const made = yield* github.createPullRequest({ ...pull, body: "All of them.", draft: true })
      expect(made).toMatchObject({
        number: 1,
        title: "Notes",
        state: "open",
        url: "https://github.com/ada/engine/pull/1",
        author: "ada",
        body: "All of them.",
        draft: true,
        head: "ada:notes",
        base: "main",
        created: true
      })
      const [request] = (yield* GitHubTest).requests()
      expect(request?.headers).toMatchObject({
        accept: "application/vnd.github+json",
        authorization: "Bearer ghp_ada",
        "x-github-api-version": "2022-11-28"
      })
      expect(request?.headers["user-agent"]).toMatch(/^skippy\/\d/)
    })
  )

  test(
    "answers a pull request that is there already, and makes no second one",
    {
      repositories: [
        {
          ...engine,
          pulls: [
            { title: "First", head: "notes" },
            { title: "Other", head: "plans" }
          ]
        }
      ]
    },
    Effect.gen(function* () {
      const found = yield* GitHub.use((github) => github.createPullRequest(pull))
      expect(found).toMatchObject({ number: 1, title: "First", created: false })
      expect((yield* GitHubTest).pulls(repository)).toHaveLength(2)
    })
  )

  test(
    "finds the pull request of a fork, too",
    {
      repositories: [
        { owner: "ada", name: "engine", pulls: [{ title: "First", head: "eve:fix" }] },
        { owner: "eve", name: "engine", branches: ["fix"] }
      ]
    },
    Effect.gen(function* () {
      const found = yield* GitHub.use((github) => github.createPullRequest({ ...pull, head: "eve:fix" }))
      expect(found).toMatchObject({ number: 1, title: "First", head: "eve:fix", created: false })
    })
  )

  for (const [what, fault] of [
    ["is lost", Fault.lostAnswer],
    ["breaks off", Fault.truncate()]
  ] as const) {
    test(
      `makes one pull request when the answer ${what}`,
      { faults: Fault.when({ method: "POST" }, Fault.once(fault)) },
      Effect.gen(function* () {
        expect(yield* GitHub.use((github) => github.createPullRequest(pull))).toMatchObject({ number: 1 })
        expect((yield* GitHubTest).createdCount()).toBe(1)
      })
    )

    test(
      `makes one issue when the answer ${what}`,
      { faults: Fault.when({ method: "POST" }, Fault.once(fault)) },
      Effect.gen(function* () {
        const made = yield* GitHub.use((github) => github.createIssue(issue))
        expect(made).toMatchObject({ number: 1, title: "It leaks", created: false })
        expect((yield* GitHubTest).createdCount()).toBe(1)
        expect(yield* log).toEqual(["POST /repos/ada/engine/issues 201", "GET /repos/ada/engine/issues 200"])
      })
    )
  }

  test(
    "creates an issue whose marker nobody sees",
    {},
    Effect.gen(function* () {
      const made = yield* GitHub.use((github) =>
        github.createIssue({ ...issue, body: "Since **today**.", labels: ["bug"], assignees: ["ada"] })
      )
      expect(made).toMatchObject({ number: 1, author: "ada", labels: ["bug"], assignees: ["ada"], created: true })
      expect(made.body).toMatch(/^Since \*\*today\*\*\.\n\n<!-- skippy:retry-[\da-f]{24} -->$/)
      expect(yield* log).toEqual(["POST /repos/ada/engine/issues 201"])
    })
  )

  test(
    "looks for an issue before it creates it again, and creates it when it is not there",
    { faults: Fault.when({ method: "POST" }, Fault.times(2, Fault.status(503))) },
    Effect.gen(function* () {
      const made = yield* GitHub.use((github) => github.createIssue(issue))
      expect(made.created).toBe(true)
      expect((yield* GitHubTest).createdCount()).toBe(1)
      expect(yield* log).toEqual([
        "POST /repos/ada/engine/issues 503",
        "GET /repos/ada/engine/issues 200",
        "POST /repos/ada/engine/issues 503",
        "GET /repos/ada/engine/issues 200",
        "POST /repos/ada/engine/issues 201"
      ])
    })
  )

  test(
    "creates nothing again while it cannot be looked for",
    {
      faults: Fault.firstOf(
        Fault.when({ method: "POST" }, Fault.once(Fault.lostAnswer)),
        Fault.when({ method: "GET" }, Fault.always(Fault.status(502)))
      )
    },
    Effect.gen(function* () {
      const error = yield* flip((github) => github.createIssue(issue))
      expect(error).toMatchObject({ _tag: "HttpError", status: 502 })
      expect((yield* GitHubTest).createdCount()).toBe(1)
    })
  )

  test(
    "makes one issue of creations with the same key, also at the same time",
    {},
    Effect.gen(function* () {
      const github = yield* GitHub
      const create = github.createIssue({ ...issue, idempotencyKey: "leak --> 42" })
      const made = yield* Effect.all([create, create, create], { concurrency: "unbounded" })
      expect(made.map(({ number }) => number)).toEqual([1, 1, 1])
      expect(made.filter(({ created }) => created)).toHaveLength(1)
      expect((yield* github.createIssue({ ...issue, idempotencyKey: "leak 43" })).number).toBe(2)
      expect((yield* GitHubTest).issues(repository)[0]?.body).toBe("<!-- skippy:key-leak%20--%3E%2042 -->")
    })
  )

  test(
    "does not take a pull request with the same marker for the issue",
    { repositories: [{ ...engine, pulls: [{ title: "Quote", head: "notes", body: "<!-- skippy:key-k -->" }] }] },
    Effect.gen(function* () {
      const made = yield* GitHub.use((github) => github.createIssue({ ...issue, idempotencyKey: "k" }))
      expect(made).toMatchObject({ number: 2, created: true })
    })
  )
}
