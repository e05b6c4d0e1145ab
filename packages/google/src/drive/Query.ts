/**
 * Queries of Drive, put together from typed terms: what is given is always one value, whatever is in it.
 *
 * Sources: https://developers.google.com/workspace/drive/api/guides/ref-search-terms (terms and operators),
 * https://developers.google.com/workspace/drive/api/guides/search-files (`\'` and `\\` in values, examples). `and` and `or`
 * are of the same rank there, so what is joined is put into parentheses.
 *
 * @example
 * ```ts
 * import { Query } from "@skippy/google"
 *
 * const reports = Query.and(Query.name("contains", "Ada's"), Query.not(Query.folders), Query.inFolder("root"))
 * console.log(Query.textOf(reports))
 * ```
 *
 * ```text
 * (name contains 'Ada\'s' and not mimeType = 'application/vnd.google-apps.folder' and 'root' in parents)
 * ```
 *
 * @module
 */
import { DateTime, Schema } from "effect"
import * as QueryText from "./QueryText.ts"
import { folderType } from "./Wire.ts"

/** A query. */
export class Query {
  /** As it is sent. */
  readonly text: string
  /** What surely is wrong with a part somebody else has written, as something to do. It is told before anything is sent. */
  readonly problem: string | undefined

  constructor(text: string, problem?: string) {
    this.text = text
    this.problem = problem ?? QueryText.problemOf(text)
  }
}

/** A query as an input: one that was put together, or the text of one. */
export const QueryInput = Schema.Union([
  Schema.String.check(Schema.makeFilter((text: string) => QueryText.problemOf(text))),
  Schema.instanceOf(Query).check(Schema.makeFilter(({ problem }) => problem))
])
/** A query as an input. */
export type QueryInput = string | Query

/** A query somebody else has written. What surely is none is told when it is used. */
export const raw = (text: string): Query => new Query(`(${text})`, QueryText.problemOf(text))

/** The text of a query, as it is sent. */
export const textOf = (query: QueryInput): string => (typeof query === "string" ? query : query.text)

/** How texts are compared. `contains` finds the beginnings of words in names; `=` does not tell upper from lower case there. */
export type TextOperator = "contains" | "=" | "!="
/** How moments are compared. */
export type MomentOperator = "<" | "<=" | "=" | "!=" | ">" | ">="

const value = QueryText.quote

const compare =
  (term: string) =>
  (operator: TextOperator, text: string): Query =>
    new Query(`${term} ${operator} ${value(text)}`)

/** By name. */
export const name = compare("name")
/** By type, such as `image/png`. */
export const mimeType = compare("mimeType")

/** By what is in it: name, content, description. In double quotes, the text is a phrase. Cannot be sorted. */
export const text = (words: string): Query => new Query(`fullText contains ${value(words)}`)

/** Folders. */
export const folders: Query = mimeType("=", folderType)

/** A moment. */
export type Moment = DateTime.DateTime | Date

const moment =
  (term: string) =>
  (operator: MomentOperator, at: Moment): Query =>
    // RFC 3339, in UTC.
    new Query(`${term} ${operator} ${value(DateTime.formatIso(DateTime.makeUnsafe(at)))}`)

/** By the moment of the last change. */
export const modifiedTime = moment("modifiedTime")
/** By the moment it was made. */
export const createdTime = moment("createdTime")
/** By the moment whoever asks has looked at it last. */
export const viewedByMeTime = moment("viewedByMeTime")

const flag =
  (term: string) =>
  (is = true): Query =>
    new Query(`${term} = ${is}`)

/** In the trash, or not. Searches leave the trash out unless a query or an option says otherwise. */
export const trashed = flag("trashed")
/** With a star, or without. */
export const starred = flag("starred")

/** Shared with whoever asks. */
export const sharedWithMe: Query = new Query("sharedWithMe")

const member =
  (term: string) =>
  (who: string): Query =>
    new Query(`${value(who)} in ${term}`)

/** In a folder, directly. */
export const inFolder = member("parents")
/** By the address of who owns it. */
export const owner = member("owners")
/** By the address of who may change it. */
export const writer = member("writers")
/** By the address of who may read it. */
export const reader = member("readers")

const has =
  (term: string) =>
  (key: string, text: string): Query =>
    new Query(`${term} has { key=${value(key)} and value=${value(text)} }`)

/** By a property every application sees. */
export const property = has("properties")
/** By a property of this application alone. */
export const appProperty = has("appProperties")

/** By who can find it. */
export const visibility = (
  operator: "=" | "!=",
  who: "anyoneCanFind" | "anyoneWithLink" | "domainCanFind" | "domainWithLink" | "limited"
): Query => new Query(`visibility ${operator} ${value(who)}`)

/** Shortcuts to a file. */
export const shortcutTo = (fileId: string): Query => new Query(`shortcutDetails.targetId = ${value(fileId)}`)

const join = (word: string, queries: ReadonlyArray<Query>): Query =>
  new Query(
    `(${queries.map((query) => query.text).join(` ${word} `)})`,
    // Joined to others, parts that are wrong may make a whole that seems right.
    queries.map(({ problem }) => problem).find((problem) => problem !== undefined)
  )

/** All of them. */
export const and = (first: Query, ...others: ReadonlyArray<Query>): Query => join("and", [first, ...others])
/** One of them, or more. */
export const or = (first: Query, ...others: ReadonlyArray<Query>): Query => join("or", [first, ...others])
/** Not this. */
export const not = (query: Query): Query => new Query(`not ${query.text}`, query.problem)
