/** "Was submitted too quickly" is a limit, though it comes as something that is not valid. */
import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { GitHub } from "../../src/github/GitHub.ts"
import { GitHubTest } from "../../src/github/GitHubTest.ts"
import * as Fault from "../../src/testing/Fault.ts"
import { policies } from "../../src/github/TestWorld.ts"
import { inMemory, issue, log, refusal, repository, within } from "../github/support.ts"

const tooQuickly = Fault.status(422, {
  body: JSON.stringify({
    message: "Validation Failed",
    errors: [{ resource: "Issue", code: "custom", message: "was submitted too quickly" }]
  })
})

describe("a creation that came too quickly", () => {
  it.effect("is a limit, with a minute to wait", () =>
    Effect.gen(function* () {
      const error = yield* refusal((github) => github.createIssue(issue))
      expect(error).toMatchObject({
        reason: "secondaryRateLimited",
        category: "throttled",
        status: 422,
        retryAfter: Duration.minutes(1)
      })
    }).pipe(Effect.provide(inMemory({ policies, faults: Fault.always(tooQuickly) })))
  )

  it.effect("is made once the minute is over", () =>
    Effect.gen(function* () {
      const made = yield* within(
        "90 seconds",
        GitHub.use((github) => github.createIssue(issue))
      )
      expect(made.created).toBe(true)
      expect(yield* log).toEqual(["POST /repos/ada/engine/issues 422", "POST /repos/ada/engine/issues 201"])
      expect((yield* GitHubTest).issues(repository)).toHaveLength(1)
    }).pipe(Effect.provide(inMemory({ faults: Fault.once(tooQuickly) })))
  )
})
