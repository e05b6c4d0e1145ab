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

/** Runs an effect while the clock goes on second by second. */
export const within = <A, E, R>(limit: Duration.Input, effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    yield* pass(fiber, "1 second", limit)
    return yield* Fiber.join(fiber)
  })
