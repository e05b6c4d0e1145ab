/**
 * A dependency that fails as the test says: answers, errors, defects, hangs, each after a delay, in order or by time.
 *
 * @example
 * ```ts
 * import { Retry } from "@skippy/core"
 * import { FlakyDependency } from "@skippy/core/testing"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const service = FlakyDependency.make([
 *     FlakyDependency.fail("connection reset"),
 *     FlakyDependency.succeed("report")
 *   ])
 *   const retry = yield* Retry.make({ name: "reports", idempotent: true, backoff: { base: 1 } })
 *   console.log(yield* service.call.pipe(retry), "after", service.stats().calls, "calls")
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * report after 2 calls
 * ```
 *
 * @module
 */
import { Clock, Duration, Effect, type Exit } from "effect"

/** What one call meets. */
export interface Step<A, E> {
  /** How long it takes first. */
  readonly delay: Duration.Input
  readonly effect: Effect.Effect<A, E>
}

const none: Duration.Input = 0

/** Answers. */
export const succeed = <A>(value: A, delay: Duration.Input = none): Step<A, never> => ({
  delay,
  effect: Effect.succeed(value)
})

/** Fails with a typed error. */
export const fail = <E>(error: E, delay: Duration.Input = none): Step<never, E> => ({
  delay,
  effect: Effect.fail(error)
})

/** Fails with a defect. */
export const die = (defect: unknown, delay: Duration.Input = none): Step<never, never> => ({
  delay,
  effect: Effect.die(defect)
})

/** Never answers. */
export const hang: Step<never, never> = { delay: none, effect: Effect.never }

/** The same step several times. */
export const repeat = <A, E>(step: Step<A, E>, times: number): ReadonlyArray<Step<A, E>> =>
  Array.from({ length: times }, () => step)

/** Chooses by the number of the call (from 0) and the milliseconds since the dependency was first called. */
export type Script<A, E> = (call: number, elapsedMillis: number) => Step<A, E>

const missing: Step<never, never> = {
  delay: none,
  effect: Effect.die("a FlakyDependency needs at least one step")
}

/** Begins again after the last step. */
export const cycle =
  <A, E>(steps: ReadonlyArray<Step<A, E>>): Script<A, E> =>
  (call) =>
    steps[call % steps.length] ?? missing

/**
 * By time: `step` from one moment until another, each counted from the first call, and `otherwise` before and after.
 * `between("1 minute", "3 minutes", fail("down"), succeed("ok"))` is an outage of two minutes.
 */
export const between = <A, E, A2, E2>(
  from: Duration.Input,
  to: Duration.Input,
  step: Step<A, E>,
  otherwise: Step<A2, E2>
): Script<A | A2, E | E2> => {
  const [begin, end] = [Duration.toMillis(from), Duration.toMillis(to)]
  return (_, elapsedMillis) => (elapsedMillis >= begin && elapsedMillis < end ? step : otherwise)
}

/** What a dependency has been through. */
export interface Stats {
  readonly calls: number
  /** Calls that are running now, and the most there ever were at the same time. */
  readonly running: number
  readonly mostRunning: number
  readonly succeeded: number
  readonly failed: number
  readonly interrupted: number
}

/** A dependency under the test's control. */
export interface FlakyDependency<A, E> {
  readonly call: Effect.Effect<A, E>
  readonly stats: () => Stats
}

/**
 * Makes a dependency. A list is gone through step by step, and its last step repeats; for anything else there are
 * `cycle`, `between`, or a script of your own.
 */
export const make = <A, E>(script: ReadonlyArray<Step<A, E>> | Script<A, E>): FlakyDependency<A, E> => {
  const stats = { calls: 0, running: 0, mostRunning: 0, succeeded: 0, failed: 0, interrupted: 0 }
  let firstAt: number | undefined
  const stepOf = (call: number, now: number): Step<A, E> => {
    firstAt ??= now
    return typeof script === "function" ? script(call, now - firstAt) : (script[call] ?? script.at(-1) ?? missing)
  }
  const ended = (exit: Exit.Exit<A, E>, interrupted: boolean): void => {
    stats.running--
    if (exit._tag === "Success") stats.succeeded++
    else if (interrupted) stats.interrupted++
    else stats.failed++
  }
  const call = Effect.suspend(() => {
    let began = false
    return Effect.onExitPrimitive(
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        began = true
        stats.mostRunning = Math.max(stats.mostRunning, ++stats.running)
        const step = stepOf(stats.calls++, now)
        return step.delay === none ? step.effect : Effect.andThen(Effect.sleep(step.delay), step.effect)
      }),
      (exit) => {
        if (began) {
          ended(exit, exit._tag === "Failure" && exit.cause.reasons.some((reason) => reason._tag === "Interrupt"))
        }
        return undefined
      }
    )
  })
  return { call, stats: () => ({ ...stats }) }
}
