/**
 * A retry budget in a shared store, and in this process while that is away. This process counts along what it did itself.
 *
 * @module
 */
import { type BudgetStoreFactory, memory } from "../BudgetStore.ts"
import type { WhenAway } from "./AwayOptions.ts"
import type { Gate } from "./Gate.ts"
import type { RawBudgetStoreFactory } from "./RawStores.ts"

/** Makes stores of budgets. */
export const budgets =
  (gate: Gate, whenAway: WhenAway, raw: RawBudgetStoreFactory): BudgetStoreFactory =>
  (name, config) => {
    const shared = raw(name, config)
    const own = memory(name, config)
    return {
      deposit: (now) => {
        void own.deposit(now)
        return gate.decide<void, void>({
          ask: (waited) => shared.deposit(now + waited),
          heard: () => {},
          otherwise: () => {}
        })
      },
      trySpend: (now) =>
        gate.decide<boolean, boolean>({
          ask: (waited) => shared.trySpend(now + waited),
          heard: (allowed) => {
            if (allowed) void own.trySpend(now)
            return allowed
          },
          otherwise: () => (whenAway === "local" ? own.trySpend(now) : whenAway === "allow"),
          tooLate: (allowed) => (allowed ? shared.giveBack(now, now) : undefined)
        }),
      giveBack: (takenAt, now) => {
        void own.giveBack(takenAt, now)
        // What this process allowed by itself was never taken there.
        if (gate.wasAwayAt(takenAt)) return undefined
        return gate.decide<void, void>({
          ask: (waited) => shared.giveBack(takenAt, now + waited),
          heard: () => {},
          otherwise: () => {}
        })
      },
      balance: (now) =>
        gate.decide<number, number>({
          ask: (waited) => shared.balance(now + waited),
          heard: (balance) => balance,
          otherwise: () => own.balance(now)
        })
    }
  }
