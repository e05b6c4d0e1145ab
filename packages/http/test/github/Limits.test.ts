import { describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import { type Backoff, judge, rested, type Signs } from "../../src/github/Limits.ts"

const now = 1_790_000_000_000
const minute = 60_000

const date = new Date(now).toUTCString()
const used = (seconds: number) => ({
  date,
  "x-ratelimit-remaining": "0",
  "x-ratelimit-reset": String(now / 1000 + seconds),
  "x-ratelimit-resource": "core"
})
const left = { date, "x-ratelimit-remaining": "4000", "x-ratelimit-reset": String(now / 1000 + 1800) }
const primaryText = "API rate limit exceeded for user ID 1."
const secondaryText = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."

const refusalOf = (signs: Signs, backoff = rested, at = now) => judge(signs, at, backoff)[0]

/** Judges refusals without a hint, each at the moment the one before allowed. */
const inARow = (times: number): ReadonlyArray<number> => {
  let backoff: Backoff = rested
  let at = now
  return Array.from({ length: times }, () => {
    const [refusal, next] = judge({ status: 403, headers: left, message: secondaryText }, at, backoff)
    backoff = next
    at += refusal?.waitMillis ?? 0
    return (refusal?.waitMillis ?? 0) / 1000
  })
}

describe("the limits of GitHub", () => {
  it.each([403, 429])("wait for the reset when nothing remains (%i)", (status) => {
    const primary = { limit: "primary", waitMillis: 1800_000 }
    expect(refusalOf({ status, headers: used(1800), message: primaryText })).toEqual(primary)
    expect(refusalOf({ status, headers: used(1800), message: "" })).toEqual(primary)
  })

  it("take the reset by the clock of the server", () => {
    const headers = { ...used(600), date: new Date(now + 300_000).toUTCString() }
    expect(refusalOf({ status: 403, headers, message: primaryText })?.waitMillis).toBe(300_000)
  })

  it("do not wait for a reset that is over", () => {
    expect(refusalOf({ status: 403, headers: used(-5), message: primaryText })?.waitMillis).toBe(0)
  })

  it.each([403, 429])("wait for retry-after when a secondary one is met (%i)", (status) => {
    const headers = { ...used(1800), "retry-after": "7" }
    expect(refusalOf({ status, headers, message: secondaryText })).toEqual({ limit: "secondary", waitMillis: 7000 })
    expect(refusalOf({ status, headers: { ...left, "retry-after": "7" }, message: "" })).toEqual({
      limit: "secondary",
      waitMillis: 7000
    })
  })

  it("wait for the reset when a secondary one is met and nothing remains", () => {
    expect(refusalOf({ status: 403, headers: used(90), message: secondaryText })).toEqual({
      limit: "secondary",
      waitMillis: 90_000
    })
  })

  it("wait a minute without a hint, and twice as long each time in a row, up to an hour", () => {
    expect(inARow(8)).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600])
  })

  it("take 429 for a limit, whatever it says", () => {
    expect(refusalOf({ status: 429, headers: {}, message: "slow down" })).toEqual({
      limit: "secondary",
      waitMillis: minute
    })
  })

  it("know the text of former times", () => {
    const message = "You have triggered an abuse detection mechanism."
    expect(refusalOf({ status: 403, headers: {}, message })?.limit).toBe("secondary")
  })

  it("are not what another 403 is about, not even when it was the last request", () => {
    const message = "Resource not accessible by personal access token"
    expect(refusalOf({ status: 403, headers: left, message })).toBeUndefined()
    expect(refusalOf({ status: 403, headers: used(1800), message })).toBeUndefined()
    expect(refusalOf({ status: 404, headers: used(1800), message: "Not Found" })).toBeUndefined()
  })

  it("count requests that are refused together as one time", () => {
    const signs = { status: 403, headers: left, message: secondaryText }
    const [, first] = judge(signs, now, rested)
    const [second, after] = judge(signs, now + 50, first)
    expect(second?.waitMillis).toBe(minute)
    expect(after.hits).toBe(1)
    expect(judge(signs, after.until, after)[0]?.waitMillis).toBe(2 * minute)
  })

  it("begin anew after a success, but not for one that was on its way before", () => {
    const [, met] = judge({ status: 403, headers: left, message: secondaryText }, now, rested)
    expect(judge({ status: 200, headers: left, message: "" }, now + 10, met)[1]).toBe(met)
    expect(judge({ status: 404, headers: left, message: "" }, met.until, met)[1]).toBe(met)
    expect(judge({ status: 304, headers: left, message: "" }, met.until, met)[1]).toEqual(rested)
  })

  it("never wait for less than nothing or without an end, whatever headers say", () => {
    const header = fc.option(fc.oneof(fc.string(), fc.integer().map(String), fc.constant("0")), { nil: undefined })
    fc.assert(
      fc.property(
        fc.constantFrom(403, 429),
        fc.record({
          "retry-after": header,
          "x-ratelimit-remaining": header,
          "x-ratelimit-reset": header,
          date: header
        }),
        fc.constantFrom("", primaryText, secondaryText, "Forbidden"),
        fc.nat(50),
        (status, headers, message, hits) => {
          const [refusal] = judge({ status, headers, message }, now, { hits, until: now - 1 })
          const wait = refusal?.waitMillis ?? 0
          expect(wait).toBeGreaterThanOrEqual(0)
          expect(Number.isFinite(wait)).toBe(true)
        }
      )
    )
  })
})
