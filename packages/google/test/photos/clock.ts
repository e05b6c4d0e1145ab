/** Running something while the clock of the test goes on. */
import { Duration, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"

/** Lets everything happen that waits for no clock: bodies are read in promises. */
export const settle = Effect.promise(() => new Promise((resolve) => setImmediate(resolve))).pipe(
  Effect.repeat({ times: 5 })
)

/** Lets the clock go on step by step until a fiber is done, and no longer than `limit`. */
export const pass = <A, E>(fiber: Fiber.Fiber<A, E>, step: Duration.Input, limit: Duration.Input) =>
  Effect.gen(function* () {
    const steps = Duration.toMillis(limit) / Duration.toMillis(step)
    for (let count = 0; count < steps; count++) {
      yield* settle
      if (fiber.pollUnsafe() !== undefined) return
      yield* TestClock.adjust(step)
    }
    yield* settle
  })

/** The disk has a time of its own: the clock must not run away from it on a machine that is busy. */
const disk = Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 2)))

/** Runs an effect that may use the disk while the clock goes on second by second. */
export const within = <A, E, R>(limit: Duration.Input, effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    const seconds = Duration.toSeconds(limit)
    for (let count = 0; count < seconds && fiber.pollUnsafe() === undefined; count++) {
      yield* Effect.andThen(settle, disk)
      yield* TestClock.adjust("1 second")
    }
    return yield* Fiber.join(fiber)
  })
