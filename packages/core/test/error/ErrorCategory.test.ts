import { Cause, Duration } from "effect"
import { describe, expect, it } from "vitest"
import * as Errors from "../../src/error/ErrorCategory.ts"

describe("what an error is", () => {
  it("takes an error nobody described for an outage", () => {
    expect(Errors.categoryOf(new Error("socket hang up"))).toBe("transient")
    expect(Errors.categoryOf({ category: "notFound" })).toBe("notFound")
    expect(Errors.categoryOf({ category: "made up" })).toBe("transient")
  })

  it("reads retryAfter as a duration or as milliseconds, and nothing else", () => {
    expect(Errors.retryAfterOf({ retryAfter: Duration.seconds(2) })).toEqual(Duration.seconds(2))
    expect(Errors.retryAfterOf({ retryAfter: 1500 })).toEqual(Duration.millis(1500))
    expect(Errors.retryAfterOf({ retryAfter: -1 })).toBeUndefined()
    expect(Errors.retryAfterOf({ retryAfter: "soon" })).toBeUndefined()
  })

  it("knows what was certainly not carried out", () => {
    expect(Errors.certainlyNotCarriedOut({ refusedBy: "bulkhead" })).toBe(true)
    expect(Errors.certainlyNotCarriedOut({ category: "throttled" })).toBe(true)
    expect(Errors.certainlyNotCarriedOut({ delivered: false })).toBe(true)
    expect(Errors.certainlyNotCarriedOut(new Error("timeout"))).toBe(false)
  })

  it("describes an error by its message or tag, never by its fields", () => {
    expect(Errors.describeError({ _tag: "Denied", token: "secret" })).toBe("Denied")
    expect(Errors.describeError({ _tag: "Denied", message: "no access", token: "secret" })).toBe("Denied: no access")
    expect(Errors.describeError(undefined)).toBe("unknown error")
  })

  it("prefers the typed error of a cause to a defect", () => {
    expect(Errors.errorOfCause(Cause.fail("down"))).toBe("down")
    expect(Errors.errorOfCause(Cause.die("bug"))).toBe("bug")
    expect(Errors.errorOfCause(Cause.interrupt())).toBeUndefined()
  })
})
