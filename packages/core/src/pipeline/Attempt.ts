/**
 * What every single attempt goes through: breaker peek, rate limit, bulkhead, breaker admit, timeout, the service. An
 * operation with a lane waits for its turn there before the bulkhead, and for its pace after it, last of all waiting.
 *
 * The peek refuses at once when the circuit is open, before anyone waits for a token; the admission comes after all
 * waiting, so a probe slot is never held in a queue. A token taken for an attempt that is then refused, or interrupted
 * before the service was asked, is given back.
 *
 * @module
 */
import { Cause, type Context, Effect, Exit, type Fiber } from "effect"
import { categoryOf, describeError, errorOfCause, refusedBy, retryAfterOf } from "../error/ErrorCategory.ts"
import { callOf } from "../event/CurrentCall.ts"
import type { EndedAs } from "../event/ResilienceEvent.ts"
import type * as Bulkhead from "../policy/Bulkhead.ts"
import type * as CircuitBreaker from "../policy/CircuitBreaker.ts"
import { remainingMillis } from "../policy/CurrentDeadline.ts"
import type { Lane } from "./Lane.ts"
import { type Cut, start, stop } from "../policy/CutOff.ts"
import * as Deadline from "../policy/Deadline.ts"
import type { Policy } from "../policy/Policy.ts"
import type * as RateLimiter from "../policy/RateLimiter.ts"
import * as Timeout from "../policy/Timeout.ts"
import { shared, single } from "../store/Timers.ts"
import { nowOf } from "../store/Now.ts"
import type { Stages } from "./Stages.ts"

/** Everything the pipeline itself can fail with. */
export type ResilienceError =
  | CircuitBreaker.CircuitOpenError
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

/** What events say about the error of an exit; nothing of a success or an interruption. */
export const failureOf = (exit: Exit.Exit<unknown, unknown>) => {
  if (exit._tag === "Success" || Cause.hasInterruptsOnly(exit.cause)) return undefined
  const error = errorOfCause(exit.cause)
  return { error: describeError(error), category: categoryOf(error) }
}

/** What one attempt holds. */
class Holds {
  readonly token: RateLimiter.Hold = { taken: undefined }
  readonly permit: Bulkhead.Hold = { held: false }
  readonly admission: CircuitBreaker.Hold = { admission: undefined, startedAt: 0 }
  readonly cut: Cut = { running: undefined }
  /** `undefined` without a lane. */
  readonly lane: LaneHolds | undefined
  /** Whether the service was asked; from then on the token is spent. */
  asked = false
  /** Whether the call's deadline ended the attempt before its timeout did. */
  outOfTime = false
  startedAt = 0

  constructor(lane: Lane | undefined) {
    this.lane = lane === undefined ? undefined : new LaneHolds()
  }
}

/** Goes on at once when nothing has to be waited for. */
const after = <A, E, R, E2>(
  waiting: Effect.Effect<void, E2> | undefined,
  next: () => Effect.Effect<A, E, R>
): Effect.Effect<A, E | E2, R> => (waiting === undefined ? next() : Effect.flatMap(waiting, next))

/** What an attempt holds of its lane. */
class LaneHolds {
  readonly turn: Bulkhead.Hold = { held: false }
  readonly pace: RateLimiter.Hold = { taken: undefined }
}

/** Which circuit, counts and lane an attempt uses. */
export interface Way {
  readonly breaker: CircuitBreaker.CircuitOfKey | undefined
  readonly limiter: RateLimiter.LimiterOfKey | undefined
  readonly lane: Lane | undefined
}

