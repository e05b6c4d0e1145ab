/**
 * Limits how many calls run at the same time, so that one slow service cannot take all sockets, memory and patience.
 *
 * Use one bulkhead for each service. Callers above the limit wait in the order of arrival, as long as the queue, `maxWait`
 * and the call's deadline allow. A refusal says nothing about the service, so no breaker counts it.
 *
 * @example
 * ```ts
 * import { Bulkhead } from "@skippy/core"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const bulkhead = yield* Bulkhead.make({ name: "reports", concurrency: 2, maxQueue: 1 })
 *   const call = Effect.sleep("20 millis").pipe(bulkhead, Effect.exit)
 *   const exits = yield* Effect.all([call, call, call, call], { concurrency: "unbounded" })
 *   console.log(exits.map((exit) => exit._tag).join(" "))
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * Success Success Success Failure
 * ```
 *
 * @module
 */
import { Context, Duration, Effect, type Fiber, Layer, Option, Schema } from "effect"
import { checkInteger, checkMillis } from "../error/InvalidOptionError.ts"
import { inRequest, requestField, withoutStack } from "../error/Refusal.ts"
import { requestOf } from "../event/CurrentCall.ts"
import { makePublisher, type Publisher } from "../event/EventBus.ts"
import { BulkheadRejectReason } from "../event/ResilienceEvent.ts"
import * as BulkheadState from "../store/BulkheadState.ts"
import { nowOf } from "../store/Now.ts"
import { remainingMillis } from "./CurrentDeadline.ts"
import { type Policy, withMembers } from "./Policy.ts"

/** How many calls run and wait. */
export interface Options {
  /** Names the bulkhead in events, errors and reads. */
  readonly name: string
  /** Calls at the same time. Default 10. */
  readonly concurrency?: number | undefined
  /** Callers that may wait; one more is refused. `0` refuses at once when all permits are taken. Default 100. */
  readonly maxQueue?: number | undefined
  /** The longest wait. A wait that the deadline cuts short is not longer than the deadline. Default 30 seconds. */
  readonly maxWait?: Duration.Input | undefined
}

/** The defaults, in one place. */
export const defaults = { concurrency: 10, maxQueue: 100, maxWait: "30 seconds" } as const

/** The bulkhead refused the call; the service was not asked. */
export class BulkheadFullError extends Schema.TaggedError<BulkheadFullError>()("BulkheadFullError", {
  /** The bulkhead's name. */
  bulkhead: Schema.String,
  /** `queueFull`, `maxWait` (waited as long as allowed) or `deadline` (the call's time was over while it waited). */
  reason: BulkheadRejectReason,
  concurrency: Schema.Finite,
  waiting: Schema.Finite,
  ...requestField
}) {
  readonly category = "transient"
  readonly refusedBy = "bulkhead"

  override get message(): string {
    const full = `bulkhead "${this.bulkhead}": all ${this.concurrency} permits are taken`
    switch (this.reason) {
      case "queueFull":
        return `${full} and ${this.waiting} callers wait; try again later, or raise "concurrency" or "maxQueue"${inRequest(this.requestId)}`
      case "maxWait":
        return `${full} and none came free within the longest wait; try again later, or raise "concurrency"${inRequest(this.requestId)}`
      case "deadline":
        return `${full} and none came free before the deadline${inRequest(this.requestId)}`
    }
  }
}

/** What can be read of a bulkhead. */
export interface BulkheadView {
  readonly concurrency: number
  readonly running: number
  readonly waiting: number
}

/** Whether a permit is held, owned by whoever gives it back. */
export interface Hold {
  held: boolean
}

/** A bulkhead, used as `effect.pipe(bulkhead)`. */
export interface Bulkhead extends Policy<BulkheadFullError> {
  readonly bulkhead: string
  readonly view: Effect.Effect<BulkheadView>
  /** Another number of permits. Running calls go on; waiters get permits that are new. */
  readonly resize: (concurrency: number) => Effect.Effect<void>
  /**
   * Low level, for whoever gives the permit back by itself: takes a permit, waiting if need be, and marks `hold`. When a
   * permit is free it answers `undefined` and costs no effect.
   */
  readonly enter: (
    hold: Hold,
    fiber: Fiber.Fiber<unknown, unknown>
  ) => Effect.Effect<void, BulkheadFullError> | undefined
  /** Low level: gives back what the hold holds, at most once. */
  readonly leave: (hold: Hold) => void
}

interface Waiter {
  readonly hold: Hold
  readonly resume: () => void
}

interface Resolved {
  readonly name: string
  readonly maxQueue: number
  readonly maxWaitMillis: number
}

class Engine {
  readonly state: BulkheadState.Bulkhead<Waiter>
  private readonly options: Resolved
  private readonly publisher: Publisher

  constructor(options: Resolved, concurrency: number, publisher: Publisher) {
    this.options = options
    this.publisher = publisher
    this.state = BulkheadState.make(concurrency)
  }

