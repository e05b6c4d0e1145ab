/**
 * What an endpoint of a repository is.
 *
 * @module
 */
import type { PermissionLevel, TokenOptions } from "./Options.ts"
import type { Reply } from "./Reply.ts"
import type { Item, Repository, State, User } from "./State.ts"

/** Whoever sends a request. */
export interface Viewer {
  readonly user: User
  readonly token: TokenOptions
}

/** What a fine-grained token needs: one of these. */
export type Permissions = ReadonlyArray<{
  readonly kind: "issues" | "metadata" | "pull_requests"
  readonly level: PermissionLevel
}>

/** A request to an endpoint, when it is known who asks for which repository. */
export interface Call {
  readonly state: State
  readonly repository: Repository
  readonly url: URL
  /** Where the endpoint is, by the number of the repository: what links name. */
  readonly canonical: string
  readonly body: Uint8Array
  readonly now: number
}

interface Described {
  /** What comes after the name of the repository. A group catches the number. */
  readonly path: RegExp
  /** Its place in the documentation, which its errors name. */
  readonly place: string
  /** The scopes a classic token is told about. */
  readonly scopes: string
  readonly permissions: Permissions
}

/** An endpoint that shows something. */
export interface ReadEndpoint extends Described {
  readonly method: "GET"
  readonly run: (call: Call, viewer: Viewer | undefined, place: string, number: number) => Reply
}

/** An endpoint that creates something, for whoever has a token. */
export interface CreateEndpoint extends Described {
  readonly method: "POST"
  readonly run: (call: Call, viewer: Viewer, place: string) => Reply
}

/** An endpoint. */
export type Endpoint = CreateEndpoint | ReadEndpoint

/** Sorts items by a number, then in the order they were made; the newest and greatest first unless `ascending`. */
export const sorted = (
  items: ReadonlyArray<Item>,
  by: (item: Item) => number,
  ascending: boolean
): ReadonlyArray<Item> => {
  const order = ascending ? 1 : -1
  return items.toSorted((a, b) => order * (by(a) - by(b) || a.number - b.number))
}
