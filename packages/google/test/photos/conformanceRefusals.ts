/** What every Photos must say when Google refuses, whatever is behind it. */
import { expect } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Duration, Effect } from "effect"
import { Photos } from "../../src/photos/Photos.ts"
import { PhotosTest } from "../../src/photos/PhotosTest.ts"
import { flip, log, refusal, type Test } from "./support.ts"

export const refusals = (test: Test): void => {
  test(
    "says that nothing was picked yet",
    {},
    Effect.gen(function* () {
      const { createSession } = yield* Photos
      const { sessionId } = yield* createSession()
      const error = yield* refusal(({ selectedMedia }) => selectedMedia({ sessionId }))
      expect(error).toMatchObject({
        reason: "notPicked",
        category: "conflict",
        operation: "selectedMedia",
        sessionId,
        status: 400,
        googleReason: "FAILED_PRECONDITION"
      })
      expect(error.message).toMatch(/nothing has been picked yet .*; open the pickerUri, pick, press Done/)
      expect(yield* log).toHaveLength(2)
    })
  )

  test(
    "says that there is no such session, and that one is over",
    { sessionLifetime: 0 },
    Effect.gen(function* () {
      const none = yield* refusal(({ getSession }) => getSession({ sessionId: "none" }))
      expect(none).toMatchObject({ reason: "notFound", category: "notFound", status: 404, sessionId: "none" })
      const { sessionId } = yield* Photos.use(({ createSession }) => createSession())
      const over = yield* refusal(({ checkSession }) => checkSession({ sessionId }))
      expect(over).toMatchObject({ reason: "sessionExpired", category: "notFound", status: 403 })
      expect(yield* refusal(({ selectedMedia }) => selectedMedia({ sessionId }))).toMatchObject({
        reason: "sessionExpired"
      })
    })
  )

  test(
    "says that there are too many sessions, and does not ask again",
    { limits: { sessions: 1 } },
    Effect.gen(function* () {
      const { createSession } = yield* Photos
      yield* createSession()
      const error = yield* refusal(({ createSession }) => createSession())
      expect(error).toMatchObject({ reason: "tooManySessions", category: "conflict", status: 429 })
      expect(error.message).toContain("delete those that are done with")
      expect(yield* log).toHaveLength(2)
    })
  )

  test(
    "takes a quota of requests for one, and says when to ask again",
    { limits: { perMinute: 0 } },
    Effect.gen(function* () {
      expect(yield* refusal(({ getSession }) => getSession({ sessionId: "s" }))).toMatchObject({
        reason: "rateLimited",
        category: "throttled",
        googleReason: "RATE_LIMIT_EXCEEDED"
      })
      const { faults } = yield* PhotosTest
      faults.set(Fault.always(Fault.status(429, { headers: { "retry-after": "90" } })))
      const error = yield* refusal(({ createSession }) => createSession())
      expect(error.reason).toBe("rateLimited")
      expect(Duration.toSeconds(error.retryAfter!)).toBe(90)
      expect(error.message).toContain("try again in 90 s")
    })
  )

  test(
    "says that the token is not good, or not for this",
    { token: "bad" },
    Effect.gen(function* () {
      const error = yield* flip(({ createSession }) => createSession())
      expect(error).toMatchObject({ _tag: "AuthError", reason: "badToken" })
      expect(error.message).not.toContain("bad ")
    })
  )

  test(
    "says that the account has no Google Photos",
    { withoutPhotos: ["tester@example.com"] },
    Effect.gen(function* () {
      const error = yield* refusal(({ createSession }) => createSession())
      expect(error).toMatchObject({ reason: "noPhotosAccount", category: "auth", status: 400 })
      expect(error).not.toHaveProperty("serviceAccount")
      expect(error.message).toContain("open https://photos.google.com with it once")
      expect(yield* log).toHaveLength(1)
    })
  )

  test(
    "says which scope a token lacks",
    { tokens: [{ token: "narrow", email: "a@example.com", scopes: ["https://www.googleapis.com/auth/drive"] }] },
    Effect.gen(function* () {
      const error = yield* refusal(({ createSession }) => createSession())
      expect(error).toMatchObject({
        reason: "missingScope",
        category: "auth",
        googleReason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
      })
      expect(error.message).toContain("https://www.googleapis.com/auth/photospicker.mediaitems.readonly")
      expect(yield* log).toHaveLength(1)
    })
  )

  test(
    "asks again when Google is in trouble, and says so when it stays that way",
    {
      faults: Fault.always(Fault.status(503, { headers: { "content-type": "text/html" }, body: "<title>Oops</title>" }))
    },
    Effect.gen(function* () {
      const error = yield* refusal(({ getSession }) => getSession({ sessionId: "s" }))
      expect(error).toMatchObject({ reason: "unavailable", category: "transient", status: 503, said: "Oops" })
      expect(yield* log).toHaveLength(3)
    })
  )

  test(
    "takes a page for no answer of Google Photos",
    {
      faults: Fault.always(
        Fault.status(200, { headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" })
      )
    },
    Effect.gen(function* () {
      expect(yield* refusal(({ getSession }) => getSession({ sessionId: "s" }))).toMatchObject({
        reason: "unexpectedAnswer",
        category: "fatal"
      })
      const { faults } = yield* PhotosTest
      faults.set(Fault.always(Fault.status(403, { body: "<title>Blocked</title>" })))
      expect(yield* refusal(({ getSession }) => getSession({ sessionId: "s" }))).toMatchObject({
        reason: "unexpectedAnswer",
        said: "Blocked"
      })
      expect(yield* log).toHaveLength(2)
    })
  )
}
