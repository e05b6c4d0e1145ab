import { GitHub, GitHubTest, type GitHubTestOptions } from "@skippy/http"
import { Fault } from "@skippy/http/testing"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect, it } from "vitest"
import { githubTools } from "../../../src/mcp/tools/github.ts"
import type { ToolUses } from "../../../src/mcp/Tool.ts"
import * as Support from "./support.ts"

const repositories: GitHubTestOptions["repositories"] = [
  {
    owner: "ada",
    name: "engine",
    branches: ["notes", "fix", "old"],
    pulls: [
      { title: "Fix the sum", head: "fix", body: "a long text" },
      { title: "An old one", head: "old", state: "closed" }
    ]
  }
]

const call = (name: string, input: object) => Support.call(githubTools, name, { repo_name: "ada/engine", ...input })

const github = <A, E>(effect: Effect.Effect<A, E, GitHubTest | ToolUses>): Promise<A> => {
  const parts = Effect.map(GitHub, (github) => ({ github: Effect.succeed(github) }))
  const layer = Support.uses(parts, Support.folder()).pipe(
    Layer.provideMerge(GitHub.layerTest({ repositories })),
    Layer.provideMerge(TestClock.layer())
  )
  return Effect.runPromise(effect.pipe(Effect.provide(layer)))
}

describe("tools of GitHub", () => {
  it("list pull requests without their texts, and say where the answer is from", () =>
    github(
      Effect.gen(function* () {
        const { json, text } = yield* call("github_list_prs", {})
        expect(json).toMatchObject({
          pull_requests: [
            { number: 1, title: "Fix the sum", state: "open", author: "ada", head: "ada:fix", merged_at: null }
          ],
          has_more: false,
          from_cache: false,
          age_seconds: 0,
          stale: false
        })
        expect(JSON.stringify(json)).not.toContain("a long text")
        expect(text).toBe("#1  open  ada  1970-01-01 00:00  Fix the sum")
        yield* TestClock.adjust("10 seconds")
        expect((yield* call("github_list_prs", {})).json).toMatchObject({
          from_cache: true,
          age_seconds: 10,
          stale: false
        })
      })
    ))

  it("say how to get more", () =>
    github(
      Effect.gen(function* () {
        const { json, text } = yield* call("github_list_prs", { state: "all", max_results: 1 })
        expect(json).toMatchObject({ pull_requests: [{}], has_more: true })
        expect(text).toContain("there are more; give a larger max_results")
      })
    ))

  it("answer what was kept when the service is down, and say so", () =>
    github(
      Effect.gen(function* () {
        yield* call("github_list_prs", {})
        yield* TestClock.adjust("2 hours")
        const { faults } = yield* GitHubTest
        yield* Effect.sync(() => faults.set(Fault.always(Fault.status(503))))
        const { json, text } = yield* call("github_list_prs", {})
        expect(json).toMatchObject({ pull_requests: [{ number: 1 }], from_cache: true, age_seconds: 7200, stale: true })
        expect(text).toContain("the service cannot be asked now; this is what it said 7200 s ago")
      })
    ))

  it("make a pull request once, though it is asked for twice", () =>
    github(
      Effect.gen(function* () {
        const input = { title: "Notes", head_branch: "notes" }
        const first = yield* call("github_create_pr", input)
        expect(first.json).toMatchObject({ created: true, number: 3, base: "main", state: "open" })
        expect(first.text).toBe(`created #3 Notes\n${first.json.url}`)
        const second = yield* call("github_create_pr", input)
        expect(second.json).toMatchObject({ created: false, number: 3 })
        expect(second.text).toContain("was there #3")
      })
    ))

  it("make an issue with labels, and another one when they are called again", () =>
    github(
      Effect.gen(function* () {
        const input = { title: "The sum is wrong", body: "By one.", labels: ["bug"], assignees: ["ada"] }
        expect((yield* call("github_create_issue", input)).json).toMatchObject({
          created: true,
          number: 3,
          labels: ["bug"],
          assignees: ["ada"]
        })
        expect((yield* call("github_create_issue", input)).json).toMatchObject({ created: true, number: 4 })
        expect((yield* GitHubTest).issues("ada/engine")).toHaveLength(2)
      })
    ))

  it("name the parameter that is wrong, as a client knows it", () =>
    github(
      Effect.gen(function* () {
        const { message } = yield* Effect.flip(call("github_list_prs", { repo_name: "engine" }))
        expect(message).toBe('github_list_prs: repo_name is "engine"; give "owner/name", such as "octocat/hello-world"')
        const error = yield* Effect.flip(call("github_create_pr", { title: "Notes", head_branch: " " }))
        expect(error.message).toContain("github_create_pr: head_branch is")
      })
    ))
})
