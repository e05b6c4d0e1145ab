/**
 * Pages of lists, and the tokens between them.
 *
 * @module
 */
import { Result } from "effect"
import { Base64Url } from "effect/encoding"
import type { Call } from "./Call.ts"
import { hex } from "../DigestsNode.ts"
import * as Refusals from "./Refusals.ts"
import { type Outcome, refuse } from "./Reply.ts"

/** A page, and the token of the next. */
export interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly next: string | undefined
}

/** How many items a page has: what is asked for, but not more than there may be. */
export const sizeOf = (
  { query }: Call,
  { most, otherwise }: { readonly most: number; readonly otherwise: number }
): Outcome<number> => {
  const asked = query.get("pageSize")
  if (asked === null) return Result.succeed(otherwise)
  return /^\d+$/.test(asked) && Number(asked) >= 1
    ? Result.succeed(Math.min(most, Number(asked)))
    : refuse(Refusals.invalid("pageSize", `Invalid value '${asked}'. Values must be within the range: [1, ${most}]`))
}

const digestOf = ({ query }: Call): string => {
  const same = ["q", "orderBy", "corpora", "driveId", "includeItemsFromAllDrives", "supportsAllDrives"]
  return hex("md5", JSON.stringify(same.map((name) => query.get(name)))).slice(0, 12)
}

/** A token: which list, which page, how many items came before, and which was the last. */
const tokenOf = (call: Call, page: number, offset: number, last: string): string =>
  `~!!~${Base64Url.encode(JSON.stringify([digestOf(call), page, offset, last]))}`

interface Place {
  readonly page: number
  readonly offset: number
  readonly last: string
}

const placeOf = (call: Call): Outcome<Place> => {
  const token = call.query.get("pageToken") ?? ""
  if (token === "") return Result.succeed({ page: 0, offset: 0, last: "" })
  const refusal = refuse(Refusals.invalid("pageToken", "Invalid Value"))
  if (!token.startsWith("~!!~")) return refusal
  const text = Base64Url.decodeString(token.slice(4))
  if (Result.isFailure(text)) return refusal
  const [, digest, page, offset, last] = /^\["([0-9a-f]+)",(\d+),(\d+),"([^"]*)"\]$/.exec(text.success) ?? []
  return digest === digestOf(call)
    ? Result.succeed({ page: Number(page), offset: Number(offset), last: last ?? "" })
    : refusal
}

/**
 * The page a token asks for. It begins after the item that came last; when that is gone, where it was.
 */
export const pageOf = <A>(
  call: Call,
  items: ReadonlyArray<A>,
  asked: number,
  idOf: (item: A) => string
): Outcome<Page<A>> =>
  Result.map(placeOf(call), ({ last, offset, page }) => {
    const at = last === "" ? -1 : items.findIndex((item) => idOf(item) === last)
    const start = at >= 0 ? at + 1 : Math.min(offset, items.length)
    const length = Math.min(asked, Math.max(0, Math.floor(call.options.pageLength?.(page, asked) ?? asked)))
    const shown = items.slice(start, start + length)
    const end = start + shown.length
    const final = shown[shown.length - 1]
    const next = end < items.length ? tokenOf(call, page + 1, end, final === undefined ? last : idOf(final)) : undefined
    return { items: shown, next }
  })
