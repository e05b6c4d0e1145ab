/**
 * Where retry budgets live: memory by default, a shared store through the `BudgetStores` reference.
 *
 * @module
 */
import { Context } from "effect"
import * as BudgetState from "./BudgetState.ts"
import type { Decision } from "./Decision.ts"

/** One budget of a store. Every operation is one atomic step. */
export interface BudgetStore {
  readonly deposit: (now: number) => Decision<void>
  readonly trySpend: (now: number) => Decision<boolean>
  readonly giveBack: (takenAt: number, now: number) => Decision<void>
  readonly balance: (now: number) => Decision<number>
}

/** Makes the store of the budget called `name`. */
export type BudgetStoreFactory = (name: string, config: BudgetState.BudgetConfig) => BudgetStore

/** A budget in this process. */
export const memory: BudgetStoreFactory = (_name, config) => {
  const budget = BudgetState.make()
  return {
    deposit: (now) => BudgetState.deposit(budget, config, now),
    trySpend: (now) => BudgetState.trySpend(budget, config, now),
    giveBack: (takenAt, now) => BudgetState.giveBack(budget, config, takenAt, now),
    balance: (now) => BudgetState.balance(budget, config, now)
  }
}

/** The stores budgets are made on; memory unless a layer says otherwise. */
export const BudgetStores: Context.Reference<BudgetStoreFactory> = Context.Reference<BudgetStoreFactory>(
  "@skippy/core/store/BudgetStores",
  { defaultValue: () => memory }
)
