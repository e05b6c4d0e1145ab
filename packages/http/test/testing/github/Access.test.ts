/** Who may do what on the GitHub emulator. */
import { describe, expect, it } from "vitest"
import { ask, github } from "./support.ts"

const issue = { body: { title: "a bug" } }

describe("a private repository on GitHub", () => {
  const emulator = () => github({ private: true, collaborators: ["carl"] })
  const reads = ["", "/pulls", "/issues", "/issues/1"].map((rest) => `GET /repos/ada/engine${rest}`)

  it.each(reads)("does not exist for strangers: %s", (what) => {
    for (const token of ["bob-token", "fine-token", undefined]) {
      const answer = ask(emulator(), what, { token })
      expect([answer.status, answer.json.message]).toEqual([404, "Not Found"])
    }
  })

  it("does not exist for strangers who create something", () => {
    for (const token of ["bob-token", "fine-token", undefined]) {
      expect(ask(emulator(), "POST /repos/ada/engine/issues", { token, ...issue }).status).toBe(404)
    }
  })

  it("exists for its owner and collaborators, if the token has the scope for it", () => {
    expect(ask(emulator(), "GET /repos/ada/engine/issues").status).toBe(200)
    const mine = github({ private: true, collaborators: ["bob"] })
    expect(ask(mine, "GET /repos/ada/engine/issues", { token: "bob-token" }).status).toBe(200)
    const narrow = ask(mine, "GET /repos/ada/engine/issues", { token: "public-token" })
    expect(narrow.status).toBe(404)
    expect(narrow.headers).toMatchObject({ "x-oauth-scopes": "gist, public_repo", "x-accepted-oauth-scopes": "repo" })
  })

  it("is closed to a fine-grained token without the permission, and open with it", () => {
    const mine = github({ private: true, collaborators: ["bob"] })
    const bare = ask(mine, "GET /repos/ada/engine/pulls", { token: "bare-token" })
    expect(bare.status).toBe(403)
    expect(bare.json).toEqual({
      message: "Resource not accessible by personal access token",
      documentation_url: "https://docs.github.com/rest/pulls/pulls#list-pull-requests",
      status: "403"
    })
    expect(bare.headers["x-accepted-github-permissions"]).toBe("pull_requests=read")
    expect(bare.headers["x-oauth-scopes"]).toBeUndefined()
    expect(ask(mine, "GET /repos/ada/engine/pulls", { token: "fine-token" }).status).toBe(200)
    expect(ask(mine, "GET /repos/ada/engine", { token: "bare-token" }).status).toBe(200)
    const issues = ask(mine, "GET /repos/ada/engine/issues", { token: "bare-token" })
    expect(issues.headers["x-accepted-github-permissions"]).toBe("issues=read; pull_requests=read")
  })
})

describe("a public repository on GitHub", () => {
  it.each(["bob-token", "empty-token", "bare-token", undefined])("may be read by everybody: %s", (token) => {
    for (const rest of ["", "/pulls", "/issues"]) {
      expect(ask(github({ collaborators: [] }), `GET /repos/ada/engine${rest}`, { token }).status).toBe(200)
    }
  })

  it("takes nothing from whoever does not say who it is", () => {
    const emulator = github()
    const answer = ask(emulator, "POST /repos/ada/engine/issues", { token: undefined, ...issue })
    expect(answer.json).toEqual({
      message: "Requires authentication",
      documentation_url: "https://docs.github.com/rest/issues/issues#create-an-issue",
      status: "401"
    })
    expect([answer.status, answer.headers["x-ratelimit-used"], emulator.createdCount()]).toEqual([401, "1", 0])
  })

  it("does not exist for a token without the scope to write, which the headers explain", () => {
    const emulator = github()
    const answer = ask(emulator, "POST /repos/ada/engine/issues", { token: "empty-token", ...issue })
    expect([answer.status, answer.json.message, emulator.createdCount()]).toEqual([404, "Not Found", 0])
    expect(answer.headers).toMatchObject({ "x-oauth-scopes": "", "x-accepted-oauth-scopes": "public_repo, repo" })
    expect(ask(emulator, "POST /repos/ada/engine/issues", { token: "public-token", ...issue }).status).toBe(201)
  })

  it("can answer a missing scope with 403", () => {
    const emulator = github({}, { missingScopeStatus: 403 })
    const answer = ask(emulator, "POST /repos/ada/engine/pulls", { token: "empty-token", body: {} })
    expect([answer.status, answer.json.message]).toEqual([403, "Must have admin rights to Repository."])
    expect(answer.headers["x-accepted-oauth-scopes"]).toBe("public_repo, repo")
  })

  it("takes from a fine-grained token what it has the permission for", () => {
    const emulator = github()
    expect(ask(emulator, "POST /repos/ada/engine/issues", { token: "fine-token", ...issue }).status).toBe(201)
    const pull = ask(emulator, "POST /repos/ada/engine/pulls", { token: "fine-token", body: {} })
    expect([pull.status, pull.json.message]).toEqual([403, "Resource not accessible by personal access token"])
    expect(pull.headers["x-accepted-github-permissions"]).toBe("pull_requests=write")
    expect(pull.headers["x-ratelimit-remaining"]).not.toBe("0")
  })
})
