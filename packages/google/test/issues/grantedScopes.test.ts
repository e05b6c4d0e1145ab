/** Google grants `email` and `profile` by other names; signing in with them always failed, and asked to tick every box. */
import { describe, expect, it } from "@effect/vitest"
import { missing } from "../../src/auth/Scopes.ts"

describe("what was granted", () => {
  it("is what was asked for, also by its other name", () => {
    const granted = [
      "https://www.googleapis.com/auth/userinfo.email",
      "https://www.googleapis.com/auth/userinfo.profile",
      "openid"
    ]
    expect(missing(["openid", "email", "profile"], granted)).toEqual([])
    expect(missing(["email"], ["openid"])).toEqual(["email"])
  })
})
