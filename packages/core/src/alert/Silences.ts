/**
 * Where silences are kept: in this process, unless a layer says that they are shared.
 *
 * @module
 */
import { Clock, Context, Effect, Layer, Schema } from "effect"
import { ErrorCategory } from "../error/ErrorCategory.ts"
import type { Silence } from "./Silence.ts"

/** Silences that are kept elsewhere cannot be read or changed. */
export class SilenceError extends Schema.TaggedError<SilenceError>()("SilenceError", {
  problem: Schema.String,
  category: ErrorCategory
}) {
  override get message(): string {
    return `silences cannot be read or changed: ${this.problem}`
  }
}

/** The silences of all who share them. */
export interface Shape {
  /** Whether others may add some. */
  readonly isShared: boolean
  readonly add: (silence: Silence) => Effect.Effect<void, SilenceError>
  /** Answers whether there was one of this id. */
  readonly remove: (id: string) => Effect.Effect<boolean, SilenceError>
  /** Those that are not over, the oldest first. */
  readonly list: Effect.Effect<ReadonlyArray<Silence>, SilenceError>
}

/** The silences of the alert managers that are built on it. `SharedSilences.layer` has those of other processes too. */
export class Silences extends Context.Service<Silences, Shape>()("@skippy/core/alert/Silences") {
  /** Those of this process. */
  static readonly layerMemory: Layer.Layer<Silences> = Layer.sync(Silences, () => makeMemory())
}

/** Those that are not over, the oldest first. */
export const lasting = (all: Iterable<Silence>, now: number): ReadonlyArray<Silence> =>
  Array.from(all)
    .filter(({ endsAt }) => endsAt > now)
    .toSorted((a, b) => a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1))

/** Silences in memory. */
export const makeMemory = (): Shape => {
  const kept = new Map<string, Silence>()
  const list = Effect.map(Clock.currentTimeMillis, (now) => {
    const all = lasting(kept.values(), now)
    kept.clear()
    for (const one of all) kept.set(one.id, one)
    return all
  })
  return {
    isShared: false,
    list,
    add: (silence) => Effect.sync(() => void kept.set(silence.id, silence)),
    remove: (id) => Effect.map(list, () => kept.delete(id))
  }
}
