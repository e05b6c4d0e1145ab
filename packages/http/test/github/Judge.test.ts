import { describe, expect, it } from "@effect/vitest"
import * as Judge from "../../src/github/Judge.ts"

const errorOf = (
  { body = {}, headers = {}, status }: { status: number; headers?: Record<string, string>; body?: unknown },
  writes = false
) => {
  const reply = { status, headers, text: typeof body === "string" ? body : JSON.stringify(body) }
  const asked = { operation: "createIssue", repository: "ada/engine", writes }
  return Judge.errorOf(asked, reply, Judge.read(reply, "ghp_secret"), undefined, {
    hasToken: true,
    requestId: "req_1"
  })
}

describe("what a refusal of GitHub means", () => {
  it("is not that there are no issues when the version of the API is over", () => {
    for (const message of ["Issues has been disabled in this repository.", "Issues are disabled for this repo"]) {
      expect(errorOf({ status: 410, body: { message } })).toMatchObject({
        reason: "issuesDisabled",
        category: "conflict"
      })
    }
    const over = errorOf({ status: 410, body: { message: "This API version is no longer supported." } })
    expect(over.reason).toBe("refused")
    expect(over.message).toContain('GitHub answered 410 ("This API version is no longer supported.")')
  })

  it("is that one of several sets of permissions is missing", () => {
    const { message, needed } = errorOf({
      status: 403,
      headers: { "x-accepted-github-permissions": "issues=write; pull_requests=read,contents=write" },
      body: { message: "Resource not accessible by integration" }
    })
    expect(needed).toEqual(["issues=write", "pull_requests=read,contents=write"])
    expect(message).toContain("it needs the permissions issues=write or pull_requests=read,contents=write;")
  })

  it("is not a missing scope when the token has one, or when there is nothing to write to", () => {
    const headers = { "x-oauth-scopes": "repo, gist", "x-accepted-oauth-scopes": "public_repo, repo" }
    expect(errorOf({ status: 404, headers }, true)).toMatchObject({ reason: "notFound" })
    const archived = { message: "Repository was archived so is read-only." }
    const forbidden = errorOf({ status: 403, headers, body: archived }, true)
    expect(forbidden).toMatchObject({ reason: "forbidden", category: "auth" })
    expect(forbidden.message).toContain('GitHub does not allow this ("Repository was archived so is read-only.")')
    const without = { "x-oauth-scopes": "", "x-accepted-oauth-scopes": "repo" }
    const unseen = errorOf({ status: 404, headers: without })
    expect(unseen).toMatchObject({ reason: "notFound", granted: [], needed: ["repo"] })
    expect(unseen.message).toContain("(its scopes: none; needed for private ones: repo)")
  })

  it("is no name to check when none was given", () => {
    const reply = { status: 404, headers: {}, text: '{"message":"Rate limiting is not enabled."}' }
    const { message } = Judge.errorOf(
      { operation: "rateLimit", writes: false },
      reply,
      Judge.read(reply, undefined),
      undefined,
      { hasToken: false, requestId: undefined }
    )
    expect(message).toBe('rateLimit: GitHub has no such thing ("Rate limiting is not enabled.")')
  })

  it("names the category of any other status", () => {
    const told = (status: number) => {
      const { category, reason } = errorOf({ status })
      return `${reason} ${category}`
    }
    expect([400, 409, 415, 423, 451].map(told)).toEqual([
      "refused invalid",
      "conflict conflict",
      "refused invalid",
      "refused conflict",
      "refused invalid"
    ])
  })

  it("shows what GitHub says in short, and whatever it is made of", () => {
    expect(errorOf({ status: 422, body: "<html>" })).toMatchObject({ details: [] })
    expect(errorOf({ status: 422, body: { message: 7, errors: "no such head" } })).toMatchObject({
      details: [{ message: "no such head" }]
    })
    const long = errorOf({ status: 422, body: { message: "x".repeat(1000) } })
    expect(long.said).toBe(`${"x".repeat(300)}…`)
    expect(long.message).toContain("[req_1]")
  })
})
