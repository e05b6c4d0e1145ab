import { describe, expect, it } from "@effect/vitest"
import { DateTime } from "effect"
import * as fc from "fast-check"
import * as Query from "../../src/drive/Query.ts"
import * as QueryText from "../../src/drive/QueryText.ts"
import type * as Ast from "../../src/testing/drive/query/Ast.ts"
import { parse } from "../../src/testing/drive/query/Parse.ts"

/** What Drive reads, as the emulator's own parser does. */
const readOf = (query: Query.Query): Ast.Query => {
  const read = parse(Query.textOf(query))
  if (read._tag === "Wrong") throw new Error(`${Query.textOf(query)}: ${read.message}`)
  return read.query
}

interface Case {
  readonly query: Query.Query
  readonly ast: Ast.Query
}

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom("'", "\\", "\n", "(", ")", " or ", '"', "ä") })
)
const textOperator = fc.constantFrom("contains", "=", "!=")
const momentOperator = fc.constantFrom("<", "<=", "=", "!=", ">", ">=")

const text = (term: Ast.TextTerm, make: (operator: Query.TextOperator, value: string) => Query.Query) =>
  fc.tuple(textOperator, anyText).map(([operator, value]): Case => ({
    query: make(operator, value),
    ast: { _tag: "Text", term, operator, value }
  }))

const moment = (term: Ast.MomentTerm, make: (operator: Query.MomentOperator, at: Query.Moment) => Query.Query) =>
  fc
    .tuple(
      momentOperator,
      fc.date({ min: new Date("1970-01-01"), max: new Date("9999-01-01"), noInvalidDate: true }),
      fc.boolean()
    )
    .map(([operator, date, isDate]): Case => ({
      query: make(operator, isDate ? date : DateTime.makeUnsafe(date)),
      ast: { _tag: "Moment", term, operator, at: date.getTime() }
    }))

const flag = (term: Ast.FlagTerm, make: (is?: boolean) => Query.Query) =>
  fc.boolean().map((value): Case => ({ query: make(value), ast: { _tag: "Flag", term, operator: "=", value } }))

const member = (term: Ast.MemberTerm, make: (who: string) => Query.Query) =>
  anyText.map((value): Case => ({ query: make(value), ast: { _tag: "Member", term, value } }))

const property = (term: Ast.PropertyTerm, make: (key: string, value: string) => Query.Query) =>
  fc.tuple(anyText, anyText).map(([key, value]): Case => ({
    query: make(key, value),
    ast: { _tag: "Property", term, key, value }
  }))

const condition: fc.Arbitrary<Case> = fc.oneof(
  text("name", Query.name),
  text("mimeType", Query.mimeType),
  anyText.map((value): Case => ({
    query: Query.text(value),
    ast: { _tag: "Text", term: "fullText", operator: "contains", value }
  })),
  moment("modifiedTime", Query.modifiedTime),
  moment("createdTime", Query.createdTime),
  moment("viewedByMeTime", Query.viewedByMeTime),
  flag("trashed", Query.trashed),
  flag("starred", Query.starred),
  fc.constant<Case>({
    query: Query.sharedWithMe,
    ast: { _tag: "Flag", term: "sharedWithMe", operator: "=", value: true }
  }),
  member("parents", Query.inFolder),
  member("owners", Query.owner),
  member("writers", Query.writer),
  member("readers", Query.reader),
  property("properties", Query.property),
  property("appProperties", Query.appProperty),
  fc.constantFrom("=", "!=").map((operator): Case => ({
    query: Query.visibility(operator, "limited"),
    ast: { _tag: "Text", term: "visibility", operator, value: "limited" }
  })),
  anyText.map((value): Case => ({
    query: Query.shortcutTo(value),
    ast: { _tag: "Text", term: "shortcutDetails.targetId", operator: "=", value }
  }))
)

const joined = (cases: ReadonlyArray<Case>, tag: "And" | "Or"): Ast.Query =>
  cases.map(({ ast }) => ast).reduce((left, right) => ({ _tag: tag, left, right }))

const { query: anyQuery } = fc.letrec<{ readonly query: Case }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 4 },
    condition,
    tie("query").map(({ ast, query }): Case => ({ query: Query.not(query), ast: { _tag: "Not", query: ast } })),
    fc.tuple(fc.array(tie("query"), { minLength: 1, maxLength: 3 }), fc.boolean()).map(([cases, isAnd]): Case => {
      const [first, ...others] = cases.map(({ query }) => query)
      if (first === undefined) throw new Error("there is one at least")
      return {
        query: isAnd ? Query.and(first, ...others) : Query.or(first, ...others),
        ast: joined(cases, isAnd ? "And" : "Or")
      }
    })
  )
}))

describe("a query", () => {
  it("is read by Drive as it was put together, whatever is in it", () => {
    fc.assert(
      fc.property(anyQuery, ({ ast, query }) => {
        expect(readOf(query)).toEqual(ast)
        expect(QueryText.problemOf(Query.textOf(query))).toBeUndefined()
      }),
      { numRuns: 500 }
    )
  })

  it("takes nothing from the values for words of its own", () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const query = Query.textOf(Query.name("=", `${value} trashed fullText ${value}`))
        expect(QueryText.mentions(query, "trashed")).toBe(false)
        expect(QueryText.mentions(query, "fullText")).toBe(false)
      })
    )
  })

  it("can be one somebody else has written", () => {
    const raw = Query.raw("name = 'x' or starred = true")
    expect(Query.textOf(Query.and(Query.sharedWithMe, raw))).toBe("(sharedWithMe and (name = 'x' or starred = true))")
    expect(Query.raw(" ").problem).toContain("give a query")
  })
})

describe("the text of a query", () => {
  it.each([
    "name = 'x'",
    String.raw`name = 'it\'s'`,
    String.raw`name = '\\'`,
    "(name = '(' or (starred = true))",
    "not ('a' in parents)"
  ])("%s may be sent", (query) => {
    expect(QueryText.problemOf(query)).toBeUndefined()
  })

  it.each([
    ["", "give a query"],
    ["  ", "give a query"],
    ["name = 'x", "single quote"],
    ["name = 'it's'", "single quote"],
    [String.raw`name = 'x\'`, "single quote"],
    ["(name = 'x'", "parenthesis"],
    ["name = 'x')", "parenthesis"],
    [")name = 'x'(", "parenthesis"]
  ])("%j is wrong for sure", (query, fix) => {
    expect(QueryText.problemOf(query)).toContain(fix)
  })

  it.each([
    ["trashed = true", true],
    ["not trashed=false", true],
    ["name = 'trashed'", false],
    ["untrashed = true", false],
    ["x.trashed = true", false]
  ])("%s: %s that it has a condition on the trash", (query, has) => {
    expect(QueryText.mentions(query, "trashed")).toBe(has)
  })
})
