import { Duration } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { dateOf, type HeaderMap, quotasOf, retryAfterOf } from "../../src/client/RateHeaders.ts"

const now = Date.UTC(2026, 10, 25, 12, 0, 0)
const seconds = (duration: Duration.Duration | undefined) => duration && Duration.toSeconds(duration)

describe("Retry-After", () => {
  it.for([
    ["120", 120],
    ["0", 0],
    [" 5 ", 5],
    ["1.5", 1.5],
    ["Wed, 25 Nov 2026 12:00:30 GMT", 30],
    ["Wednesday, 25-Nov-26 12:00:30 GMT", 30],
    ["Wed Nov 25 12:00:30 2026", 30],
    ["Wed, 25 Nov 2026 11:00:00 GMT", 0],
    ["-5", undefined],
    ["soon", undefined],
    ["", undefined],
    ["2026-11-25T12:00:30Z", undefined],
    ["1e9", undefined]
  ] as const)("%s is %s seconds", ([text, expected]) => {
    expect(seconds(retryAfterOf({ "retry-after": text }, now))).toBe(expected)
  })

  it("as a date is counted by the service's clock when it shows it", () => {
    const headers = { "retry-after": "Wed, 25 Nov 2026 12:00:30 GMT", date: "Wed, 25 Nov 2026 12:00:20 GMT" }
    expect(seconds(retryAfterOf(headers, now + 3_600_000))).toBe(10)
  })

  it("is nothing when it is missing", () => {
    expect(retryAfterOf({}, now)).toBeUndefined()
  })
})

describe("quotas", () => {
  const reset = now / 1000 + 90
  it.for([
    [
      "GitHub's",
      { "x-ratelimit-remaining": "42", "x-ratelimit-reset": String(reset), "x-ratelimit-resource": "core" },
      [["X-RateLimit", 42, 90_000]]
    ],
    [
      "another resource of GitHub's",
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset), "x-ratelimit-resource": "search" },
      []
    ],
    ["seconds from now", { "x-ratelimit-remaining": "1", "x-ratelimit-reset": "30" }, [["X-RateLimit", 1, 30_000]]],
    [
      "milliseconds since the epoch",
      { "x-ratelimit-remaining": "1", "x-ratelimit-reset": String(reset * 1000) },
      [["X-RateLimit", 1, 90_000]]
    ],
    [
      "by the service's clock",
      { "x-ratelimit-remaining": "1", "x-ratelimit-reset": String(reset), date: "Wed, 25 Nov 2026 12:01:00 GMT" },
      [["X-RateLimit", 1, 30_000]]
    ],
    [
      "the older drafts",
      { "ratelimit-limit": "100", "ratelimit-remaining": "7", "ratelimit-reset": "12" },
      [["RateLimit", 7, 12_000]]
    ],
    ["one draft in between", { ratelimit: "limit=100, remaining=50, reset=30" }, [["RateLimit", 50, 30_000]]],
    [
      "the newest draft",
      { ratelimit: '"burst";r=50;t=30, "daily";r=900;t=3600' },
      [
        ['RateLimit "burst"', 50, 30_000],
        ['RateLimit "daily"', 900, 3_600_000]
      ]
    ],
    ["remaining without a reset", { "x-ratelimit-remaining": "0" }, []],
    ["nonsense", { "x-ratelimit-remaining": "many", "x-ratelimit-reset": "30" }, []],
    ["nothing", {}, []]
  ] as ReadonlyArray<readonly [string, HeaderMap, ReadonlyArray<unknown>]>)(
    "are read from %s",
    ([, headers, expected]) => {
      const found = quotasOf(headers, now).map(({ name, remaining, resetAfterMillis }) => [
        name,
        remaining,
        resetAfterMillis
      ])
      expect(found).toEqual(expected)
    }
  )

  it("and waits are read from anything without a throw", () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom("1", "0", '"a";r=1;t=', "r=;t=1", "Wed, 99 Nov 2026 12:00:30 GMT")
    )
    const names = [
      "retry-after",
      "ratelimit",
      "ratelimit-remaining",
      "ratelimit-reset",
      "x-ratelimit-remaining",
      "x-ratelimit-reset",
      "date"
    ]
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), text), (headers) => {
        const wait = retryAfterOf(headers, now)
        if (wait !== undefined) expect(Duration.toMillis(wait)).toBeGreaterThanOrEqual(0)
        for (const { remaining } of quotasOf(headers, now)) expect(remaining).toBeGreaterThanOrEqual(0)
        dateOf(headers["date"])
      })
    )
  })
})
