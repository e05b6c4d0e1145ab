/**
 * One time limit for a whole call: waits, back-offs and attempts together.
 *
 * Everything inside sees what is left. A wait that cannot end in time is not started: the limiter and the bulkhead refuse
 * at once, and the retry policy fails with the last real error instead of sleeping towards a certain end. What still runs
 * at the deadline is interrupted and fails with `DeadlineExceededError`.
 *
 * @example
 * ```ts
 * import { Deadline } from "@skippy/core"
 * import { Duration, Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const deadline = yield* Deadline.make({ name: "reports", within: "20 millis" })
 *   const inside = Effect.flatMap(Deadline.remaining, (left) => Effect.sleep(Duration.sum(left, Duration.seconds(1))))
 *   const error = yield* inside.pipe(deadline, Effect.flip)
 *   console.log(error.message)
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * "reports" was not done within 20 ms; what was running may have been carried out
 * ```
 *
 * @module
 */
import { Context, Duration, Effect, type Fiber, Layer, Schema } from "effect"
import { checkMillis } from "../error/InvalidOptionError.ts"
import { formatMillis, inRequest, requestField, withoutStack } from "../error/Refusal.ts"
import { requestOf } from "../event/CurrentCall.ts"
import { makePublisher, type Publisher } from "../event/EventBus.ts"
import { nowOf } from "../store/Now.ts"
import { remainingMillis, withDeadline } from "./CurrentDeadline.ts"
import { cutOff } from "./CutOff.ts"
import { shared } from "../store/Timers.ts"
import type { Policy } from "./Policy.ts"

/** How long a call may take. */
export interface Options {
  /** Names the policy in events and errors. */
  readonly name: string
  /** The longest the whole call may take. A nearer deadline outside of it wins. Default 2 minutes. */
  readonly within?: Duration.Input | undefined
}

/** The defaults, in one place. */
export const defaults = { within: "2 minutes" } as const

/** The call's time was over while an attempt was running. */
export class DeadlineExceededError extends Schema.TaggedError<DeadlineExceededError>()("DeadlineExceededError", {
  /** The policy's name. */
  policy: Schema.String,
  /** The time the whole call was given. */
  within: Schema.DurationFromMillis,
  ...requestField
}) {
  readonly category = "transient"
  /** There is no time left to repeat anything in. */
  readonly retryable = false

  override get message(): string {
    const within = formatMillis(Duration.toMillis(this.within))
    return `"${this.policy}" was not done within ${within}; what was running may have been carried out${inRequest(this.requestId)}`
  }
}

/** A deadline, used as `effect.pipe(deadline)`. */
export interface Deadline extends Policy<DeadlineExceededError> {}

/** Publishes the end of a call's time and makes its error. */
export const exceeded = (
  name: string,
  within: number,
  publisher: Publisher,
  fiber: Fiber.Fiber<unknown, unknown>
): DeadlineExceededError => {
  if (publisher.active) publisher.publish(fiber, { _tag: "TimedOut", kind: "deadline", afterMs: within })
  return withoutStack(
    () => new DeadlineExceededError({ policy: name, within: Duration.millis(within), ...requestOf(fiber) })
  )
}

/** What is left of the time of this call; infinite without a deadline. */
export const remaining: Effect.Effect<Duration.Duration> = Effect.withFiber((fiber) =>
  Effect.succeed(Duration.millis(remainingMillis(fiber)))
)

/** Makes a deadline. Options that make no sense are a defect (`InvalidOptionError`). */
export const make = (options: Options): Effect.Effect<Deadline> =>
  Effect.gen(function* () {
    const { name } = options
    const within = checkMillis("Deadline", "within", options.within ?? defaults.within, 1)
    const publisher = yield* makePublisher(name)
    const timer = shared(within)
    return <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | DeadlineExceededError, R> =>
      Effect.withFiber((fiber) => {
        // Whoever set a nearer deadline enforces it.
        if (remainingMillis(fiber) <= within) return effect
        const at = nowOf(fiber) + within
        return cutOff(
          effect,
          timer,
          (fiber) => exceeded(name, within, publisher, fiber),
          (context) => withDeadline(context, at)
        )
      })
  })

/** The deadline of this part of the program. */
export class Service extends Context.Service<Service, Deadline>()("@skippy/core/policy/Deadline") {}

/** Provides a deadline to everything that uses `protect`. */
export const layer = (options: Options): Layer.Layer<Service> => Layer.effect(Service, make(options))

/** Guards an effect with the deadline of the context. */
export const protect = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | DeadlineExceededError, R | Service> => Effect.flatMap(Service, (deadline) => deadline(effect))
