/**
 * What tools do with parameters before the services see them, and with what the services say of them.
 *
 * @module
 */
import { Folder } from "@skippy/core"
import { InvalidInputError } from "@skippy/http"
import { Effect, type FileSystem, Path } from "effect"
import type { AnyFailure } from "../../output/Failure.ts"
import { refused } from "../RootsError.ts"
import { Roots } from "../Tool.ts"

/**
 * Errors about an input name the tool and its parameters, as a client knows them; `names` has those that differ, and those of
 * operations a fix may name.
 */
export const asParameters =
  (tool: string, names: Readonly<Record<string, string>>) =>
  <A, E extends AnyFailure, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | InvalidInputError, R> =>
    Effect.mapError(effect, (error) => {
      if (!(error instanceof InvalidInputError)) return error
      const { field, fix, value } = error
      const nameOf = (name: string) => names[name] ?? name
      return new InvalidInputError({
        operation: tool,
        field: field.replace(/^\w+/, nameOf),
        fix: fix.replaceAll(/\b[a-z]+[A-Z]\w*/g, nameOf),
        ...(value === undefined ? {} : { value })
      })
    })

/** Where a file is to be written: judged, its folder made, and judged again with what is there now. */
export const fileToWrite = (
  field: string,
  path: string
): Effect.Effect<string, AnyFailure, FileSystem.FileSystem | Path.Path | Roots> =>
  Effect.gen(function* () {
    const { writable } = yield* Roots
    const real = yield* writable(field, path)
    const folder = (yield* Path.Path).dirname(real)
    yield* Effect.mapError(Folder.make(folder), () => refused(field, path, "folder"))
    return yield* writable(field, path)
  })
