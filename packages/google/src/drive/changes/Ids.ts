/**
 * Ids for what is going to be made. Whoever makes a file with an id of their own can ask again after a lost answer: Drive
 * refuses the second one.
 *
 * Source: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/generateIds,
 * https://developers.google.com/workspace/drive/api/guides/create-file
 *
 * @module
 */
import { Clock, Effect, Schema, Semaphore } from "effect"
import type { Api, Failure } from "../Api.ts"
import * as IdPool from "./IdPool.ts"

/** Gives ids. */
export interface Ids {
  /**
   * An id nobody else is given. They are fetched in lots, of 20 up to 100, by one request at a time that all who wait share:
   * it fails for all of them. Whoever is interrupted loses an id at most.
   */
  readonly next: Effect.Effect<string, Failure>
}

/** At least one, or it is not an answer of Drive. */
const GeneratedIds = Schema.Struct({ ids: Schema.NonEmptyArray(Schema.NonEmptyString) })

const asked = { operation: "generateIds", kind: "other", idempotent: true } as const

/** Makes ids for one account. */
export const make = (api: Api): Ids => {
  const turn = Semaphore.makeUnsafe(1)
  const generate = api.call(GeneratedIds)
  let pool = IdPool.empty
  let waiting = 0
  /** How many requests have ended, and how the last of them failed. */
  let ended = 0
  let failure: Failure | undefined

  const take = (now: number): string | undefined => {
    const [id, rest] = IdPool.take(pool, now)
    pool = rest
    return id
  }

  const fetched = (now: number): Effect.Effect<string, Failure> =>
    Effect.gen(function* () {
      const query = { count: IdPool.nextLot(pool, now, waiting), space: "drive", type: "files" }
      const { ids } = yield* generate(asked, api.requests.get("/files/generateIds", { ...query, fields: "ids" }))
      ended += 1
      failure = undefined
      pool = IdPool.filled(ids, now)
      // The lot has one: `NonEmptyArray`.
      return take(now) ?? ids[0]
    }).pipe(
      Effect.tapError((error) =>
        Effect.sync(() => {
          ended += 1
          failure = error
        })
      )
    )

  const next = Effect.suspend(() => {
    const before = ended
    waiting += 1
    const given = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const id = take(now)
      if (id !== undefined) return id
      // The request this one was waiting for has failed.
      if (failure !== undefined && ended > before) return yield* failure
      return yield* fetched(now)
    })
    return Effect.ensuring(
      turn.withPermit(given),
      Effect.sync(() => {
        waiting -= 1
      })
    )
  })

  return { next }
}
