import { Redacted } from "effect"
import { describe, expect, it } from "vitest"
import { isLoopback, ownOrigins, refusalOf, type Rules } from "../../src/mcp/HttpGuard.ts"

const token = "the-token-of-these-tests"

const rules = (host: string, port = 4020): Rules => ({ host, port, token: Redacted.make(token) })

const authorization = `Bearer ${token}`

const statusOf = (on: Rules, request: Partial<Parameters<typeof refusalOf>[0]>) =>
  refusalOf({ host: `127.0.0.1:${on.port}`, origin: undefined, authorization, ...request }, on)?.status

describe("a server on loopback", () => {
  const on = rules("127.0.0.1")

  it.for(["127.0.0.1:4020", "localhost:4020", "LOCALHOST:4020", "[::1]:4020"])("answers to %s", (host) => {
    expect(statusOf(on, { host })).toBeUndefined()
  })

  it.for([
    undefined,
    "",
    "evil.example:4020",
    "localhost.evil.example:4020",
    "127.0.0.1.evil.example:4020",
    "localhost",
    "localhost:80",
    "localhost:4020:4020",
    "10.0.0.1:4020",
    "user@localhost:4020",
    "localhost:4020/x"
  ])("does not answer to the host %s", (host) => {
    expect(statusOf(on, { host })).toBe(403)
  })

  it.for(["http://127.0.0.1:4020", "http://localhost:4020"])("takes its own page %s", (origin) => {
    expect(statusOf(on, { origin })).toBeUndefined()
  })

  it.for(["http://evil.example", "https://localhost:4020", "http://localhost:4021", "null", "", "http://localhost"])(
    "takes no page of %s",
    (origin) => {
      expect(statusOf(on, { origin })).toBe(403)
    }
  )

  it.for([undefined, "", "Bearer", "Bearer ", `Basic ${token}`, token, `Bearer ${token}x`, `Bearer ${token.slice(1)}`])(
    "lets nobody in with %s",
    (given) => {
      expect(statusOf(on, { authorization: given })).toBe(401)
    }
  )

  it("takes the scheme in any case", () => {
    expect(statusOf(on, { authorization: `bearer ${token}` })).toBeUndefined()
  })

  it("has the origins it is reached by, and no others", () => {
    expect([...ownOrigins(on)].sort()).toEqual(["http://127.0.0.1:4020", "http://[::1]:4020", "http://localhost:4020"])
  })
})

describe("a server on all addresses", () => {
  const on = rules("0.0.0.0")

  it.for(["192.168.1.5:4020", "[fe80::1]:4020", "localhost:4020"])(
    "answers to %s, which nobody can make lead here",
    (host) => {
      expect(statusOf(on, { host })).toBeUndefined()
    }
  )

  it("does not answer to names, which somebody can", () => {
    expect(statusOf(on, { host: "evil.example:4020" })).toBe(403)
  })
})

it("answers on the port of the web to a host without one", () => {
  expect(statusOf(rules("box.example", 80), { host: "box.example" })).toBeUndefined()
})

it.for([
  ["127.0.0.1", true],
  ["127.1.2.3", true],
  ["localhost", true],
  ["::1", true],
  ["0.0.0.0", false],
  ["::", false],
  ["192.168.1.5", false],
  ["127.evil.example", false]
] as const)("%s is of this machine only: %s", ([host, expected]) => {
  expect(isLoopback(host)).toBe(expected)
})
