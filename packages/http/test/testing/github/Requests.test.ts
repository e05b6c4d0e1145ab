/** What holds for every request to the GitHub emulator. */
import { describe, expect, it } from "vitest"
import { ask, github } from "./support.ts"

const moment = 1_700_000_000_000

describe("every request to GitHub", () => {
  it.each([{}, { "user-agent": "  " }])("needs a user agent", (headers) => {
    const emulator = github()
    const answer = emulator.handle(
      {
        method: "GET",
        url: new URL("https://api.github.com/repos/ada/engine"),
        headers: { authorization: "Bearer ada-token", ...headers },
        body: new Uint8Array()
      },
      0
    )
    expect(answer.status).toBe(403)
    expect(answer.headers).toEqual({ "content-type": "text/html" })
    expect(answer.body).toContain(
      "Request forbidden by administrative rules. Please make sure your request has a User-Agent"
    )
  })

  it("is told when its version of the API is not there", () => {
    const emulator = github()
    const answer = ask(emulator, "GET /repos/ada/engine", { headers: { "x-github-api-version": "2020-01-01" } })
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({ message: "Bad Request", status: "400" })
    expect(answer.json.errors).toContain(`"2020-01-01", is not a supported version`)
    const good = ask(emulator, "GET /repos/ada/engine", { headers: { "x-github-api-version": "2022-11-28" } })
    expect([good.status, good.headers["x-github-api-version-selected"]]).toEqual([200, "2022-11-28"])
  })

  it.each(["Bearer nobody", "token nobody", "Basic YWRhOnBhc3N3b3Jk", "ada-token", "Bearer", "Bearer ada-token more"])(
    "is refused with bad credentials such as %j, which tells nothing of limits and counts nowhere",
    (authorization) => {
      const emulator = github()
      const answer = ask(emulator, "GET /repos/ada/engine", { token: undefined, headers: { authorization } })
      expect(answer.status).toBe(401)
      expect(answer.json).toEqual({
        message: "Bad credentials",
        documentation_url: "https://docs.github.com/rest",
        status: "401"
      })
      expect(Object.keys(answer.headers).filter((name) => name.startsWith("x-ratelimit"))).toEqual([])
      expect(ask(emulator, "GET /rate_limit", { token: undefined }).json.rate.used).toBe(0)
    }
  )

  it.each(["Bearer ada-token", "bearer ada-token", "token ada-token"])("may say who it is as %j", (authorization) => {
    const answer = ask(github({ private: true }), "GET /repos/ada/engine", {
      token: undefined,
      headers: { authorization }
    })
    expect(answer.status).toBe(200)
  })

  it.each([
    "GET /",
    "GET /repos",
    "GET /repos/ada",
    "GET /repos/ada/engine/",
    "GET /repos/ada/engine/pulls/",
    "GET /repos/ada/engine/pulls/x",
    "GET /repos/ada/engine/wiki",
    "GET /repositories/engine",
    "PUT /repos/ada/engine/pulls",
    "POST /repos/ada/engine",
    "POST /rate_limit"
  ])("finds nothing at %s, and is not counted", (what) => {
    const emulator = github()
    const answer = ask(emulator, what, { body: {} })
    expect(answer.status).toBe(404)
    expect(answer.json).toEqual({
      message: "Not Found",
      documentation_url: "https://docs.github.com/rest",
      status: "404"
    })
    expect(answer.headers["x-ratelimit-used"]).toBeUndefined()
    expect(ask(emulator, "GET /rate_limit").json.rate.used).toBe(0)
  })

  it.each([
    ["GET /repos/ada/nothing", "repos/repos#get-a-repository"],
    ["GET /repositories/999", "repos/repos#get-a-repository"],
    ["GET /repos/ada/nothing/pulls", "pulls/pulls#list-pull-requests"],
    ["POST /repos/ada/nothing/pulls", "pulls/pulls#create-a-pull-request"],
    ["GET /repos/ada/nothing/issues", "issues/issues#list-repository-issues"],
    ["POST /repos/ada/nothing/issues", "issues/issues#create-an-issue"],
    ["GET /repos/ada/engine/issues/7", "issues/issues#get-an-issue"],
    ["GET /repos/ada/engine/pulls/7", "pulls/pulls#get-a-pull-request"]
  ])("is told what it asked for when there is none: %s", (what, place) => {
    const answer = ask(github(), what, { body: {} })
    expect([answer.status, answer.json.documentation_url]).toEqual([404, `https://docs.github.com/rest/${place}`])
    expect(answer.headers["x-ratelimit-used"]).toBe("1")
  })

  it("gets the headers GitHub always sends", () => {
    const emulator = github()
    const { headers } = ask(emulator, "GET /repos/ada/engine", { now: moment })
    expect(headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "x-ratelimit-limit": "5000",
      "x-ratelimit-remaining": "4999",
      "x-ratelimit-used": "1",
      "x-ratelimit-reset": String(moment / 1000 + 3600),
      "x-ratelimit-resource": "core",
      "cache-control": "private, max-age=60, s-maxage=60",
      vary: "Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With"
    })
    expect(headers["etag"]).toMatch(/^W\/"[0-9a-f]{32}"$/)
    expect(headers["x-github-request-id"]).toMatch(/^[0-9A-F]{4}(:[0-9A-F]{4,}){4}$/)
    const next = ask(emulator, "GET /repos/ada/engine").headers
    expect(next["x-github-request-id"]).not.toBe(headers["x-github-request-id"])
    expect(ask(emulator, "GET /repos/ada/engine", { token: undefined }).headers).toMatchObject({
      "cache-control": "public, max-age=60, s-maxage=60",
      "x-ratelimit-limit": "60"
    })
  })

  it("gets no etag with an error", () => {
    const { headers } = ask(github(), "GET /repos/ada/nothing")
    expect([headers["etag"], headers["cache-control"]]).toEqual([undefined, undefined])
  })

  it("is answered to HEAD as to GET", () => {
    const emulator = github()
    const [head, get] = [ask(emulator, "HEAD /repos/ada/engine"), ask(emulator, "GET /repos/ada/engine")]
    expect([head.status, head.headers["etag"]]).toEqual([200, get.headers["etag"]])
  })
})

