/**
 * Where the records of batches are kept: in the `StateStore`, under `drive/moves/<id>`, for 30 days.
 *
 * @module
 */
import { StateStore, type StateStoreError } from "@skippy/core"
import { Clock, DateTime, Duration, Effect, Option, Random, Schema } from "effect"
import { isFinished, MoveRecord } from "./MoveRecord.ts"

/** How long a record is kept after it was written last. */
export const keptFor = Duration.days(30)

const prefix = "drive/moves/"

/** Keeps records. */
export interface MoveLedger {
  readonly keep: (record: MoveRecord) => Effect.Effect<void, StateStoreError>
  /** `undefined` when there is none, or none that can be read. */
  readonly find: (id: string) => Effect.Effect<MoveRecord | undefined, StateStoreError>
  /** Those with something left to be moved, the oldest first. */
  readonly unfinished: Effect.Effect<ReadonlyArray<MoveRecord>, StateStoreError>
}

const Text = Schema.fromJsonString(MoveRecord)
const encode = Schema.encodeEffect(Text)
const decode = Schema.decodeUnknownOption(Text)

/** An id that tells when the batch began, and no other batch has: `20261116T143025-5f0c9a…`. */
export const newId: Effect.Effect<string> = Effect.gen(function* () {
  const now = DateTime.makeUnsafe(yield* Clock.currentTimeMillis)
  const chance = Math.floor((yield* Random.next) * 2 ** 48)
  const time = DateTime.formatIso(now).slice(0, 19).replaceAll(/[-:]/g, "")
  return `${time}-${chance.toString(16).padStart(12, "0")}`
})

/** Makes it over the store of the context. */
export const make: Effect.Effect<MoveLedger, never, StateStore> = Effect.map(StateStore, (store) => {
  const find: MoveLedger["find"] = (id) =>
    Effect.map(store.get(prefix + id), (text) => (text === undefined ? undefined : Option.getOrUndefined(decode(text))))
  return {
    keep: (record) =>
      // What was made as a record can be written as one.
      Effect.flatMap(Effect.orDie(encode(record)), (text) => store.set(prefix + record.id, text, { ttl: keptFor })),
    find,
    unfinished: Effect.gen(function* () {
      const keys = yield* store.keys(prefix)
      const records = yield* Effect.forEach(keys, (key) => find(key.slice(prefix.length)))
      return records
        .filter((record) => record !== undefined)
        .filter((record) => !isFinished(record))
        .sort((a, b) => a.startedAt.localeCompare(b.startedAt))
    })
  }
})
