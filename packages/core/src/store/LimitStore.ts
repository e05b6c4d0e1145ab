/**
 * Where the counts of rate limiters live: memory by default, a shared store through the `LimitStores` reference. The
 * queue of waiters is always of this process; only decisions are shared.
 *
 * @module
 */
import { Context } from "effect"
import type { Decision } from "./Decision.ts"
import { KeyedStates } from "./KeyedStates.ts"
import * as LimitState from "./LimitState.ts"
import type { Quota } from "./QuotaState.ts"

/** The counts of one key. Every operation is one atomic step. */
export interface LimitCell {
  readonly take: (weight: number, now: number) => Decision<LimitState.Answer>
  readonly estimate: (ahead: number, weight: number, now: number) => Decision<LimitState.Wait | undefined>
  readonly giveBack: (taken: LimitState.Taken, now: number) => Decision<void>
  readonly penalize: (millis: number, now: number) => Decision<void>
  /** Takes the service's word for its quotas. */
  readonly observe: (quotas: ReadonlyArray<Quota>, now: number) => Decision<void>
  readonly view: (now: number) => Decision<LimitState.LimitsView>
}

/** The counts of one limiter. */
export interface LimitStore {
  /** The counts of a limiter without keys. */
  readonly single: LimitCell
  readonly cell: (key: string) => LimitCell
  readonly keys: () => Decision<ReadonlyArray<string>>
  /** Other limits from now on, for all keys. */
  readonly change: (limits: LimitState.LimitConfig["limits"]) => Decision<void>
}

/** What a store is told about the limiter it serves. */
export interface LimitStoreOptions {
  readonly name: string
  readonly config: LimitState.LimitConfig
  readonly maxKeys: number
}

/** Makes the store of a limiter. */
export type LimitStoreFactory = (options: LimitStoreOptions) => LimitStore

/** Counts in this process: every decision is a plain function call. */
export const memory: LimitStoreFactory = ({ config: initial, maxKeys }) => {
  let config = initial
  const states = new KeyedStates<LimitState.Limits>({
    make: (now) => LimitState.make(config, now),
    isIdle: LimitState.isIdle,
    isPlain: LimitState.isIdle,
    maxKeys
  })
  const cellOf = (stateAt: (now: number) => LimitState.Limits): LimitCell => ({
    take: (weight, now) => LimitState.take(stateAt(now), config, weight, now),
    estimate: (ahead, weight, now) => LimitState.estimate(stateAt(now), config, ahead, weight, now),
    giveBack: (taken, now) => LimitState.giveBack(stateAt(now), config, taken, now),
    penalize: (millis, now) => LimitState.penalize(stateAt(now), config, millis, now),
    observe: (quotas, now) => LimitState.observe(stateAt(now), config, quotas, now),
    view: (now) => LimitState.view(stateAt(now), config, now)
  })
  let only: LimitState.Limits | undefined
  return {
    single: cellOf((now) => (only ??= LimitState.make(config, now))),
    cell: (key) => cellOf((now) => states.get(key, now)),
    keys: () => Array.from(states.entries(), ([key]) => key),
    change: (limits) => {
      config = { limits }
    }
  }
}

/** The stores limiters are made on; memory unless a layer says otherwise. */
export const LimitStores: Context.Reference<LimitStoreFactory> = Context.Reference<LimitStoreFactory>(
  "@skippy/core/store/LimitStores",
  { defaultValue: () => memory }
)
