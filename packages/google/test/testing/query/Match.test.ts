import { describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { Condition, Query } from "../../../src/testing/drive/query/Ast.ts"
import type { QueryFile } from "../../../src/testing/drive/query/Match.ts"
import { matches } from "../../../src/testing/drive/query/Match.ts"
import { parse } from "../../../src/testing/drive/query/Parse.ts"
import { file, files, me, queries } from "./support.ts"

const holds = (text: string, over: Partial<QueryFile> = {}): boolean => {
  const parsed = parse(text)
  if (parsed._tag === "Wrong") throw new Error(parsed.message)
  return matches(parsed.query, { ...file, ...over }, me)
}

/** The same, told once more and as plainly as possible: each condition on its own, then the joins. */
const naive = (query: Query, of: QueryFile): boolean => {
  switch (query._tag) {
    case "Not":
      return naive(query.query, of) === false
    case "And":
      return [query.left, query.right].every((each) => naive(each, of))
    case "Or":
      return [query.left, query.right].some((each) => naive(each, of))
    default:
      return naiveCondition(query, of)
  }
}
const spaced = (text: string) =>
  ` ${text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim()} `
const naiveCondition = (asked: Condition, of: QueryFile): boolean => {
  switch (asked._tag) {
    case "Flag": {
      const own = { trashed: of.trashed, starred: of.starred, sharedWithMe: of.sharedWithMeTime !== undefined }[
        asked.term
      ]
      return asked.operator === "=" ? own === asked.value : own !== asked.value
    }
    case "Moment": {
      const own = of[asked.term] ?? Number.NaN
      if (asked.operator === "=") return own === asked.at
      if (asked.operator === "!=") return own !== asked.at
      // A comparison with NaN does not hold.
      return { "<": own < asked.at, "<=": own <= asked.at, ">": own > asked.at, ">=": own >= asked.at }[asked.operator]
    }
    case "Property":
      return Object.entries(of[asked.term] ?? {}).some(([key, value]) => key === asked.key && value === asked.value)
    case "Member": {
      if (asked.term === "parents") {
        const wanted = asked.value === "root" ? me.rootId : asked.value
        return (of.parents ?? []).some((parent) => parent === wanted)
      }
      const wanted = asked.value === "me" ? me.email : asked.value.toLowerCase()
      const least = { owners: 3, writers: 2, readers: 1 }[asked.term]
      const rank = (role: string) => (role === "owner" ? 3 : /^(reader|commenter)$/.test(role) ? 1 : 2)
      return of.permissions.some((each) => each.emailAddress?.toLowerCase() === wanted && rank(each.role) >= least)
    }
    case "Text":
      return naiveText(asked, of)
  }
}
const naiveText = ({ operator, term, value }: Extract<Condition, { _tag: "Text" }>, of: QueryFile): boolean => {
  if (operator === "contains") {
    if (term === "mimeType") return of.mimeType.split(value).length > 1 || value === of.mimeType
    const words = spaced(value)
      .trim()
      .split(" ")
      .filter((word) => word !== "")
    if (words.length === 0) return false
    if (term === "name") return words.every((word) => spaced(of.name).includes(` ${word}`))
    const texts = [of.name, of.description ?? "", of.text?.() ?? ""].map(spaced)
    const phrases = value
      .split('"')
      .flatMap((part, at, parts) =>
        at % 2 === 1 && at < parts.length - 1 ? [spaced(part).trim()] : spaced(part).trim().split(" ")
      )
    return phrases.every((phrase) => phrase === "" || texts.some((text) => text.includes(` ${phrase} `)))
  }
  if (term === "name") {
    const sameLetter = (a: string, b: string) =>
      a === b || (/[a-z]{2}/i.test(a + b) && a.toLowerCase() === b.toLowerCase())
    const isSame =
      of.name.length === value.length && [...of.name].every((letter, at) => sameLetter(letter, [...value][at] ?? ""))
    return isSame === (operator === "=")
  }
  const shared = (type: string, found: boolean) =>
    of.permissions.some((each) => each.type === type && Boolean(each.allowFileDiscovery) === found)
  const own = {
    fullText: undefined,
    mimeType: of.mimeType,
    visibility: shared("anyone", true)
      ? "anyoneCanFind"
      : shared("anyone", false)
        ? "anyoneWithLink"
        : shared("domain", true)
          ? "domainCanFind"
          : shared("domain", false)
            ? "domainWithLink"
            : "limited",
    "shortcutDetails.targetId": of.shortcutDetails?.targetId
  }[term]
  return operator === "=" ? own === value : own !== value
}

describe("a file answers a query", () => {
  it("whose name begins a word with what is asked, as in the guide", () => {
    const name = { name: "HelloWorld" }
    expect(holds("name contains 'Hello'", name)).toBe(true)
    expect(holds("name contains 'hello'", name)).toBe(true)
    expect(holds("name contains 'World'", name)).toBe(false)
    expect(holds("name contains 'world'", { name: "hello_world.txt" })).toBe(true)
    expect(holds("name contains 'wor hel'", { name: "hello_world.txt" })).toBe(true)
    expect(holds("name contains 'wor bye'", { name: "hello_world.txt" })).toBe(false)
    expect(holds("name contains 'élan'", { name: "ÉLAN VITAL" })).toBe(true)
    expect(holds("name contains 'elan'", { name: "Élan" })).toBe(false)
    expect(holds("name contains 'finance'", { name: "\uFB01nance deck" })).toBe(true)
    expect(holds("name contains ''", name)).toBe(false)
    expect(holds("name contains '-'", { name: "a-b" })).toBe(false)
  })

  it("whose whole name is what is asked, whatever the case of the letters from A to Z", () => {
    expect(holds("name = 'Yearly report'")).toBe(true)
    expect(holds("name = 'YEARLY report'")).toBe(true)
    expect(holds("name != 'yearly report'")).toBe(false)
    expect(holds("name = 'Yearly'")).toBe(false)
    expect(holds("name = 'ÉLAN'", { name: "Élan" })).toBe(true)
    expect(holds("name = 'élan'", { name: "Élan" })).toBe(false)
    expect(holds(String.raw`name = 'it\'s'`, { name: "it's" })).toBe(true)
  })

  it("whose text has whole words and phrases, as in the guide", () => {
    const text = (content: string) => ({ text: () => content })
    expect(holds("fullText contains 'HelloWorld'", text("HelloWorld"))).toBe(true)
    expect(holds("fullText contains 'Hello'", text("HelloWorld"))).toBe(false)
    expect(holds(`fullText contains '"Hello there"'`, text("Hello there world"))).toBe(true)
    expect(holds(`fullText contains '"Hello world"'`, text("Hello there world"))).toBe(false)
    expect(holds("fullText contains 'world Hello'", text("Hello there world"))).toBe(true)
    expect(holds(`fullText contains '"Hello world"'`, text("Hello_world"))).toBe(true)
    expect(holds(String.raw`fullText contains '\\authors'`, text("see \\authors"))).toBe(true)
    expect(holds("fullText contains 'yearly'")).toBe(true)
    expect(holds("fullText contains 'draft'", { description: "a draft" })).toBe(true)
    expect(holds(`fullText contains '""'`, text("anything"))).toBe(false)
  })

  it("whose type contains or is what is asked", () => {
    expect(holds("mimeType contains 'text/'")).toBe(true)
    expect(holds("mimeType contains 'plain'")).toBe(true)
    expect(holds("mimeType = 'text/'")).toBe(false)
    expect(holds("mimeType != 'text/plain'")).toBe(false)
  })

  it("whose dates are before or after a moment", () => {
    expect(holds("modifiedTime > '2024-03-02T07:59:59'")).toBe(true)
    expect(holds("modifiedTime > '2024-03-02T08:00:00'")).toBe(false)
    expect(holds("modifiedTime >= '2024-03-02T00:00:00-08:00'")).toBe(true)
    expect(holds("createdTime < '2024-03-01'")).toBe(false)
    expect(holds("createdTime != '2024-03-01T08:00:00'")).toBe(false)
  })

  it("and one that was never viewed is at no moment", () => {
    expect(holds("viewedByMeTime < '2099-01-01'")).toBe(false)
    expect(holds("viewedByMeTime > '1999-01-01'")).toBe(false)
    expect(holds("viewedByMeTime = '1999-01-01'")).toBe(false)
    expect(holds("viewedByMeTime != '1999-01-01'")).toBe(true)
  })

  it("that lies in a folder, where root is the folder of the one who asks", () => {
    expect(holds("'folder-1' in parents")).toBe(true)
    expect(holds("'root' in parents")).toBe(false)
    expect(holds("'root' in parents", { parents: ["root-of-ada"] })).toBe(true)
    expect(holds("'folder-1' in parents", { parents: undefined })).toBe(false)
  })

  it("of people who may do what is asked, or more", () => {
    const permissions = [
      { type: "user", role: "owner", emailAddress: "ada@example.com" },
      { type: "group", role: "writer", emailAddress: "Team@example.com" },
      { type: "user", role: "commenter", emailAddress: "bob@example.com" },
      { type: "anyone", role: "reader" }
    ]
    const may = (who: string, what: string) => holds(`'${who}' in ${what}`, { permissions })
    expect(["owners", "writers", "readers"].map((what) => may("me", what))).toEqual([true, true, true])
    expect(["owners", "writers", "readers"].map((what) => may("team@example.com", what))).toEqual([false, true, true])
    expect(["owners", "writers", "readers"].map((what) => may("bob@example.com", what))).toEqual([false, false, true])
    expect(may("eve@example.com", "readers")).toBe(false)
  })

  it("that is shared as widely as is asked", () => {
    const seen = (...permissions: QueryFile["permissions"]) =>
      ["anyoneCanFind", "anyoneWithLink", "domainCanFind", "domainWithLink", "limited"].filter((each) =>
        holds(`visibility = '${each}'`, { permissions })
      )
    const domain = { type: "domain", role: "reader" }
    expect(seen(...file.permissions)).toEqual(["limited"])
    expect(seen({ type: "anyone", role: "reader" }, domain)).toEqual(["anyoneWithLink"])
    expect(seen({ type: "anyone", role: "reader", allowFileDiscovery: true })).toEqual(["anyoneCanFind"])
    expect(seen(domain)).toEqual(["domainWithLink"])
    expect(seen({ ...domain, allowFileDiscovery: true }, domain)).toEqual(["domainCanFind"])
  })

  it("that has a property, is shared with me, or points to a file", () => {
    expect(holds("properties has { key='mass' and value='1.3kg' }", { properties: { mass: "1.3kg" } })).toBe(true)
    expect(holds("appProperties has { key='mass' and value='1.3kg' }", { properties: { mass: "1.3kg" } })).toBe(false)
    expect(holds("properties has { key='constructor' and value='x' }", { properties: {} })).toBe(false)
    expect(holds("sharedWithMe")).toBe(false)
    expect(holds("sharedWithMe", { sharedWithMeTime: 0 })).toBe(true)
    expect(holds("shortcutDetails.targetId = 'a'", { shortcutDetails: { targetId: "a" } })).toBe(true)
    expect(holds("shortcutDetails.targetId != 'a'")).toBe(true)
  })

  it("when a plainer reading of the same guide says so", () => {
    fc.assert(
      fc.property(queries, files, (query, of) => {
        expect(matches(query, of, me)).toBe(naive(query, of))
      }),
      { numRuns: 5000 }
    )
  })
})
