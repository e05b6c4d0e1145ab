/**
 * Small texts under names that outlive a program: the session of an upload that was broken off, the record of moves that
 * can be undone. Whoever is killed and started again finds what it had noted.
 *
 * Texts may be secret. They are never logged, nor are their keys, and in files only their owner can read them.
 *
 * @example
 * ```ts
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { StateStore } from "@skippy/core"
 * import { Effect, FileSystem, Layer } from "effect"
 *
 * const note = Effect.gen(function* () {
 *   const store = yield* StateStore
 *   yield* store.set("uploads/report", "half of it is there", { ttl: "7 days" })
 * })
 * const look = Effect.gen(function* () {
 *   const store = yield* StateStore
 *   console.log(yield* store.keys("uploads/"), yield* store.get("uploads/report"))
 * })
 *
 * const program = Effect.gen(function* () {
 *   const directory = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
 *   yield* Effect.provide(note, StateStore.layerFiles(directory))
 *   yield* Effect.provide(look, Layer.fresh(StateStore.layerFiles(directory)))
 * })
 *
 * await Effect.runPromise(program.pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))
 * ```
 *
 * ```text
 * [ 'uploads/report' ] half of it is there
 * ```
 *
 * @module
 */
import { Clock, Context, Duration, Effect, type FileSystem, Layer } from "effect"
import * as StateFiles from "./StateFiles.ts"
import type { StateStoreError } from "./StateStoreError.ts"

export { StateOperation, StateStoreError } from "./StateStoreError.ts"

/** How a text is kept. */
export interface SetOptions {
  /** How long it is there. For ever by default. */
  readonly ttl?: Duration.Input | undefined
}

/** What every store of states does. */
export interface States {
  /** The text of a key, unless there is none or its time is over. */
  readonly get: (key: string) => Effect.Effect<string | undefined, StateStoreError>
  /** Puts a text in place of the one that was there, wholly or not at all. The time it has begins now. */
  readonly set: (key: string, text: string, options?: SetOptions) => Effect.Effect<void, StateStoreError>
  /** Nothing happens when there is none. */
  readonly remove: (key: string) => Effect.Effect<void, StateStoreError>
  /** The keys that begin so, in the order of their characters. */
  readonly keys: (prefix: string) => Effect.Effect<ReadonlyArray<string>, StateStoreError>
}

interface Kept {
  readonly text: string
  readonly expiresAt: number
}

const expiryOf = (now: number, { ttl = Duration.infinity }: SetOptions = {}): number => now + Duration.toMillis(ttl)

const makeMemory = (): States => {
  const kept = new Map<string, Kept>()
  const sweep = (now: number): void => {
    for (const [key, { expiresAt }] of kept) if (expiresAt <= now) kept.delete(key)
  }
  const at = <A>(look: (now: number) => A): Effect.Effect<A> =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      sweep(now)
      return look(now)
    })
  return {
    get: (key) => at(() => kept.get(key)?.text),
    set: (key, text, options) => at((now) => void kept.set(key, { text, expiresAt: expiryOf(now, options) })),
    remove: (key) => at(() => void kept.delete(key)),
    keys: (prefix) => at(() => [...kept.keys()].filter((key) => key.startsWith(prefix)).toSorted())
  }
}

/** Small texts under names, which may outlive the program. */
export class StateStore extends Context.Service<StateStore, States>()("@skippy/core/store/StateStore") {
  /** Keeps them in memory: they are gone with the program. */
  static readonly layerMemory: Layer.Layer<StateStore> = Layer.sync(StateStore, makeMemory)

  /**
   * Keeps each in a file of its own in a directory, which is made when the first is written, for its owner only. Files are
   * replaced as a whole, so that several programs can share the directory; one that cannot be read is set aside, with a
   * warning. Texts whose time is over are removed when somebody comes across them.
   */
  static readonly layerFiles = (directory: string): Layer.Layer<StateStore, never, FileSystem.FileSystem> =>
    Layer.effect(
      StateStore,
      Effect.map(StateFiles.make(directory), ({ get, keys, remove, set }) => ({
        get,
        keys,
        remove,
        set: (key, text, options) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => set(key, text, expiryOf(now, options)))
      }))
    )
}
