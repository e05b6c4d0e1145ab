/** How every GitHub must refuse, whatever is behind it. */
import { expect } from "@effect/vitest"
import { Duration, Effect, Stream } from "effect"
import { GitHub } from "../../src/github/GitHub.ts"
import { GitHubTest } from "../../src/github/GitHubTest.ts"
import * as Fault from "../../src/testing/Fault.ts"
import { ada, engine, issue, log, moved, pull, refusal, repository, type Test } from "./support.ts"

export const refusals = (test: Test): void => {
  test(
    "creates nothing in a renamed repository, and names the new one",
    moved,
    Effect.gen(function* () {
      for (const create of [
        (github: GitHub["Service"]) => github.createIssue({ ...issue, repository: "ada/old" }),
        (github: GitHub["Service"]) => github.createIssue({ ...issue, repository: "ada/old", idempotencyKey: "k" }),
        (github: GitHub["Service"]) => github.createPullRequest({ ...pull, repository: "ada/old", head: "plans" })
      ]) {
        const error = yield* refusal(create)
        expect(error).toMatchObject({ reason: "renamed", category: "notFound", renamedTo: "ada/engine" })
        expect(error.message).toContain('use "ada/engine", nothing was created')
      }
      expect((yield* GitHubTest).createdCount()).toBe(0)
    })
  )

  test(
    "says that a token is none",
    { token: "ghp_forgotten" },
    Effect.gen(function* () {
      const error = yield* refusal((github) => github.listPullRequests({ repository }))
      expect(error).toMatchObject({ reason: "badToken", category: "auth", status: 401, said: "Bad credentials" })
      expect(error.message).toContain("set SKIPPY_GITHUB_TOKEN")
      expect(yield* log).toHaveLength(1)
    })
  )

  test(
    "says that a token is needed",
    { token: false },
    Effect.gen(function* () {
      const error = yield* refusal((github) => github.createIssue(issue))
      expect(error).toMatchObject({ reason: "noToken", category: "auth", status: 401 })
    })
  )

  for (const status of [404, 403] as const) {
    test(
      `names the scopes a classic token lacks (${status})`,
      { tokens: [{ ...ada, scopes: ["read:org", "gist"] }], missingScopeStatus: status },
      Effect.gen(function* () {
        const error = yield* refusal((github) => github.createIssue(issue))
        expect(error).toMatchObject({
          reason: "missingScope",
          category: "auth",
          status,
          needed: ["public_repo", "repo"],
          granted: ["read:org", "gist"]
        })
        expect(error.message).toContain("it needs one of the scopes public_repo, repo, and has read:org, gist")
      })
    )
  }

  test(
    "names the permission a fine-grained token lacks",
    { tokens: [{ ...ada, permissions: { issues: "write" } }] },
    Effect.gen(function* () {
      const github = yield* GitHub
      expect((yield* github.createIssue(issue)).created).toBe(true)
      const error = yield* refusal((github) => github.createPullRequest(pull))
      expect(error).toMatchObject({ reason: "missingScope", status: 403, needed: ["pull_requests=write"] })
      expect(error.granted).toBeUndefined()
      expect(error.message).toContain("it needs the permissions pull_requests=write")
    })
  )

  test(
    "says that a repository is unknown, or private",
    { repositories: [{ ...engine, owner: "eve", private: true, collaborators: [] }] },
    Effect.gen(function* () {
      for (const name of ["ada/engin", "eve/engine"]) {
        const error = yield* refusal((github) => github.getRepository(name))
        expect(error).toMatchObject({ reason: "notFound", category: "notFound", status: 404, repository: name })
        expect(error.message).toContain(`check the name "${name}"`)
        expect(error.message).toContain("a private repository looks the same")
      }
    })
  )

  test(
    "says that a repository has no issues",
    { repositories: [{ ...engine, issuesDisabled: true }] },
    Effect.gen(function* () {
      const error = yield* refusal((github) => github.createIssue(issue))
      expect(error).toMatchObject({ reason: "issuesDisabled", category: "conflict", status: 410 })
    })
  )

  test(
    "tells what GitHub finds wrong, one by one",
    {},
    Effect.gen(function* () {
      const error = yield* refusal((github) => github.createPullRequest({ ...pull, head: "no", base: "never" }))
      expect(error).toMatchObject({
        reason: "validation",
        category: "invalid",
        status: 422,
        details: [
          { resource: "PullRequest", field: "base", code: "invalid" },
          { resource: "PullRequest", field: "head", code: "invalid" }
        ]
      })
      expect(error.message).toContain("base is invalid; head is invalid")
      expect(error.documentationUrl).toContain("https://docs.github.com/rest/pulls/pulls")
      const same = yield* refusal((github) => github.createPullRequest({ ...pull, head: "main" }))
      expect(same.message).toContain("No commits between main and main")
    })
  )

  for (const status of [403, 429] as const) {
    test(
      `says when the requests of an hour are used up (${status})`,
      { limits: { primary: { limit: 1, status } } },
      Effect.gen(function* () {
        const github = yield* GitHub
        yield* github.getRepository(repository)
        const error = yield* refusal((github) => github.listPullRequests({ repository }))
        expect(error).toMatchObject({ reason: "rateLimited", category: "throttled", status })
        const wait = Duration.toSeconds(error.retryAfter ?? Duration.zero)
        expect(wait).toBeGreaterThan(3590)
        expect(wait).toBeLessThanOrEqual(3601)
        expect(yield* github.rateLimit).toMatchObject({ limit: 1, remaining: 0 })
      })
    )

    test(
      `says when too much is created (${status})`,
      { limits: { secondary: { perMinute: 1, status } } },
      Effect.gen(function* () {
        const github = yield* GitHub
        yield* github.createIssue(issue)
        const error = yield* refusal((github) => github.createIssue(issue))
        expect(error).toMatchObject({ reason: "secondaryRateLimited", category: "throttled", status })
        expect(Duration.toSeconds(error.retryAfter ?? Duration.zero)).toBe(60)
        expect((yield* GitHubTest).createdCount()).toBe(1)
      })
    )
  }

  test(
    "does not take an answer of somebody else for one of GitHub",
    { faults: Fault.always(Fault.status(200, { body: '{"hello":"portal"}' })) },
    Effect.gen(function* () {
      const error = yield* refusal((github) => github.getRepository(repository))
      expect(error).toMatchObject({ reason: "unexpectedAnswer", category: "fatal" })
      expect(error.message).toContain("check SKIPPY_GITHUB_URL")
    })
  )

  test(
    "refuses what cannot be right before anything is sent",
    {},
    Effect.gen(function* () {
      const github = yield* GitHub
      // @ts-expect-error: a state that is not there
      const state: "all" = "merged"
      const refused: ReadonlyArray<readonly [Effect.Effect<unknown, { readonly message: string }>, string]> = [
        [github.getRepository("engine"), 'repository is "engine"; give "owner/name"'],
        [github.getRepository("ada/../x"), 'repository is "ada/../x"; give "owner/name"'],
        [github.getRepository("ada/.."), 'repository is "ada/.."; give "owner/name"'],
        [github.createIssue({ ...issue, title: " " }), 'title is " "; give a title'],
        [github.createIssue({ ...issue, labels: ["bug", ""] }), 'labels[1] is ""; give the name of a label'],
        [github.createIssue({ ...issue, idempotencyKey: "" }), "idempotencyKey: give 1 to 200 characters"],
        [github.createIssue({ ...issue, idempotencyKey: "\ud800" }), "idempotencyKey: give 1 to 200 characters"],
        [github.createPullRequest({ ...pull, head: "" }), 'head is ""; give a branch'],
        [github.createPullRequest({ ...pull, base: "" }), 'base is ""; give a branch'],
        [
          github.listPullRequests({ repository, maxResults: 1001 }),
          "maxResults is 1001; give a whole number from 1 to 1000"
        ],
        [
          github.listPullRequests({ repository, maxResults: 1.5 }),
          "maxResults is 1.5; give a whole number from 1 to 1000"
        ],
        [github.listPullRequests({ repository, state }), 'state is "merged"; give "open" or "closed" or "all"'],
        [
          Stream.runDrain(github.pullRequests({ repository, pageSize: 101 })),
          "pageSize is 101; give a whole number from 1 to 100"
        ]
      ]
      for (const [effect, message] of refused) {
        const error = yield* Effect.flip(effect)
        expect(error).toMatchObject({ _tag: "InvalidInputError", category: "invalid", delivered: false })
        expect(error.message).toContain(message)
      }
      expect(yield* log).toEqual([])
    })
  )
}
