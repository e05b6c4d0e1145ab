/**
 * Repeats a call that failed for a passing reason.
 *
 * Use it for calls to anything that can be briefly unavailable or busy. It is safe by default: a call that is not marked
 * idempotent is repeated only when the service certainly did not carry it out, a `retryAfter` is obeyed or the call
 * fails at once, no wait is started that cannot end before the deadline, and a budget keeps retries from multiplying an
 * outage. When it gives up, the call fails with the operation's own last error, even when a policy refused the attempts
 * after it; the event `RetryStopped` says why.
 *
 * @example
 * ```ts
 * import { Retry } from "@skippy/core"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const retry = yield* Retry.make({ name: "reports", idempotent: true, backoff: { base: "10 millis" } })
 *   let attempts = 0
 *   const flaky = Effect.suspend(() => ++attempts < 3 ? Effect.fail("connection reset") : Effect.succeed("report"))
 *   const report = yield* flaky.pipe(retry)
 *   console.log(`${report} after ${attempts} attempts`)
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * report after 3 attempts
 * ```
 *
 * @module
 */
import { Cause, Context, Duration, Effect, Exit, type Fiber, Layer, Schedule } from "effect"
import { categoryOf, certainlyNotCarriedOut, describeError, refusedBy, retryAfterOf } from "../error/ErrorCategory.ts"
import { CallScope, callOf } from "../event/CurrentCall.ts"
import { type Publisher, makePublisher } from "../event/EventBus.ts"
import type { RetryStopReason } from "../event/ResilienceEvent.ts"
import { nowOf } from "../store/Now.ts"
import { remainingMillis } from "./CurrentDeadline.ts"
import type { Policy } from "./Policy.ts"
import { type Options, type Resolved, resolve } from "./RetryOptions.ts"

export type { Options } from "./RetryOptions.ts"

/** A retry policy, used as `effect.pipe(retry)`. It adds no error of its own. */
export interface Retry extends Policy {}

type Step = Effect.Success<ReturnType<typeof Schedule.toStep<unknown, unknown, never, never>>>

/** One call that is being retried. */
interface Progress<E> {
  /** The attempt that failed last. */
  readonly attempt: number
  /** The operation's own last failure: what a call fails with when later attempts were only refused. */
  readonly own: Cause.Cause<E> | undefined
  /** The schedule's state, from the first failure on. */
  readonly step: Step | undefined
}

const first: Progress<never> = { attempt: 1, own: undefined, step: undefined }

/** The typed error of a cause that may be retried; nothing for defects and interruptions. */
const retryableError = (cause: Cause.Cause<unknown>): { readonly error: unknown } | undefined => {
  let found: { readonly error: unknown } | undefined
  for (const reason of cause.reasons) {
    if (reason._tag !== "Fail") return undefined
    found ??= reason
  }
  return found
}

class Engine {
  readonly options: Resolved
  readonly publisher: Publisher

  constructor(options: Resolved, publisher: Publisher) {
    this.options = options
    this.publisher = publisher
  }

  /** Why this failure is final, as far as it can be said without asking schedule and budget. */
  finalReason(error: unknown, attempt: number, fiber: Fiber.Fiber<unknown, unknown>): RetryStopReason | undefined {
    const { idempotent, isRetryable, maxAttempts, maxRetryAfterMillis } = this.options
    if (!isRetryable(error)) return "notRetryable"
    if (attempt >= maxAttempts) return "attemptsExhausted"
    const safe = idempotent ?? callOf(fiber)?.idempotent ?? false
    if (!safe && !certainlyNotCarriedOut(error)) return "notIdempotent"
    const hint = retryAfterOf(error)
    if (hint !== undefined && Duration.toMillis(hint) > maxRetryAfterMillis) return "retryAfterOverCap"
    return undefined
  }

  stopped(reason: RetryStopReason, error: unknown, attempts: number, fiber: Fiber.Fiber<unknown, unknown>): void {
    if (!this.publisher.active) return
    const hint = retryAfterOf(error)
    this.publisher.publish(fiber, {
      _tag: "RetryStopped",
      reason,
      attempts,
      error: describeError(error),
      category: categoryOf(error),
      ...(hint === undefined ? {} : { retryAfterMs: Duration.toMillis(hint) })
    })
  }

  scheduled(delayMs: number, error: unknown, fiber: Fiber.Fiber<unknown, unknown>): void {
    if (!this.publisher.active) return
    const hint = retryAfterOf(error)
    this.publisher.publish(fiber, {
      _tag: "RetryScheduled",
      delayMs,
      error: describeError(error),
      category: categoryOf(error),
      ...(hint === undefined ? {} : { retryAfterMs: Duration.toMillis(hint) })
    })
  }

