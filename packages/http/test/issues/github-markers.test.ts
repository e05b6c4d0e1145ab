/** An issue is found by its own marker: not by one that was copied into it, and not by one there is no room for. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { GitHub } from "../../src/github/GitHub.ts"
import { GitHubTest } from "../../src/github/GitHubTest.ts"
import { inMemory, issue, log, repository } from "../github/support.ts"
import { policies } from "../../src/github/TestWorld.ts"

const longest = 65_536

describe("the marker of an issue", () => {
  it.effect("that was copied into another issue does not make that one the first", () =>
    Effect.gen(function* () {
      const github = yield* GitHub
      const first = yield* github.createIssue({ ...issue, idempotencyKey: "first" })
      // As somebody does who files a follow-up from what was answered.
      const copy = { ...issue, title: "A follow-up", body: first.body ?? "", idempotencyKey: "second" }
      expect((yield* github.createIssue(copy)).number).toBe(2)
      const again = yield* github.createIssue({ ...issue, idempotencyKey: "first" })
      expect(again).toMatchObject({ number: 1, title: issue.title, created: false })
      expect(yield* github.createIssue(copy)).toMatchObject({ number: 2, created: false })
    }).pipe(Effect.provide(inMemory({ policies })))
  )

  it.effect("in a body by hand does not stop the issue from being created", () =>
    Effect.gen(function* () {
      const github = yield* GitHub
      const body = "<!-- skippy:key-later -->\n\nand so on"
      expect((yield* github.createIssue({ ...issue, body })).number).toBe(1)
      expect(yield* github.createIssue({ ...issue, idempotencyKey: "later" })).toMatchObject({
        number: 2,
        created: true
      })
    }).pipe(Effect.provide(inMemory({ policies })))
  )

  it.effect("has its room in the longest body, which is told before anything is sent", () =>
    Effect.gen(function* () {
      const github = yield* GitHub
      const [error, keyed] = yield* Effect.all([
        Effect.flip(github.createIssue({ ...issue, body: "x".repeat(longest - 47) })),
        Effect.flip(github.createIssue({ ...issue, body: "x".repeat(longest), idempotencyKey: "k" }))
      ])
      expect(error).toMatchObject({ _tag: "InvalidInputError", field: "body", category: "invalid" })
      expect(error.message).toContain(
        "give at most 65488 characters; GitHub takes 65536, and the marker by which a retry finds the issue needs 48"
      )
      expect(keyed.message).toContain("give at most 65513 characters")
      expect(yield* log).toEqual([])
      const made = yield* github.createIssue({ ...issue, body: "x".repeat(longest - 48) })
      expect(made).toMatchObject({ created: true })
      expect(made.body).toHaveLength(longest)
      expect((yield* GitHubTest).issues(repository)).toHaveLength(1)
    }).pipe(Effect.provide(inMemory({ policies })))
  )

  it.effect("is counted with the characters of the body, not with their halves", () =>
    Effect.gen(function* () {
      const body = "🌊".repeat(longest - 48)
      expect((yield* GitHub.use((github) => github.createIssue({ ...issue, body }))).created).toBe(true)
      const error = yield* Effect.flip(GitHub.use((github) => github.createIssue({ ...issue, body: `${body}.` })))
      expect(error).toMatchObject({ _tag: "InvalidInputError", field: "body" })
    }).pipe(Effect.provide(inMemory({ policies })))
  )

  it.effect("leaves a pull request the whole of its body, and not more", () =>
    Effect.gen(function* () {
      const github = yield* GitHub
      const pull = { repository, title: "Notes", head: "notes" }
      const error = yield* Effect.flip(github.createPullRequest({ ...pull, body: "x".repeat(longest + 1) }))
      expect(error).toMatchObject({ _tag: "InvalidInputError", field: "body" })
      expect(yield* log).toEqual([])
      expect((yield* github.createPullRequest({ ...pull, body: "x".repeat(longest) })).created).toBe(true)
    }).pipe(Effect.provide(inMemory({ policies })))
  )
})
