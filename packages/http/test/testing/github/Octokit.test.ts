/** GitHub's own client, unmodified, takes the emulator for GitHub. */
import { describe, expect, it } from "@effect/vitest"
import { Octokit, type RestEndpointMethodTypes } from "@octokit/rest"
import { Effect } from "effect"
import * as EmulatorServer from "../../../src/testing/EmulatorServerNode.ts"
import type { ServeOptions } from "../../../src/testing/Exchange.ts"
import * as Fault from "../../../src/testing/Fault.ts"
import type * as GitHubEmulator from "../../../src/testing/GitHubEmulator.ts"
import type { fullPullView } from "../../../src/testing/github/ItemView.ts"
import type { fullRepositoryView } from "../../../src/testing/github/RepositoryView.ts"
import { github, many } from "./support.ts"

/** What Octokit takes answers to be. */
type Data = {
  readonly [Scope in keyof RestEndpointMethodTypes]: {
    readonly [Name in keyof RestEndpointMethodTypes[Scope]]: RestEndpointMethodTypes[Scope][Name] extends {
      readonly response: { readonly data: infer A }
    }
      ? A
      : never
  }
}

const engine = { owner: "ada", repo: "engine" }

/** What went wrong, as Octokit tells it. */
interface Refused {
  readonly status: number
  readonly message: string
  readonly response: { readonly headers: Record<string, string>; readonly data: unknown }
}

const start = (emulator: GitHubEmulator.GitHubEmulator, auth = "ada-token", options?: ServeOptions) =>
  Effect.map(EmulatorServer.start(emulator, options), (server) => ({
    server,
    octokit: new Octokit({
      baseUrl: server.url,
      auth,
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
    })
  }))

const succeed = <A>(call: () => Promise<A>) => Effect.promise(call)

const refused = (call: () => Promise<unknown>) =>
  Effect.flip(Effect.tryPromise({ try: call, catch: (error) => error as Refused }))