describe("a conditional request to GitHub", () => {
  const etagOf = (emulator: ReturnType<typeof github>) =>
    ask(emulator, "GET /repos/ada/engine/issues").headers["etag"] ?? ""

  it.each([
    ["the same", (etag: string) => etag],
    ["a strong one", (etag: string) => etag.replace("W/", "")],
    ["a list with it", (etag: string) => `"other", ${etag} , W/"another"`],
    ["any", () => "*"]
  ])("costs nothing and brings no body when nothing changed: %s", (_, named) => {
    const emulator = github()
    const etag = etagOf(emulator)
    const answer = ask(emulator, "GET /repos/ada/engine/issues", { headers: { "if-none-match": named(etag) } })
    expect([answer.status, answer.body, answer.headers["etag"]]).toEqual([304, undefined, etag])
    expect(answer.headers).toMatchObject({
      "x-ratelimit-used": "1",
      "cache-control": "private, max-age=60, s-maxage=60"
    })
  })

  it("is answered, and costs, when something changed or the etag is another", () => {
    const emulator = github()
    const etag = etagOf(emulator)
    ask(emulator, "POST /repos/ada/engine/issues", { body: { title: "a bug" } })
    const changed = ask(emulator, "GET /repos/ada/engine/issues", { headers: { "if-none-match": etag } })
    expect([changed.status, changed.json.length, changed.headers["x-ratelimit-used"]]).toEqual([200, 1, "3"])
    expect(changed.headers["etag"]).not.toBe(etag)
    const other = ask(emulator, "GET /repos/ada/engine/issues", { headers: { "if-none-match": `W/"0"` } })
    expect([other.status, other.headers["x-ratelimit-used"]]).toEqual([200, "4"])
  })

  it("is no excuse for a creation", () => {
    const emulator = github()
    const body = { title: "a bug" }
    const answer = ask(emulator, "POST /repos/ada/engine/issues", { body, headers: { "if-none-match": "*" } })
    expect([answer.status, emulator.createdCount()]).toEqual([201, 1])
  })
})

