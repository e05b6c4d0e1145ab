/**
 * What all policies have in common: a policy is a function from effect to effect, so `effect.pipe(policy)` guards it.
 *
 * @module
 */
import type { Effect } from "effect"

/** A function that guards an effect and may fail with errors of its own. */
export interface Policy<out E2 = never> {
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | E2, R>
}

/** A policy with members: functions cannot be given a `name` by assignment, so properties are defined one by one. */
export const withMembers = <F extends (...args: never) => unknown, M extends object>(f: F, members: M): F & M =>
  Object.defineProperties(f, Object.getOwnPropertyDescriptors(members)) as F & M
