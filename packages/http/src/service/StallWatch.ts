/**
 * Notices that nothing comes any more. A download may take hours, but not minutes without a byte.
 *
 * @module
 */
import { Clock, Effect } from "effect"

/** Watches one exchange at a time. */
export interface StallWatch {
  /** Something came. */
  readonly touch: Effect.Effect<void>
  /** Ends an effect when nothing came for too long, since it began or since the last touch. */
  readonly guard: <A, E, R, E2>(
    effect: Effect.Effect<A, E, R>,
    late: Effect.Effect<never, E2>
  ) => Effect.Effect<A, E | E2, R>
}

/** Watches for pauses longer than `idleMillis`. */
export const make = (idleMillis: number): StallWatch => {
  let last = 0
  const touch = Effect.map(Clock.currentTimeMillis, (now) => {
    last = now
  })
  const stalled: Effect.Effect<void> = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const rest = last + idleMillis - now
    return rest <= 0 ? Effect.void : Effect.andThen(Effect.sleep(rest), stalled)
  })
  return {
    touch,
    guard: (effect, late) => Effect.andThen(touch, Effect.raceFirst(effect, Effect.andThen(stalled, late)))
  }
}
