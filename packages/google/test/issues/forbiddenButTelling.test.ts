/** `forbidden` is what Google says when another part of the body says why; it hid that there were too many requests. */
import { describe, expect, it } from "@effect/vitest"
import * as ErrorBody from "../../src/client/ErrorBody.ts"
import * as Judge from "../../src/drive/Judge.ts"

const judged = (reason: string | undefined) => {
  const details = reason === undefined ? [] : [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason }]
  const error = { code: 403, message: "No.", errors: [{ reason: "forbidden", message: "No." }], details }
  const said = ErrorBody.read(JSON.stringify({ error: { ...error, status: "PERMISSION_DENIED" } }))
  return Judge.errorOf({ operation: "getFile" }, { status: 403, headers: {}, said }, { now: 0, requestId: undefined })
}

describe("a refusal that is forbidden", () => {
  it.each([
    ["RATE_LIMIT_EXCEEDED", "rateLimited"],
    ["SERVICE_DISABLED", "apiDisabled"],
    ["ACCESS_TOKEN_SCOPE_INSUFFICIENT", "missingScope"],
    ["NOBODY_KNOWS_IT", "insufficientPermissions"],
    [undefined, "insufficientPermissions"]
  ])("for the reason %s is %s", (reason, expected) => {
    expect(judged(reason).reason).toBe(expected)
  })
})
