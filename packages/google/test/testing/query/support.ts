/** Queries as text and at random, and files to ask. */
import * as fc from "fast-check"
import type { Condition, Query } from "../../../src/testing/drive/query/Ast.ts"
import type { QueryContext, QueryFile } from "../../../src/testing/drive/query/Match.ts"

export const me: QueryContext = { email: "ada@example.com", rootId: "root-of-ada" }

export const file: QueryFile = {
  name: "Yearly report",
  mimeType: "text/plain",
  parents: ["folder-1"],
  trashed: false,
  starred: false,
  createdTime: Date.UTC(2024, 2, 1, 8),
  modifiedTime: Date.UTC(2024, 2, 2, 8),
  permissions: [{ type: "user", role: "owner", emailAddress: "ada@example.com" }]
}

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`

const printed = (condition: Condition): string => {
  switch (condition._tag) {
    case "Text":
      return `${condition.term} ${condition.operator} ${quoted(condition.value)}`
    case "Moment":
      return `${condition.term} ${condition.operator} ${quoted(new Date(condition.at).toISOString())}`
    case "Flag":
      return `${condition.term} ${condition.operator} ${condition.value}`
    case "Member":
      return `${quoted(condition.value)} in ${condition.term}`
    case "Property":
      return `${condition.term} has { key=${quoted(condition.key)} and value=${quoted(condition.value)} }`
  }
}

/** A query as Drive reads it: both joins are of one rank and go from left to right, so only what is right is grouped. */
export const print = (query: Query): string => {
  switch (query._tag) {
    case "Not":
      return `not ${query.query._tag === "And" || query.query._tag === "Or" ? `(${print(query.query)})` : print(query.query)}`
    case "And":
    case "Or": {
      const right = print(query.right)
      const grouped = query.right._tag === "And" || query.right._tag === "Or" ? `(${right})` : right
      return `${print(query.left)} ${query._tag === "And" ? "and" : "or"} ${grouped}`
    }
    default:
      return printed(query)
  }
}

const word = fc.constantFrom("report", "Report", "re", "yearly", "plan", "x", "")
const text = fc.oneof(
  word,
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.constantFrom("'", "\\", '"', " ", "a") })
)
const people = fc.constantFrom("me", "ada@example.com", "ADA@example.com", "bob@example.com", "team@example.com")
const places = fc.constantFrom("root", "root-of-ada", "folder-1", "folder-2")
const at = fc.integer({ min: Date.UTC(2024, 2, 1), max: Date.UTC(2024, 2, 4) })
const tag = <A extends string>(name: A) => fc.constant(name)

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    _tag: tag("Text"),
    term: fc.constantFrom("name" as const, "mimeType" as const),
    operator: fc.constantFrom("contains" as const, "=" as const, "!=" as const),
    value: fc.oneof(text, fc.constantFrom("text/plain", "text/", "plain", "Yearly report"))
  }),
  fc.record({ _tag: tag("Text"), term: tag("fullText"), operator: tag("contains"), value: text }),
  fc.record({
    _tag: tag("Text"),
    term: tag("visibility"),
    operator: fc.constantFrom("=" as const, "!=" as const),
    value: fc.constantFrom("anyoneCanFind", "anyoneWithLink", "domainCanFind", "domainWithLink", "limited")
  }),
  fc.record({
    _tag: tag("Text"),
    term: tag("shortcutDetails.targetId"),
    operator: fc.constantFrom("=" as const, "!=" as const),
    value: fc.constantFrom("folder-1", "other")
  }),
  fc.record({
    _tag: tag("Moment"),
    term: fc.constantFrom("createdTime" as const, "modifiedTime" as const, "viewedByMeTime" as const),
    operator: fc.constantFrom("<" as const, "<=" as const, "=" as const, "!=" as const, ">" as const, ">=" as const),
    at
  }),
  fc.record({
    _tag: tag("Flag"),
    term: fc.constantFrom("trashed" as const, "starred" as const, "sharedWithMe" as const),
    operator: fc.constantFrom("=" as const, "!=" as const),
    value: fc.boolean()
  }),
  fc.record({ _tag: tag("Member"), term: tag("parents"), value: places }),
  fc.record({
    _tag: tag("Member"),
    term: fc.constantFrom("owners" as const, "writers" as const, "readers" as const),
    value: people
  }),
  fc.record({
    _tag: tag("Property"),
    term: fc.constantFrom("properties" as const, "appProperties" as const),
    key: fc.constantFrom("mass", "it's", "__proto__"),
    value: fc.constantFrom("1.3kg", "\\", "")
  })
)

/** Any query. */
export const queries: fc.Arbitrary<Query> = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    condition,
    fc.record({ _tag: tag("Not"), query: tie("query") }),
    fc.record({ _tag: fc.constantFrom("And" as const, "Or" as const), left: tie("query"), right: tie("query") })
  )
})).query

const maybe = <A>(some: fc.Arbitrary<A>) => fc.option(some, { nil: undefined })

/** Any file, of few names, people and places, so that many conditions hold. */
export const files: fc.Arbitrary<QueryFile> = fc.record({
  name: fc.constantFrom("Yearly report", "report_x.txt", "it's a plan", "x", "Report"),
  mimeType: fc.constantFrom("text/plain", "image/png", "application/vnd.google-apps.folder"),
  description: maybe(word),
  parents: maybe(fc.subarray(["root-of-ada", "folder-1", "folder-2"])),
  trashed: fc.boolean(),
  starred: fc.boolean(),
  createdTime: at,
  modifiedTime: at,
  viewedByMeTime: maybe(at),
  sharedWithMeTime: maybe(at),
  permissions: fc.array(
    fc.record({
      type: fc.constantFrom("user", "group", "domain", "anyone"),
      role: fc.constantFrom("owner", "organizer", "fileOrganizer", "writer", "commenter", "reader"),
      emailAddress: maybe(fc.constantFrom("ada@example.com", "Bob@example.com", "team@example.com")),
      allowFileDiscovery: maybe(fc.boolean())
    }),
    { maxLength: 3 }
  ),
  properties: maybe(fc.constantFrom<Record<string, string>>({ mass: "1.3kg" }, { "it's": "\\" }, {})),
  appProperties: maybe(fc.constantFrom<Record<string, string>>({ mass: "" }, {})),
  shortcutDetails: maybe(fc.constant({ targetId: "folder-1" })),
  text: maybe(fc.constantFrom("the plan of the yearly report", "nothing").map((content) => () => content))
})
