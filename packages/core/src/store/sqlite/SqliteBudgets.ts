/**
 * Retry budgets as rows.
 *
 * @module
 */
import type { RawBudgetStoreFactory } from "../away/RawStores.ts"
import * as BudgetState from "../BudgetState.ts"
import * as BudgetRecord from "../record/BudgetRecord.ts"
import { Cell } from "./Cell.ts"
import { Rows, single } from "./Rows.ts"
import type { Database } from "./Sql.ts"

/** Budgets in a database. */
export const make =
  (database: Database): RawBudgetStoreFactory =>
  (name, config) => {
    const cell = new Cell<BudgetState.Budget>(database, new Rows("budgets", name, Infinity), single, {
      make: BudgetState.make,
      write: (budget) => BudgetRecord.write(budget, config),
      read: (record) => BudgetRecord.read(record, config),
      timeOf: (_, now) => now,
      lifetime: (_, now) => ({ forgetAt: now + config.ttlMillis, plainAt: Infinity })
    })
    return {
      deposit: (now) => cell.decide(now, (budget, now) => BudgetState.deposit(budget, config, now)),
      trySpend: (now) => cell.decide(now, (budget, now) => BudgetState.trySpend(budget, config, now), Boolean),
      giveBack: (takenAt, now) => cell.decide(now, (budget, now) => BudgetState.giveBack(budget, config, takenAt, now)),
      balance: (now) => BudgetState.balance(cell.peek() ?? BudgetState.make(), config, now)
    }
  }
