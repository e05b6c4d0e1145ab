/**
 * Moving one file. A repeat after a lost answer takes it out of a folder it is not in any more; Drive ignores or refuses that,
 * and after a refusal it is looked where the file is.
 *
 * Source: https://developers.google.com/workspace/drive/api/guides/folder#move_files_between_folders
 *
 * @module
 */
import type { ErrorCategory } from "@skippy/core"
import { type InvalidInputError, invalidInput } from "@skippy/http"
import { Effect } from "effect"
import type { Api, Asked, Failure } from "../Api.ts"
import { pathOf } from "../Requests.ts"
import * as Wire from "../Wire.ts"
import type * as Answer from "./Answer.ts"
import type * as Input from "./Input.ts"
import * as MovePlan from "./MovePlan.ts"
import type { Places } from "./Places.ts"

/** A move that is to be made. */
export interface Move {
  readonly fileId: string
  /** The folders it is in. */
  readonly from: ReadonlyArray<string>
  readonly to: string
}

/** Moves files. */
export interface Moves {
  /** Checked input. */
  readonly moveFile: (input: Input.MoveFileInput) => Effect.Effect<Answer.MovedFile, Failure | InvalidInputError>
  /** Moves a file out of where it is known to be. When it is elsewhere by now it stays there: `DriveError` (`changed`). */
  readonly move: (asked: Asked, move: Move) => Effect.Effect<Wire.File, Failure>
  /** Fails for a step that cannot be made; `field` is that of the destination in the input. */
  readonly refuse: (
    asked: Asked,
    step: Exclude<MovePlan.Step, { readonly _tag: "Move" | "Already" }>,
    destination: { readonly field: string; readonly id: string }
  ) => Effect.Effect<never, Failure | InvalidInputError>
}

/** What a plan needs to know of a file. */
export const placedOf = (file: Wire.File): MovePlan.Placed => ({
  id: file.id,
  isFolder: Wire.isFolder(file),
  parents: file.parents ?? [],
  driveId: file.driveId
})

/** Refusals that may mean that the file is not where it was: which one Drive gives is not documented. */
const refusals: ReadonlySet<ErrorCategory> = new Set<ErrorCategory>(["conflict", "invalid", "notFound"])

/** Makes the operations. */
export const make = (api: Api, places: Places): Moves => {
  const patch = api.call(Wire.File)

  const elsewhere = (asked: Asked, { parents }: { readonly parents: ReadonlyArray<string> }) =>
    api.fail(asked, "changed", `it is in ${parents.join(", ") || "a folder that is not visible"} now`)

  const move: Moves["move"] = (asked, { fileId, from, to }) => {
    const query = { addParents: to, removeParents: from.length === 0 ? undefined : from.join(",") }
    return Effect.catchTag(patch(asked, api.requests.patch(pathOf(fileId), query, {})), "DriveError", (error) =>
      refusals.has(error.category) || error.reason === "insufficientPermissions"
        ? Effect.flatMap(api.file(asked, fileId), (file): Effect.Effect<Wire.File, Failure> => {
            const step = MovePlan.stepOf(placedOf(file), { to, driveId: undefined, from })
            if (step._tag === "Already") return Effect.succeed(file)
            return step._tag === "Elsewhere" ? elsewhere(asked, step) : Effect.fail(error)
          })
        : Effect.fail(error)
    )
  }

  const refuse: Moves["refuse"] = (asked, step, { field, id }) => {
    switch (step._tag) {
      case "IntoItself": {
        const fix = "give another folder, a folder cannot be put into itself"
        return Effect.fail(invalidInput({ operation: `Drive.${asked.operation}`, path: [field], value: id, fix }))
      }
      case "FolderIntoDrive":
        return api.fail(asked, "cannotMove", "Moving folders into shared drives is not supported.")
      case "Elsewhere":
        return elsewhere(asked, step)
    }
  }

  const moveFile: Moves["moveFile"] = ({ destinationId, fileId }) => {
    const asked: Asked = { operation: "moveFile", fileId, kind: "edit", idempotent: true }
    return Effect.gen(function* () {
      const destination = yield* places.folder(asked, { field: "destinationId", id: destinationId })
      const file = yield* api.file(asked, fileId)
      const goal = { to: destination.id, driveId: destination.driveId }
      const step = MovePlan.stepOf(placedOf(file), goal)
      const from = file.parents ?? []
      if (step._tag === "Already") return { ...Wire.fileOf(file), moved: false, from }
      if (step._tag !== "Move") return yield* refuse(asked, step, { field: "destinationId", id: destinationId })
      const moved = yield* move(asked, { fileId: file.id, from, to: destination.id })
      return { ...Wire.fileOf(moved), moved: true, from }
    })
  }

  return { moveFile, move, refuse }
}
