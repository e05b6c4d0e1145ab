/**
 * One run of one check: whatever the check does, there is a result, and it is there in time.
 *
 * @module
 */
import { Cause, Clock, Effect, Exit, Fiber, Option } from "effect"
import { describeError, errorOfCause } from "../error/ErrorCategory.ts"
import { formatMillis } from "../error/Refusal.ts"
import type { CheckResult, Finding } from "./HealthTree.ts"

/** What is needed of a check to run it. */
export interface Runnable {
  readonly check: {
    readonly name: string
    readonly critical?: boolean | undefined
    readonly advice?: string | undefined
    readonly run: Effect.Effect<Finding, unknown>
  }
  readonly timeoutMillis: number
  /** The last run, while it goes on although its time is over. */
  late: Fiber.Fiber<unknown, unknown> | undefined
}

const wordsOf = (cause: Cause.Cause<unknown>): string =>
  Cause.hasInterruptsOnly(cause) ? "the check was interrupted" : describeError(errorOfCause(cause))

const look = (one: Runnable): Effect.Effect<Finding> => {
  const { check, late, timeoutMillis } = one
  const down = (reason: string): Finding => ({ status: "down", reason, advice: check.advice })
  const asked = Effect.acquireUseRelease(
    // On a fiber of its own, because a time-out would wait for one that cannot be stopped.
    Effect.forkDetach(check.run, { startImmediately: true }),
    (fiber) => Fiber.await(fiber),
    (fiber) =>
      Effect.sync(() => {
        one.late = fiber
        fiber.interruptUnsafe()
      })
  )
  // A check that cannot be stopped must not pile up, one more each run.
  const inTurn = late === undefined ? asked : Effect.andThen(Fiber.await(late), asked)
  return Effect.map(Effect.timeoutOption(inTurn, timeoutMillis), (exit) => {
    if (Option.isNone(exit)) return down(`did not answer within ${formatMillis(timeoutMillis)}`)
    return Exit.isSuccess(exit.value) ? exit.value.value : down(wordsOf(exit.value.cause))
  })
}

/** Runs a check once. Never fails and never takes longer than its time. */
export const run = (one: Runnable): Effect.Effect<CheckResult> =>
  Effect.gen(function* () {
    const { critical = true, name } = one.check
    const startedAt = yield* Clock.currentTimeMillis
    const finding = yield* look(one)
    return { name, critical, finding, durationMs: (yield* Clock.currentTimeMillis) - startedAt }
  })
