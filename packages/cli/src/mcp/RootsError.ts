/**
 * The error for a path a client may not use.
 *
 * @module
 */
import { withoutStack } from "@skippy/core"
import { Schema } from "effect"

const described = {
  empty: "it is empty; give the path of a file",
  control: "it has a control character in it; give a path without",
  home: '"~" is not expanded; give the whole path, or one from the first folder',
  address: "this is an address; give a path",
  outside: "it is, or leads, outside of these folders; give a path below one of them, or start the server with --root",
  noRoot: "there is no folder to work in: the server was started in /; start it with --root DIR",
  notFound: "there is no such file or folder; check the path",
  deadLink: "it goes through a link that leads nowhere; give another path",
  unreadable: "it cannot be looked at; check it and its permissions, or give another path",
  special: "it is no regular file or folder; give the path of one",
  secret: "by its name it may hold secrets, which are neither read nor written; give another path",
  own: "it is Skippy's own, its state or its credentials; give another path",
  hidden: "nothing is written under a name that begins with a dot, for programs may run it; give another name",
  exists: "there is something already, and nothing is replaced; give another path",
  folder: "its folder cannot be made; give another path"
} as const

/** Why a path is refused. */
export type Reason = keyof typeof described

const isReason = (key: string): key is Reason => Object.hasOwn(described, key)

/** Why a path is refused. */
const Reason = Schema.Literals(Object.keys(described).filter(isReason))

/** A path that is refused. Nothing was read, written or sent. */
export class PathRefusedError extends Schema.TaggedError<PathRefusedError>()("PathRefusedError", {
  /** The parameter. */
  field: Schema.String,
  /** As it was given. */
  path: Schema.String,
  reason: Reason,
  /** Below which paths have to be. */
  roots: Schema.Array(Schema.String)
}) {
  readonly category = "invalid"
  readonly retryable = false

  override get message(): string {
    const shown = JSON.stringify(this.path.length > 200 ? `${this.path.slice(0, 200)}…` : this.path)
    const allowed = this.roots.length === 0 ? "" : ` (allowed: ${this.roots.join(", ")})`
    return `${this.field} is ${shown}; ${described[this.reason]}${allowed}`
  }
}

/** Makes the error. */
export const refused = (
  field: string,
  path: string,
  reason: Reason,
  roots: ReadonlyArray<string> = []
): PathRefusedError => withoutStack(() => new PathRefusedError({ field, path, reason, roots }))
