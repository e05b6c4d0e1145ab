/**
 * Whether a file answers a query, as
 * https://developers.google.com/workspace/drive/api/guides/ref-search-terms tells it:
 *
 * - `name contains` matches the beginnings of words; `fullText contains` matches whole words, or a phrase in double
 *   quotes. Words are what letters and digits make, whatever their case and form. Every word asked for must be there, in
 *   any order. Nothing contains a text without a word.
 * - `name =` and `name !=` take A to Z for a to z, which the guide does not say; rclone's backend `drive` reckons with it.
 * - `mimeType contains` matches any part of the type; its `=` and `!=` compare exactly.
 * - Who owns a file may write it, and who may write it may read it. `me` is the one who asks, `root` their My Drive.
 * - A file that was never viewed is not equal to any moment and neither before nor after it.
 *
 * @module
 */
import type { Condition, Moment, Query, TextOperator } from "./Ast.ts"

/** A permission of a file, as far as queries ask for it. */
export interface QueryPermission {
  readonly type: string
  readonly role: string
  readonly emailAddress?: string | undefined
  readonly allowFileDiscovery?: boolean | undefined
}

/** What queries ask of a file: the file resource of Drive with its times as numbers, and its text. */
export interface QueryFile {
  readonly name: string
  readonly mimeType: string
  readonly description?: string | undefined
  readonly parents?: ReadonlyArray<string> | undefined
  readonly trashed: boolean
  readonly starred: boolean
  /** Milliseconds since the epoch, as all times here. */
  readonly createdTime: number
  readonly modifiedTime: number
  readonly viewedByMeTime?: number | undefined
  /** When the file was shared with the one who asks: then it is `sharedWithMe`. */
  readonly sharedWithMeTime?: number | undefined
  readonly permissions: ReadonlyArray<QueryPermission>
  readonly properties?: Readonly<Record<string, string>> | undefined
  readonly appProperties?: Readonly<Record<string, string>> | undefined
  readonly shortcutDetails?: { readonly targetId: string } | undefined
  /** The text of the file, for `fullText`; read only when it is asked for. */
  readonly text?: (() => string | undefined) | undefined
}

/** Who asks. */
export interface QueryContext {
  /** The address that `me` stands for. */
  readonly email: string
  /** The id of the folder that `root` stands for. */
  readonly rootId: string
}

const wordsOf = (text: string): ReadonlyArray<string> =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []

const nameContains = (name: string, value: string): boolean => {
  const asked = wordsOf(value)
  const words = wordsOf(name)
  return asked.length > 0 && asked.every((each) => words.some((word) => word.startsWith(each)))
}

/** Only these letters are the same in both cases when whole names are compared. */
const foldAscii = (text: string): string => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())

/** Whether some words stand in others, one after the other. */
const runsIn = (asked: ReadonlyArray<string>, words: ReadonlyArray<string>): boolean =>
  words.some((_, start) => asked.every((each, at) => words[start + at] === each))

/** The phrases of a text in double quotes, and its other words each as a phrase of its own. */
const phrasesOf = (value: string): ReadonlyArray<ReadonlyArray<string>> =>
  value
    .split(/"([^"]*)"/)
    .flatMap((part, at) => (at % 2 === 1 ? [wordsOf(part)] : wordsOf(part).map((word) => [word])))
    .filter((phrase) => phrase.length > 0)

const fullTextContains = (file: QueryFile, value: string): boolean => {
  const asked = phrasesOf(value)
  if (asked.length === 0) return false
  const texts = [file.name, file.description ?? "", file.text?.() ?? ""].map(wordsOf)
  return asked.every((phrase) => texts.some((words) => runsIn(phrase, words)))
}

/** The widest way a file is shared with others than named people and groups. */
const visibilityOf = (permissions: ReadonlyArray<QueryPermission>): string => {
  const some = (type: string, found: boolean) =>
    permissions.some((each) => each.type === type && (each.allowFileDiscovery ?? false) === found)
  if (some("anyone", true)) return "anyoneCanFind"
  if (some("anyone", false)) return "anyoneWithLink"
  if (some("domain", true)) return "domainCanFind"
  return some("domain", false) ? "domainWithLink" : "limited"
}

const equals = (operator: TextOperator, own: string | undefined, value: string): boolean =>
  (own === value) === (operator === "=")

const rolesOf = {
  owners: ["owner"],
  writers: ["owner", "organizer", "fileOrganizer", "writer"],
  readers: ["owner", "organizer", "fileOrganizer", "writer", "commenter", "reader"]
} as const

const holds = (file: QueryFile, term: keyof typeof rolesOf, value: string, { email }: QueryContext): boolean => {
  const asked = (value === "me" ? email : value).toLowerCase()
  const roles: ReadonlyArray<string> = rolesOf[term]
  return file.permissions.some((each) => roles.includes(each.role) && each.emailAddress?.toLowerCase() === asked)
}

const compares = ({ at, operator, term }: Moment, file: QueryFile): boolean => {
  const own = file[term]
  if (own === undefined) return operator === "!="
  switch (operator) {
    case "<":
      return own < at
    case "<=":
      return own <= at
    case "=":
      return own === at
    case "!=":
      return own !== at
    case ">":
      return own > at
    case ">=":
      return own >= at
  }
}

const flagOf = (file: QueryFile, term: "trashed" | "starred" | "sharedWithMe"): boolean =>
  term === "sharedWithMe" ? file.sharedWithMeTime !== undefined : file[term]

const textHolds = (condition: Extract<Condition, { _tag: "Text" }>, file: QueryFile): boolean => {
  const { operator, term, value } = condition
  switch (term) {
    case "name":
      return operator === "contains"
        ? nameContains(file.name, value)
        : equals(operator, foldAscii(file.name), foldAscii(value))
    case "fullText":
      return fullTextContains(file, value)
    case "mimeType":
      return operator === "contains" ? file.mimeType.includes(value) : equals(operator, file.mimeType, value)
    case "visibility":
      return equals(operator, visibilityOf(file.permissions), value)
    case "shortcutDetails.targetId":
      return equals(operator, file.shortcutDetails?.targetId, value)
  }
}

/** Whether a file answers a query. */
export const matches = (query: Query, file: QueryFile, context: QueryContext): boolean => {
  switch (query._tag) {
    case "Not":
      return !matches(query.query, file, context)
    case "And":
      return matches(query.left, file, context) && matches(query.right, file, context)
    case "Or":
      return matches(query.left, file, context) || matches(query.right, file, context)
    case "Text":
      return textHolds(query, file)
    case "Moment":
      return compares(query, file)
    case "Flag":
      return (flagOf(file, query.term) === query.value) === (query.operator === "=")
    case "Property":
      return Object.hasOwn(file[query.term] ?? {}, query.key) && file[query.term]?.[query.key] === query.value
    case "Member":
      return query.term === "parents"
        ? (file.parents ?? []).includes(query.value === "root" ? context.rootId : query.value)
        : holds(file, query.term, query.value, context)
  }
}
