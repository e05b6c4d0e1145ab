/** Answers GitHub really gives, which its documentation does not show, and answers nobody should give. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Answer from "../../src/github/Answer.ts"
import { GitHub } from "../../src/github/GitHub.ts"
import * as Fault from "../../src/testing/Fault.ts"
import * as GitHubEmulator from "../../src/testing/GitHubEmulator.ts"
import { engine, inMemory, issue, refusal, repository } from "../github/support.ts"

const [shown] = GitHubEmulator.make({
  repositories: [{ ...engine, pulls: [{ title: "First", head: "notes" }] }]
}).pulls(repository)

const answering = (json: unknown, status = 200) =>
  inMemory({ faults: Fault.always(Fault.status(status, { body: JSON.stringify(json) })) })

describe("what GitHub shows", () => {
  it.effect("of a pull request whose fork and author are gone is listed with the others", () => {
    // https://github.com/github/rest-api-description/issues/5562
    const ghost = {
      ...shown,
      number: 7,
      user: null,
      body: null,
      head: { label: null, ref: "12.0", sha: shown!.head.sha, user: null, repo: null }
    }
    return Effect.gen(function* () {
      const list = yield* GitHub.use((github) => github.listPullRequests({ repository }))
      expect(list.pullRequests.map(({ author, head, number }) => [number, head, author])).toEqual([
        [7, "12.0", null],
        [1, "ada:notes", "ada"]
      ])
      expect(Schema.is(Answer.PullRequestList)(list)).toBe(true)
    }).pipe(Effect.provide(answering([ghost, shown])))
  })

  it.effect("of a limit that ends at no moment there is, is a typed error", () =>
    Effect.gen(function* () {
      const error = yield* refusal((github) => github.rateLimit)
      expect(error).toMatchObject({ reason: "unexpectedAnswer", category: "fatal" })
    }).pipe(
      Effect.provide(
        answering({ resources: { core: { limit: 60, used: 1, remaining: 59, reset: Number.MAX_SAFE_INTEGER } } })
      )
    )
  )

  it.effect("of what is wrong is told on one line, without what a terminal would obey", () =>
    Effect.gen(function* () {
      const error = yield* refusal((github) => github.createIssue(issue))
      expect(error.said).toBe(`Invalid request. "title" wasn't supplied. [31mred`)
      expect(error.details).toEqual([{ message: "no such thing" }])
      expect(error.message).not.toMatch(/[\p{Cc}]/u)
    }).pipe(
      Effect.provide(
        answering(
          {
            message: `Invalid request.\n\n"title" wasn't supplied.\u001b[31mred`,
            errors: [{ message: "no\r\nsuch thing" }]
          },
          422
        )
      )
    )
  )
})