/** The attempt stage of a service, made once for each way through it. */
export const make = (name: string, stages: Stages, { breaker, lane, limiter }: Way): Policy<ResilienceError> => {
  const { bulkhead, observer, publisher } = stages
  const timeoutMillis = lane?.timeoutMillis ?? stages.timeoutMillis
  const timeout = shared(timeoutMillis)
  const late = (fiber: Fiber.Fiber<unknown, unknown>) => Timeout.timedOut(name, timeoutMillis, publisher, fiber)
  const over = (fiber: Fiber.Fiber<unknown, unknown>) => {
    const call = callOf(fiber)
    return Deadline.exceeded(name, call === undefined ? 0 : call.deadline - call.startedAt, publisher, fiber)
  }

  /** Asks the service, for no longer than the timeout and the rest of the deadline; one timer serves both. */
  const ask = <A, E, R>(
    holds: Holds,
    effect: Effect.Effect<A, E, R>,
    fiber: Fiber.Fiber<unknown, unknown>
  ): Effect.Effect<A, E | ResilienceError, R> => {
    const remaining = remainingMillis(fiber)
    if (remaining <= 0) return Effect.fail(over(fiber))
    holds.asked = true
    callOf(fiber)?.countAttempt()
    const byDeadline = remaining <= timeoutMillis
    const millis = byDeadline ? remaining : timeoutMillis
    if (millis === Infinity) return effect
    const end = (fiber: Fiber.Fiber<unknown, unknown>): ResilienceError => {
      if (!byDeadline) return late(fiber)
      holds.outOfTime = true
      return over(fiber)
    }
    const timer = byDeadline ? single(millis) : timeout
    return Effect.contextWith((context: Context.Context<R>) => start(holds.cut, effect, timer, end, context))
  }

  const release = (
    holds: Holds,
    exit: Exit.Exit<unknown, unknown>,
    fiber: Fiber.Fiber<unknown, unknown>
  ): Effect.Effect<void> | undefined => {
    bulkhead?.leave(holds.permit)
    if (holds.lane !== undefined) lane?.bulkhead?.leave(holds.lane.turn)
    if (publisher.active) {
      const now = nowOf(fiber)
      const durationMs = now - holds.startedAt
      publisher.publish(fiber, { _tag: "AttemptDone", durationMs, outcome: endedAs(exit), ...failureOf(exit) }, now)
    }
    if (holds.asked) return limiter === undefined ? undefined : penalty(limiter, exit)
    const pace = holds.lane === undefined ? undefined : lane?.limiter?.leave(holds.lane.pace, fiber)
    const token = limiter?.leave(holds.token, fiber)
    return pace === undefined || token === undefined ? (pace ?? token) : Effect.andThen(pace, token)
  }

  /** The result is booked first: whoever gets the permit next must meet the circuit as this attempt left it. */
  const leave = (
    holds: Holds,
    exit: Exit.Exit<unknown, unknown>,
    fiber: Fiber.Fiber<unknown, unknown>
  ): Effect.Effect<void> | undefined => {
    // A caller in a hurry says nothing about the service; without a timeout only the deadline can tell that it hangs.
    const verdict = holds.outOfTime && timeoutMillis !== Infinity ? Exit.interrupt() : exit
    const booked = breaker?.leave(holds.admission, verdict, fiber)
    return booked === undefined
      ? release(holds, exit, fiber)
      : Effect.flatMap(booked, () => release(holds, exit, fiber) ?? Effect.void)
  }

  return <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.withFiber<A, E | ResilienceError, R>((fiber) => {
      const holds = new Holds(lane)
      const admit = () => after(breaker?.enter(holds.admission, fiber), () => ask(holds, effect, fiber))
      const own = holds.lane
      const inPace = own === undefined ? admit : () => after(lane?.limiter?.enter(1, own.pace, fiber), admit)
      const share = () => after(bulkhead?.enter(holds.permit, fiber), inPace)
      const inTurn = own === undefined ? share : () => after(lane?.bulkhead?.enter(own.turn, fiber), share)
      const pace = () => after(limiter?.enter(callOf(fiber)?.weight ?? 1, holds.token, fiber), inTurn)
      // The handler stands before anything is taken, so nothing can fall in between.
      const attempt = Effect.onExitPrimitive(
        Effect.suspend(() => {
          if (publisher.active) holds.startedAt = nowOf(fiber)
          return after(breaker?.refusal(fiber), pace)
        }),
        (exit) => {
          const stopping = stop(holds.cut)
          return stopping === undefined
            ? leave(holds, exit, fiber)
            : Effect.flatMap(stopping, () => leave(holds, exit, fiber) ?? Effect.void)
        }
      )
      const call = observer === undefined ? undefined : callOf(fiber)
      return observer === undefined || call === undefined ? attempt : observer.attempt(attempt, call)
    })
}

/** A service that said it had enough, and for how long, is left alone by everybody. */
const penalty = (
  limiter: RateLimiter.LimiterOfKey,
  exit: Exit.Exit<unknown, unknown>
): Effect.Effect<void> | undefined => {
  if (exit._tag === "Success") return undefined
  const error = errorOfCause(exit.cause)
  if (categoryOf(error) !== "throttled" || refusedBy(error) !== undefined) return undefined
  const retryAfter = retryAfterOf(error)
  return retryAfter === undefined ? undefined : limiter.penalize(retryAfter)
}
