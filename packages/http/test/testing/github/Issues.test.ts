/** The issues of the GitHub emulator. */
import { describe, expect, it } from "vitest"
import { ask, github, many, numbersOf } from "./support.ts"

const issues = "/repos/ada/engine/issues"
const place = "https://docs.github.com/rest/issues/issues#create-an-issue"

describe("creating an issue on GitHub", () => {
  it("answers with the issue and where it is", () => {
    const emulator = github({ issues: [{ number: 6, title: "before" }] })
    const body = { title: "A bug", body: "It is *bad*.", labels: ["bug", { name: "ui" }, "bug"], assignees: ["bob"] }
    const answer = ask(emulator, `POST ${issues}`, { body, now: 1_700_000_000_999 })
    expect(answer.status).toBe(201)
    expect(answer.headers["location"]).toBe("https://api.github.com/repos/ada/engine/issues/7")
    expect(answer.headers["etag"]).toMatch(/^W\//)
    expect(answer.json).toMatchObject({
      url: "https://api.github.com/repos/ada/engine/issues/7",
      html_url: "https://github.com/ada/engine/issues/7",
      number: 7,
      node_id: expect.stringMatching(/^I_/),
      state: "open",
      state_reason: null,
      title: "A bug",
      body: "It is *bad*.",
      user: { login: "ada", type: "User", html_url: "https://github.com/ada" },
      labels: [{ name: "bug", default: false, description: null }, { name: "ui" }],
      assignee: { login: "bob" },
      assignees: [{ login: "bob" }],
      milestone: null,
      locked: false,
      comments: 0,
      created_at: "2023-11-14T22:13:20Z",
      updated_at: "2023-11-14T22:13:20Z",
      closed_at: null,
      author_association: "OWNER"
    })
    expect(answer.json).not.toHaveProperty("pull_request")
    expect(ask(emulator, `GET ${issues}/7`).json).toEqual(answer.json)
    expect(emulator.issues("ada/engine").map(({ title }) => title)).toEqual(["before", "A bug"])
    expect(emulator.createdCount()).toBe(1)
  })

  it("creates another one when it is asked again", () => {
    const emulator = github()
    const numbers = [1, 2].map(() => ask(emulator, `POST ${issues}`, { body: { title: "same" } }).json.number)
    expect(numbers).toEqual([1, 2])
  })

  it("takes an issue without a body", () => {
    const emulator = github()
    expect(ask(emulator, `POST ${issues}`, { body: { title: "a" } }).json.body).toBeNull()
    expect(ask(emulator, `POST ${issues}`, { body: { title: "a", body: null } }).json.body).toBeNull()
  })

  it("drops labels and assignees of those who may not push", () => {
    const emulator = github({ collaborators: [] })
    const body = { title: "a bug", labels: ["bug"], assignees: ["nobody"] }
    const { json, status } = ask(emulator, `POST ${issues}`, { token: "bob-token", body })
    expect([status, json.labels, json.assignees, json.author_association]).toEqual([201, [], [], "NONE"])
  })

  it.each([
    [`{"title":`, 400, "Problems parsing JSON"],
    [`["title"]`, 400, "Body should be a JSON object"],
    [`"title"`, 400, "Body should be a JSON object"],
    ["", 422, "Invalid request.\n\nFor 'links/0/schema', nil is not an object."],
    ["{}", 422, `Invalid request.\n\n"title" wasn't supplied.`],
    [`{"title":7}`, 422, "Invalid request.\n\nFor 'properties/title', 7 is not a string."],
    [`{"title":"a","labels":null}`, 422, "Invalid request.\n\nFor 'properties/labels', nil is not an array."],
    [`{"title":"a","body":["b"]}`, 422, `Invalid request.\n\nFor 'properties/body', ["b"] is not a string.`]
  ])("refuses the body %s", (body, status, message) => {
    const emulator = github()
    const answer = ask(emulator, `POST ${issues}`, { body })
    expect(answer.json).toEqual({ message, documentation_url: place, status: String(status) })
    expect([answer.status, emulator.createdCount()]).toEqual([status, 0])
  })

  it.each([
    [{ title: "  " }, [{ resource: "Issue", code: "missing_field", field: "title" }]],
    [
      { title: "t".repeat(257), body: "b".repeat(65_537) },
      [
        { resource: "Issue", code: "custom", field: "title", message: "title is too long (maximum is 256 characters)" },
        { resource: "Issue", code: "custom", field: "body", message: "body is too long (maximum is 65536 characters)" }
      ]
    ],
    [
      { title: "a", assignees: ["bob", "nobody"] },
      [{ value: "nobody", resource: "Issue", field: "assignees", code: "invalid" }]
    ]
  ])("says which field is not valid (%#)", (body, errors) => {
    const emulator = github()
    const answer = ask(emulator, `POST ${issues}`, { body })
    expect(answer.json).toEqual({ message: "Validation Failed", errors, documentation_url: place, status: "422" })
    expect([answer.status, emulator.createdCount()]).toEqual([422, 0])
  })

  it("takes the longest title and body", () => {
    const body = { title: "t".repeat(256), body: "b".repeat(65_536) }
    expect(ask(github(), `POST ${issues}`, { body }).status).toBe(201)
  })
})

describe("a repository without issues on GitHub", () => {
  const emulator = () =>
    github({ issuesDisabled: true, issues: [{ title: "old" }], pulls: [{ title: "a change", head: "notes" }] })

  it("is gone for those who create or look at an issue", () => {
    for (const what of [`POST ${issues}`, `GET ${issues}/2`]) {
      const answer = ask(emulator(), what, { body: { title: "a bug" } })
      expect([answer.status, answer.json.message]).toEqual([410, "Issues has been disabled in this repository."])
    }
  })

  it("still has pull requests, which are issues", () => {
    expect(numbersOf(ask(emulator(), `GET ${issues}`))).toEqual([1])
    expect(ask(emulator(), `GET ${issues}/1`).status).toBe(200)
    expect(ask(emulator(), "GET /repos/ada/engine").json.has_issues).toBe(false)
  })
})

describe("listing issues on GitHub", () => {
  const emulator = github({
    issues: [
      { title: "one", createdAt: 1000, updatedAt: 9500, labels: ["bug"], comments: 5 },
      { title: "two", createdAt: 2000, updatedAt: 3000, author: "Carl", labels: ["Bug", "ui"], assignees: ["Carl"] },
      { title: "three", createdAt: 3000, state: "closed", comments: 1 }
    ],
    pulls: [{ number: 4, title: "four", head: "notes", createdAt: 4000, draft: true }]
  })
  const list = (query = "") => numbersOf(ask(emulator, `GET ${issues}${query}`))

  it("shows open ones, the newest first, and pull requests among them", () => {
    const answer = ask(emulator, `GET ${issues}`)
    expect(numbersOf(answer)).toEqual([4, 2, 1])
    expect(answer.json[0]).toMatchObject({
      html_url: "https://github.com/ada/engine/pull/4",
      draft: true,
      pull_request: {
        url: "https://api.github.com/repos/ada/engine/pulls/4",
        html_url: "https://github.com/ada/engine/pull/4",
        diff_url: "https://github.com/ada/engine/pull/4.diff",
        patch_url: "https://github.com/ada/engine/pull/4.patch",
        merged_at: null
      },
      node_id: expect.stringMatching(/^PR_/)
    })
    expect(ask(emulator, `GET ${issues}/3`).json).toMatchObject({ state: "closed", state_reason: "completed" })
    expect(answer.json[1]).not.toHaveProperty("pull_request")
    expect(answer.headers["link"]).toBeUndefined()
  })

  it.each([
    ["?state=closed", [3]],
    ["?state=all", [4, 3, 2, 1]],
    ["?creator=CARL", [2]],
    ["?assignee=CARL", [2]],
    ["?assignee=carl", [2]],
    ["?assignee=*", [2]],
    ["?assignee=none", [4, 1]],
    ["?labels=bug", [2, 1]],
    ["?labels=BUG,ui", [2]],
    ["?state=all&sort=created&direction=asc", [1, 2, 3, 4]],
    ["?state=all&sort=updated", [1, 4, 3, 2]],
    ["?state=all&sort=comments&direction=desc", [1, 3, 4, 2]],
    ["?since=1970-01-01T00:00:03Z", [4, 1]],
    ["?since=1970-01-01T00:00:09Z", []],
    ["?since=1970-01-01T00:00:08Z", [1]]
  ])("filters and sorts: %s", (query, numbers) => {
    expect(list(query)).toEqual(numbers)
  })

  it.each([
    ["state", "bogus"],
    ["state", ""],
    ["since", "yesterday"]
  ])("refuses %s=%s", (field, value) => {
    const answer = ask(emulator, `GET ${issues}?${field}=${value}`)
    expect(answer.status).toBe(422)
    expect(answer.json).toEqual({
      message: "Validation Failed",
      errors: [{ value, resource: "Issue", field, code: "invalid" }],
      documentation_url: "https://docs.github.com/v3/issues/#list-issues",
      status: "422"
    })
  })
})

describe("pages of issues on GitHub", () => {
  const emulator = github({ issues: many(65) })
  const { id } = ask(emulator, "GET /repos/ada/engine").json
  const link = (query: string, rel: string) =>
    `<https://api.github.com/repositories/${id}/issues?${query}>; rel="${rel}"`
  const page = (query: string) => {
    const answer = ask(emulator, `GET ${issues}?${query}`)
    return [numbersOf(answer).length, numbersOf(answer)[0], answer.headers["link"]]
  }

  it("have 30 issues, and say where the others are", () => {
    expect(page("")).toEqual([30, 65, `${link("page=2", "next")}, ${link("page=3", "last")}`])
    expect(page("page=2")).toEqual([
      30,
      35,
      [link("page=1", "prev"), link("page=3", "next"), link("page=3", "last"), link("page=1", "first")].join(", ")
    ])
    expect(page("page=3")).toEqual([5, 5, `${link("page=2", "prev")}, ${link("page=1", "first")}`])
  })

  it("keep the rest of the query in its order", () => {
    expect(page("state=all&page=2&per_page=40")).toEqual([
      25,
      25,
      `${link("state=all&page=1&per_page=40", "prev")}, ${link("state=all&page=1&per_page=40", "first")}`
    ])
    expect(page("per_page=2")[2]).toBe(`${link("per_page=2&page=2", "next")}, ${link("per_page=2&page=33", "last")}`)
  })

  it.each(["per_page=100", "per_page=1000", "per_page=65"])("have no link when everything fits: %s", (query) => {
    expect(page(query)).toEqual([65, 65, undefined])
  })

  it.each(["per_page=0", "per_page=-1", "per_page=x", "page=0", "page=1.5"])("take no notice of %s", (query) => {
    expect(page(query).slice(0, 2)).toEqual([30, 65])
  })

  it("have at most 100 issues", () => {
    const full = github({ issues: many(101) })
    const answer = ask(full, `GET ${issues}?per_page=101`)
    expect([answer.json.length, answer.headers["link"]?.includes("page=2")]).toEqual([100, true])
  })

  it("are empty after the last", () => {
    expect(page("page=9")).toEqual([0, undefined, `${link("page=3", "prev")}, ${link("page=1", "first")}`])
  })

  it("can be followed to the end by their links", () => {
    const seen: Array<number> = []
    let next: string | undefined = `${issues}?per_page=20`
    while (next !== undefined) {
      const answer = ask(emulator, `GET ${next}`)
      seen.push(...numbersOf(answer))
      next = /<https:\/\/api\.github\.com([^>]*)>; rel="next"/.exec(answer.headers["link"] ?? "")?.[1]
    }
    expect(seen).toEqual(Array.from({ length: 65 }, (_, index) => 65 - index))
  })
})
