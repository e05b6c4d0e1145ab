/**
 * Makes stores that never fail out of a shared one that may: what decides while it is away is configured, one alert says
 * so, one caller at a time tries it, and it is used again when it is back.
 *
 * `SqliteStores` and `RedisStores` are made with it.
 *
 * @module
 */
import { Effect, Layer, type Scope } from "effect"
import { type BudgetStoreFactory, BudgetStores } from "../BudgetStore.ts"
import { type CacheStoreFactory, CacheStores } from "../CacheStore.ts"
import { type CircuitStoreFactory, CircuitStores } from "../CircuitStore.ts"
import { type LimitStoreFactory, LimitStores } from "../LimitStore.ts"
import { type States, StateStore } from "../StateStore.ts"
import type { SharedStoreName } from "../../event/ResilienceEvent.ts"
import { budgets } from "./AwayBudgets.ts"
import { caches } from "./AwayCaches.ts"
import { circuits } from "./AwayCircuits.ts"
import { limits } from "./AwayLimits.ts"
import { type AwayOptions, resolve } from "./AwayOptions.ts"
import { states } from "./AwayStates.ts"
import * as Gate from "./Gate.ts"
import type { RawStores } from "./RawStores.ts"

export { type AwayOptions, defaults, WhenAway } from "./AwayOptions.ts"

/** Stores that never fail. */
export interface SharedStores {
  readonly limits: LimitStoreFactory
  readonly circuits: CircuitStoreFactory
  readonly budgets: BudgetStoreFactory
  readonly caches: CacheStoreFactory
  readonly states: States
  /** Whether the shared store is used at this moment. */
  readonly isHere: Effect.Effect<boolean>
}

/** Makes them. All share one view of the store: when one finds it away, none asks it. */
export const make = (
  store: SharedStoreName,
  raw: RawStores,
  options?: AwayOptions
): Effect.Effect<SharedStores, never, Scope.Scope> =>
  Effect.suspend(() => {
    const resolved = resolve(store, options)
    return Effect.map(Gate.make(resolved, raw), (gate) => ({
      limits: limits(gate, resolved.limiter, raw.limits),
      circuits: circuits(gate, resolved.breaker, raw.circuits),
      budgets: budgets(gate, resolved.budget, raw.budgets),
      caches: caches(gate, raw.caches),
      states: states(gate, raw.states),
      isHere: Effect.sync(() => gate.isHere)
    }))
  })

/** Provides them to every policy that is made on the layer. */
export const layer = <E, R>(
  store: SharedStoreName,
  raw: Effect.Effect<RawStores, E, R>,
  options?: AwayOptions
): Layer.Layer<StateStore, E, Exclude<R, Scope.Scope>> =>
  Layer.unwrap(
    Effect.map(
      Effect.flatMap(raw, (raw) => make(store, raw, options)),
      (shared) =>
        Layer.mergeAll(
          Layer.succeed(LimitStores, shared.limits),
          Layer.succeed(CircuitStores, shared.circuits),
          Layer.succeed(BudgetStores, shared.budgets),
          Layer.succeed(CacheStores, shared.caches),
          Layer.succeed(StateStore, shared.states)
        )
    )
  )
