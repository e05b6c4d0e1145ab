/**
 * The seam for shared state. A stateful policy asks its store for one decision at a time, and a decision is one atomic
 * step. Memory answers with the value itself, so it costs no effect; SQLite or Redis answer with an effect.
 *
 * A store never fails: what happens when it is away (allow, refuse, decide locally) is the store's own setting, so that
 * its trouble can never come out as the caller's error.
 *
 * @module
 */
import { Effect } from "effect"

/** One atomic decision: at hand, or an effect that fetches it. */
export type Decision<A> = A | Effect.Effect<A>

/** Goes on with a decision, without an effect in between when it is at hand. */
export const andThen = <A, B, E, R>(
  decision: Decision<A>,
  f: (a: A) => Effect.Effect<B, E, R>
): Effect.Effect<B, E, R> => (Effect.isEffect(decision) ? Effect.flatMap(decision, f) : f(decision))

/** The decision as an effect. */
export const toEffect = <A>(decision: () => Decision<A>): Effect.Effect<A> =>
  Effect.suspend(() => {
    const value = decision()
    return Effect.isEffect(value) ? value : Effect.succeed(value)
  })