  /** The next delay in milliseconds, and the schedule's state; no delay when the schedule is done. */
  next(
    error: unknown,
    { attempt, step }: Progress<unknown>,
    fiber: Fiber.Fiber<unknown, unknown>
  ): Effect.Effect<{ readonly step: Step; readonly delay: number | undefined }> {
    const own = this.options.delayFor(error, attempt)
    const hint = retryAfterOf(error)
    return Effect.flatMap(step === undefined ? Schedule.toStep(this.options.schedule) : Effect.succeed(step), (step) =>
      Effect.map(Effect.exit(step(nowOf(fiber), error)), (exit) => {
        if (Exit.isFailure(exit)) return { step, delay: undefined }
        const delay = own ?? Duration.toMillis(exit.value[1])
        return { step, delay: hint === undefined ? delay : Math.max(delay, Duration.toMillis(hint)) }
      })
    )
  }

  /**
   * Takes a retry from the budget and waits; answers whether it was allowed. The handler that gives the token back
   * stands before it is taken, so an interruption finds it at any point.
   */
  pause(delay: number, error: unknown, fiber: Fiber.Fiber<unknown, unknown>): Effect.Effect<boolean> {
    const { budget } = this.options
    const wait = Effect.suspend(() => {
      this.scheduled(delay, error, fiber)
      return Effect.as(Effect.sleep(delay), true)
    })
    if (budget === undefined) return wait
    let takenAt: number | undefined
    return Effect.onInterrupt(
      Effect.suspend(() => {
        const now = nowOf(fiber)
        const go = (allowed: boolean): Effect.Effect<boolean> => {
          if (!allowed) return Effect.succeed(false)
          takenAt = now
          return wait
        }
        const spent = budget.trySpend("retry", fiber)
        return Effect.isEffect(spent)
          ? Effect.uninterruptibleMask((restore) => Effect.flatMap(spent, (allowed) => restore(go(allowed))))
          : go(spent)
      }),
      () => {
        const given = takenAt === undefined ? undefined : budget.giveBack(takenAt, nowOf(fiber))
        return Effect.isEffect(given) ? given : Effect.void
      }
    )
  }
}

const asAttempt = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  attempt: number,
  fiber: Fiber.Fiber<unknown, unknown>
): Effect.Effect<A, E, R> => {
  const call = callOf(fiber)
  return call === undefined ? effect : Effect.provideService(effect, CallScope, call.atAttempt(attempt))
}

const guard = (engine: Engine): Retry => {
  const { budget } = engine.options

  return <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
    const recover = (cause: Cause.Cause<E>, progress: Progress<E>): Effect.Effect<A, E, R> => {
      const failed = retryableError(cause)
      if (failed === undefined) return Effect.failCause(cause)
      const { error } = failed
      const own = refusedBy(error) === undefined ? cause : progress.own
      return Effect.withFiber((fiber) => {
        const giveUp = (reason: RetryStopReason): Effect.Effect<A, E, R> => {
          engine.stopped(reason, error, progress.attempt, fiber)
          return Effect.failCause(own ?? cause)
        }
        const final = engine.finalReason(error, progress.attempt, fiber)
        if (final !== undefined) return giveUp(final)
        return Effect.flatMap(engine.next(error, progress, fiber), ({ delay, step }) => {
          if (delay === undefined) return giveUp("scheduleDone")
          if (delay >= remainingMillis(fiber)) return giveUp("deadline")
          const attempt = progress.attempt + 1
          return Effect.flatMap(engine.pause(delay, error, fiber), (allowed) =>
            allowed ? attemptOf(asAttempt(effect, attempt, fiber), { attempt, own, step }) : giveUp("budget")
          )
        })
      })
    }
    const attemptOf = (run: Effect.Effect<A, E, R>, progress: Progress<E>): Effect.Effect<A, E, R> =>
      Effect.catchCause(run, (cause) => recover(cause, progress))

    const guarded = attemptOf(effect, first)
    if (budget === undefined) return guarded
    return Effect.withFiber((fiber) => {
      const booked = budget.deposit(callOf(fiber)?.startedAt ?? nowOf(fiber))
      return Effect.isEffect(booked) ? Effect.flatMap(booked, () => guarded) : guarded
    })
  }
}

/** Makes a retry policy. Options that make no sense are a defect (`InvalidOptionError`). */
export const make = (options: Options): Effect.Effect<Retry> =>
  Effect.gen(function* () {
    const resolved = resolve(options)
    return guard(new Engine(resolved, yield* makePublisher(resolved.name)))
  })

/** The retry policy of this part of the program. */
export class Service extends Context.Service<Service, Retry>()("@skippy/core/policy/Retry") {}

/** Provides a retry policy to everything that uses `protect`. */
export const layer = (options: Options): Layer.Layer<Service> => Layer.effect(Service, make(options))

/** Guards an effect with the retry policy of the context. */
export const protect = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Service> =>
  Effect.flatMap(Service, (retry) => retry(effect))
