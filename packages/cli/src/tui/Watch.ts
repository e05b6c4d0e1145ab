/**
 * What is watched, as a stream of views: one at once, and one more each time it is time.
 *
 * @module
 */
import type { Snapshot } from "@skippy/core"
import { Clock, type Duration, Effect, Stream } from "effect"
import * as Model from "./Model.ts"
import type { View } from "./View.ts"

/** What somebody watches. */
export interface Source<E = never, R = never> {
  /** The folder that is watched. */
  readonly path: string
  readonly sandbox: boolean
  /** What happened since it was last asked for, in its order. */
  readonly news: Effect.Effect<ReadonlyArray<Model.Told>, E, R>
  /** What circuits, limits and caches say now. */
  readonly snapshot: Effect.Effect<Snapshot.Snapshot, E, R>
}

const step = <E, R>({ news, snapshot }: Source<E, R>, model: Model.Model) =>
  Effect.gen(function* () {
    const told = yield* news
    const picture = yield* snapshot
    const now = yield* Clock.currentTimeMillis
    const next = Model.look(
      told.reduce((all, one) => Model.tell(all, one, now), model),
      picture
    )
    return [next, [Model.view(next, now)]] as const
  })

/** The views of a source, `every` so often. */
export const views = <E, R>(source: Source<E, R>, every: Duration.Input): Stream.Stream<View, E, R> =>
  Stream.tick(every).pipe(
    Stream.mapAccumEffect(
      () => Model.make(source.path, source.sandbox),
      (model) => step(source, model)
    )
  )
