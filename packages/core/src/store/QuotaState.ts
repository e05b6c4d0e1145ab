/**
 * What a service said of its own quotas: how much is left, and until when. Between two answers the count goes on here, so
 * that calls which are on their way are not forgotten.
 *
 * @module
 */

/** What a service said of one of its quotas. */
export interface Quota {
  /** Tells the quotas of one service apart; refusals name it. */
  readonly name: string
  /** What may still be taken until the reset. */
  readonly remaining: number
  /** Milliseconds until the service counts anew. */
  readonly resetAfterMillis: number
}

/** One quota as it is believed to be. */
interface Known {
  remaining: number
  resetAt: number
  /** When this window was first heard of: what was taken before is no part of its count. */
  since: number
}

/** The quotas a service spoke of, by name. */
export type Quotas = Map<string, Known>

/** Answers tell whole seconds and come at different times: resets this close are the same. */
const sameReset = 2000

/** Names come from a service; one that makes up new ones all the time must not fill the memory. */
const maxNames = 16

/** Takes the service's word. Within one window the smaller count is the newer one, whatever order the answers come in. */
export const observe = (quotas: Quotas, { name, remaining, resetAfterMillis }: Quota, time: number): void => {
  if (!(remaining >= 0) || !(resetAfterMillis > 0) || resetAfterMillis === Infinity) return
  const resetAt = time + resetAfterMillis
  const left = Math.floor(remaining)
  const known = quotas.get(name)
  if (known !== undefined && known.resetAt > time && Math.abs(known.resetAt - resetAt) <= sameReset) {
    known.remaining = Math.min(known.remaining, left)
    return
  }
  forget(quotas, time)
  if (known === undefined && quotas.size >= maxNames) return
  quotas.set(name, { remaining: left, resetAt, since: time })
}

/** Leaves out windows that are over. */
export const forget = (quotas: Quotas, time: number): void => {
  for (const [name, { resetAt }] of quotas) {
    if (resetAt <= time) quotas.delete(name)
  }
}

/** What is in the way of `weight`: the quota, and milliseconds until its reset. */
export const obstacle = (
  quotas: Quotas,
  weight: number,
  time: number
): { name: string; millis: number } | undefined => {
  let found: { name: string; millis: number } | undefined
  for (const [name, { remaining, resetAt }] of quotas) {
    const millis = resetAt - time
    if (millis > 0 && remaining < weight && millis > (found?.millis ?? 0)) found = { name, millis }
  }
  return found
}

/** Takes from all quotas that are in force. */
export const take = (quotas: Quotas, weight: number, time: number): void => {
  for (const known of quotas.values()) {
    if (known.resetAt > time) known.remaining = Math.max(0, known.remaining - weight)
  }
}

/** Gives back what was taken at `takenAt`, where it was counted. */
export const giveBack = (quotas: Quotas, weight: number, takenAt: number, time: number): void => {
  for (const known of quotas.values()) {
    if (known.resetAt > time && takenAt >= known.since) known.remaining += weight
  }
}
