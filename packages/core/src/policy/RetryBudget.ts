/**
 * Keeps retries and hedges from multiplying an outage: together they may be a share of the calls, plus a floor.
 *
 * Use one budget for each service and give it to everything that repeats calls to it. While a service answers, the
 * budget is never noticed; when everything fails, three attempts each would triple the load, and the budget lets only
 * a fifth more through.
 *
 * @example
 * ```ts
 * import { RetryBudget } from "@skippy/core"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const budget = yield* RetryBudget.make({ name: "reports", ratio: 0.5, minPerSecond: 0 })
 *   for (let call = 0; call < 10; call++) yield* budget.recordCall
 *   console.log(`${yield* budget.balance} retries for 10 calls`)
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * 5 retries for 10 calls
 * ```
 *
 * @module
 */
import { Context, type Duration, Effect, type Fiber, Layer } from "effect"
import { checkMillis, checkNumber, checkOption } from "../error/InvalidOptionError.ts"
import { makePublisher } from "../event/EventBus.ts"
import { BudgetStores } from "../store/BudgetStore.ts"
import * as Decision from "../store/Decision.ts"
import { nowOf } from "../store/Now.ts"

/** How much may be repeated. */
export interface Options {
  /** Names the budget in events. */
  readonly name: string
  /** Retries and hedges allowed for each call. Default 0.2. */
  readonly ratio?: number | undefined
  /** Retries allowed each second in any case, so that a quiet client may retry too. Default 10. */
  readonly minPerSecond?: number | undefined
  /** How long a call counts and a token lives, at least 1 second. Default 10 seconds. */
  readonly timeToLive?: Duration.Input | undefined
}

/** The defaults, which are Finagle's. */
export const defaults = { ratio: 0.2, minPerSecond: 10, timeToLive: "10 seconds" } as const

/** A shared allowance for repeating calls. */
export interface RetryBudget {
  /** Books a call; it earns `ratio` of a retry. The retry policy does this for each call it guards. */
  readonly recordCall: Effect.Effect<void>
  /** How many retries may be made now. */
  readonly balance: Effect.Effect<number>
  /** Low level: books a call without an effect when the store is at hand. */
  readonly deposit: (now: number) => Decision.Decision<void>
  /** Low level: takes one retry or hedge; `false` (and an event) when the budget is used up. */
  readonly trySpend: (kind: "retry" | "hedge", fiber: Fiber.Fiber<unknown, unknown>) => Decision.Decision<boolean>
  /** Low level: gives back what was taken at `takenAt` and not used. */
  readonly giveBack: (takenAt: number, now: number) => Decision.Decision<void>
}

/** Makes a budget. */
export const make = (options: Options): Effect.Effect<RetryBudget> =>
  Effect.gen(function* () {
    const config = {
      ratio: checkNumber("RetryBudget", "ratio", options.ratio ?? defaults.ratio, 0),
      minPerSecond: checkNumber("RetryBudget", "minPerSecond", options.minPerSecond ?? defaults.minPerSecond, 0),
      ttlMillis: checkMillis("RetryBudget", "timeToLive", options.timeToLive ?? defaults.timeToLive, 1000)
    }
    checkOption(
      config.ratio > 0 || config.minPerSecond > 0,
      "RetryBudget",
      "ratio",
      0,
      `with "minPerSecond" 0 too nothing could ever be retried; give one of them a value`
    )
    const factory = yield* BudgetStores
    const store = factory(options.name, config)
    const publisher = yield* makePublisher(options.name)
    const told = (kind: "retry" | "hedge", fiber: Fiber.Fiber<unknown, unknown>, allowed: boolean): boolean => {
      if (!allowed && publisher.active) publisher.publish(fiber, { _tag: "BudgetExhausted", kind })
      return allowed
    }
    return {
      recordCall: Effect.clockWith((clock) => Decision.toEffect(() => store.deposit(clock.currentTimeMillisUnsafe()))),
      balance: Effect.clockWith((clock) => Decision.toEffect(() => store.balance(clock.currentTimeMillisUnsafe()))),
      deposit: store.deposit,
      trySpend: (kind, fiber) => {
        const answer = store.trySpend(nowOf(fiber))
        return Effect.isEffect(answer)
          ? Effect.map(answer, (allowed) => told(kind, fiber, allowed))
          : told(kind, fiber, answer)
      },
      giveBack: store.giveBack
    }
  })

/** The budget of this part of the program. */
export class Service extends Context.Service<Service, RetryBudget>()("@skippy/core/policy/RetryBudget") {}

/** Provides a budget. */
export const layer = (options: Options): Layer.Layer<Service> => Layer.effect(Service, make(options))
