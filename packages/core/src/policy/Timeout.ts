/**
 * Ends an attempt that takes too long.
 *
 * Use it around every attempt at a service. The attempt is interrupted, which closes its socket, and fails with
 * `AttemptTimeoutError`. Such an attempt may have been carried out, so only idempotent calls are repeated after it. For
 * the time of the whole call, retries included, use `Deadline`; when the deadline is nearer than the timeout, the
 * deadline decides.
 *
 * @example
 * ```ts
 * import { Timeout } from "@skippy/core"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const timeout = yield* Timeout.make({ name: "reports", after: "20 millis" })
 *   const error = yield* Effect.never.pipe(timeout, Effect.flip)
 *   console.log(error.message)
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * "reports" did not answer within 20 ms; it may have been carried out
 * ```
 *
 * @module
 */
import { Context, Duration, Effect, type Fiber, Layer, Schema } from "effect"
import { checkMillis } from "../error/InvalidOptionError.ts"
import { formatMillis, inRequest, requestField, withoutStack } from "../error/Refusal.ts"
import { requestOf } from "../event/CurrentCall.ts"
import { makePublisher, type Publisher } from "../event/EventBus.ts"
import { remainingMillis } from "./CurrentDeadline.ts"
import { cutOff } from "./CutOff.ts"
import { shared } from "../store/Timers.ts"
import type { Policy } from "./Policy.ts"

/** How long an attempt may take. */
export interface Options {
  /** Names the policy in events and errors. */
  readonly name: string
  /** The longest an attempt may take. Default 30 seconds. */
  readonly after?: Duration.Input | undefined
}

/** The defaults, in one place. */
export const defaults = { after: "30 seconds" } as const

/** The attempt took too long and was interrupted. Whether the service carried it out is not known. */
export class AttemptTimeoutError extends Schema.TaggedError<AttemptTimeoutError>()("AttemptTimeoutError", {
  /** The policy's name. */
  policy: Schema.String,
  /** How long it was given. */
  after: Schema.DurationFromMillis,
  ...requestField
}) {
  readonly category = "transient"

  override get message(): string {
    const after = formatMillis(Duration.toMillis(this.after))
    return `"${this.policy}" did not answer within ${after}; it may have been carried out${inRequest(this.requestId)}`
  }
}

/** A timeout, used as `effect.pipe(timeout)`. */
export interface Timeout extends Policy<AttemptTimeoutError> {}

/** Publishes the end of an attempt's time and makes its error. */
export const timedOut = (
  name: string,
  after: number,
  publisher: Publisher,
  fiber: Fiber.Fiber<unknown, unknown>
): AttemptTimeoutError => {
  if (publisher.active) publisher.publish(fiber, { _tag: "TimedOut", kind: "attempt", afterMs: after })
  return withoutStack(
    () => new AttemptTimeoutError({ policy: name, after: Duration.millis(after), ...requestOf(fiber) })
  )
}

/** Makes a timeout. Options that make no sense are a defect (`InvalidOptionError`). */
export const make = (options: Options): Effect.Effect<Timeout> =>
  Effect.gen(function* () {
    const { name } = options
    const after = checkMillis("Timeout", "after", options.after ?? defaults.after, 1)
    const publisher = yield* makePublisher(name)
    const timer = shared(after)
    return <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | AttemptTimeoutError, R> =>
      Effect.withFiber((fiber) =>
        remainingMillis(fiber) <= after
          ? effect
          : cutOff(effect, timer, (fiber) => timedOut(name, after, publisher, fiber))
      )
  })

/** The timeout of this part of the program. */
export class Service extends Context.Service<Service, Timeout>()("@skippy/core/policy/Timeout") {}

/** Provides a timeout to everything that uses `protect`. */
export const layer = (options: Options): Layer.Layer<Service> => Layer.effect(Service, make(options))

/** Guards an effect with the timeout of the context. */
export const protect = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | AttemptTimeoutError, R | Service> => Effect.flatMap(Service, (timeout) => timeout(effect))
