/** The limits of the GitHub emulator. */
import { describe, expect, it } from "vitest"
import { ask, github } from "./support.ts"

const hour = 3_600_000
const minute = 60_000

describe("the primary limit of GitHub", () => {
  const spent = (status?: 403 | 429) =>
    github({}, { limits: { primary: { limit: 2, unauthenticated: 1, ...(status === undefined ? {} : { status }) } } })
  const spend = (emulator: ReturnType<typeof github>, now: number, token: string | undefined = "ada-token") =>
    ask(emulator, "GET /repos/ada/engine", { now, token })

  it.each([undefined, 403, 429] as const)("refuses what is over it, with %s", (status) => {
    const emulator = spent(status)
    expect([spend(emulator, 500).status, spend(emulator, 1000).status]).toEqual([200, 200])
    const refused = spend(emulator, 2000)
    expect(refused.status).toBe(status ?? 403)
    expect(refused.json.message).toMatch(/^API rate limit exceeded for user ID \d+\.$/)
    expect(refused.json).toMatchObject({ status: String(status ?? 403) })
    expect(refused.json.documentation_url).toContain("rate-limits-for-the-rest-api")
    expect(refused.headers).toMatchObject({
      "x-ratelimit-limit": "2",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-used": "2",
      "x-ratelimit-reset": "3601"
    })
    expect(refused.headers["retry-after"]).toBeUndefined()
  })

  it("is new after its window, which the first request begins", () => {
    const emulator = spent()
    for (const now of [0, 10 * minute, 20 * minute]) spend(emulator, now)
    expect(spend(emulator, hour - 1).status).toBe(403)
    const next = spend(emulator, hour + minute)
    expect([next.status, next.headers["x-ratelimit-used"]]).toEqual([200, "1"])
    expect(next.headers["x-ratelimit-reset"]).toBe(String((2 * hour + minute) / 1000))
  })

  it("has a window that can be chosen", () => {
    const emulator = github({}, { limits: { primary: { limit: 1, window: "10 seconds" } } })
    expect(spend(emulator, 0).headers["x-ratelimit-reset"]).toBe("10")
    expect([spend(emulator, 9999).status, spend(emulator, 10_000).status]).toEqual([403, 200])
  })

  it("is one for all tokens of a user, and another for everybody without one", () => {
    const emulator = spent()
    expect([spend(emulator, 0, "bob-token").status, spend(emulator, 0, "public-token").status]).toEqual([200, 200])
    expect(spend(emulator, 0, "fine-token").status).toBe(403)
    expect(spend(emulator, 0).status).toBe(200)
    expect(ask(emulator, "GET /repos/ada/engine", { token: undefined }).status).toBe(200)
    const anonymous = ask(emulator, "GET /repos/ada/engine", { token: undefined })
    expect(anonymous.status).toBe(403)
    expect(anonymous.json.message).toBe(
      "API rate limit exceeded for 127.0.0.1. (But here's the good news: Authenticated requests get a higher rate " +
        "limit. Check out the documentation for more details.)"
    )
  })

  it("counts errors, and lets nothing be created when it is spent", () => {
    const emulator = spent()
    ask(emulator, "GET /repos/ada/nothing")
    ask(emulator, "POST /repos/ada/engine/issues", { body: {} })
    const answer = ask(emulator, "POST /repos/ada/engine/issues", { body: { title: "a bug" } })
    expect([answer.status, emulator.createdCount()]).toEqual([403, 0])
    expect(ask(emulator, "GET /rate_limit").json.rate).toMatchObject({ used: 2, remaining: 0 })
  })

  it("can be changed while it runs", () => {
    const emulator = spent()
    for (let i = 0; i < 3; i++) spend(emulator, 0)
    emulator.setLimits({ primary: { limit: 3 } })
    expect([spend(emulator, 0).status, spend(emulator, 0).status]).toEqual([200, 403])
  })
})

describe("the secondary limit of GitHub", () => {
  const create = (emulator: ReturnType<typeof github>, now: number, token = "ada-token") =>
    ask(emulator, "POST /repos/ada/engine/issues", { now, token, body: { title: `at ${now}` } })

  it("refuses the 81st creation of a minute, and says for how long", () => {
    const emulator = github()
    for (let i = 0; i < 80; i++) expect(create(emulator, i * 100).status).toBe(201)
    const refused = create(emulator, 8000)
    expect(refused.status).toBe(403)
    expect(refused.json).toEqual({
      message:
        "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry " +
        "your request again later.",
      documentation_url:
        "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits",
      status: "403"
    })
    expect(refused.headers["retry-after"]).toBe("60")
    expect(Number(refused.headers["x-ratelimit-remaining"])).toBeGreaterThan(0)
    expect(emulator.createdCount()).toBe(80)
  })

  it("blocks creations for as long as it says, and nothing else", () => {
    const emulator = github({}, { limits: { secondary: { perMinute: 1, block: "90 seconds" } } })
    create(emulator, 0)
    expect(create(emulator, 1000).headers["retry-after"]).toBe("90")
    expect(ask(emulator, "GET /repos/ada/engine", { now: 2000 }).status).toBe(200)
    expect(create(emulator, 2000, "bob-token").status).toBe(201)
    const still = create(emulator, 90_500)
    expect([still.status, still.headers["retry-after"]]).toEqual([403, "1"])
    expect(create(emulator, 91_000).status).toBe(201)
  })

  it("counts a minute back from each creation", () => {
    const emulator = github({}, { limits: { secondary: { perMinute: 2 } } })
    const statuses = [0, 50_000, 60_000].map((now) => create(emulator, now).status)
    expect(statuses).toEqual([201, 201, 201])
    expect(create(emulator, 109_999).status).toBe(403)
  })

  it("refuses the 501st creation of an hour", () => {
    const emulator = github()
    for (let i = 0; i < 500; i++) expect(create(emulator, i * 1000).status).toBe(201)
    expect(create(emulator, 500_000).status).toBe(403)
    expect(create(emulator, hour + 1000).status).toBe(201)
  })

  it("can answer 429, and without saying for how long", () => {
    const emulator = github({}, { limits: { secondary: { perMinute: 0, status: 429, retryAfter: false } } })
    const refused = create(emulator, 0)
    expect([refused.status, refused.headers["retry-after"]]).toEqual([429, undefined])
    expect(refused.json.message).toContain("secondary rate limit")
  })

  it("counts creations that fail, too", () => {
    const emulator = github({}, { limits: { secondary: { perMinute: 1 } } })
    expect(ask(emulator, "POST /repos/ada/engine/issues", { body: {} }).status).toBe(422)
    expect(create(emulator, 0).status).toBe(403)
  })
})
