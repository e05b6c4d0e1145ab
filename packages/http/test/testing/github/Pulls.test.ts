/** The pull requests of the GitHub emulator. */
import { describe, expect, it } from "vitest"
import * as GitHubEmulator from "../../../src/testing/GitHubEmulator.ts"
import { ask, github, numbersOf } from "./support.ts"

const pulls = "/repos/ada/engine/pulls"
const place = "https://docs.github.com/rest/pulls/pulls#create-a-pull-request"
const change = { title: "A change", head: "notes", base: "main" }
const fork: GitHubEmulator.RepositoryOptions = { owner: "bob", name: "engine", branches: ["fix"] }

describe("creating a pull request on GitHub", () => {
  it("answers with the pull request and where it is", () => {
    const emulator = github({ issues: [{ title: "before" }] })
    const body = { ...change, body: "Why.", draft: true }
    const answer = ask(emulator, `POST ${pulls}`, { body, now: 1_700_000_000_000 })
    expect(answer.status).toBe(201)
    expect(answer.headers["location"]).toBe("https://api.github.com/repos/ada/engine/pulls/2")
    expect(answer.json).toMatchObject({
      url: "https://api.github.com/repos/ada/engine/pulls/2",
      html_url: "https://github.com/ada/engine/pull/2",
      issue_url: "https://api.github.com/repos/ada/engine/issues/2",
      number: 2,
      state: "open",
      draft: true,
      title: "A change",
      body: "Why.",
      user: { login: "ada" },
      head: { label: "ada:notes", ref: "notes", user: { login: "ada" }, repo: { full_name: "ada/engine" } },
      base: { label: "ada:main", ref: "main", repo: { full_name: "ada/engine" } },
      created_at: "2023-11-14T22:13:20Z",
      closed_at: null,
      merged_at: null,
      merged: false,
      requested_reviewers: [],
      labels: [],
      assignees: [],
      milestone: null,
      locked: false,
      comments: 0,
      author_association: "OWNER"
    })
    expect(answer.json.head.sha).toMatch(/^[0-9a-f]{40}$/)
    expect(answer.json.head.sha).not.toBe(answer.json.base.sha)
    expect(ask(emulator, `GET ${pulls}/2`).json).toEqual(answer.json)
    expect(ask(emulator, "GET /repos/ada/engine/issues/2").json.pull_request.url).toBe(answer.json.url)
    expect(emulator.pulls("ada/engine").map(({ head }) => head.label)).toEqual(["ada:notes"])
    expect(emulator.issues("ada/engine")).toHaveLength(1)
    expect(emulator.createdCount()).toBe(1)
  })

  it("takes a branch of a fork", () => {
    const emulator = github({ collaborators: [] }, { repositories: [fork] })
    const body = { ...change, head: "bob:fix", maintainer_can_modify: true }
    const { json, status } = ask(emulator, `POST ${pulls}`, { token: "bob-token", body })
    expect(status).toBe(201)
    expect(json).toMatchObject({
      head: { label: "bob:fix", repo: { full_name: "bob/engine" } },
      author_association: "NONE"
    })
    expect(json.maintainer_can_modify).toBe(true)
    const other = { ...change, head: "bob:main" }
    expect(ask(emulator, `POST ${pulls}`, { body: other }).json.maintainer_can_modify).toBe(false)
  })

  it("takes one without a body, which is no draft", () => {
    const emulator = github()
    const { json } = ask(emulator, `POST ${pulls}`, { body: { ...change, body: null, maintainer_can_modify: true } })
    expect(json).toMatchObject({ body: null, draft: false, maintainer_can_modify: false })
  })

  it("takes a branch with its owner for the same as without", () => {
    const emulator = github()
    expect(ask(emulator, `POST ${pulls}`, { body: { ...change, head: "ada:notes" } }).status).toBe(201)
    const again = ask(emulator, `POST ${pulls}`, { body: change })
    expect(again.json.errors[0].message).toBe("A pull request already exists for ada:notes.")
  })

  const refused = (body: object, emulator = github()) => {
    const before = emulator.pulls("ada/engine").length
    const answer = ask(emulator, `POST ${pulls}`, { body })
    expect(answer.status).toBe(422)
    expect(answer.json).toMatchObject({ documentation_url: place, status: "422" })
    expect(emulator.pulls("ada/engine")).toHaveLength(before)
    return answer.json
  }

  it.each([
    [{}, `Invalid request.\n\n"base", "head" weren't supplied.`],
    [{ title: "a", base: "main" }, `Invalid request.\n\n"head" wasn't supplied.`],
    [{ ...change, draft: "yes" }, `Invalid request.\n\nFor 'properties/draft', "yes" is not a boolean.`]
  ])("refuses the body %j", (body, message) => {
    expect(refused(body)).toEqual({ message, documentation_url: place, status: "422" })
  })

  const missingTitle = { resource: "Issue", code: "missing_field", field: "title" }
  const invalid = (field: string) => ({ resource: "PullRequest", field, code: "invalid" })
  const custom = (message: string) => ({ resource: "PullRequest", code: "custom", message })

  it.each([
    [{ head: "notes", base: "main" }, [missingTitle]],
    [{ ...change, title: "" }, [missingTitle]],
    [{ ...change, head: "nothing" }, [invalid("head")]],
    [{ ...change, head: "carl:notes" }, [invalid("head")]],
    [{ ...change, head: ":notes" }, [invalid("head")]],
    [{ ...change, base: "nothing" }, [invalid("base")]],
    [{ ...change, base: "ada:main" }, [invalid("base")]],
    [{ head: "x", base: "y" }, [missingTitle, invalid("base"), invalid("head")]],
    [{ ...change, head: "main" }, [custom("No commits between main and main")]]
  ])("says what is not valid in %j", (body, errors) => {
    expect(refused(body)).toEqual({ message: "Validation Failed", errors, documentation_url: place, status: "422" })
  })

  it("refuses a branch that is where its base is", () => {
    const emulator = github({
      branches: [
        { name: "main", sha: "c0ffee" },
        { name: "stale", sha: "c0ffee" }
      ]
    })
    const { errors } = refused({ ...change, head: "stale" }, emulator)
    expect(errors).toEqual([custom("No commits between main and stale")])
  })

  it("refuses a second one for the same branches, as long as the first is open", () => {
    const emulator = github({
      pulls: [
        { title: "open", head: "notes" },
        { title: "closed", head: "loops", state: "closed" }
      ]
    })
    expect(refused(change, emulator).errors).toEqual([custom("A pull request already exists for ada:notes.")])
    expect(ask(emulator, `POST ${pulls}`, { body: { ...change, head: "loops" } }).status).toBe(201)
    expect(ask(emulator, `POST ${pulls}`, { body: { ...change, base: "loops" } }).status).toBe(201)
  })

  it("refuses a second one from a fork with the name of the fork's owner", () => {
    const emulator = github({ pulls: [{ title: "theirs", head: "bob:fix" }] }, { repositories: [fork] })
    const { errors } = refused({ ...change, head: "bob:fix" }, emulator)
    expect(errors).toEqual([custom("A pull request already exists for bob:fix.")])
  })
})

