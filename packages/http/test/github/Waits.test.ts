/** How long the service waits, with the policies of the catalog. */
import { describe, expect, it } from "@effect/vitest"
import { Clock, Duration, Effect } from "effect"
import { TestClock } from "effect/testing"
import { GitHub } from "../../src/github/GitHub.ts"
import { GitHubTest, type TestOptions } from "../../src/github/GitHubTest.ts"
import * as Fault from "../../src/testing/Fault.ts"
import { inMemory, issue, repository, today, within } from "./support.ts"

const test = (sentence: string, options: TestOptions, body: Effect.Effect<void, unknown, GitHub | GitHubTest>) =>
  it.effect(sentence, () => Effect.andThen(today, body).pipe(Effect.provide(inMemory(options))))

/** When requests came, in seconds after the first. */
const times = Effect.map(GitHubTest, ({ requests }) => {
  const [first] = requests()
  return requests().map(({ at, method, status }) => `${(at - (first?.at ?? 0)) / 1000} ${method} ${status ?? "none"}`)
})

describe("GitHub with the policies of the catalog", () => {
  test(
    "creates one at a time, a second apart",
    {},
    Effect.gen(function* () {
      const github = yield* GitHub
      const create = github.createIssue(issue)
      yield* within("10 seconds", Effect.all([create, create, create], { concurrency: "unbounded" }))
      expect(yield* times).toEqual(["0 POST 201", "1 POST 201", "2 POST 201"])
    })
  )

  test(
    "waits for retry-after when too much is created",
    { limits: { secondary: { perMinute: 1, block: "40 seconds" } } },
    Effect.gen(function* () {
      const github = yield* GitHub
      const create = github.createIssue(issue)
      yield* within("2 minutes", Effect.andThen(create, Effect.delay(create, "30 seconds")))
      expect(yield* times).toEqual(["0 POST 201", "30 POST 403", "70 POST 201"])
    })
  )

  test(
    "waits a minute when GitHub does not say how long, then fails and says two",
    { limits: { secondary: { perMinute: 1, block: "1 hour", retryAfter: false } } },
    Effect.gen(function* () {
      const github = yield* GitHub
      const create = github.createIssue(issue)
      const error = yield* within("2 minutes", Effect.flip(Effect.andThen(create, create)))
      expect(error).toMatchObject({ reason: "secondaryRateLimited", retryAfter: Duration.minutes(2) })
      expect(yield* times).toEqual(["0 POST 201", "1 POST 403", "61 POST 403"])
      // Reading is left alone, too.
      const refused = yield* Effect.flip(github.listPullRequests({ repository }))
      expect(refused).toMatchObject({ _tag: "RateLimitedError", limit: "penalty" })
      expect(yield* times).toHaveLength(3)
    })
  )

  test(
    "waits longer for the next creation, also when reading went well meanwhile",
    { limits: { secondary: { perMinute: 1, block: "1 hour", retryAfter: false } } },
    Effect.gen(function* () {
      const github = yield* GitHub
      const create = Effect.flip(github.createIssue(issue))
      yield* within("2 minutes", Effect.andThen(github.createIssue(issue), create))
      yield* TestClock.adjust("2 minutes")
      yield* github.getRepository(repository)
      expect(yield* within("2 minutes", create)).toMatchObject({ retryAfter: Duration.minutes(4) })
    })
  )

  test(
    "sends nothing when it knows that the hour's requests are used up",
    { limits: { primary: { limit: 2, window: "25 seconds" } } },
    Effect.gen(function* () {
      const github = yield* GitHub
      const read = (name: string) => github.getRepository(name).pipe(Effect.ignore)
      yield* within("1 minute", Effect.all([read("ada/a"), read("ada/b"), read("ada/c")]))
      expect(yield* times).toEqual(["0 GET 404", "0 GET 404", "25 GET 404"])
    })
  )

  test(
    "tells the rate limit while nothing may be sent",
    { limits: { primary: { limit: 1 } } },
    Effect.gen(function* () {
      const github = yield* GitHub
      yield* github.getRepository(repository)
      yield* TestClock.adjust("90 seconds")
      const { remaining, resetAt, ...rest } = yield* github.rateLimit
      expect(rest).toEqual({ limit: 1, used: 1, fromCache: true, ageSeconds: 90, stale: true })
      expect(remaining).toBe(0)
      expect(resetAt.epochMilliseconds - (yield* Clock.currentTimeMillis)).toBe(3_510_000)
      expect(yield* times).toHaveLength(1)
    })
  )

  const usedUp = (seconds: number) =>
    Fault.status(403, {
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(1_790_000_000 + seconds) },
      body: '{"message":"API rate limit exceeded for user ID 1."}'
    })

  test(
    "waits for the reset when somebody else has used up the hour's requests",
    { faults: Fault.once(usedUp(20)) },
    Effect.gen(function* () {
      const found = yield* within(
        "1 minute",
        GitHub.use((github) => github.getRepository(repository))
      )
      expect(found.fullName).toBe(repository)
      expect(yield* times).toEqual(["0 GET 403", "20 GET 200"])
    })
  )

  test(
    "fails at once when the reset is far away, and says when it is",
    { faults: Fault.once(usedUp(1800)) },
    Effect.gen(function* () {
      const error = yield* Effect.flip(GitHub.use((github) => github.getRepository(repository)))
      expect(error).toMatchObject({ reason: "rateLimited", retryAfter: Duration.minutes(30) })
      expect(error.message).toContain("the limit of requests in an hour is used up; try again in 1800 s")
    })
  )
})
