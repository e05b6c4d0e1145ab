/** What is kept, for how long, and for whom. */
import { Resilience } from "@skippy/core"
import { describe, expect, it } from "@effect/vitest"
import { Context, Effect, Layer, Redacted } from "effect"
import { HttpClient } from "effect/http"
import { TestClock } from "effect/testing"
import { GitHub } from "../../src/github/GitHub.ts"
import { GitHubTest, type TestOptions } from "../../src/github/GitHubTest.ts"
import { policies } from "../../src/github/TestWorld.ts"
import * as EmulatorClient from "../../src/testing/EmulatorClient.ts"
import * as Fault from "../../src/testing/Fault.ts"
import * as GitHubEmulator from "../../src/testing/GitHubEmulator.ts"
import { ada, engine, inMemory, log, pull, repository, today } from "./support.ts"

const test = (sentence: string, options: TestOptions, body: Effect.Effect<void, unknown, GitHub | GitHubTest>) =>
  it.effect(sentence, () => Effect.andThen(today, body).pipe(Effect.provide(inMemory({ policies, ...options }))))

const listed = { repositories: [{ ...engine, pulls: [{ title: "First", head: "notes" }] }] }
const list = GitHub.use((github) => github.listPullRequests({ repository }))

describe("what GitHub answered", () => {
  test(
    "is confirmed after a minute by its etag, at no cost, and fresh again",
    listed,
    Effect.gen(function* () {
      const first = yield* list
      yield* TestClock.adjust("59 seconds")
      expect(yield* list).toEqual({ ...first, fromCache: true, ageSeconds: 59 })
      yield* TestClock.adjust("2 seconds")
      expect(yield* list).toEqual(first)
      yield* TestClock.adjust("30 seconds")
      expect(yield* list).toMatchObject({ fromCache: true, ageSeconds: 30, stale: false })
      expect(yield* log).toEqual(["GET /repos/ada/engine/pulls 200", "GET /repos/ada/engine/pulls 304"])
      expect((yield* GitHubTest).requests()[1]?.headers["if-none-match"]).toMatch(/^W\/"/)
      expect((yield* GitHub.use(({ rateLimit }) => rateLimit)).used).toBe(1)
    })
  )

  test(
    "is another thing when it has changed",
    {},
    Effect.gen(function* () {
      const github = yield* GitHub
      expect((yield* github.getRepository(repository)).openIssues).toBe(0)
      yield* github.createPullRequest(pull)
      yield* TestClock.adjust("2 minutes")
      expect(yield* github.getRepository(repository)).toMatchObject({ openIssues: 1, fromCache: false })
      expect((yield* log).at(-1)).toBe("GET /repos/ada/engine 200")
    })
  )

  test(
    "is given while the service fails, and says that it is old",
    listed,
    Effect.gen(function* () {
      const first = yield* list
      yield* TestClock.adjust("1 hour")
      ;(yield* GitHubTest).faults.set(Fault.always(Fault.status(400, { body: "{}" })))
      expect((yield* Effect.flip(list))._tag).toBe("GitHubError")
      ;(yield* GitHubTest).faults.set(Fault.always(Fault.status(429)))
      expect(yield* list).toEqual({ ...first, fromCache: true, ageSeconds: 3600, stale: true })
    })
  )

  test(
    "is not given when it is no longer there, or not for this token",
    listed,
    Effect.gen(function* () {
      yield* list
      yield* TestClock.adjust("1 hour")
      for (const [status, reason] of [
        [404, "notFound"],
        [401, "badToken"]
      ] as const) {
        ;(yield* GitHubTest).faults.set(Fault.always(Fault.status(status)))
        expect(yield* Effect.flip(list)).toMatchObject({ reason })
      }
    })
  )

  test(
    "of a renamed repository is found the same way again",
    { repositories: [{ ...engine, renamedFrom: ["ada/old"] }] },
    Effect.gen(function* () {
      const github = yield* GitHub
      yield* github.getRepository("ada/old")
      expect(yield* github.getRepository("ada/old")).toMatchObject({ fullName: repository, fromCache: true })
      expect(yield* log).toHaveLength(2)
    })
  )

  it.effect("for one token is not for another one, nor for nobody", () =>
    Effect.gen(function* () {
      const emulator = GitHubEmulator.make({
        tokens: [ada, { token: "ghp_eve", login: "eve" }],
        repositories: [{ ...engine, private: true, collaborators: [] }]
      })
      const { client } = EmulatorClient.make(emulator)
      const shared = yield* Layer.build(Layer.merge(Resilience.layer(), Layer.succeed(HttpClient.HttpClient, client)))
      const as = (token: string | undefined) =>
        Effect.map(
          Layer.build(GitHub.layerWith({ token: token === undefined ? undefined : Redacted.make(token) })),
          Context.get(GitHub)
        ).pipe(Effect.provideContext(shared))
      const read = (github: GitHub["Service"]) => github.getRepository(repository)
      expect(yield* read(yield* as("ghp_ada"))).toMatchObject({ fromCache: false, private: true })
      expect(yield* Effect.flip(read(yield* as("ghp_eve")))).toMatchObject({ reason: "notFound" })
      expect(yield* Effect.flip(read(yield* as(undefined)))).toMatchObject({ reason: "notFound" })
      // Another part of the program with the same token shares it.
      expect(yield* read(yield* as("ghp_ada"))).toMatchObject({ fromCache: true })
    }).pipe(Effect.scoped)
  )
})
