/**
 * The files and folders a change is about, as they are now: what a shortcut leads to, and whether a destination is one.
 *
 * @module
 */
import { type InvalidInputError, invalidInput } from "@skippy/http"
import { Effect } from "effect"
import type { Asked, Failure } from "../Api.ts"
import type { Item, Items } from "../Items.ts"
import * as Wire from "../Wire.ts"

/** A folder something goes to. */
export interface Folder {
  /** Its own id, also when it was asked for as `root` or by a shortcut. */
  readonly id: string
  readonly name: string
  /** The shared drive it is in. */
  readonly driveId: string | undefined
}

/** A folder as it was given: its id, and the field of the input that has it. */
export interface Given {
  readonly field: string
  readonly id: string
}

/** Reads what a change is about. */
export interface Places {
  /** A file; of a shortcut, what it leads to. */
  readonly target: (asked: Asked, fileId: string) => Effect.Effect<Item, Failure>
  /** A folder, or the one a shortcut leads to. Anything else, or one in the trash, is an `InvalidInputError`. */
  readonly folder: (asked: Asked, given: Given) => Effect.Effect<Folder, Failure | InvalidInputError>
  /** The same for something new: `root` is a folder for sure, and stays `root`. */
  readonly parent: (asked: Asked, given: Given) => Effect.Effect<Folder, Failure | InvalidInputError>
}

const root: Folder = { id: "root", name: "My Drive", driveId: undefined }

/** Makes them. */
export const make = (items: Items): Places => {
  const target: Places["target"] = (asked, fileId) =>
    items.resolveNow({ ...asked, fileId, kind: "get", idempotent: true }, { fileId })

  const folder: Places["folder"] = (asked, { field, id }) =>
    Effect.gen(function* () {
      const { file } = yield* target(asked, id)
      const { driveId, name = "", trashed = false } = file
      const refuse = (fix: string) =>
        invalidInput({ operation: `Drive.${asked.operation}`, path: [field], value: id, fix })
      if (!Wire.isFolder(file)) return yield* refuse(`give the id of a folder, "${name}" is none`)
      if (trashed) return yield* refuse(`take the folder "${name}" out of the trash, or give another one`)
      return { id: file.id, name, driveId }
    })

  return {
    target,
    folder,
    parent: (asked, given) => (given.id === root.id ? Effect.succeed(root) : folder(asked, given))
  }
}
