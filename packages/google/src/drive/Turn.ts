/**
 * Waiting for one's turn. A single call is told at once when the limits of the service leave it no room for a while; a batch, or
 * who goes through all pages of a list, has nothing better to do than to wait: each request is made when there is room.
 *
 * @module
 */
import { BulkheadFullError, RateLimitedError } from "@skippy/core"
import { Context, Duration, Effect } from "effect"

/** The longest wait for one turn, in milliseconds. After a longer one, such as Google may ask for, it is told as it is. */
export const longestMillis = 120_000

/** How long after there was no room for another request at the same time, in milliseconds. */
const roomMillis = 1000

const IsPatient = Context.Reference<boolean>("@skippy/google/drive/Turn", { defaultValue: () => false })

/** Lets every request within wait for its turn. */
export const patiently = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(effect, IsPatient, true)

/** How long to wait, in milliseconds, before it is worth trying again; `undefined` when that does not help. */
const waitOf = (error: unknown): number | undefined => {
  if (error instanceof BulkheadFullError) return roomMillis
  // `exceeded`: whoever configured the limits wants no waiting.
  if (!(error instanceof RateLimitedError) || error.reason === "exceeded" || error.retryAfter === undefined) {
    return undefined
  }
  const millis = Duration.toMillis(error.retryAfter)
  return millis <= longestMillis ? Math.max(1, millis) : undefined
}

const waiting = <A, E, R>(call: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.catch(call, (error) => {
    const millis = waitOf(error)
    return millis === undefined ? Effect.fail(error) : Effect.andThen(Effect.sleep(millis), waiting(call))
  })

/** A call through the policies; one of a batch is made again when it was refused for want of room, and so was not sent. */
export const inTurn = <A, E, R>(call: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(IsPatient, (isPatient) => (isPatient ? waiting(call) : call))
