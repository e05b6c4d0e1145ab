/** Whether a permission is what was asked for, and how public a file is. */
import { describe, expect, it } from "@effect/vitest"
import * as Grant from "../../../src/drive/changes/Grant.ts"

const ada = { type: "user", role: "reader", emailAddress: "ada@example.com" }

describe("a permission covers what was asked for", () => {
  it.each([
    ["the same", ada, ada, true],
    ["an address in other case", { ...ada, emailAddress: "Ada@Example.com" }, ada, true],
    ["a higher role", { ...ada, role: "writer" }, ada, true],
    ["the owner", { ...ada, role: "owner" }, ada, true],
    ["a lower role", ada, { ...ada, role: "writer" }, false],
    ["a role nobody knows", { ...ada, role: "admirer" }, ada, false],
    ["somebody else", { ...ada, emailAddress: "eve@example.com" }, ada, false],
    ["a user without an address", { type: "user", role: "reader" }, ada, false],
    ["a permission that ends", { ...ada, expirationTime: "2027-01-01T00:00:00Z" }, ada, false],
    ["anyone, for a user", { type: "anyone", role: "reader" }, ada, false],
    ["anyone", { type: "anyone", role: "reader" }, { type: "anyone", role: "reader" }, true],
    [
      "another domain",
      { type: "domain", role: "reader", domain: "example.org" },
      { type: "domain", role: "reader", domain: "example.com" },
      false
    ]
  ])("%s", (_, found, wanted, covered) => {
    expect(Grant.covers(found, wanted)).toBe(covered)
  })
})

describe("a file is", () => {
  const owner = { type: "user", role: "owner", emailAddress: "tester@example.com" }
  it.each([
    ["private with an owner alone", [owner], "private"],
    ["private without permissions", [], "private"],
    ["for people when one more may read it", [owner, ada], "people"],
    ["for people when a group may read it", [owner, { type: "group", role: "reader" }], "people"],
    ["for a domain", [owner, ada, { type: "domain", role: "reader", domain: "example.com" }], "domain"],
    ["for whoever has the link", [owner, { type: "anyone", role: "reader" }, ada], "link"],
    ["on the web when it can be found", [owner, { type: "anyone", role: "reader", allowFileDiscovery: true }], "web"]
  ])("%s", (_, grants, audience) => {
    expect(Grant.audience(grants)).toBe(audience)
  })
})