describe("listing pull requests on GitHub", () => {
  const day = 86_400_000
  const now = 100 * day
  const emulator = github(
    {
      branches: ["notes", "loops", "cards"],
      pulls: [
        { title: "one", head: "notes", createdAt: 10 * day, updatedAt: 99 * day, comments: 3 },
        { title: "two", head: "loops", base: "notes", createdAt: 20 * day, comments: 9 },
        { title: "three", head: "cards", createdAt: 30 * day, merged: true },
        { title: "four", head: "bob:fix", createdAt: 98 * day, state: "closed" },
        { title: "five", head: "bob:fix", createdAt: 99 * day }
      ],
      issues: [{ title: "an issue" }]
    },
    { repositories: [fork] }
  )
  const list = (query = "") => numbersOf(ask(emulator, `GET ${pulls}${query}`, { now }))

  it.each([
    ["", [5, 2, 1]],
    ["?state=closed", [4, 3]],
    ["?state=all", [5, 4, 3, 2, 1]],
    ["?state=bogus", [5, 2, 1]],
    ["?head=ada:notes", [1]],
    ["?head=bob:fix&state=all", [5, 4]],
    ["?head=carl:fix", []],
    ["?head=ADA:notes", [1]],
    ["?head=notes", [5, 2, 1]],
    ["?base=notes", [2]],
    ["?base=nothing", []],
    ["?sort=created", [5, 2, 1]],
    ["?direction=asc", [1, 2, 5]],
    ["?sort=updated", [2, 1, 5]],
    ["?sort=updated&direction=desc", [5, 1, 2]],
    ["?sort=popularity", [5, 1, 2]],
    ["?sort=long-running", [1]]
  ])("filters and sorts: %s", (query, numbers) => {
    expect(list(query)).toEqual(numbers)
  })

  it("shows what became of them", () => {
    const [merged] = ask(emulator, `GET ${pulls}?state=closed&direction=asc`).json
    expect(merged).toMatchObject({
      state: "closed",
      merged_at: "1970-01-31T00:00:00Z",
      closed_at: "1970-01-31T00:00:00Z"
    })
    expect(merged.merge_commit_sha).toMatch(/^[0-9a-f]{40}$/)
    expect(merged).not.toHaveProperty("mergeable")
    expect(ask(emulator, `GET ${pulls}/3`).json).toMatchObject({
      draft: false,
      merged: true,
      maintainer_can_modify: false
    })
    expect(ask(emulator, "GET /repos/ada/engine/issues/3").json).toMatchObject({ state: "closed", state_reason: null })
  })

  it("has pages", () => {
    const { id } = ask(emulator, "GET /repos/ada/engine").json
    const answer = ask(emulator, `GET ${pulls}?per_page=1&head=ada%3Anotes&state=all`)
    expect(answer.headers["link"]).toBeUndefined()
    const second = ask(emulator, `GET ${pulls}?state=all&per_page=2&page=2`, { origin: "http://127.0.0.1:4000" })
    expect(numbersOf(second)).toEqual([3, 2])
    expect(second.headers["link"]).toContain(
      `<http://127.0.0.1:4000/repositories/${id}/pulls?state=all&per_page=2&page=3>; rel="next"`
    )
  })

  it("does not take an issue for one", () => {
    expect(ask(emulator, `GET ${pulls}/6`).status).toBe(404)
    expect(ask(emulator, "GET /repos/ada/engine/issues/6").status).toBe(200)
  })
})

