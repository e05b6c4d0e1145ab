/**
 * The way through a limiter: taking tokens, running, giving back what was not used.
 *
 * @module
 */
import { Effect, type Fiber } from "effect"
import type { Decision } from "../store/Decision.ts"
import type { Taken, Wait } from "../store/LimitState.ts"
import type { Hold, LimiterQueue, RateLimitedError } from "./LimiterQueue.ts"
import type { Policy } from "./Policy.ts"

/** The queue a call joins now; keyed limiters keep one only while somebody waits. */
export type QueueOf = () => LimiterQueue

/** Puts what was taken into the hold, or waits in line for it; `undefined` when it was at hand. */
const settle = (
  queue: LimiterQueue,
  answer: Decision<Taken | Wait>,
  weight: number,
  hold: Hold,
  fiber: Fiber.Fiber<unknown, unknown>
): Effect.Effect<void, RateLimitedError> | undefined => {
  if (Effect.isEffect(answer)) {
    return Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(answer, (answer) => restore(settle(queue, answer, weight, hold, fiber) ?? Effect.void))
    )
  }
  if (answer._tag === "Wait") return queue.wait(weight, hold, fiber)
  hold.taken = answer
  return undefined
}

/** Takes a weight and puts it into a hold owned by the caller; `undefined` when it is at hand. */
export const enter = (queueOf: QueueOf) => (weight: number, hold: Hold, fiber: Fiber.Fiber<unknown, unknown>) => {
  const queue = queueOf()
  return settle(queue, queue.tryTake(weight, fiber), weight, hold, fiber)
}

/** The limiter as a policy. */
export const guard =
  (queueOf: QueueOf, weight: number): Policy<RateLimitedError> =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.withFiber<A, E | RateLimitedError, R>((fiber) => {
      const queue = queueOf()
      const answer = queue.tryTake(weight, fiber)
      // Once the call runs its token is spent, so a token at hand needs no handler.
      if (!Effect.isEffect(answer) && answer._tag === "Taken") return effect
      const hold: Hold = { taken: undefined }
      // The handler that gives the tokens back stands before they are asked for, so nothing can fall in between.
      return Effect.onExitPrimitive(
        Effect.suspend(() =>
          Effect.flatMap(settle(queue, answer, weight, hold, fiber) ?? Effect.void, () => {
            hold.taken = undefined
            return effect
          })
        ),
        () => (hold.taken === undefined ? undefined : giveBack(queueOf, hold))
      )
    })

/** Gives back what a hold holds. */
export const giveBack = (queueOf: QueueOf, hold: Hold): Effect.Effect<void> =>
  Effect.withFiber((fiber) => queueOf().giveBack(hold, fiber) ?? Effect.void)
