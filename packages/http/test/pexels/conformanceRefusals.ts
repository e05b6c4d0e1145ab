/** What every Pexels must do when something goes wrong, whatever is behind it. */
import { expect } from "@effect/vitest"
import { Effect } from "effect"
import { Pexels } from "../../src/pexels/Pexels.ts"
import { PexelsTest } from "../../src/pexels/PexelsTest.ts"
import * as Fault from "../../src/testing/Fault.ts"
import { flip, log, refusal, type Test } from "./support.ts"

export const refusals = (test: Test): void => {
  test(
    "says that the key is wrong, and what to do",
    { key: "another-key" },
    Effect.gen(function* () {
      const error = yield* refusal(({ search }) => search({ query: "ocean" }))
      expect(error).toMatchObject({ reason: "badKey", category: "auth", status: 401, operation: "search" })
      expect(error.message).toContain('Pexels does not accept the key ("Unauthorized")')
      expect(error.message).toContain("https://www.pexels.com/api/new/ and set SKIPPY_PEXELS_API_KEY")
      expect(yield* log).toHaveLength(1)
    })
  )

  test(
    "says that there is no such photo",
    {},
    Effect.gen(function* () {
      const error = yield* refusal(({ getPhoto }) => getPhoto(1))
      expect(error).toMatchObject({ reason: "notFound", category: "notFound", status: 404, photoId: 1 })
      expect(error.message).toContain("Pexels has no photo 1; search for another one")
    })
  )

  test(
    "says that a quota is used up, and for how long it waits",
    { limits: { perHour: 1 } },
    Effect.gen(function* () {
      yield* Pexels.use(({ curated }) => curated())
      const error = yield* refusal(({ search }) => search({ query: "ocean" }))
      expect(error).toMatchObject({ reason: "rateLimited", category: "throttled", status: 429, quota: "hour" })
      expect(error.message).toContain("the quota of the hour is used up; try again in 5m")
      expect(yield* log).toEqual(["GET /v1/curated 200", "GET /v1/search 429"])
    })
  )

  test(
    "repeats what went wrong on the way, as often as the policies say",
    { faults: Fault.sequence([Fault.status(503), Fault.reset]) },
    Effect.gen(function* () {
      const found = yield* Pexels.use(({ search }) => search({ query: "ocean" }))
      expect(found.totalResults).toBe(40)
      expect(yield* log).toHaveLength(3)
      const { faults } = yield* PexelsTest
      faults.set(Fault.always(Fault.truncate()))
      const error = yield* flip(({ search }) => search({ query: "cat" }))
      expect(error).toMatchObject({ _tag: "HttpError", reason: "body", category: "transient" })
      expect(yield* log).toHaveLength(6)
    })
  )

  test(
    "does not take an answer that is none of Pexels'",
    {},
    Effect.gen(function* () {
      const { faults } = yield* PexelsTest
      const odd = [
        Fault.status(200, { body: "<html>Sign in to this network</html>" }),
        Fault.status(200, { body: '{"photos":[]}' }),
        Fault.status(204),
        Fault.status(302, { headers: { location: "http://127.0.0.1:1/elsewhere" } })
      ]
      for (const fault of odd) {
        faults.set(Fault.once(fault))
        const error = yield* refusal(({ curated }) => curated())
        expect(error).toMatchObject({ reason: "unexpectedAnswer", category: "fatal" })
        expect(error.message).toContain("check SKIPPY_PEXELS_URL")
      }
      expect(yield* log).toHaveLength(4)
    })
  )
}
