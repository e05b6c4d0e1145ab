/**
 * Reads a query of Drive: the `q` of `files.list`
 * (https://developers.google.com/workspace/drive/api/guides/search-files).
 *
 * `and` and `or` are of the same rank and are read from left to right, as the guide says; `not` takes the one condition
 * or group that follows. Words are case-sensitive. What the guide does not show is refused: Drive answers a query it
 * cannot read with 400 `invalid` "Invalid Value", location `q`.
 *
 * @module
 */
import type { Query } from "./Ast.ts"
import * as Moments from "./Moments.ts"
import * as Terms from "./Terms.ts"
import type { Token, Wrong } from "./Tokens.ts"
import { tokens, wrong } from "./Tokens.ts"

/** A query that could be read. */
export interface Parsed {
  readonly _tag: "Parsed"
  readonly query: Query
}

/** How many groups may stand in one another. */
const maxDepth = 100

/** The tokens, and which is next. */
interface Reader {
  readonly all: ReadonlyArray<Token>
  next: number
  readonly end: number
}

const isWrong = (read: Query | Wrong): read is Wrong => read._tag === "Wrong"

const expected = (what: string, reader: Reader): Wrong => {
  const token = reader.all[reader.next]
  return token === undefined
    ? wrong(`expected ${what}, but the query ends`, reader.end)
    : wrong(`expected ${what}, not ${JSON.stringify(token.text)}`, token.at)
}

/** Takes the next token if it is this one. */
const took = (reader: Reader, tag: Token["_tag"], text: string): boolean => {
  const token = reader.all[reader.next]
  if (token?._tag !== tag || token.text !== text) return false
  reader.next += 1
  return true
}

/** Takes the next token if it is a string. */
const string = (reader: Reader): string | undefined => {
  const token = reader.all[reader.next]
  if (token?._tag !== "Text") return undefined
  reader.next += 1
  return token.text
}

/** Takes the next token if it is one of these operators. */
const operator = <A extends string>(reader: Reader, operators: ReadonlyArray<A>): A | undefined => {
  const token = reader.all[reader.next]
  if (token === undefined || token._tag === "Text") return undefined
  const found = operators.find((each) => each === token.text)
  if (found !== undefined) reader.next += 1
  return found
}

const property = (reader: Reader, term: Extract<Terms.Term, { kind: "property" }>): Query | Wrong => {
  if (!took(reader, "Sign", "{")) return expected(`"{"`, reader)
  const part = (name: string): string | Wrong =>
    took(reader, "Word", name) && took(reader, "Sign", "=")
      ? (string(reader) ?? expected("a string", reader))
      : expected(`${name} = '…'`, reader)
  const key = part("key")
  if (typeof key !== "string") return key
  if (!took(reader, "Word", "and")) return expected(`"and"`, reader)
  const value = part("value")
  if (typeof value !== "string") return value
  return took(reader, "Sign", "}") ? { _tag: "Property", term: term.term, key, value } : expected(`"}"`, reader)
}

const text = (reader: Reader, term: Extract<Terms.Term, { kind: "text" }>, by: (typeof term.operators)[number]) => {
  const at = reader.next
  const value = string(reader)
  if (value === undefined) return expected("a string", reader)
  if (term.values !== undefined && !term.values.includes(value)) {
    reader.next = at
    return expected(`one of ${term.values.join(", ")}`, reader)
  }
  return { _tag: "Text", term: term.term, operator: by, value } as const
}

const moment = (reader: Reader, term: Extract<Terms.Term, { kind: "moment" }>, by: (typeof term.operators)[number]) => {
  const start = reader.next
  const at = Moments.parse(string(reader) ?? "")
  if (at !== undefined) return { _tag: "Moment", term: term.term, operator: by, at } as const
  reader.next = start
  return expected("a date such as '2012-06-04T12:00:00'", reader)
}

/** A condition that starts with the name of its term. */
const compared = (reader: Reader): Query | Wrong => {
  const token = reader.all[reader.next]
  const term = token?._tag === "Word" ? Terms.named(token.text) : undefined
  if (term === undefined) return expected("a term", reader)
  reader.next += 1
  const wanted = () => expected(`one of ${term.operators.join(" ")} after ${term.term}`, reader)
  switch (term.kind) {
    case "text": {
      const by = operator(reader, term.operators)
      return by === undefined ? wanted() : text(reader, term, by)
    }
    case "moment": {
      const by = operator(reader, term.operators)
      return by === undefined ? wanted() : moment(reader, term, by)
    }
    case "flag": {
      const by = operator(reader, term.operators)
      if (by === undefined) {
        const next = reader.all[reader.next]
        const ended = next === undefined || next.text === ")" || next.text === "and" || next.text === "or"
        return term.alone && ended ? { _tag: "Flag", term: term.term, operator: "=", value: true } : wanted()
      }
      const value = operator(reader, ["true", "false"])
      if (value === undefined) return expected("true or false", reader)
      return { _tag: "Flag", term: term.term, operator: by, value: value === "true" }
    }
    case "property":
      return operator(reader, term.operators) === undefined ? wanted() : property(reader, term)
    case "member":
      reader.next -= 1
      return expected(`'…' in ${term.term}`, reader)
  }
}

/** `'…' in parents` */
const contained = (reader: Reader, value: string): Query | Wrong => {
  if (!took(reader, "Word", "in")) return expected(`"in"`, reader)
  const token = reader.all[reader.next]
  const term = token?._tag === "Word" ? Terms.named(token.text) : undefined
  if (term?.kind !== "member") return expected("parents, owners, writers or readers", reader)
  reader.next += 1
  return { _tag: "Member", term: term.term, value }
}

const one = (reader: Reader, depth: number): Query | Wrong => {
  if (depth > maxDepth) return expected(`at most ${maxDepth} groups in one another`, reader)
  if (took(reader, "Word", "not")) {
    const query = one(reader, depth + 1)
    return isWrong(query) ? query : { _tag: "Not", query }
  }
  if (took(reader, "Sign", "(")) {
    const query = joined(reader, depth + 1)
    return isWrong(query) || took(reader, "Sign", ")") ? query : expected(`"and", "or" or ")"`, reader)
  }
  const value = string(reader)
  return value === undefined ? compared(reader) : contained(reader, value)
}

const joined = (reader: Reader, depth: number): Query | Wrong => {
  let left = one(reader, depth)
  while (!isWrong(left)) {
    const by = took(reader, "Word", "and") ? "And" : took(reader, "Word", "or") ? "Or" : undefined
    if (by === undefined) return left
    const right = one(reader, depth)
    left = isWrong(right) ? right : { _tag: by, left, right }
  }
  return left
}

/**
 * Reads a query. One without any condition is wrong too; a caller that takes an empty `q` for none asks before.
 */
export const parse = (source: string): Parsed | Wrong => {
  const all = tokens(source)
  if ("_tag" in all) return all
  const reader: Reader = { all, next: 0, end: source.length }
  const query = joined(reader, 0)
  if (isWrong(query)) return query
  return reader.next === all.length ? { _tag: "Parsed", query } : expected(`"and" or "or"`, reader)
}
