/** Keys and limits of the Pexels emulator. */
import { describe, expect, it } from "vitest"
import * as PexelsEmulator from "../../../src/testing/PexelsEmulator.ts"
import { ask, pexels } from "./support.ts"

const hour = 3_600_000
const day = 24 * hour

describe("access to Pexels", () => {
  it("needs a key, as it is and without Bearer", () => {
    for (const key of [undefined, "", "bad-key", "Bearer good-key"]) {
      const refused = ask(pexels(), "/v1/curated", { key })
      expect([refused.status, refused.json]).toEqual([401, { status: 401, code: "Unauthorized" }])
    }
    expect(ask(PexelsEmulator.make(), "/v1/curated").status).toBe(401)
    expect(ask(pexels(), "/v1/curated").status).toBe(200)
  })

  it("needs a user agent", () => {
    expect(ask(pexels(), "/v1/curated", { headers: { "user-agent": "" } }).status).toBe(403)
    const image = pexels().photos()[0]?.src.tiny ?? ""
    const { pathname, search } = new URL(image)
    expect(ask(pexels(), pathname + search, { headers: { "user-agent": " " } }).status).toBe(403)
  })
})

describe("the limits of Pexels", () => {
  const telling = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"]

  it("are told with every success, and are those of the month", () => {
    const emulator = pexels()
    const first = ask(emulator, "/v1/curated", { now: 500 })
    expect(telling.map((name) => first.headers[name])).toEqual(["20000", "19999", String((30 * day) / 1000 + 1)])
    const second = ask(emulator, "/v1/photos/2014422", { now: hour })
    expect(telling.map((name) => second.headers[name])).toEqual(["20000", "19998", String((30 * day) / 1000 + 1)])
  })

  it("are not told with anything else, which counts all the same", () => {
    const emulator = pexels()
    const refused = [ask(emulator, "/v1/search"), ask(emulator, "/v1/photos/1"), ask(emulator, "/nowhere")]
    for (const { headers } of refused) expect(telling.map((name) => headers[name])).toEqual(Array(3).fill(undefined))
    expect(ask(emulator, "/v1/curated").headers["x-ratelimit-remaining"]).toBe("19996")
  })

  it("refuse the 201st request of an hour, without a word about the limits", () => {
    const emulator = pexels()
    const statuses = Array.from({ length: 200 }, () => ask(emulator, "/v1/curated", { now: 1000 }).status)
    expect(new Set(statuses)).toEqual(new Set([200]))
    const refused = ask(emulator, "/v1/curated", { now: hour })
    expect([refused.status, refused.json]).toEqual([429, { status: 429, code: "Too Many Requests" }])
    expect(Object.keys(refused.headers)).toEqual(["content-type"])
    const next = ask(emulator, "/v1/curated", { now: hour + 1000 })
    expect([next.status, next.headers["x-ratelimit-remaining"]]).toEqual([200, "19799"])
  })

  it("refuse what is over the month until it is over", () => {
    const emulator = pexels({ limits: { perMonth: 2, month: "10 days" } })
    const ask2 = (now: number) => ask(emulator, "/v1/curated", { now })
    expect([ask2(0), ask2(day)].map(({ headers }) => headers["x-ratelimit-remaining"])).toEqual(["1", "0"])
    expect([ask2(2 * day).status, ask2(10 * day - 1).status]).toEqual([429, 429])
    const next = ask2(10 * day)
    expect([next.status, next.headers["x-ratelimit-remaining"]]).toEqual([200, "1"])
    expect(next.headers["x-ratelimit-reset"]).toBe(String((20 * day) / 1000))
  })

  it("are those of a key, and can be changed", () => {
    const emulator = pexels({ limits: { perHour: 1 } })
    expect([ask(emulator, "/v1/curated").status, ask(emulator, "/v1/curated").status]).toEqual([200, 429])
    expect(ask(emulator, "/v1/curated", { key: "other-key" }).status).toBe(200)
    emulator.setLimits({ perHour: 2 })
    expect([ask(emulator, "/v1/curated").status, ask(emulator, "/v1/curated").status]).toEqual([200, 429])
  })
})
