/** Pages that overlap do not end a list, and pages that never end do not go on for ever. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { GitHub } from "../../src/github/GitHub.ts"
import { GitHubTest } from "../../src/github/GitHubTest.ts"
import { policies } from "../../src/github/TestWorld.ts"
import * as Fault from "../../src/testing/Fault.ts"
import { engine, inMemory, log, refusal, repository, today } from "../github/support.ts"

const branches = ["notes", "a", "b", "c", "d"]
const pulls = [1, 2, 3].map((at) => ({ title: `${at}`, head: "notes", createdAt: at }))

describe("a list of pull requests", () => {
  it.effect("is whole though a whole page of new ones moved it on", () =>
    Effect.gen(function* () {
      yield* today
      const github = yield* GitHub
      const left = ["a", "b"]
      const file = Effect.suspend(() => {
        const head = left.shift()
        return head === undefined ? Effect.void : github.createPullRequest({ repository, title: head, head })
      })
      const pages = yield* github.pullRequests({ repository, pageSize: 1 }).pipe(
        Stream.tap(() => file),
        Stream.runCollect
      )
      expect(pages.flatMap(({ pullRequests }) => pullRequests.map(({ title }) => title))).toEqual(["3", "2", "1"])
    }).pipe(Effect.provide(inMemory({ policies, repositories: [{ ...engine, branches, pulls }] })))
  )

  it.effect("that leads round in a circle ends", () =>
    Effect.gen(function* () {
      const body = JSON.stringify((yield* GitHubTest).pulls(repository))
      const link = `<https://api.github.com/repos/ada/engine/pulls?state=open&per_page=100>; rel="next"`
      ;(yield* GitHubTest).faults.set(Fault.always(Fault.status(200, { headers: { link }, body })))
      const list = yield* GitHub.use((github) => github.listPullRequests({ repository, maxResults: 500 }))
      expect(list).toMatchObject({ hasMore: false })
      expect(list.pullRequests).toHaveLength(3)
    }).pipe(Effect.provide(inMemory({ policies, repositories: [{ ...engine, pulls }] })))
  )

  it.effect("that goes on for ever without anything new is no answer of GitHub", () =>
    Effect.gen(function* () {
      const body = JSON.stringify((yield* GitHubTest).pulls(repository))
      ;(yield* GitHubTest).faults.set((_, count) =>
        Fault.status(200, { headers: { link: `</repos/ada/engine/pulls?page=${count + 2}>; rel="next"` }, body })
      )
      const error = yield* refusal((github) => github.listPullRequests({ repository, maxResults: 500 }))
      expect(error).toMatchObject({ reason: "unexpectedAnswer", said: "the pages go on and bring nothing new" })
      expect((yield* log).length).toBeLessThan(20)
    }).pipe(Effect.provide(inMemory({ policies, repositories: [{ ...engine, pulls }] })))
  )
})
