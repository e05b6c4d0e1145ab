/** What refusals of the Photos Picker mean. */
import { describe, expect, it } from "@effect/vitest"
import { Duration } from "effect"
import * as ErrorBody from "../../src/client/ErrorBody.ts"
import * as Judge from "../../src/photos/Judge.ts"

const body = (status: string, reason?: string) =>
  JSON.stringify({
    error: {
      code: 400,
      message: `it is ${status}`,
      status,
      ...(reason === undefined ? {} : { details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason }] })
    }
  })

const error = (
  method: Judge.Method,
  status: number,
  text = "",
  headers: Readonly<Record<string, string>> = {},
  isServiceAccount = false
) =>
  Judge.errorOf(
    { operation: "test", method, sessionId: "s1" },
    { status, headers, said: ErrorBody.read(text) },
    { now: 0, isServiceAccount, requestId: undefined }
  )

describe("a refusal of the Photos Picker", () => {
  it.each([
    ["create", 400, body("FAILED_PRECONDITION"), "noPhotosAccount"],
    ["create", 429, body("RESOURCE_EXHAUSTED"), "tooManySessions"],
    ["create", 429, body("RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"), "rateLimited"],
    ["create", 429, "", "rateLimited"],
    ["session", 429, body("RESOURCE_EXHAUSTED"), "rateLimited"],
    ["list", 400, body("FAILED_PRECONDITION"), "notPicked"],
    ["session", 400, body("FAILED_PRECONDITION"), "refused"],
    ["session", 403, body("PERMISSION_DENIED"), "sessionExpired"],
    ["list", 403, body("PERMISSION_DENIED"), "sessionExpired"],
    ["create", 403, body("PERMISSION_DENIED"), "forbidden"],
    ["session", 403, body("PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), "missingScope"],
    ["list", 403, body("PERMISSION_DENIED", "SERVICE_DISABLED"), "apiDisabled"],
    ["session", 404, body("NOT_FOUND"), "notFound"],
    ["list", 400, body("INVALID_ARGUMENT"), "invalid"],
    ["list", 418, body("TEAPOT"), "refused"],
    ["session", 401, body("UNAUTHENTICATED"), "signIn"],
    ["session", 503, body("UNAVAILABLE"), "unavailable"],
    ["session", 500, "<title>Error 500</title>", "unavailable"],
    ["session", 404, "<title>Error 404</title>", "unexpectedAnswer"],
    ["session", 204, "", "unexpectedAnswer"],
    ["bytes", 403, "<title>Error 403</title>", "urlExpired"],
    ["bytes", 404, "", "itemNotFound"],
    ["bytes", 429, "<title>Error 429</title>", "rateLimited"],
    ["bytes", 502, "", "unavailable"]
  ] as const)("of %s with %i and %s is %4$s", (method, status, text, reason) => {
    expect(error(method, status, text).reason).toBe(reason)
  })

  it("of too many sessions that says when to come back is one of too many requests", () => {
    const refused = error("create", 429, body("RESOURCE_EXHAUSTED"), { "retry-after": "30" })
    expect([refused.reason, Duration.toSeconds(refused.retryAfter!)]).toEqual(["rateLimited", 30])
  })

  it("tells a service account that it has no photos, where that may be the reason", () => {
    const refused = error("create", 400, body("FAILED_PRECONDITION"), {}, true)
    expect(refused.serviceAccount).toBe(true)
    expect(refused.message).toBe(
      'test of s1: this account has no Google Photos ("it is FAILED_PRECONDITION"); service accounts have no Google Photos: sign in as a person'
    )
    expect(error("session", 404, body("NOT_FOUND"), {}, true)).not.toHaveProperty("serviceAccount")
    expect(error("create", 400, body("FAILED_PRECONDITION"))).not.toHaveProperty("serviceAccount")
  })

  it("always says what to do next, and carries no stack", () => {
    for (const reason of ["notPicked", "tooManySessions", "signIn"] as const) {
      const statuses = { notPicked: 400, tooManySessions: 429, signIn: 401 }
      const texts = { notPicked: body("FAILED_PRECONDITION"), tooManySessions: body("RESOURCE_EXHAUSTED"), signIn: "" }
      const refused = error(reason === "notPicked" ? "list" : "create", statuses[reason], texts[reason])
      expect(refused.reason).toBe(reason)
      expect(refused.message).toMatch(/^test of s1: .+; .+/)
    }
  })
})
