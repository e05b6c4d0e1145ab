/** The rarer ways in which it is not known whether something was created. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { HttpClient, HttpClientError, HttpClientResponse } from "effect/http"
import { GitHub } from "../../src/github/GitHub.ts"
import { GitHubTest } from "../../src/github/GitHubTest.ts"
import * as Fault from "../../src/testing/Fault.ts"
import { inMemory, issue, log, pull, repository, within } from "./support.ts"

/** Answers the first creation with `instead`, after it was carried out. */
const onceAfterwards =
  (instead: (response: HttpClientResponse.HttpClientResponse) => HttpClientResponse.HttpClientResponse) =>
  (client: HttpClient.HttpClient): HttpClient.HttpClient => {
    let met = false
    return HttpClient.transform(client, (effect, { method }) =>
      Effect.map(effect, (response) => {
        if (met || method !== "POST") return response
        met = true
        return instead(response)
      })
    )
  }

const badGateway = onceAfterwards(({ request }) =>
  HttpClientResponse.fromWeb(request, new Response("<html>", { status: 502 }))
)

const createIssue = GitHub.use((github) => github.createIssue(issue))
const createPullRequest = GitHub.use((github) => github.createPullRequest(pull))
const created = Effect.map(GitHubTest, ({ createdCount }) => createdCount())

const hanging = () => Fault.when({ method: "POST" }, Fault.once(Fault.delay(Infinity)))

describe("a creation", () => {
  it.effect("that is answered 502 by something in between is made once", () =>
    Effect.gen(function* () {
      expect(yield* within("1 minute", createIssue)).toMatchObject({ number: 1, created: false })
      expect(yield* created).toBe(1)
    }).pipe(Effect.provide(inMemory({}, badGateway)))
  )

  it.effect("of a pull request that is answered 502 is made once, too", () =>
    Effect.gen(function* () {
      expect(yield* within("1 minute", createPullRequest)).toMatchObject({ number: 1, created: false })
      expect(yield* created).toBe(1)
    }).pipe(Effect.provide(inMemory({}, badGateway)))
  )

  it.effect("that hangs after it was carried out is found when its time is over", () =>
    Effect.gen(function* () {
      expect(yield* within("2 minutes", createIssue)).toMatchObject({ number: 1, created: false })
      expect(yield* log).toEqual(["POST /repos/ada/engine/issues 201", "GET /repos/ada/engine/issues 200"])
    }).pipe(Effect.provide(inMemory({ faults: hanging() })))
  )

  const hedged = { hedge: { after: "2 seconds" }, timeout: "10 seconds" } as const

  it.effect("that is hedged waits for the first request, and looks before it sends another", () =>
    Effect.gen(function* () {
      expect(yield* within("2 minutes", createIssue)).toMatchObject({ number: 1, created: false })
      expect(yield* created).toBe(1)
    }).pipe(Effect.provide(inMemory({ faults: hanging(), policies: hedged })))
  )

  it.effect("that is hedged is made once without the lane, too", () =>
    Effect.gen(function* () {
      const faults = Fault.when({ method: "POST" }, Fault.once(Fault.delay("5 seconds")))
      ;(yield* GitHubTest).faults.set(faults)
      expect(yield* within("2 minutes", createIssue)).toMatchObject({ number: 1, created: true })
      expect(yield* log).toEqual(["POST /repos/ada/engine/issues 201"])
    }).pipe(
      Effect.provide(inMemory({ policies: { ...hedged, lanes: { content: { bulkhead: false, rateLimit: false } } } }))
    )
  )

  it.effect("that certainly was not carried out is repeated without a look", () => {
    let refused = 0
    const unreachable = (client: HttpClient.HttpClient) =>
      HttpClient.transform(client, (effect, request) =>
        refused++ > 0
          ? effect
          : Effect.fail(
              new HttpClientError.HttpClientError({
                reason: new HttpClientError.TransportError({ request, cause: { code: "ECONNREFUSED" } })
              })
            )
      )
    return Effect.gen(function* () {
      expect((yield* within("1 minute", createIssue)).created).toBe(true)
      expect(yield* log).toEqual(["POST /repos/ada/engine/issues 201"])
    }).pipe(Effect.provide(inMemory({}, unreachable)))
  })

  it.effect("that is led elsewhere by a portal is not taken for one in a renamed repository", () =>
    Effect.gen(function* () {
      expect(yield* Effect.flip(createIssue)).toMatchObject({ reason: "unexpectedAnswer", said: "it leads elsewhere" })
    }).pipe(
      Effect.provide(
        inMemory({ faults: Fault.always(Fault.status(302, { headers: { location: "https://portal.example/login" } })) })
      )
    )
  )

  it.effect("that is refused in words that never come is not waited for", () =>
    Effect.gen(function* () {
      const error = yield* within("6 seconds", Effect.flip(GitHub.use((github) => github.getRepository("no/such"))))
      expect(error).toMatchObject({ reason: "notFound" })
    }).pipe(Effect.provide(inMemory({ faults: Fault.always(Fault.hangInBody()) })))
  )

  it.effect("of a pull request that is there and not listed fails, and says so", () =>
    Effect.gen(function* () {
      yield* within("1 second", createPullRequest)
      ;(yield* GitHubTest).faults.set(Fault.when({ method: "GET" }, Fault.always(Fault.status(200, { body: "[]" }))))
      const error = yield* within("5 seconds", Effect.flip(createPullRequest))
      expect(error).toMatchObject({ reason: "conflict", category: "conflict", repository })
      expect(error.message).toContain("a pull request exists for ada:notes, and none is listed")
    }).pipe(Effect.provide(inMemory()))
  )
})