  enter(hold: Hold, fiber: Fiber.Fiber<unknown, unknown>): Effect.Effect<void, BulkheadFullError> | undefined {
    if (BulkheadState.tryEnter(this.state)) {
      hold.held = true
      return undefined
    }
    return this.wait(hold, fiber)
  }

  leave(hold: Hold): void {
    if (!hold.held) return
    hold.held = false
    this.pass(BulkheadState.leave(this.state))
  }

  /** The permit is marked as held before the waiter runs, so an interruption in between finds it. */
  pass(granted: ReadonlyArray<Waiter>): void {
    for (const waiter of granted) {
      waiter.hold.held = true
      waiter.resume()
    }
  }

  private wait(hold: Hold, fiber: Fiber.Fiber<unknown, unknown>): Effect.Effect<void, BulkheadFullError> {
    const { maxQueue, maxWaitMillis } = this.options
    if (this.state.queue.size >= maxQueue) return this.refuse("queueFull", fiber)
    const remaining = remainingMillis(fiber)
    const longest = Math.min(maxWaitMillis, remaining)
    const reason = remaining < maxWaitMillis ? "deadline" : "maxWait"
    if (longest <= 0) return this.refuse(reason, fiber)
    const startedAt = nowOf(fiber)
    const permit = Effect.callback<void>((resume) => {
      const waiter: Waiter = { hold, resume: () => resume(Effect.void) }
      BulkheadState.join(this.state, waiter)
      return Effect.sync(() => {
        BulkheadState.abandon(this.state, waiter)
      })
    })
    return Effect.flatMap(
      longest === Infinity ? Effect.asSome(permit) : Effect.timeoutOption(permit, longest),
      (granted) => {
        if (Option.isNone(granted)) return this.refuse(reason, fiber)
        if (this.publisher.active) {
          this.publisher.publish(fiber, { _tag: "BulkheadWaited", waitMs: nowOf(fiber) - startedAt })
        }
        return Effect.void
      }
    )
  }

  private refuse(
    reason: BulkheadRejectReason,
    fiber: Fiber.Fiber<unknown, unknown>
  ): Effect.Effect<never, BulkheadFullError> {
    if (this.publisher.active) this.publisher.publish(fiber, { _tag: "BulkheadRejected", reason })
    const { concurrency, queue } = this.state
    const bulkhead = this.options.name
    return Effect.fail(
      withoutStack(
        () => new BulkheadFullError({ bulkhead, reason, concurrency, waiting: queue.size, ...requestOf(fiber) })
      )
    )
  }
}

const policy = "Bulkhead"

const checkConcurrency = (concurrency: number): number => checkInteger(policy, "concurrency", concurrency, 1)

/** Makes a bulkhead. Options that make no sense are a defect (`InvalidOptionError`). */
export const make = (options: Options): Effect.Effect<Bulkhead> =>
  Effect.gen(function* () {
    const { name } = options
    const engine = new Engine(
      {
        name,
        maxQueue: checkInteger(policy, "maxQueue", options.maxQueue ?? defaults.maxQueue, 0),
        maxWaitMillis: checkMillis(policy, "maxWait", options.maxWait ?? defaults.maxWait)
      },
      checkConcurrency(options.concurrency ?? defaults.concurrency),
      yield* makePublisher(name)
    )
    /** The handler that gives the permit back stands before it is taken, so nothing can fall in between. */
    const guard = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | BulkheadFullError, R> =>
      Effect.suspend(() => {
        const hold: Hold = { held: false }
        return Effect.onExitPrimitive(
          Effect.withFiber<A, E | BulkheadFullError, R>((fiber) => {
            const waiting = engine.enter(hold, fiber)
            return waiting === undefined ? effect : Effect.flatMap(waiting, () => effect)
          }),
          () => {
            engine.leave(hold)
            return undefined
          }
        )
      })
    return withMembers(guard, {
      bulkhead: name,
      view: Effect.sync(() => ({
        concurrency: engine.state.concurrency,
        running: engine.state.running,
        waiting: engine.state.queue.size
      })),
      resize: (concurrency: number) =>
        Effect.sync(() => engine.pass(BulkheadState.resize(engine.state, checkConcurrency(concurrency)))),
      enter: (hold: Hold, fiber: Fiber.Fiber<unknown, unknown>) => engine.enter(hold, fiber),
      leave: (hold: Hold) => engine.leave(hold)
    })
  })

/** The bulkhead of this part of the program. */
export class Service extends Context.Service<Service, Bulkhead>()("@skippy/core/policy/Bulkhead") {}

/** Provides a bulkhead to everything that uses `protect`. */
export const layer = (options: Options): Layer.Layer<Service> => Layer.effect(Service, make(options))

/** Guards an effect with the bulkhead of the context. */
export const protect = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | BulkheadFullError, R | Service> => Effect.flatMap(Service, (bulkhead) => bulkhead(effect))
