/** What every Drive must do when it is refused, whatever is behind it. */
import { expect } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Effect } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { DriveTest } from "../../src/drive/DriveTest.ts"
import { flip, log, refusal, type Test } from "./support.ts"

const report = { id: "a1", name: "report.txt", content: "42 rows and a sum" }

const body = (code: number, reason: string, message = "No.") =>
  JSON.stringify({ error: { code, message, errors: [{ domain: "global", reason, message }] } })

const page = "<!DOCTYPE html><html><head><title>Error 403 (Forbidden)!!1</title></head><body>No</body></html>"

const getFile = (drive: Drive["Service"]) => drive.getFile({ fileId: "a1" })

export const refusals = (test: Test): void => {
  test(
    "says what to do when there is no such file",
    {},
    Effect.gen(function* () {
      const error = yield* refusal((drive) => drive.getFile({ fileId: "nobody-has-it" }))
      expect(error).toMatchObject({ reason: "notFound", category: "notFound", status: 404, fileId: "nobody-has-it" })
      expect(error.message).toContain("shared drive")
      expect(error.message).toContain("drive.file")
      expect(yield* log).toEqual(["GET /drive/v3/files/nobody-has-it 404"])
    })
  )

  for (const [status, reason] of [
    [403, "rateLimitExceeded"],
    [403, "userRateLimitExceeded"],
    [429, "rateLimitExceeded"],
    [500, "backendError"],
    [503, "backendError"]
  ] as const) {
    test(
      `tries again after ${status} ${reason}`,
      { files: [report], faults: Fault.times(2, Fault.status(status, { body: body(status, reason) })) },
      Effect.gen(function* () {
        expect(yield* Drive.use(getFile)).toMatchObject({ name: "report.txt" })
        expect(yield* log).toHaveLength(3)
      })
    )
  }

  for (const [status, reason, ours, category] of [
    [403, "dailyLimitExceeded", "quotaExceeded", "fatal"],
    [403, "storageQuotaExceeded", "storageFull", "fatal"],
    [403, "sharingRateLimitExceeded", "sharingRateLimited", "fatal"],
    [403, "insufficientFilePermissions", "insufficientPermissions", "auth"],
    [403, "insufficientPermissions", "missingScope", "auth"],
    [403, "accessNotConfigured", "apiDisabled", "auth"],
    [400, "badRequest", "invalid", "invalid"]
  ] as const) {
    test(
      `takes ${status} ${reason} as final`,
      { files: [report], faults: Fault.always(Fault.status(status, { body: body(status, reason) })) },
      Effect.gen(function* () {
        expect(yield* refusal(getFile)).toMatchObject({ reason: ours, category, googleReason: reason, said: "No." })
        expect(yield* log).toHaveLength(1)
      })
    )
  }

  for (const status of [403, 404] as const) {
    test(
      `does not take a page in HTML (${status}) for an answer of Drive`,
      {
        files: [report],
        faults: Fault.always(Fault.status(status, { body: page, headers: { "content-type": "text/html" } }))
      },
      Effect.gen(function* () {
        const error = yield* refusal(getFile)
        expect(error).toMatchObject({ reason: "unexpectedAnswer", status, said: "Error 403 (Forbidden)!!1" })
        expect(error.message).toContain("SKIPPY_GOOGLE_DRIVE_URL")
        expect(yield* log).toHaveLength(1)
      })
    )
  }

  test(
    "says so when the answer is none of Drive's",
    { files: [report], faults: Fault.always(Fault.status(200, { body: "<html>Sign in to the Wi-Fi</html>" })) },
    Effect.gen(function* () {
      expect(yield* refusal(getFile)).toMatchObject({ reason: "unexpectedAnswer", category: "fatal" })
    })
  )

  test(
    "does not follow a redirect",
    {
      files: [report],
      faults: Fault.always(Fault.status(302, { headers: { location: "https://elsewhere.example/" } }))
    },
    Effect.gen(function* () {
      expect(yield* refusal(getFile)).toMatchObject({ reason: "unexpectedAnswer", status: 302 })
      expect(yield* log).toHaveLength(1)
    })
  )

  test(
    "says how to get another token when the one that was given is not accepted",
    { files: [report], token: "nobody-knows-it" },
    Effect.gen(function* () {
      const error = yield* flip(getFile)
      expect(error).toMatchObject({ _tag: "AuthError", reason: "badToken" })
      expect(String(error)).not.toContain("nobody-knows-it")
      expect(yield* log).toHaveLength(1)
    })
  )

  test(
    "shows no token, should an answer repeat it",
    {
      files: [report],
      faults: Fault.always(Fault.status(403, { body: body(403, "forbidden", "no token-of-a-test here") }))
    },
    Effect.gen(function* () {
      const error = yield* refusal(getFile)
      expect(error.said).toBe("no <redacted> here")
      expect(JSON.stringify(error)).not.toContain("token-of-a-test")
      expect((yield* DriveTest).requests()).toHaveLength(1)
    })
  )
}
