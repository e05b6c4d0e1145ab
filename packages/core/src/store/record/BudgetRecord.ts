/**
 * A retry budget as JSON, and back without loss.
 *
 * @module
 */
import * as BudgetState from "../BudgetState.ts"
import { fieldsOf, numberOf, numbersOf, written } from "./Fields.ts"

/** Writes a budget down. */
export const write = ({ cells, newest }: BudgetState.Budget, { ttlMillis }: BudgetState.BudgetConfig): string =>
  JSON.stringify({ ttlMillis, newest: written(newest), cells: [...cells] })

/** Reads a budget; `undefined` when the text is no such record, or of a budget that counts in other buckets of time. */
export const read = (text: string, { ttlMillis }: BudgetState.BudgetConfig): BudgetState.Budget | undefined => {
  const fields = fieldsOf(text)
  const newest = numberOf(fields?.newest)
  const cells = numbersOf(fields?.cells)
  const budget = BudgetState.make()
  if (newest === undefined || fields?.ttlMillis !== ttlMillis || cells?.length !== budget.cells.length) return undefined
  budget.newest = newest
  for (const [index, count] of cells.entries()) {
    budget.cells[index] = count
    if (index % 2 === 0) budget.calls += count
    else budget.spent += count
  }
  return budget
}
