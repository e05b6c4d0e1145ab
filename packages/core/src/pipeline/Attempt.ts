/**
 * What every single attempt goes through: breaker peek, rate limit, bulkhead, breaker admit, timeout, the service.
 *
 * The peek refuses at once when the circuit is open, before anyone waits for a token; the admission comes after all
 * waiting, so a probe slot is never held in a queue. A token taken for an attempt that is then refused, or interrupted
 * before the service was asked, is given back.
 *
 * @module
 */
import { Cause, Effect, type Exit, type Fiber } from "effect"
import { categoryOf, describeError, errorOfCause, refusedBy, retryAfterOf } from "../error/ErrorCategory.ts"
import { CurrentCall } from "../event/CurrentCall.ts"
import type { EndedAs } from "../event/ResilienceEvent.ts"
import type * as Bulkhead from "../policy/Bulkhead.ts"
import type { CircuitOpenError } from "../policy/CircuitBreaker.ts"
import { remainingMillis } from "../policy/CurrentDeadline.ts"
import { cutOff } from "../policy/CutOff.ts"
import * as Deadline from "../policy/Deadline.ts"
import type { Policy } from "../policy/Policy.ts"
import type * as RateLimiter from "../policy/RateLimiter.ts"
import * as Timeout from "../policy/Timeout.ts"
import { nowOf } from "../store/Now.ts"
import type { Stages } from "./Stages.ts"

/** What an attempt can fail with besides the service's own errors. */
export type AttemptError =
  | CircuitOpenError
  | RateLimiter.RateLimitedError
  | Bulkhead.BulkheadFullError
  | Timeout.AttemptTimeoutError
  | Deadline.DeadlineExceededError

/** How an exit is called in events. */
export const endedAs = (exit: Exit.Exit<unknown, unknown>): EndedAs => {
  if (exit._tag === "Success") return "success"
  if (Cause.hasInterruptsOnly(exit.cause)) return "interrupted"
  return Cause.hasFails(exit.cause) ? "failure" : "defect"
}

/** What events say about an exit: how it ended, and what the error looked like. */
export const endingOf = (exit: Exit.Exit<unknown, unknown>) => {
  const outcome = endedAs(exit)
  if (exit._tag === "Success" || outcome === "interrupted") return { outcome }
  const error = errorOfCause(exit.cause)
  return { outcome, error: describeError(error), category: categoryOf(error) }
}

/** Ends what takes longer than the timeout or the rest of the deadline, with one timer for both. */
const timed = (name: string, { deadlineMillis, publisher, timeoutMillis }: Stages) => {
  const late = (fiber: Fiber.Fiber<unknown, unknown>) => Timeout.timedOut(name, timeoutMillis, publisher, fiber)
  const over = (fiber: Fiber.Fiber<unknown, unknown>) => Deadline.exceeded(name, deadlineMillis, publisher, fiber)
  return <A, E, R>(effect: Effect.Effect<A, E, R>, fiber: Fiber.Fiber<unknown, unknown>) => {
    const remaining = remainingMillis(fiber)
    if (remaining <= 0) return Effect.suspend(() => Effect.fail(over(fiber)))
    if (remaining <= timeoutMillis) return remaining === Infinity ? effect : cutOff(effect, remaining, over)
    return cutOff(effect, timeoutMillis, late)
  }
}

/** What one attempt holds. */
class Holds {
  readonly token: RateLimiter.Hold = { taken: undefined }
  readonly permit: Bulkhead.Hold = { held: false }
  /** Whether the service was asked; from then on the token is spent. */
  asked = false
  startedAt = 0
}

/** The attempt stage of a service, made once. */
export const make = (name: string, stages: Stages): Policy<AttemptError> => {
  const { breaker, bulkhead, limiter, publisher } = stages
  const endInTime = timed(name, stages)

  const leave = (
    holds: Holds,
    exit: Exit.Exit<unknown, unknown>,
    fiber: Fiber.Fiber<unknown, unknown>
  ): Effect.Effect<void> | undefined => {
    bulkhead?.leave(holds.permit)
    if (publisher.active) {
      publisher.publish(fiber, {
        _tag: "AttemptDone",
        durationMs: nowOf(fiber) - holds.startedAt,
        ...endingOf(exit)
      })
    }
    if (limiter === undefined) return undefined
    if (!holds.asked) return limiter.leave(holds.token, fiber)
    return exit._tag === "Failure" ? penalty(limiter, exit.cause) : undefined
  }

  return <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.withFiber<A, E | AttemptError, R>((fiber) => {
      const holds = new Holds()

      const ask = Effect.withFiber<A, E | AttemptError, R>((fiber) => {
        holds.asked = true
        fiber.getRef(CurrentCall)?.countAttempt()
        return endInTime(effect, fiber)
      })
      const admit = breaker === undefined ? ask : breaker(ask)
      const share = (): Effect.Effect<A, E | AttemptError, R> => {
        const waiting = bulkhead?.enter(holds.permit, fiber)
        return waiting === undefined ? admit : Effect.flatMap(waiting, () => admit)
      }
      const pace = (): Effect.Effect<A, E | AttemptError, R> => {
        const waiting = limiter?.enter(1, holds.token, fiber)
        return waiting === undefined ? share() : Effect.flatMap(waiting, share)
      }
      // The handler stands before anything is taken, so nothing can fall in between.
      return Effect.onExitPrimitive(
        Effect.suspend(() => {
          if (publisher.active) holds.startedAt = nowOf(fiber)
          const refused = breaker?.refusal(fiber)
          return refused === undefined ? pace() : Effect.flatMap(refused, pace)
        }),
        (exit) => leave(holds, exit, fiber)
      )
    })
}

/** A service that said it had enough, and for how long, is left alone by everybody. */
const penalty = (limiter: RateLimiter.RateLimiter, cause: Cause.Cause<unknown>): Effect.Effect<void> | undefined => {
  const error = errorOfCause(cause)
  if (categoryOf(error) !== "throttled" || refusedBy(error) !== undefined) return undefined
  const retryAfter = retryAfterOf(error)
  return retryAfter === undefined ? undefined : limiter.penalize(retryAfter)
}