describe("what a GitHub emulator starts with", () => {
  it("is refused when a pull request comes from nowhere", () => {
    expect(() => github({ pulls: [{ title: "lost", head: "nowhere" }] })).toThrow(
      `the pull request of ada/engine names the branch "nowhere", which is not there`
    )
  })

  it("gives numbers that are not taken", () => {
    const emulator = github({
      pulls: [{ title: "a", head: "notes" }],
      issues: [{ number: 1, title: "b" }, { title: "c" }]
    })
    expect(numbersOf(ask(emulator, "GET /repos/ada/engine/issues?direction=asc"))).toEqual([1, 2, 3])
    expect(emulator.pulls("ada/engine")[0]?.number).toBe(2)
    const twice = [1, 1].map((number) => ({ number, title: "a" }))
    expect(() => github({ issues: twice })).toThrow("two issues or pull requests of ada/engine have the same number")
  })

  it("has different numbers for everything", () => {
    const emulator = github({ pulls: [{ title: "a", head: "notes" }], issues: [{ title: "b" }] })
    ask(emulator, "POST /repos/ada/engine/issues", { body: { title: "c" } })
    const items = ask(emulator, "GET /repos/ada/engine/issues").json
    const ids = items.map(({ id }: { readonly id: number }) => id)
    const { id, owner } = ask(emulator, "GET /repos/ada/engine").json
    expect(new Set([...ids, id, owner.id]).size).toBe(5)
  })

  it("can be nothing at all", () => {
    expect(ask(GitHubEmulator.make(), "GET /repos/ada/engine", { token: undefined }).status).toBe(404)
  })
})
