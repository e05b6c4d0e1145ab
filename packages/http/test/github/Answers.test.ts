/** What the operations answer is what their schemas say, and can be written as JSON and read again. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import * as Answer from "../../src/github/Answer.ts"
import { GitHub } from "../../src/github/GitHub.ts"
import { policies } from "../../src/github/TestWorld.ts"
import { engine, inMemory, issue, pull, repository } from "./support.ts"

const survives = <S extends Schema.Codec<unknown, unknown>>(schema: S, value: S["Type"]) =>
  Effect.gen(function* () {
    const json: unknown = JSON.parse(JSON.stringify(yield* Schema.encodeEffect(schema)(value)))
    expect(yield* Schema.decodeUnknownEffect(schema, { onExcessProperty: "error" })(json)).toEqual(value)
  })

describe("what GitHub answers", () => {
  it.effect("is what the schemas say, with nothing beside it", () =>
    Effect.gen(function* () {
      const github = yield* GitHub
      yield* survives(Answer.CreatedPullRequest, yield* github.createPullRequest({ ...pull, body: "All." }))
      yield* survives(Answer.CreatedPullRequest, yield* github.createPullRequest(pull))
      yield* survives(Answer.CreatedIssue, yield* github.createIssue({ ...issue, labels: ["a"], assignees: ["ada"] }))
      for (const state of ["open", "closed", "all"] as const) {
        yield* survives(Answer.PullRequestList, yield* github.listPullRequests({ repository, state }))
      }
      const pages = yield* Stream.runCollect(github.pullRequests({ repository }))
      yield* Effect.forEach(pages, (page) => survives(Answer.PullRequestList, page))
      yield* survives(Answer.Repository, yield* github.getRepository(repository))
      yield* survives(Answer.RateLimit, yield* github.rateLimit)
    }).pipe(
      Effect.provide(
        inMemory({
          policies,
          repositories: [
            { ...engine, pulls: [{ title: "Done", head: "plans", merged: true, labels: ["x"], body: "text" }] }
          ]
        })
      )
    )
  )
})
