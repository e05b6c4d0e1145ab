import { describe, expect, it } from "@effect/vitest"
import * as ErrorBody from "../../src/client/ErrorBody.ts"

describe("the body of a refusal", () => {
  it("says reason, words and place in Drive's style", () => {
    const text = JSON.stringify({
      error: {
        code: 400,
        message: "Sorting is not supported",
        errors: [
          {
            domain: "global",
            location: "orderBy",
            locationType: "parameter",
            message: "Sorting is not supported",
            reason: "badRequest"
          }
        ]
      }
    })
    expect(ErrorBody.read(text)).toEqual({
      by: "google",
      reasons: ["badRequest"],
      message: "Sorting is not supported",
      location: "orderBy"
    })
  })

  it("says reason and words in the style of newer APIs, the most telling reason first", () => {
    const text = JSON.stringify({
      error: {
        code: 403,
        message: "Request had insufficient authentication scopes.",
        status: "PERMISSION_DENIED",
        details: [
          { "@type": "type.googleapis.com/google.rpc.Help", links: [] },
          { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT" }
        ]
      }
    })
    expect(ErrorBody.read(text)).toEqual({
      by: "google",
      reasons: ["ACCESS_TOKEN_SCOPE_INSUFFICIENT", "PERMISSION_DENIED"],
      message: "Request had insufficient authentication scopes.",
      location: undefined
    })
  })

  it("prefers the inner words, which tell more", () => {
    const text = JSON.stringify({
      error: {
        code: 400,
        message: "Bad Request",
        errors: [{ reason: "invalidSharingRequest", message: "ACL change not allowed." }]
      }
    })
    expect(ErrorBody.read(text).message).toBe("ACL change not allowed.")
  })

  it("says what a token endpoint says", () => {
    const text = JSON.stringify({ error: "invalid_grant", error_description: "Token has been revoked." })
    expect(ErrorBody.read(text)).toMatchObject({
      by: "google",
      reasons: ["invalid_grant"],
      message: "Token has been revoked."
    })
  })

  it.each([
    ["a page", "<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", "Error 404 (Not Found)!!1"],
    ["a page without a title", "  <html><body>no</body></html>", "a page in HTML"],
    ["a text", "Access denied by proxy", "Access denied by proxy"],
    ["JSON of somebody else", '{"message":"no"}', '{"message":"no"}'],
    ["an error that is none", '{"error":42}', '{"error":42}'],
    ["broken JSON", '{"error":{', '{"error":{']
  ])("says that %s is none of Google's", (_, text, message) => {
    expect(ErrorBody.read(text)).toEqual({ by: "other", reasons: [], message, location: undefined })
  })

  it.each(["", "  \n"])("says that nobody said anything with %j", (text) => {
    expect(ErrorBody.read(text)).toMatchObject({ by: "nobody", message: "" })
  })

  it.each([
    '{"error":null}',
    '{"error":{"errors":null,"details":{},"message":7}}',
    '{"error":{"errors":[null,7,{"reason":"with spaces and <b>"}]}}',
    "null",
    "[]"
  ])("does not fail with %s", (text) => {
    expect(ErrorBody.read(text).reasons).toEqual([])
  })

  it("is short, on one line, and without the secret", () => {
    const message = `a token-of-ada\n\t\u0007${"x".repeat(1000)}`
    const said = ErrorBody.read(JSON.stringify({ error: { message } }), "token-of-ada").message
    expect(said).toMatch(/^a <redacted> x+…$/)
    expect(said.length).toBeLessThanOrEqual(301)
  })
})
