/**
 * The way through a limiter: taking tokens, running, giving back what was not used.
 *
 * @module
 */
import { Effect, type Fiber } from "effect"
import type { Taken, Wait } from "../store/LimitState.ts"
import type { Hold, LimiterQueue, RateLimitedError } from "./LimiterQueue.ts"
import type { Policy } from "./Policy.ts"

/** The queue a call joins now; keyed limiters keep one only while somebody waits. */
export type QueueOf = () => LimiterQueue

/** Takes a weight and puts it into a hold owned by the caller; `undefined` when it is at hand. */
export const enter =
  (queueOf: QueueOf) =>
  (
    weight: number,
    hold: Hold,
    fiber: Fiber.Fiber<unknown, unknown>
  ): Effect.Effect<void, RateLimitedError> | undefined => {
    const queue = queueOf()
    const go = (answer: Taken | Wait): Effect.Effect<void, RateLimitedError> | undefined => {
      if (answer._tag === "Wait") return queue.wait(weight, hold, fiber)
      hold.taken = answer
      return undefined
    }
    const answer = queue.tryTake(weight, fiber)
    return Effect.isEffect(answer)
      ? Effect.uninterruptibleMask((restore) => Effect.flatMap(answer, (a) => restore(go(a) ?? Effect.void)))
      : go(answer)
  }

/** The limiter as a policy. */
export const guard =
  (queueOf: QueueOf, weight: number): Policy<RateLimitedError> =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) => {
    /** The handler that gives the tokens back stands before they are asked for, so nothing can fall in between. */
    const waitFor = (
      ask: (hold: Hold, fiber: Fiber.Fiber<unknown, unknown>) => Effect.Effect<void, RateLimitedError>
    ): Effect.Effect<A, E | RateLimitedError, R> => {
      const hold: Hold = { taken: undefined }
      return Effect.onExitPrimitive(
        Effect.withFiber<A, E | RateLimitedError, R>((fiber) =>
          Effect.flatMap(ask(hold, fiber), () => {
            hold.taken = undefined
            return effect
          })
        ),
        () => (hold.taken === undefined ? undefined : giveBack(queueOf, hold))
      )
    }
    return Effect.withFiber<A, E | RateLimitedError, R>((fiber) => {
      const queue = queueOf()
      const answer = queue.tryTake(weight, fiber)
      // Once the call runs its token is spent, so a token at hand needs no handler.
      if (!Effect.isEffect(answer)) {
        return answer._tag === "Taken" ? effect : waitFor((hold, fiber) => queue.wait(weight, hold, fiber))
      }
      return waitFor((hold, fiber) =>
        Effect.uninterruptibleMask((restore) =>
          Effect.flatMap(answer, (answer) => {
            if (answer._tag === "Wait") return restore(queue.wait(weight, hold, fiber))
            hold.taken = answer
            return Effect.void
          })
        )
      )
    })
  }

/** Gives back what a hold holds. */
export const giveBack = (queueOf: QueueOf, hold: Hold): Effect.Effect<void> =>
  Effect.withFiber((fiber) => queueOf().giveBack(hold, fiber) ?? Effect.void)
