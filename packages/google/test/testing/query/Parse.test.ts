import { describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import { mentions } from "../../../src/testing/drive/query/Ast.ts"
import { parse } from "../../../src/testing/drive/query/Parse.ts"
import { print, queries } from "./support.ts"

const read = (text: string) => {
  const parsed = parse(text)
  return parsed._tag === "Parsed" ? parsed.query : parsed.message
}
const trashed = { _tag: "Flag", term: "trashed", operator: "=", value: true } as const
const starred = { ...trashed, term: "starred" } as const
const shared = { ...trashed, term: "sharedWithMe" } as const
const named = (value: string) => ({ _tag: "Text", term: "name", operator: "=", value }) as const

describe("the query language of Drive", () => {
  for (const example of [
    "name = 'hello'",
    "name contains 'hello' and name contains 'goodbye'",
    "not name contains 'hello'",
    "fullText contains 'hello'",
    "not fullText contains 'hello'",
    `fullText contains '"hello world"'`,
    String.raw`fullText contains '\\authors'`,
    "mimeType = 'application/vnd.google-apps.folder'",
    "mimeType != 'application/vnd.google-apps.folder'",
    "modifiedTime > '2012-06-04T12:00:00'",
    "modifiedTime > '2012-06-04T12:00:00' and (mimeType contains 'image/' or mimeType contains 'video/')",
    "starred = true",
    "'1234567' in parents",
    "'appDataFolder' in parents",
    "'test@example.org' in owners",
    "'test@example.org' in writers",
    "'group@example.org' in writers",
    "sharedWithMe and name contains 'hello'",
    "properties has { key='mass' and value='1.3kg' }",
    "appProperties has { key='additionalID' and value='8e8aceg2af2ge72e78' }",
    "visibility = 'limited'",
    String.raw`name contains 'quinn\'s paper\\essay'`,
    "shortcutDetails.targetId = '1234567'",
    // As rclone writes them.
    "trashed=false and ('a' in parents or 'b' in parents) and (name='x' or name='y') and mimeType!='a/b'",
    "(sharedWithMe=true and starred=true)"
  ]) {
    it(`reads ${example}`, () => {
      expect(parse(example)._tag).toBe("Parsed")
    })
  }

  it("reads and and or from left to right, without a rank between them", () => {
    expect(read("trashed = true or starred = true and sharedWithMe = true")).toEqual({
      _tag: "And",
      left: { _tag: "Or", left: trashed, right: starred },
      right: shared
    })
    expect(read("trashed = true or (starred = true and sharedWithMe)")).toEqual({
      _tag: "Or",
      left: trashed,
      right: { _tag: "And", left: starred, right: shared }
    })
  })

  it("negates the one condition or group that follows", () => {
    expect(read("not trashed = true and starred = true")).toEqual({
      _tag: "And",
      left: { _tag: "Not", query: trashed },
      right: starred
    })
    expect(read("not (trashed = true and starred = true)")).toEqual({
      _tag: "Not",
      query: { _tag: "And", left: trashed, right: starred }
    })
    expect(read("not not trashed=true")).toEqual({ _tag: "Not", query: { _tag: "Not", query: trashed } })
  })

  it("takes quotes and backslashes in a string for what they are when they are escaped", () => {
    expect(read(String.raw`name = 'it\'s a \\ path'`)).toEqual(named(String.raw`it's a \ path`))
    expect(read(String.raw`name = '\\\''`)).toEqual(named(String.raw`\'`))
    expect(read("name = ''")).toEqual(named(""))
    expect(read("name = 'and or (not)'")).toEqual(named("and or (not)"))
  })

  it("reads dates in UTC unless they say otherwise", () => {
    for (const [text, at] of [
      ["2012-06-04T12:00:00", "2012-06-04T12:00:00Z"],
      ["2012-06-04T12:00:00-08:00", "2012-06-04T20:00:00Z"],
      ["2012-06-04T12:00:00.250Z", "2012-06-04T12:00:00.250Z"],
      ["2012-06-04", "2012-06-04T00:00:00Z"]
    ] as const) {
      expect(read(`createdTime >= '${text}'`)).toMatchObject({ _tag: "Moment", at: Date.parse(at) })
    }
  })

  it("knows which terms a query has", () => {
    const parsed = parse("trashed = false and not (starred = true or fullText contains 'x')")
    expect(parsed._tag === "Parsed" && mentions(parsed.query, "fullText")).toBe(true)
    expect(parsed._tag === "Parsed" && mentions(parsed.query, "name")).toBe(false)
  })

  for (const [what, query, message] of [
    ["an empty query", "", /expected a term, but the query ends at 0/],
    ["spaces alone", "  ", /the query ends/],
    ["a string without an end", "name = 'it", /a string without an end at 7/],
    ["a quote that is not escaped", "name = 'it's'", /a string without an end at 12/],
    ["an escape that is not documented", String.raw`name = 'a\.b'`, /unknown escape at 7/],
    ["double quotes", `name = "hello"`, /unexpected "\\"" at 7/],
    ["a term of an older version", "title = 'hello'", /expected a term, not "title" at 0/],
    ["a term there is not", "size > '5'", /expected a term, not "size"/],
    ["a term in other letters", "Name = 'x'", /expected a term/],
    ["an operator the term does not take", "name > 'x'", /expected one of contains = != after name, not ">" at 5/],
    ["equality of full text", "fullText = 'x'", /expected one of contains after fullText/],
    ["containing a date", "modifiedTime contains '2012'", /after modifiedTime/],
    ["an order of booleans", "trashed > false", /expected one of = != after trashed/],
    ["a collection on the left", "parents in 'root'", /expected '…' in parents/],
    ["a collection compared", "owners = 'me'", /expected '…' in owners/],
    ["a name in a collection that is none", "'x' in name", /expected parents, owners, writers or readers, not "name"/],
    ["a string alone", "'x'", /expected "in"/],
    ["a boolean that is a string", "trashed = 'false'", /expected true or false/],
    ["a boolean that is a number", "trashed = 0", /unexpected "0"/],
    ["a term alone that the guide does not show alone", "trashed", /after trashed, but the query ends/],
    ["text that is not quoted", "name = hello", /expected a string, not "hello"/],
    ["a date that is none", "modifiedTime > 'yesterday'", /expected a date such as/],
    ["a day there is not", "modifiedTime > '2023-02-29T00:00:00'", /expected a date/],
    ["an hour there is not", "modifiedTime > '2023-02-28T25:00:00'", /expected a date/],
    ["a visibility there is not", "visibility = 'private'", /expected one of anyoneCanFind/],
    ["a property without a value", "properties has { key='a' }", /expected "and", not "}"/],
    ["a property in another order", "properties has { value='a' and key='b' }", /expected key = '…'/],
    ["a property without an end", "properties has { key='a' and value='b'", /expected "}", but the query ends/],
    ["a group without an end", "(name = 'a'", /expected "and", "or" or "\)", but the query ends/],
    ["a group ended twice", "(name = 'a'))", /expected "and" or "or", not "\)"/],
    ["an empty group", "()", /expected a term, not "\)"/],
    ["two conditions that are not joined", "name = 'a' name = 'b'", /expected "and" or "or", not "name" at 11/],
    ["a join without an end", "name = 'a' and", /expected a term, but the query ends at 14/],
    ["a join in capitals", "name = 'a' AND name = 'b'", /expected "and" or "or", not "AND"/],
    ["a not without anything", "not", /expected a term, but the query ends/],
    ["groups without bottom", `${"(".repeat(5000)}trashed = true`, /at most 100 groups/]
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(read(query)).toMatch(message)
    })
  }

  it("reads back every query that is written down", () => {
    fc.assert(
      fc.property(queries, (query) => {
        expect(parse(print(query))).toEqual({ _tag: "Parsed", query })
      }),
      { numRuns: 1000 }
    )
  })

  it("answers any text with a query or with what is wrong", () => {
    const piece = fc.constantFrom(
      "name",
      "=",
      "'a'",
      "(",
      ")",
      "and",
      "or",
      "not",
      "in",
      "parents",
      "{",
      "\\",
      "'",
      " "
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join(" "))
        ),
        (text) => {
          const parsed = parse(text)
          // What is read is written down, and then says the same.
          if (parsed._tag === "Parsed") expect(parse(print(parsed.query))).toEqual(parsed)
          else expect(parsed.message).toMatch(/ at \d+$/)
        }
      ),
      { numRuns: 2000 }
    )
  })
})
