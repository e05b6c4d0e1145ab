/** What is known of the quotas, and how long to wait: pure. */
import { describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Quota from "../../src/pexels/Quota.ts"

const now = 1_790_000_000_000
const minute = 60_000
const day = 24 * 60 * minute

const headers = (remaining: number, endsAt: number, at = now) => ({
  date: new Date(at).toUTCString(),
  "x-ratelimit-limit": "20000",
  "x-ratelimit-remaining": String(remaining),
  "x-ratelimit-reset": String(endsAt / 1000)
})

const afterSuccess = (remaining: number, endsAt = now + 3 * day) =>
  Quota.succeed(Quota.nothing, headers(remaining, endsAt), now)

/** Is refused at each moment the refusal before allowed, and answers the waits in minutes. */
const inARow = (memory: Quota.Memory, times: number): ReadonlyArray<number> => {
  let known = memory
  let at = now
  return Array.from({ length: times }, () => {
    const [{ waitMillis }, next] = Quota.refuse(known, {}, at)
    known = next
    at += waitMillis
    return waitMillis / minute
  })
}

describe("the quotas of Pexels", () => {
  it("wait until the month ends when nothing of it was left", () => {
    const [refusal] = Quota.refuse(afterSuccess(0), {}, now + day)
    expect(refusal).toEqual({ quota: "month", waitMillis: 2 * day })
  })

  it("take the end of the month by the clock of the server", () => {
    const memory = Quota.succeed(Quota.nothing, headers(0, now + day, now + 60_000), now)
    expect(Quota.refuse(memory, {}, now)[0].waitMillis).toBe(day - 60_000)
  })

  it("wait longer and longer for the hour when something of the month was left, or nothing is known", () => {
    expect(inARow(afterSuccess(1), 7)).toEqual([5, 10, 20, 40, 60, 60, 60])
    expect(inARow(Quota.nothing, 2)).toEqual([5, 10])
  })

  it("wait for the hour when the month that had nothing left is over", () => {
    expect(Quota.refuse(afterSuccess(0, now + day), {}, now + day)[0]).toEqual({
      quota: "hour",
      waitMillis: 5 * minute
    })
  })

  it("begin anew after a success", () => {
    const [, first] = Quota.refuse(Quota.nothing, {}, now)
    const [, second] = Quota.refuse(first, {}, now + 5 * minute)
    const rested = Quota.succeed(second, {}, now + 15 * minute)
    expect(inARow(rested, 1)).toEqual([5])
  })

  it("take requests that are refused together for one refusal", () => {
    const [, known] = Quota.refuse(Quota.nothing, {}, now)
    const [again, unchanged] = Quota.refuse(known, {}, now + minute)
    expect(again).toEqual({ quota: "hour", waitMillis: 4 * minute })
    expect(unchanged).toBe(known)
    expect(Quota.refuse(unchanged, {}, now + 5 * minute)[0].waitMillis).toBe(10 * minute)
  })

  it("do not take a success that was on its way for the end of it", () => {
    const [, known] = Quota.refuse(Quota.nothing, {}, now)
    const still = Quota.succeed(known, headers(7, now + day), now + 100)
    expect(Quota.refuse(still, {}, now + minute)[0].waitMillis).toBe(4 * minute)
    expect(Quota.refuse(still, {}, now + 5 * minute)[0].waitMillis).toBe(10 * minute)
    expect(still.month?.remaining).toBe(7)
  })

  it("believe the smaller count of one month, whatever order the answers come in, and a new month", () => {
    const later = Quota.succeed(afterSuccess(0), headers(1, now + 3 * day, now + 1000), now + 1000)
    expect(Quota.refuse(later, {}, now + 1000)[0].quota).toBe("month")
    const next = Quota.succeed(later, headers(20_000, now + 33 * day, now + 3 * day), now + 3 * day)
    expect(Quota.refuse(next, {}, now + 3 * day)[0].quota).toBe("hour")
  })

  it("keep what they know after a success that tells nothing", () => {
    const silent = Quota.succeed(afterSuccess(0), {}, now + 1000)
    expect(Quota.refuse(silent, {}, now + 1000)[0].quota).toBe("month")
  })

  it("obey a Retry-After, should there be one", () => {
    expect(Quota.refuse(Quota.nothing, { "retry-after": "90" }, now)[0].waitMillis).toBe(90_000)
    expect(Quota.refuse(afterSuccess(0), { "retry-after": "90" }, now)[0]).toEqual({
      quota: "month",
      waitMillis: 90_000
    })
    for (const useless of ["0", "soon", "-1"]) {
      expect(Quota.refuse(Quota.nothing, { "retry-after": useless }, now)[0].waitMillis).toBe(5 * minute)
    }
  })

  it("always name a wait that is above nothing, and never one that ends before another in force", () => {
    const event = fc.record({
      later: fc.integer({ min: 0, max: 90 * minute }),
      remaining: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
      refused: fc.boolean()
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        let memory = Quota.nothing
        let at = now
        let quietUntil = 0
        for (const { later, refused, remaining } of events) {
          at += later
          const told = remaining === undefined ? {} : headers(remaining, now + day, at)
          if (!refused) {
            memory = Quota.succeed(memory, told, at)
            continue
          }
          const [{ quota, waitMillis }, next] = Quota.refuse(memory, {}, at)
          memory = next
          expect(waitMillis).toBeGreaterThan(0)
          expect(at + waitMillis).toBeGreaterThanOrEqual(quietUntil)
          if (quota === "hour") expect(waitMillis).toBeLessThanOrEqual(60 * minute)
          quietUntil = at + waitMillis
        }
      })
    )
  })
})
