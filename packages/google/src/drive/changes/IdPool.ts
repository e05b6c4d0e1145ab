/**
 * Ids that were fetched and not yet given away. Pure.
 *
 * Google takes 5 units for a request of ids, whether it is for one or for a thousand, so they are fetched in lots. It does
 * not say how long an id that was not used stays good; a pool keeps none for longer than an hour.
 *
 * @module
 */

/** How many ids are fetched at once: the first time, and at most. */
export const smallestLot = 20
/** Also the most that is lost when a program ends. */
export const largestLot = 100

/** How long an id is kept, in milliseconds. */
export const maxAgeMillis = 3_600_000

/** A lot that was used up within this time (milliseconds) is followed by one twice as large. */
export const quickMillis = 60_000

/** A pool of ids. */
export interface IdPool {
  /** The next one is the last. */
  readonly ids: ReadonlyArray<string>
  /** When the lot was asked for, in milliseconds since the epoch. */
  readonly askedAt: number
  /** How large it was. */
  readonly lot: number
}

/** No ids yet. */
export const empty: IdPool = { ids: [], askedAt: Number.NEGATIVE_INFINITY, lot: 0 }

/** Takes an id; `undefined` when there is none that is young enough. */
export const take = (pool: IdPool, now: number): readonly [id: string | undefined, pool: IdPool] => {
  const age = now - pool.askedAt
  // A clock that was set back tells nothing about the age.
  if (age < 0 || age > maxAgeMillis) return [undefined, { ...pool, ids: [] }]
  return [pool.ids.at(-1), { ...pool, ids: pool.ids.slice(0, -1) }]
}

/** How many ids to ask for, when so many are waiting for one. */
export const nextLot = ({ askedAt, lot }: IdPool, now: number, waiting: number): number => {
  const age = now - askedAt
  const isQuick = age >= 0 && age <= quickMillis
  return Math.min(largestLot, Math.max(smallestLot, waiting, isQuick ? 2 * lot : 0))
}

/** A new lot that was asked for at a moment. What was left of the one before is dropped, each id is kept once. */
export const filled = (ids: ReadonlyArray<string>, askedAt: number): IdPool => {
  const once = [...new Set(ids)]
  return { ids: once.toReversed(), askedAt, lot: once.length }
}
