/**
 * What a shared store has to be able to do: the same as the stores in memory, and it may be in trouble. `Away` makes
 * stores out of it that never are.
 *
 * A decision is either at hand, and then throws `StoreTrouble`, or an effect that fails with it. Decisions need no time
 * limit and no repeating of their own. An effect that was started is never interrupted while its decision runs: one that
 * comes too late is undone (`giveBack`, or `settle` with `Ignored`).
 *
 * @module
 */
import type { Clock, Effect, Fiber } from "effect"
import type * as BudgetState from "../BudgetState.ts"
import type * as CacheState from "../CacheState.ts"
import type { CacheStoreOptions } from "../CacheStore.ts"
import type { CircuitSnapshot } from "../CircuitSnapshot.ts"
import type * as CircuitState from "../CircuitState.ts"
import type { CircuitStoreOptions } from "../CircuitStore.ts"
import type * as LimitState from "../LimitState.ts"
import type { LimitStoreOptions } from "../LimitStore.ts"
import type { Quota } from "../QuotaState.ts"
import type { StoreTrouble } from "./StoreTrouble.ts"

/** One atomic decision of a store that may be in trouble: at hand (or thrown), or an effect. */
export type RawDecision<A> = A | Effect.Effect<A, StoreTrouble>

/** `LimitCell` of a shared store. */
export interface RawLimitCell {
  readonly take: (weight: number, now: number) => RawDecision<LimitState.Answer>
  readonly estimate: (ahead: number, weight: number, now: number) => RawDecision<LimitState.Wait | undefined>
  readonly giveBack: (taken: LimitState.Taken, now: number) => RawDecision<void>
  readonly penalize: (millis: number, now: number) => RawDecision<void>
  readonly observe: (quotas: ReadonlyArray<Quota>, now: number) => RawDecision<void>
  readonly view: (now: number) => RawDecision<LimitState.LimitsView>
}

/** `LimitStore` of a shared store. */
export interface RawLimitStore {
  readonly single: RawLimitCell
  readonly cell: (key: string) => RawLimitCell
  readonly keys: () => RawDecision<ReadonlyArray<string>>
  /** Other limits for the decisions of this process from now on. It asks nobody, so it cannot fail. */
  readonly change: (limits: LimitState.LimitConfig["limits"]) => void
}

/** Makes the store of a limiter. */
export type RawLimitStoreFactory = (options: LimitStoreOptions) => RawLimitStore

/** `CircuitCell` of a shared store. */
export interface RawCircuitCell {
  /** The same object as long as the circuit does not change, so that a policy can keep what it prepared for it. */
  readonly free: (fiber: Fiber.Fiber<unknown, unknown>) => CircuitState.Admitted | undefined
  readonly admit: (fiber: Fiber.Fiber<unknown, unknown>) => RawDecision<CircuitState.Admission>
  readonly peek: (fiber: Fiber.Fiber<unknown, unknown>) => RawDecision<CircuitState.Refused | undefined>
  readonly succeed: (admission: CircuitState.Admitted, clock: Clock.Clock) => RawDecision<void>
  readonly settle: (
    admission: CircuitState.Admitted,
    report: CircuitState.Report,
    fiber: Fiber.Fiber<unknown, unknown>
  ) => RawDecision<CircuitState.Settled>
  readonly control: (
    command: CircuitState.Command,
    openMillis: (opening: number) => number,
    fiber: Fiber.Fiber<unknown, unknown>
  ) => RawDecision<CircuitState.Transition | undefined>
  readonly view: (now: number) => RawDecision<CircuitState.CircuitView>
}

/** `CircuitStore` of a shared store. */
export interface RawCircuitStore {
  readonly single: RawCircuitCell
  readonly cell: (key: string) => RawCircuitCell
  readonly keys: () => RawDecision<ReadonlyArray<string>>
  readonly snapshot: (now: number) => RawDecision<ReadonlyArray<CircuitSnapshot>>
  readonly restore: (snapshots: ReadonlyArray<CircuitSnapshot>, now: number) => RawDecision<void>
}

/** Makes the store of a breaker. */
export type RawCircuitStoreFactory = (options: CircuitStoreOptions) => RawCircuitStore

/** `BudgetStore` of a shared store. */
export interface RawBudgetStore {
  readonly deposit: (now: number) => RawDecision<void>
  readonly trySpend: (now: number) => RawDecision<boolean>
  readonly giveBack: (takenAt: number, now: number) => RawDecision<void>
  readonly balance: (now: number) => RawDecision<number>
}

/** Makes the store of the budget called `name`. */
export type RawBudgetStoreFactory = (name: string, config: BudgetState.BudgetConfig) => RawBudgetStore

/** `CacheStore` of a shared store. */
export interface RawCacheStore<A> {
  readonly use: (key: string, now: number) => RawDecision<CacheState.Entry<A> | undefined>
  readonly peek: (key: string) => RawDecision<CacheState.Entry<A> | undefined>
  readonly put: (key: string, value: A, now: number, expected?: number) => RawDecision<number | undefined>
  readonly remove: (key: string) => RawDecision<boolean>
  readonly removeMatching: (matches: (key: string) => boolean) => RawDecision<number>
  readonly size: () => RawDecision<number>
}

/** Makes the store of a cache. */
export interface RawCacheStoreFactory {
  <A>(options: CacheStoreOptions): RawCacheStore<A>
}

/** `States` of a shared store. Expiry is in milliseconds since the epoch, `Infinity` for never. */
export interface RawStates {
  readonly get: (key: string, now: number) => RawDecision<string | undefined>
  readonly set: (key: string, text: string, expiresAt: number, now: number) => RawDecision<void>
  readonly remove: (key: string) => RawDecision<void>
  readonly keys: (prefix: string, now: number) => RawDecision<ReadonlyArray<string>>
}

/** Everything a shared store keeps. */
export interface RawStores {
  readonly limits: RawLimitStoreFactory
  readonly circuits: RawCircuitStoreFactory
  readonly budgets: RawBudgetStoreFactory
  readonly caches: RawCacheStoreFactory
  readonly states: RawStates
  /**
   * Whether the store can be used again, where not every decision tells: a file that is locked can still be read. Asked before
   * a store that is away gets its next decision.
   */
  readonly isWell?: (() => RawDecision<void>) | undefined
  /**
   * Whether a trouble that a decision in place threw only says that somebody else decides at this moment. The decision is then
   * asked for again until its time is over.
   */
  readonly isBusy?: ((trouble: StoreTrouble) => boolean) | undefined
}
