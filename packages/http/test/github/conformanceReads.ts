/** What every GitHub must do when something is read, whatever is behind it. */
import { expect } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { GitHub } from "../../src/github/GitHub.ts"
import { GitHubTest } from "../../src/github/GitHubTest.ts"
import * as Fault from "../../src/testing/Fault.ts"
import { engine, log, moved, pull, repository, type Test } from "./support.ts"

export const reads = (test: Test): void => {
  test(
    "lists the open pull requests, the newest first",
    {
      repositories: [
        {
          ...engine,
          pulls: [
            { title: "old", head: "notes", createdAt: 1000 },
            { title: "done", head: "plans", createdAt: 2000, merged: true },
            { title: "new", head: "plans", createdAt: 3000, labels: ["bug"] }
          ]
        }
      ]
    },
    Effect.gen(function* () {
      const github = yield* GitHub
      const open = yield* github.listPullRequests({ repository })
      expect(open.pullRequests.map(({ title }) => title)).toEqual(["new", "old"])
      expect(open.pullRequests[0]).toMatchObject({ labels: ["bug"], state: "open", mergedAt: null })
      expect(open).toMatchObject({ hasMore: false, fromCache: false, ageSeconds: 0, stale: false })
      const closed = yield* github.listPullRequests({ repository, state: "closed" })
      expect(closed.pullRequests.map(({ title }) => title)).toEqual(["done"])
      const one = yield* github.listPullRequests({ repository, state: "all", maxResults: 1 })
      expect(one).toMatchObject({ pullRequests: [{ title: "new" }], hasMore: true })
    })
  )

  const many = {
    repositories: [
      {
        ...engine,
        pulls: Array.from({ length: 250 }, (_, at) => ({ title: `${at}`, head: "notes", createdAt: at * 1000 }))
      }
    ]
  }

  test(
    "follows the pages as far as it is asked to",
    many,
    Effect.gen(function* () {
      const { hasMore, pullRequests } = yield* GitHub.use((github) =>
        github.listPullRequests({ repository, maxResults: 220 })
      )
      expect(pullRequests.map(({ title }) => title)).toEqual(Array.from({ length: 220 }, (_, at) => `${249 - at}`))
      expect(hasMore).toBe(true)
      expect((yield* GitHubTest).requests().map(({ query }) => query)).toEqual([
        { state: "open", per_page: "100" },
        { state: "open", per_page: "100", page: "2" },
        { state: "open", per_page: "100", page: "3" }
      ])
    })
  )

  test(
    "streams all pages, and asks for none nobody takes",
    many,
    Effect.gen(function* () {
      const github = yield* GitHub
      const all = yield* Stream.runCollect(github.pullRequests({ repository, state: "all" }))
      expect(all.map(({ hasMore, pullRequests }) => [pullRequests.length, hasMore])).toEqual([
        [100, true],
        [100, true],
        [50, false]
      ])
      ;(yield* GitHubTest).clear()
      yield* Stream.runDrain(Stream.take(github.pullRequests({ repository, pageSize: 20 }), 1))
      expect(yield* log).toHaveLength(1)
    })
  )

  test(
    "lists no pull request twice when one is created meanwhile",
    { repositories: [{ ...engine, pulls: [1, 2, 3].map((at) => ({ title: `${at}`, head: "notes", createdAt: at })) }] },
    Effect.gen(function* () {
      const github = yield* GitHub
      const create = Effect.ignore(github.createPullRequest({ ...pull, head: "plans" }))
      const pages = yield* github.pullRequests({ repository, pageSize: 2 }).pipe(
        Stream.tap(() => create),
        Stream.runCollect
      )
      expect(pages.map(({ pullRequests }) => pullRequests.map(({ title }) => title))).toEqual([["3", "2"], ["1"]])
    })
  )

  test(
    "answers a list from the cache until a pull request is created",
    {},
    Effect.gen(function* () {
      const github = yield* GitHub
      const list = github.listPullRequests({ repository: "Ada/Engine" })
      expect((yield* list).fromCache).toBe(false)
      expect(yield* list).toMatchObject({ fromCache: true, stale: false, pullRequests: [] })
      yield* github.createPullRequest(pull)
      expect(yield* list).toMatchObject({ fromCache: false, pullRequests: [{ title: "Notes" }] })
    })
  )

  test(
    "reads without a token what is public",
    { token: false },
    Effect.gen(function* () {
      const github = yield* GitHub
      expect(yield* github.getRepository(repository)).toMatchObject({
        fullName: "ada/engine",
        defaultBranch: "main",
        private: false,
        hasIssues: true
      })
      expect(yield* github.rateLimit).toMatchObject({ limit: 60, used: 1, remaining: 59 })
      expect((yield* GitHubTest).requests()[0]?.headers["authorization"]).toBeUndefined()
    })
  )

  test(
    "tries a read again when the service fails",
    { faults: Fault.sequence([Fault.status(502), Fault.truncate()]) },
    Effect.gen(function* () {
      expect((yield* GitHub.use((github) => github.getRepository(repository))).fullName).toBe(repository)
      expect(yield* log).toHaveLength(3)
    })
  )

  test(
    "finds a renamed repository under its old name",
    moved,
    Effect.gen(function* () {
      const github = yield* GitHub
      expect((yield* github.getRepository("ada/old")).fullName).toBe("ada/engine")
      expect((yield* github.listPullRequests({ repository: "ada/old" })).pullRequests).toHaveLength(1)
    })
  )
}
