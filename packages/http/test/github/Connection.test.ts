import { readFileSync } from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Effect, Option, Redacted } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import * as Connection from "../../src/github/Connection.ts"
import { packageVersion } from "../../src/client/UserAgent.ts"
import { GitHub } from "../../src/github/GitHub.ts"
import { GitHubTest } from "../../src/github/GitHubTest.ts"
import * as Requests from "../../src/github/Requests.ts"
import * as Fault from "../../src/testing/Fault.ts"
import { ada, engine, inMemory, log, pull, repository } from "./support.ts"

const read = (env: Record<string, string>) => Connection.config.parse(ConfigProvider.fromEnv({ env }))

const tokenOf = (env: Record<string, string>) =>
  Effect.map(read(env), ({ token }) => (token === undefined ? undefined : Redacted.value(token)))

describe("the connection to GitHub", () => {
  it.effect("has Skippy's token, else that of GitHub's own programs, else none", () =>
    Effect.gen(function* () {
      const all = { SKIPPY_GITHUB_TOKEN: "one", GITHUB_TOKEN: "two", GH_TOKEN: "three" }
      expect(yield* tokenOf(all)).toBe("one")
      expect(yield* tokenOf({ ...all, SKIPPY_GITHUB_TOKEN: "" })).toBe("two")
      expect(yield* tokenOf({ GH_TOKEN: " three\n" })).toBe("three")
      expect(yield* tokenOf({ GH_TOKEN: "  " })).toBeUndefined()
      expect(yield* tokenOf({})).toBeUndefined()
    })
  )

  it.effect("is to GitHub itself, or to where it is told", () =>
    Effect.gen(function* () {
      expect((yield* read({})).url).toBe("https://api.github.com")
      expect((yield* read({ SKIPPY_GITHUB_URL: "https://ghe.example/api/v3/" })).url).toBe("https://ghe.example/api/v3")
    })
  )

  it.effect("is refused with the name of the setting, and without its value", () =>
    Effect.gen(function* () {
      for (const env of [
        { SKIPPY_GITHUB_TOKEN: "ghp_canary\nx-evil: 1" },
        { GITHUB_TOKEN: "ghp canary" },
        { SKIPPY_GITHUB_URL: "https://me:canary@ghe.example" },
        { SKIPPY_GITHUB_URL: "https://ghe.example/?key=canary" },
        { SKIPPY_GITHUB_URL: "ftp://canary" },
        { SKIPPY_GITHUB_URL: "canary" }
      ]) {
        const error = yield* Effect.flip(read(env))
        expect(error._tag).toBe("ConfigError")
        expect(error.message).toContain(Object.keys(env)[0])
        expect(`${error.message} ${error}`).not.toContain("canary")
      }
    })
  )

  it("that a program gives is checked when the program starts", () => {
    expect(() => Connection.of({ url: "api.github.com" })).toThrow('GitHub: option "url" is not one; give an http')
    expect(() => Connection.of({ token: Redacted.make("a b") })).toThrow('GitHub: option "token" is not one; a token')
    expect(Connection.of({})).toEqual({ url: "https://api.github.com", token: undefined })
  })
})

const strip = HttpClientRequest.updateUrl((url) => url.replace("https://ghe.example/api/v3", "https://ghe.example"))

describe("the requests to GitHub", () => {
  it("name the version of the package", () => {
    const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))
    expect(manifest).toMatchObject({ version: packageVersion })
  })

  it.effect("stay under the path of an Enterprise Server, and are not led out of it", () => {
    const urls: Array<string> = []
    const options = {
      url: "https://ghe.example/api/v3",
      repositories: [{ ...engine, renamedFrom: ["ada/old"] }]
    }
    // The emulator knows no prefix, so it leads out of it.
    const behindPrefix = (client: HttpClient.HttpClient) =>
      HttpClient.mapRequest(client, (request) => {
        urls.push(Option.getOrThrow(HttpClientRequest.toUrl(request)).href)
        return strip(request)
      })
    return Effect.gen(function* () {
      const github = yield* GitHub
      yield* github.createPullRequest(pull)
      yield* github.listPullRequests({ repository })
      const error = yield* Effect.flip(github.getRepository("ada/old"))
      expect(error).toMatchObject({ reason: "unexpectedAnswer", said: "it leads to another host" })
      expect(urls).toEqual([
        "https://ghe.example/api/v3/repos/ada/engine/pulls",
        "https://ghe.example/api/v3/repos/ada/engine/pulls?state=open&per_page=10",
        "https://ghe.example/api/v3/repos/ada/old"
      ])
    }).pipe(Effect.provide(inMemory(options, behindPrefix)))
  })

  for (const [what, headers, status] of [
    ["a redirect", { location: "https://evil.example/repositories/1" }, 301],
    ["a next page", { link: '<https://evil.example/repos/ada/engine/pulls?page=2>; rel="next"' }, 200]
  ] as const) {
    it.effect(`do not take the token to another host for ${what}`, () =>
      Effect.gen(function* () {
        const body = JSON.stringify((yield* GitHubTest).pulls(repository))
        ;(yield* GitHubTest).faults.set(Fault.always(Fault.status(status, { headers, body })))
        const github = yield* GitHub
        const error = yield* Effect.flip(github.listPullRequests({ repository, maxResults: 2 }))
        expect(error).toMatchObject({ reason: "unexpectedAnswer" })
        expect(yield* log).toHaveLength(1)
      }).pipe(
        Effect.provide(
          inMemory({ tokens: [ada], repositories: [{ ...engine, pulls: [{ title: "First", head: "notes" }] }] })
        )
      )
    )
  }

  it.effect("follow redirects only so far", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(GitHub.use((github) => github.getRepository(repository)))
      expect(error).toMatchObject({ reason: "unexpectedAnswer", said: "it leads on and on" })
    }).pipe(
      Effect.provide(
        inMemory({ faults: (_, count) => Fault.status(301, { headers: { location: `/repositories/${count}` } }) })
      )
    )
  )

  it("read the next page out of the links there are", () => {
    const next = '<https://api.github.com/repositories/1/pulls?per_page=10&page=3>; rel="next"'
    const prev = '<https://api.github.com/repositories/1/pulls?per_page=10&page=1>; rel="prev"'
    const url = "https://api.github.com/repositories/1/pulls?per_page=10&page=3"
    expect(Requests.nextLink(`${prev}, ${next}`)).toBe(url)
    expect(Requests.nextLink(`${next}, ${prev}`)).toBe(url)
    expect(Requests.nextLink('<https://a/b?c=d,e;f>; title="x"; rel=next')).toBe("https://a/b?c=d,e;f")
    for (const none of [undefined, "", prev, '<https://a>; rel="nextish"', "nonsense"]) {
      expect(Requests.nextLink(none)).toBeUndefined()
    }
  })
})
