/**
 * Sends a second request when the first is slow, and takes the answer that comes first.
 *
 * Use it to cut the slow tail of reads that are safe to repeat. It costs a few per cent more requests, so give it the
 * budget of the service's retries. Calls that are not idempotent are never hedged. The technique is described in "The Tail
 * at Scale", Dean and Barroso, Communications of the ACM 56(2), 2013.
 *
 * @example
 * ```ts
 * import { Hedge } from "@skippy/core"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const hedge = yield* Hedge.make({ name: "reports", after: "20 millis", idempotent: true })
 *   let requests = 0
 *   const request = Effect.suspend(() => {
 *     const request = ++requests
 *     return request === 1 ? Effect.never : Effect.succeed(`answer to request ${request}`)
 *   })
 *   console.log(yield* request.pipe(hedge))
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * answer to request 2
 * ```
 *
 * @module
 */
import { Context, Effect, Exit, Fiber, Layer } from "effect"
import { callOf } from "../event/CurrentCall.ts"
import { makePublisher, type Publisher } from "../event/EventBus.ts"
import { nowOf } from "../store/Now.ts"
import { remainingMillis } from "./CurrentDeadline.ts"
import { type Options, type Resolved, resolve } from "./HedgeOptions.ts"
import type { Policy } from "./Policy.ts"

export { defaults, type Options, type QuantileDelay } from "./HedgeOptions.ts"

/** A hedge, used as `effect.pipe(hedge)`. It adds no error of its own. */
export interface Hedge extends Policy {}

/** One call with all its requests. */
class Race<A, E, R> {
  private readonly effect: Effect.Effect<A, E, R>
  private readonly context: Context.Context<R>
  private readonly options: Resolved
  private readonly publisher: Publisher
  private readonly caller: Fiber.Fiber<unknown, unknown>
  private readonly startedAt: number
  private readonly running = new Set<Fiber.Fiber<unknown, unknown>>()
  private readonly failures: Array<Exit.Exit<A, E>> = []
  private timer: Fiber.Fiber<unknown, unknown> | undefined
  private requests = 0
  private settled: ((exit: Exit.Exit<A, E>) => void) | undefined
  /** The outcome, when it is there before anybody waits for it. */
  private outcome: Exit.Exit<A, E> | undefined

  constructor(
    effect: Effect.Effect<A, E, R>,
    context: Context.Context<R>,
    options: Resolved,
    publisher: Publisher,
    caller: Fiber.Fiber<unknown, unknown>
  ) {
    this.effect = effect
    this.context = context
    this.options = options
    this.publisher = publisher
    this.caller = caller
    this.startedAt = nowOf(caller)
  }

  /** The first request; its result when it is there at once. */
  begin(): Exit.Exit<A, E> | undefined {
    return this.request().pollUnsafe()
  }

  wait(delay: number): Effect.Effect<A, E> {
    return Effect.callback<A, E>((resume) => {
      if (this.outcome !== undefined) {
        resume(this.outcome)
        return
      }
      this.settled = resume
      this.arm(delay)
    })
  }

  /** Stops what still runs. The first request is slower than it has been so far, and the delay should know that. */
  stop(): Effect.Effect<void> | undefined {
    this.settled = undefined
    this.timer?.interruptUnsafe()
    return this.running.size === 0 ? undefined : Fiber.interruptAll(this.running)
  }

  private request(): Fiber.Fiber<A, E> {
    const index = this.requests++
    const startedAt = nowOf(this.caller)
    const fiber = Effect.runForkWith(this.context)(this.effect)
    this.running.add(fiber)
    fiber.addObserver((exit) => {
      this.running.delete(fiber)
      // An interrupted first request took at least as long; leaving it out would teach the delay only the fast ones. How
      // long a failure took says nothing about answers.
      if (Exit.isSuccess(exit) || (index === 0 && Exit.hasInterrupts(exit)))
        this.options.delay.learn(nowOf(this.caller) - startedAt)
      this.ended(index, exit)
    })
    return fiber
  }

  private ended(index: number, exit: Exit.Exit<A, E>): void {
    if (Exit.isFailure(exit)) {
      this.failures[index] = exit
      if (this.running.size > 0) return
    } else if (this.requests > 1 && this.settled !== undefined && this.publisher.active) {
      this.publisher.publish(this.caller, { _tag: "HedgeWon", hedge: index })
    }
    // When all failed, the error is that of the first request: the hedges were not the caller's idea.
    this.outcome ??= Exit.isFailure(exit) ? (this.failures[0] ?? exit) : exit
    this.settled?.(this.outcome)
    this.settled = undefined
  }

  private arm(delay: number): void {
    if (this.requests > this.options.max || delay >= remainingMillis(this.caller)) return
    const { budget } = this.options
    const send = (takenAt: number, allowed: boolean): Effect.Effect<void> => {
      if (!allowed) return Effect.void
      if (this.settled === undefined) {
        const given = budget?.giveBack(takenAt, nowOf(this.caller))
        return Effect.isEffect(given) ? given : Effect.void
      }
      if (this.publisher.active) {
        const delayMs = nowOf(this.caller) - this.startedAt
        this.publisher.publish(this.caller, { _tag: "HedgeStarted", hedge: this.requests, delayMs })
      }
      this.request()
      if (this.settled !== undefined) this.arm(delay)
      return Effect.void
    }
    const fire = Effect.suspend(() => {
      const takenAt = nowOf(this.caller)
      const spent = budget === undefined ? true : budget.trySpend("hedge", this.caller)
      return Effect.isEffect(spent)
        ? Effect.uninterruptible(Effect.flatMap(spent, (allowed) => send(takenAt, allowed)))
        : send(takenAt, spent)
    })
    this.timer = Effect.runForkWith(this.context)(Effect.flatMap(Effect.sleep(delay), () => fire))
  }
}

const guard = (options: Resolved, publisher: Publisher): Hedge => {
  const hedged = <A, E, R>(
    effect: Effect.Effect<A, E, R>,
    delay: number | undefined,
    caller: Fiber.Fiber<unknown, unknown>
  ): Effect.Effect<A, E, R> => {
    let race: Race<A, E, R> | undefined
    return Effect.onExitPrimitive(
      Effect.contextWith((context: Context.Context<R>) => {
        race = new Race(effect, context, options, publisher, caller)
        return race.begin() ?? race.wait(delay ?? Infinity)
      }),
      () => race?.stop()
    )
  }
  return <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.withFiber<A, E, R>((fiber) => {
      const safe = options.idempotent ?? callOf(fiber)?.idempotent ?? false
      return safe ? hedged(effect, options.delay.millis(), fiber) : effect
    })
}

/** Makes a hedge. Options that make no sense are a defect (`InvalidOptionError`). */
export const make = (options: Options): Effect.Effect<Hedge> =>
  Effect.gen(function* () {
    const resolved = resolve(options)
    return guard(resolved, yield* makePublisher(resolved.name))
  })

/** The hedge of this part of the program. */
export class Service extends Context.Service<Service, Hedge>()("@skippy/core/policy/Hedge") {}

/** Provides a hedge to everything that uses `protect`. */
export const layer = (options: Options): Layer.Layer<Service> => Layer.effect(Service, make(options))

/** Guards an effect with the hedge of the context. */
export const protect = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Service> =>
  Effect.flatMap(Service, (hedge) => hedge(effect))