describe("Octokit on the GitHub emulator", () => {
  it.effect("lists pull requests", () =>
    Effect.gen(function* () {
      const { octokit, server } = yield* start(
        github({
          pulls: [
            { title: "one", head: "notes" },
            { title: "two", head: "loops" }
          ]
        })
      )
      const { data, headers } = yield* succeed(() =>
        octokit.rest.pulls.list({ ...engine, head: "ada:notes", per_page: 5 })
      )
      expect(data.map(({ title }) => title)).toEqual(["one"])
      expect(headers["x-ratelimit-remaining"]).toBe("4999")
      expect(server.requests()).toMatchObject([
        { method: "GET", path: "/repos/ada/engine/pulls", query: { head: "ada:notes", per_page: "5" }, status: 200 }
      ])
    })
  )

  it.effect("creates a pull request, and is told when there is one", () =>
    Effect.gen(function* () {
      const emulator = github()
      const { octokit } = yield* start(emulator)
      const create = () => octokit.rest.pulls.create({ ...engine, title: "a change", head: "notes", base: "main" })
      const { data, status } = yield* succeed(create)
      expect([status, data.number, data.head.ref, data.merged]).toEqual([201, 1, "notes", false])
      const conflict = yield* refused(create)
      expect(conflict.status).toBe(422)
      expect(conflict.message).toContain("A pull request already exists for ada:notes.")
      expect(conflict.response.data).toMatchObject({ errors: [{ resource: "PullRequest", code: "custom" }] })
      expect(emulator.pulls("ada/engine")).toHaveLength(1)
    })
  )

  it.effect("creates an issue and gets it", () =>
    Effect.gen(function* () {
      const { octokit } = yield* start(github())
      const { data } = yield* succeed(() =>
        octokit.rest.issues.create({ ...engine, title: "Größe", body: "falsch", labels: ["bug"], assignees: ["bob"] })
      )
      expect([data.number, data.title, data.assignees?.[0]?.login]).toEqual([1, "Größe", "bob"])
      const got = yield* succeed(() => octokit.rest.issues.get({ ...engine, issue_number: 1 }))
      expect(got.data).toEqual(data)
    })
  )

  it.effect("walks through all pages by their links", () =>
    Effect.gen(function* () {
      const { octokit, server } = yield* start(github({ issues: many(250) }))
      const issues = yield* succeed(() =>
        octokit.paginate(octokit.rest.issues.listForRepo, { ...engine, state: "all", per_page: 100 })
      )
      expect(issues.map(({ number }) => number)).toEqual(Array.from({ length: 250 }, (_, index) => 250 - index))
      expect(server.requests().map(({ path, query }) => [path.replace(/\d+/, "id"), query["page"]])).toEqual([
        ["/repos/ada/engine/issues", undefined],
        ["/repositories/id/issues", "2"],
        ["/repositories/id/issues", "3"]
      ])
    })
  )

  it.effect.each([403, 429] as const)("is told of the primary limit with %d", (status) =>
    Effect.gen(function* () {
      const { octokit } = yield* start(github({}, { limits: { primary: { limit: 1, status } } }))
      yield* succeed(() => octokit.rest.repos.get(engine))
      const limited = yield* refused(() => octokit.rest.repos.get(engine))
      expect(limited.status).toBe(status)
      expect(limited.message).toContain("API rate limit exceeded")
      expect(limited.response.headers).toMatchObject({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "3600" })
      const { data } = yield* succeed(() => octokit.rest.rateLimit.get())
      expect(data.rate).toEqual({ limit: 1, used: 1, remaining: 0, reset: 3600 })
    })
  )

  it.effect("is told of the secondary limit", () =>
    Effect.gen(function* () {
      const { octokit } = yield* start(github({}, { limits: { secondary: { perMinute: 1, status: 429 } } }))
      const create = () => octokit.rest.issues.create({ ...engine, title: "a bug" })
      yield* succeed(create)
      const limited = yield* refused(create)
      expect([limited.status, limited.response.headers["retry-after"]]).toEqual([429, "60"])
      expect(limited.message).toContain("secondary rate limit")
    })
  )

  it.effect("is told that nothing changed", () =>
    Effect.gen(function* () {
      const { octokit } = yield* start(github({ pulls: [{ title: "one", head: "notes" }] }))
      const { headers } = yield* succeed(() => octokit.rest.pulls.list(engine))
      const same = yield* refused(() =>
        octokit.rest.pulls.list({ ...engine, headers: { "if-none-match": headers.etag ?? "" } })
      )
      expect([same.status, same.response.headers["x-ratelimit-used"]]).toEqual([304, "1"])
    })
  )

  it.effect("is told that its token is bad", () =>
    Effect.gen(function* () {
      const { octokit } = yield* start(github(), "nobody")
      const { message, status } = yield* refused(() => octokit.rest.pulls.list(engine))
      expect([status, message]).toEqual([401, "Bad credentials - https://docs.github.com/rest"])
    })
  )

  it.effect("follows a renamed repository, also when it creates something", () =>
    Effect.gen(function* () {
      const emulator = github({ renamedFrom: ["ada/calculator"] })
      const { octokit, server } = yield* start(emulator)
      const old = { owner: "ada", repo: "calculator" }
      const { data } = yield* succeed(() => octokit.rest.repos.get(old))
      expect(data.full_name).toBe("ada/engine")
      yield* succeed(() => octokit.rest.issues.create({ ...old, title: "a bug" }))
      expect(emulator.issues("ada/engine").map(({ title }) => title)).toEqual(["a bug"])
      expect(server.requests().map(({ method, status }) => `${method} ${status}`)).toEqual([
        "GET 301",
        "GET 200",
        "POST 307",
        "POST 201"
      ])
    })
  )

  it.effect("meets faults", () =>
    Effect.gen(function* () {
      const emulator = github()
      const plan = Fault.when({ method: "POST" }, Fault.sequence([Fault.status(502), Fault.lostAnswer]))
      const { octokit } = yield* start(emulator, "ada-token", { faults: plan })
      const create = () => octokit.rest.issues.create({ ...engine, title: "a bug" })
      expect((yield* refused(create)).status).toBe(502)
      expect(emulator.createdCount()).toBe(0)
      expect((yield* refused(create)).status).toBe(500)
      expect(emulator.createdCount()).toBe(1)
    })
  )
})

describe("what the GitHub emulator shows", () => {
  it("has the types Octokit has for it", () => {
    const emulator = github({ issues: [{ title: "an issue" }], pulls: [{ title: "a change", head: "notes" }] })
    // These compile only as long as no field that GitHub's description requires is missing or of another type.
    const issues: ReadonlyArray<Data["issues"]["get"]> = emulator.issues("ada/engine")
    // The description forgets that labels need not have a description.
    const pulls: ReadonlyArray<Omit<Data["pulls"]["list"][number], "labels">> = emulator.pulls("ada/engine")
    const single = (pull: ReturnType<typeof fullPullView>): Data["pulls"]["create"] => pull
    const repository = (view: ReturnType<typeof fullRepositoryView>): Data["repos"]["get"] => view
    expect([single.length, repository.length]).toEqual([1, 1])
    expect([issues.length, pulls.length]).toEqual([1, 1])
  })
})
