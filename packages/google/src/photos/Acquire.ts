/**
 * Creating something that has to be given back, without making whoever is interrupted wait for more than he must: waits
 * before the request is sent end at once, but a request that is on its way is waited for, so that what it creates is known
 * and can be given back.
 *
 * @module
 */
import { Deferred, Effect, Exit, Fiber } from "effect"

/** Creates; what it is given goes around each attempt. */
export type Create<A, E> = (
  attempts: <A2, E2>(attempt: Effect.Effect<A2, E2>) => Effect.Effect<A2, E2>
) => Effect.Effect<A, E>

/** Creates, and gives back what came about although it is not wanted any more. To be run where nothing interrupts. */
export const acquire = <A, E>(
  create: Create<A, E>,
  restore: <A2, E2>(effect: Effect.Effect<A2, E2>) => Effect.Effect<A2, E2>,
  release: (created: A) => Effect.Effect<void>
): Effect.Effect<A, E> =>
  Effect.suspend(() => {
    let sending: Deferred.Deferred<boolean> | undefined
    const watched = <A2, E2>(attempt: Effect.Effect<A2, E2>): Effect.Effect<A2, E2> =>
      Effect.suspend(() => {
        const done = (sending = Deferred.makeUnsafe<boolean>())
        return Effect.onExit(attempt, (exit) => {
          if (!Exit.isSuccess(exit)) sending = undefined
          return Deferred.succeed(done, Exit.isSuccess(exit))
        })
      })
    const abandon = (fiber: Fiber.Fiber<A, E>): Effect.Effect<void> =>
      Effect.gen(function* () {
        const isCreated = sending !== undefined && (yield* Deferred.await(sending))
        if (!isCreated) return yield* Fiber.interrupt(fiber)
        const exit = yield* Fiber.await(fiber)
        if (Exit.isSuccess(exit)) yield* release(exit.value)
      })
    return Effect.flatMap(Effect.forkChild(Effect.interruptible(create(watched))), (fiber) =>
      Effect.onInterrupt(restore(Fiber.join(fiber)), () => abandon(fiber))
    )
  })
