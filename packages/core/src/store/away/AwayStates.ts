/**
 * Small texts in a shared store. There is nothing else that could stand in for them, so while the store is away they fail,
 * at once, with the error their users know.
 *
 * @module
 */
import { Clock, Duration, Effect } from "effect"
import type { SetOptions, States } from "../StateStore.ts"
import { type StateOperation, type StateStoreError, storeAwayError } from "../StateStoreError.ts"
import type { Gate } from "./Gate.ts"
import type { RawDecision, RawStates } from "./RawStores.ts"

const expiryOf = (now: number, { ttl = Duration.infinity }: SetOptions = {}): number => now + Duration.toMillis(ttl)

/** Makes the store of states. */
export const states = (gate: Gate, raw: RawStates): States => {
  const run = <A>(operation: StateOperation, ask: (now: number) => RawDecision<A>): Effect.Effect<A, StateStoreError> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const answer = gate.decide<A, A, StateStoreError>({
        ask: () => ask(now),
        heard: (value) => value,
        otherwise: () => Effect.fail(storeAwayError(operation, gate.store))
      })
      return Effect.isEffect(answer) ? answer : Effect.succeed(answer)
    })
  return {
    get: (key) => run("get", (now) => raw.get(key, now)),
    set: (key, text, options) => run("set", (now) => raw.set(key, text, expiryOf(now, options), now)),
    remove: (key) => run("remove", () => raw.remove(key)),
    keys: (prefix) => run("keys", (now) => raw.keys(prefix, now))
  }
}
