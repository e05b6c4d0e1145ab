/**
 * What a query of Drive says, once it is read: conditions on a file, and how they are joined.
 *
 * @module
 */

/** How a string term is compared. */
export type TextOperator = "contains" | "=" | "!="
/** How a date is compared. */
export type MomentOperator = "<" | "<=" | "=" | "!=" | ">" | ">="
/** How a boolean is compared. */
export type FlagOperator = "=" | "!="

/** A term that holds a string. */
export type TextTerm = "name" | "fullText" | "mimeType" | "visibility" | "shortcutDetails.targetId"
/** A term that holds a date. */
export type MomentTerm = "createdTime" | "modifiedTime" | "viewedByMeTime"
/** A term that holds a boolean. */
export type FlagTerm = "trashed" | "starred" | "sharedWithMe"
/** A term that holds ids or addresses. */
export type MemberTerm = "parents" | "owners" | "writers" | "readers"
/** A term that holds keys with values. */
export type PropertyTerm = "properties" | "appProperties"

/** `name contains 'report'` */
export interface Text {
  readonly _tag: "Text"
  readonly term: TextTerm
  readonly operator: TextOperator
  readonly value: string
}

/** `modifiedTime > '2012-06-04T12:00:00'` */
export interface Moment {
  readonly _tag: "Moment"
  readonly term: MomentTerm
  readonly operator: MomentOperator
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** `trashed = false` */
export interface Flag {
  readonly _tag: "Flag"
  readonly term: FlagTerm
  readonly operator: FlagOperator
  readonly value: boolean
}

/** `'root' in parents` */
export interface Member {
  readonly _tag: "Member"
  readonly term: MemberTerm
  readonly value: string
}

/** `properties has { key='mass' and value='1.3kg' }` */
export interface Property {
  readonly _tag: "Property"
  readonly term: PropertyTerm
  readonly key: string
  readonly value: string
}

/** One condition. */
export type Condition = Text | Moment | Flag | Member | Property

/** A query: one condition, or several joined. */
export type Query =
  | Condition
  | { readonly _tag: "Not"; readonly query: Query }
  | { readonly _tag: "And" | "Or"; readonly left: Query; readonly right: Query }

/** Whether a query has a condition on a term: sorting is refused, for example, when there is one on `fullText`. */
export const mentions = (query: Query, term: Condition["term"]): boolean => {
  switch (query._tag) {
    case "Not":
      return mentions(query.query, term)
    case "And":
    case "Or":
      return mentions(query.left, term) || mentions(query.right, term)
    default:
      return query.term === term
  }
}
