/**
 * Local paths of clients: below allowed folders, where they really are, and never those of secrets.
 *
 * A path is looked up before it is judged: `..` is taken out, links are followed, and of what is not there yet the nearest
 * folder that is. The tools give the real path to the services, so that a link that is changed afterwards changes nothing,
 * and ask again at the last moment: when folders were made, and when a file of a batch is about to be read.
 * What remains: whoever can write below an allowed folder, on this machine, can put a link in the place of a folder in the
 * moment between the look and the use; and a hard link to a file outside cannot be told from the file. Neither can be done
 * through a tool.
 *
 * @module
 */
import { Effect, FileSystem, Layer, Path } from "effect"
import { World } from "../command/World.ts"
import type { AnyFailure } from "../output/Failure.ts"
import { type PathRefusedError, type Reason, refused } from "./RootsError.ts"
import { type Bounds, placeProblem, textProblem, type Use } from "./RootsJudge.ts"
import { Roots } from "./Tool.ts"

/** Where a path really is. */
interface Place {
  /** Real as far as it is there; below that as it was given. */
  readonly path: string
  /** What stands in the way of using it as it is. */
  readonly problem: "notFound" | "deadLink" | "unreadable" | undefined
}

const files = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path

  /** Where an absolute path really is. */
  const placeOf = (path: string): Effect.Effect<Place> =>
    Effect.matchEffect(fs.realPath(path), {
      onSuccess: (real) => Effect.succeed<Place>({ path: real, problem: undefined }),
      onFailure: ({ reason }) =>
        Effect.gen(function* () {
          const isLink = (yield* Effect.option(fs.readLink(path)))._tag === "Some"
          const folder = paths.dirname(path)
          const here: Place["problem"] = isLink ? "deadLink" : reason._tag === "NotFound" ? "notFound" : "unreadable"
          if (folder === path) return { path, problem: here }
          const above = yield* placeOf(folder)
          const isAbsent = above.problem === undefined || above.problem === "notFound"
          return { path: paths.join(above.path, paths.basename(path)), problem: isAbsent ? here : above.problem }
        })
    })

  const typeOf = (path: string) => Effect.option(Effect.map(fs.stat(path), ({ type }) => type))

  return { paths, placeOf, typeOf }
})

/** The real path of a folder somebody gave as a root. */
const rootOf = (given: string): Effect.Effect<string, PathRefusedError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const { paths, placeOf, typeOf } = yield* files
    const wrong = textProblem(given)
    if (wrong !== undefined) return yield* refused("--root", given, wrong)
    const { path, problem } = yield* placeOf(paths.resolve(given))
    if (problem !== undefined) return yield* refused("--root", given, problem)
    const type = yield* typeOf(path)
    return type._tag === "Some" && type.value === "Directory" ? path : yield* refused("--root", given, "notFound")
  })

/** The roots there are: those that were given, else the working directory, unless that is the whole disk. */
const rootsOf = (given: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    if (given.length > 0) return yield* Effect.forEach(given, rootOf)
    const here = yield* rootOf(".")
    return (yield* Path.Path).dirname(here) === here ? [] : [here]
  })

/**
 * Paths below these folders; the working directory when there are none. A relative path is one from the first of them. A
 * folder that is not there is a `PathRefusedError`.
 */
export const layer = (
  given: ReadonlyArray<string>
): Layer.Layer<Roots, PathRefusedError, FileSystem.FileSystem | Path.Path | World> =>
  Layer.effect(
    Roots,
    Effect.gen(function* () {
      const { configuration, places } = yield* World
      const { paths, placeOf, typeOf } = yield* files
      const roots = yield* rootsOf(given)

      /** Known when the first path is asked for: a server that only starts reads no settings. The sandbox is in it. */
      const own = Effect.gen(function* () {
        const { isSandbox, path } = yield* places
        const credentials = (yield* configuration).get("google.credentials")
        const all = [isSandbox ? paths.dirname(path) : path, ...(credentials === undefined ? [] : [credentials])]
        return (yield* Effect.forEach(all, (one) => placeOf(paths.resolve(one)))).map((place) => place.path)
      })

      const judged = (field: string, path: string, use: Use): Effect.Effect<Place, AnyFailure> =>
        Effect.gen(function* () {
          const no = (reason: Reason) => refused(field, path, reason, roots)
          const wrong = textProblem(path)
          if (wrong !== undefined) return yield* no(wrong)
          const absolute = paths.resolve(roots[0] ?? paths.sep, path)
          const place = yield* placeOf(absolute)
          const bounds: Bounds = { roots, own: yield* own, separator: paths.sep }
          const problem = placeProblem(bounds, place.path, absolute, use)
          if (problem !== undefined) return yield* no(problem)
          if (place.problem !== undefined && (place.problem !== "notFound" || use === "read"))
            return yield* no(place.problem)
          return place
        })

      return {
        readable: (field, path) =>
          Effect.gen(function* () {
            const place = yield* judged(field, path, "read")
            const type = yield* typeOf(place.path)
            const isPlain = type._tag === "Some" && ["File", "Directory"].includes(type.value)
            return isPlain ? place.path : yield* refused(field, path, "special", roots)
          }),
        writable: (field, path) =>
          Effect.gen(function* () {
            const place = yield* judged(field, path, "write")
            return place.problem === undefined ? yield* refused(field, path, "exists", roots) : place.path
          })
      }
    })
  )