describe("a repository on GitHub", () => {
  it("is found by its name, whatever its case, and by its number", () => {
    const emulator = github({ issues: [{ title: "a bug" }, { title: "an old one", state: "closed" }] })
    const named = ask(emulator, "GET /repos/ADA/Engine").json
    expect(named).toMatchObject({
      name: "engine",
      full_name: "ada/engine",
      private: false,
      owner: { login: "ada", type: "User" },
      html_url: "https://github.com/ada/engine",
      url: "https://api.github.com/repos/ada/engine",
      default_branch: "main",
      has_issues: true,
      open_issues_count: 1,
      archived: false,
      permissions: { admin: true, push: true, pull: true }
    })
    expect(ask(emulator, `GET /repositories/${named.id}`).json).toEqual(named)
  })

  it("says what whoever asks may do", () => {
    const emulator = github({ collaborators: [], organization: true })
    expect(ask(emulator, "GET /repos/ada/engine").json.owner.type).toBe("Organization")
    const bob = ask(emulator, "GET /repos/ada/engine", { token: "bob-token" }).json
    expect(bob.permissions).toMatchObject({ admin: false, push: false, pull: true })
    expect(ask(emulator, "GET /repos/ada/engine", { token: undefined }).json.permissions).toBeUndefined()
  })

  it("names where it was asked", () => {
    const { json } = ask(github(), "GET /repos/ada/engine", { origin: "http://127.0.0.1:4000" })
    expect(json.pulls_url).toBe("http://127.0.0.1:4000/repos/ada/engine/pulls{/number}")
  })

  it.each([
    ["GET", 301],
    ["HEAD", 301],
    ["POST", 307]
  ])("that was renamed sends %s elsewhere with %d", (method, status) => {
    const emulator = github({ renamedFrom: ["ada/calculator", "old/engine"] })
    const { id } = ask(emulator, "GET /repos/ada/engine").json
    const answer = ask(emulator, `${method} /repos/Ada/Calculator/issues?state=all&page=2`, {
      body: { title: "a bug" }
    })
    const location = `https://api.github.com/repositories/${id}/issues?state=all&page=2`
    expect([answer.status, answer.headers["location"], emulator.createdCount()]).toEqual([status, location, 0])
    expect(answer.json).toMatchObject({ message: "Moved Permanently", url: location })
    expect(answer.json.documentation_url).toContain("https://docs.github.com/")
    expect(answer.headers["x-ratelimit-used"]).toBe("2")
  })

  it("that was renamed and is private sends nobody else anywhere", () => {
    const emulator = github({ renamedFrom: ["ada/calculator"], private: true, collaborators: [] })
    expect(ask(emulator, "GET /repos/ada/calculator").status).toBe(301)
    expect(ask(emulator, "GET /repos/ada/calculator", { token: "bob-token" }).status).toBe(404)
  })

  it("has the name that another one once had", () => {
    const other = { owner: "ada", name: "calculator", renamedFrom: ["ada/engine"] }
    expect(ask(github({}, { repositories: [other] }), "GET /repos/ada/engine").json.name).toBe("engine")
  })

  it("is looked at by tests under the name it has now", () => {
    const emulator = github({ renamedFrom: ["ada/calculator"] })
    expect(emulator.issues("ada/engine")).toEqual([])
    expect(() => emulator.pulls("ada/calculator")).toThrow(`no repository "ada/calculator"`)
  })
})

describe("the rate limit of GitHub", () => {
  it("can be asked for without counting", () => {
    const emulator = github()
    ask(emulator, "GET /repos/ada/engine", { now: moment })
    const answer = ask(emulator, "GET /rate_limit", { now: moment + 1000 })
    const core = { limit: 5000, used: 1, remaining: 4999, reset: moment / 1000 + 3600 }
    expect(answer.json).toMatchObject({
      resources: { core, search: { limit: 30 }, graphql: { limit: 5000 } },
      rate: core
    })
    expect(Object.keys(answer.json)).toEqual(["resources", "rate"])
    expect(answer.headers).toMatchObject({ "x-ratelimit-used": "1", "cache-control": "no-cache" })
    expect(ask(emulator, "GET /rate_limit", { now: moment }).json.rate.used).toBe(1)
    const { resources } = ask(emulator, "GET /rate_limit", { token: undefined, now: moment }).json
    expect(resources).toMatchObject({ core: { limit: 60 }, search: { limit: 10 }, graphql: { limit: 0 } })
  })
})
