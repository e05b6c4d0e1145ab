/**
 * A retry budget as a state machine: within any `ttl` no more may be spent than a share of the calls of that time plus
 * a floor per second. Calls and spendings age in ten buckets.
 *
 * The shape is Finagle's (https://finagle.github.io/blog/2016/02/08/retry-budgets): a share of requests, a minimum per
 * second so that quiet clients may retry too, and tokens that expire.
 *
 * @module
 */

/** The rule of a budget, in plain numbers. */
export interface BudgetConfig {
  /** Retries and hedges allowed for each call, such as 0.2. */
  readonly ratio: number
  readonly minPerSecond: number
  readonly ttlMillis: number
}

const buckets = 10

/** The calls and spendings of the last `ttl`. */
export interface Budget {
  newest: number
  calls: number
  spent: number
  readonly cells: Float64Array
}

/** A budget nobody used. */
export const make = (): Budget => ({ newest: -Infinity, calls: 0, spent: 0, cells: new Float64Array(buckets * 2) })

const cell = (bucket: number): number => (((bucket % buckets) + buckets) % buckets) * 2

/** The newest bucket is the one of now, and all ages go on from there. */
const turnBack = (budget: Budget, bucket: number): void => {
  const { cells, newest } = budget
  const old = cells.slice()
  for (let i = 0; i < buckets; i++) {
    const from = cell(newest - i)
    cells.set(old.subarray(from, from + 2), cell(bucket - i))
  }
  budget.newest = bucket
}

const age = (budget: Budget, config: BudgetConfig, now: number): number => {
  const bucket = Math.floor(now / (config.ttlMillis / buckets))
  if (bucket > budget.newest) {
    const steps = Math.min(bucket - budget.newest, buckets)
    for (let i = 0; i < steps; i++) {
      const at = cell(bucket - i)
      budget.calls -= budget.cells[at] ?? 0
      budget.spent -= budget.cells[at + 1] ?? 0
      budget.cells[at] = 0
      budget.cells[at + 1] = 0
    }
    budget.newest = bucket
  }
  // Those who waited for the store come a little late; anything else is a clock that was set back.
  if (bucket < budget.newest - 1) turnBack(budget, bucket)
  return cell(budget.newest)
}

/** Books a call, which earns `ratio` of a retry. */
export const deposit = (budget: Budget, config: BudgetConfig, now: number): void => {
  const at = age(budget, config, now)
  budget.cells[at] = (budget.cells[at] ?? 0) + 1
  budget.calls++
}

/** How many retries may be made now. */
export const balance = (budget: Budget, config: BudgetConfig, now: number): number => {
  age(budget, config, now)
  return config.ratio * budget.calls + (config.minPerSecond * config.ttlMillis) / 1000 - budget.spent
}

/** Takes one retry if the budget has it. */
export const trySpend = (budget: Budget, config: BudgetConfig, now: number): boolean => {
  // Shares such as 0.1 do not add up exactly; a whole token must not fail for a rounding error.
  if (balance(budget, config, now) < 1 - 1e-9) return false
  const at = cell(budget.newest)
  budget.cells[at + 1] = (budget.cells[at + 1] ?? 0) + 1
  budget.spent++
  return true
}

/** Gives one retry back that was taken and not made, unless it has expired meanwhile. */
export const giveBack = (budget: Budget, config: BudgetConfig, takenAt: number, now: number): void => {
  age(budget, config, now)
  const bucket = Math.floor(takenAt / (config.ttlMillis / buckets))
  if (budget.newest - bucket >= buckets) return
  const at = cell(Math.min(bucket, budget.newest))
  const spent = budget.cells[at + 1] ?? 0
  if (spent <= 0) return
  budget.cells[at + 1] = spent - 1
  budget.spent--
}
