/** Everything a store must do. */
import { breakerConformance } from "./breaker.ts"
import { budgetConformance } from "./budget.ts"
import { cacheConformance } from "./cache.ts"
import { limiterConformance } from "./limiter.ts"
import { statesConformance } from "./states.ts"
import type { Subject } from "./Subject.ts"

/** Runs the whole suite on a store. */
export const conformance = (subject: Subject): void => {
  limiterConformance(subject)
  breakerConformance(subject)
  budgetConformance(subject)
  cacheConformance(subject)
  statesConformance(subject)
}
