/**
 * Answers with something else when a call failed for good.
 *
 * Use it outermost, for answers that are allowed to be less than perfect: an empty list, a default, the result of another
 * service. It handles typed errors only; defects and interruptions pass through. What it handles disappears from the
 * error type.
 *
 * @example
 * ```ts
 * import { Fallback } from "@skippy/core"
 * import { Effect } from "effect"
 *
 * const down = Effect.fail("connection refused")
 * const program = down.pipe(Fallback.value("no report today", { name: "reports" }))
 *
 * console.log(await Effect.runPromise(program))
 * ```
 *
 * ```text
 * no report today
 * ```
 *
 * @module
 */
import { Cause, Effect, Result } from "effect"
import { categoryOf, describeError } from "../error/ErrorCategory.ts"
import { Current, publisher } from "../event/EventBus.ts"

/** What a fallback is called. */
export interface Options {
  /** Names the fallback in events. Default `fallback`. */
  readonly name?: string | undefined
}

/** Which errors a fallback handles. */
export interface GuardOptions<E2> extends Options {
  /** Handles the errors of this type only. */
  readonly when: (error: unknown) => error is E2
}

/** Which errors a fallback handles. */
export interface PredicateOptions extends Options {
  /** Handles the errors for which this holds; the error type stays as it was. */
  readonly when: (error: unknown) => boolean
}

interface AnyOptions extends Options {
  readonly when?: ((error: unknown) => boolean) | undefined
}

const handle =
  <B, E3, R3>(instead: (error: unknown) => Effect.Effect<B, E3, R3>, options: AnyOptions) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A | B, E | E3, R | R3> =>
    Effect.catchCause(effect, (cause): Effect.Effect<B, E | E3, R3> => {
      const failed = Cause.findError(cause)
      if (Result.isFailure(failed) || Cause.hasDies(cause) || Cause.hasInterrupts(cause)) return Effect.failCause(cause)
      const error = failed.success
      if (options.when !== undefined && !options.when(error)) return Effect.failCause(cause)
      return Effect.withFiber((fiber) => {
        const bus = fiber.getRef(Current)
        if (bus.active) {
          publisher(bus, options.name ?? "fallback").publish(fiber, {
            _tag: "FallbackUsed",
            error: describeError(error),
            category: categoryOf(error)
          })
        }
        return instead(error)
      })
    })

/** Answers with a value. */
export const value: {
  <B, E2>(
    value: B,
    options: GuardOptions<E2>
  ): <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A | B, Exclude<E, E2>, R>
  <B>(value: B, options: PredicateOptions): <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A | B, E, R>
  <B>(value: B, options?: Options): <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A | B, never, R>
  // The implementation cannot say that what `when` let through is no longer among the errors.
} = (value: unknown, options: AnyOptions = {}): never => handle(() => Effect.succeed(value), options) as never

/** Answers with what another effect gives; it sees the error. */
export const effect: {
  <B, E3, R3, E2>(
    instead: (error: E2) => Effect.Effect<B, E3, R3>,
    options: GuardOptions<E2>
  ): <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A | B, Exclude<E, E2> | E3, R | R3>
  <B, E3, R3>(
    instead: (error: unknown) => Effect.Effect<B, E3, R3>,
    options: PredicateOptions
  ): <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A | B, E | E3, R | R3>
  <B, E3, R3, E>(
    instead: (error: E) => Effect.Effect<B, E3, R3>,
    options?: Options
  ): <A, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A | B, E3, R | R3>
} = (instead: (error: never) => Effect.Effect<unknown, unknown, unknown>, options: AnyOptions = {}): never =>
  handle(instead as (error: unknown) => Effect.Effect<unknown, unknown, unknown>, options) as never
