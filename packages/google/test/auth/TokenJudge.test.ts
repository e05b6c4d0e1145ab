import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { judge, type Kind } from "../../src/auth/TokenJudge.ts"

const kinds: ReadonlyArray<Kind> = ["refresh", "assertion", "exchange", "revoke"]

const told = (kind: Kind, body: Readonly<Record<string, unknown>>, skew = 0) =>
  judge(kind, JSON.stringify(body), { skew })

describe("a refusal of the token endpoint", () => {
  it.for([
    ["refresh", { error: "invalid_grant" }, "signInAgain", "7 days"],
    [
      "refresh",
      { error: "invalid_grant", error_subtype: "invalid_rapt" },
      "signInAgain",
      "limits how long a sign-in lasts"
    ],
    [
      "exchange",
      { error: "invalid_grant", error_description: "Malformed auth code." },
      "signInAgain",
      "the code was used"
    ],
    [
      "assertion",
      { error: "invalid_grant", error_description: "Invalid JWT Signature." },
      "signInAgain",
      "make a new key"
    ],
    [
      "assertion",
      { error: "invalid_grant", error_description: "Not a valid email or user ID." },
      "signInAgain",
      "SKIPPY_GOOGLE_SUBJECT"
    ],
    ["assertion", { error: "unauthorized_client" }, "badClient", "domain-wide delegation"],
    ["refresh", { error: "unauthorized_client" }, "badClient", "sign in again with the client"],
    ["refresh", { error: "deleted_client" }, "badClient", "a client that exists"],
    ["exchange", { error: "invalid_client" }, "badClient", "desktop client"],
    ["assertion", { error: "invalid_scope" }, "badCredentials", "SKIPPY_GOOGLE_SCOPES"],
    ["exchange", { error: "access_denied" }, "signInFailed", "administrator"],
    ["refresh", { error: "admin_policy_enforced" }, "badClient", "administrator"],
    ["refresh", { error: "something_new" }, "badCredentials", "sign in again"]
  ] as const)("of %s with %j is %s", ([kind, body, reason, fix]) => {
    const refusal = told(kind, body)
    expect(refusal).toMatchObject({ reason, category: "auth" })
    expect(refusal?.fix).toContain(fix)
  })

  it("that is trouble of the endpoint itself may pass", () => {
    for (const error of ["internal_failure", "server_error", "temporarily_unavailable"])
      expect(told("refresh", { error })).toMatchObject({ reason: "unavailable", category: "transient" })
  })

  it("of an assertion says how far the clock is off, once it is off by a minute", () => {
    const body = {
      error: "invalid_grant",
      error_description: "Invalid JWT: Token must be a short-lived token (60 minutes)"
    }
    expect(told("assertion", body, 90_000)?.fix).toContain("90 s ahead of")
    expect(told("assertion", body, -90_000)?.fix).toContain("90 s behind")
    expect(told("assertion", body, 1000)?.fix).toContain("the assertion is not from now")
    expect(told("assertion", { error: "invalid_grant" }, 1000)?.fix).toContain("make a new key")
  })

  it("is none when the body is not the endpoint's", () => {
    for (const text of ["", "<html>", "[]", "{}", '{"error":{"code":400}}', '{"error":"Not a code"}', '{"error":"'])
      expect(judge("refresh", text, { skew: 0 })).toBeUndefined()
  })

  it("repeats nothing of the body but codes and sentences that are known", () => {
    const text = fc.string({ minLength: 12, maxLength: 40 }).filter((each) => /[^a-z_ ]/.test(each))
    fc.assert(
      fc.property(fc.constantFrom(...kinds), text, text, fc.boolean(), (kind, description, subtype, isKnown) => {
        const error_description = isKnown ? `Invalid JWT Signature${description}` : description
        const refusal = told(kind, { error: "invalid_grant", error_description, error_subtype: subtype })
        const said = isKnown ? "invalid_grant: Invalid JWT Signature" : "invalid_grant"
        expect(refusal?.said).toBe(said)
        expect(refusal?.fix).not.toContain(description)
        expect(refusal?.fix).not.toContain(subtype)
      })
    )
  })
})
