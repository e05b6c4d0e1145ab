/**
 * The terms a query of files may use and the operators each takes, as listed in
 * https://developers.google.com/workspace/drive/api/guides/ref-search-terms. Labels are not among them: the emulator
 * has none.
 *
 * @module
 */
import type {
  FlagOperator,
  FlagTerm,
  MemberTerm,
  MomentOperator,
  MomentTerm,
  PropertyTerm,
  TextOperator,
  TextTerm
} from "./Ast.ts"

/** What a term holds, and what it may be compared with. */
export type Term =
  | {
      readonly kind: "text"
      readonly term: TextTerm
      readonly operators: ReadonlyArray<TextOperator>
      /** The only values there are. */
      readonly values?: ReadonlyArray<string>
    }
  | { readonly kind: "moment"; readonly term: MomentTerm; readonly operators: ReadonlyArray<MomentOperator> }
  | {
      readonly kind: "flag"
      readonly term: FlagTerm
      readonly operators: ReadonlyArray<FlagOperator>
      /** Whether the term alone is a condition, as in `sharedWithMe and name contains 'hello'`. */
      readonly alone: boolean
    }
  | { readonly kind: "member"; readonly term: MemberTerm; readonly operators: ReadonlyArray<"in"> }
  | { readonly kind: "property"; readonly term: PropertyTerm; readonly operators: ReadonlyArray<"has"> }

const equal = ["=", "!="] as const
const ordered = ["<", "<=", "=", "!=", ">", ">="] as const

const text = (term: TextTerm, operators: ReadonlyArray<TextOperator>, values?: ReadonlyArray<string>): Term => ({
  kind: "text",
  term,
  operators,
  ...(values === undefined ? {} : { values })
})
const moment = (term: MomentTerm): Term => ({ kind: "moment", term, operators: ordered })
const flag = (term: FlagTerm, alone: boolean): Term => ({ kind: "flag", term, operators: equal, alone })
const member = (term: MemberTerm): Term => ({ kind: "member", term, operators: ["in"] })
const property = (term: PropertyTerm): Term => ({ kind: "property", term, operators: ["has"] })

const terms: ReadonlyArray<Term> = [
  text("name", ["contains", "=", "!="]),
  text("fullText", ["contains"]),
  text("mimeType", ["contains", "=", "!="]),
  moment("modifiedTime"),
  moment("viewedByMeTime"),
  flag("trashed", false),
  flag("starred", false),
  member("parents"),
  member("owners"),
  member("writers"),
  member("readers"),
  // The guide uses it alone in an example; it does so with no other term.
  flag("sharedWithMe", true),
  moment("createdTime"),
  property("properties"),
  property("appProperties"),
  text("visibility", equal, ["anyoneCanFind", "anyoneWithLink", "domainCanFind", "domainWithLink", "limited"]),
  text("shortcutDetails.targetId", equal)
]

const byName = new Map<string, Term>(terms.map((term) => [term.term, term]))

/** The term of a name; names are case-sensitive. */
export const named = (name: string): Term | undefined => byName.get(name)
