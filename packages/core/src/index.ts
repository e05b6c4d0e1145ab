/**
 * Resilience for Effect programs that call other people's APIs.
 *
 * @module
 */
export * from "./error/ErrorCategory.ts"
export { InvalidOptionError } from "./error/InvalidOptionError.ts"
export { CurrentCall } from "./event/CurrentCall.ts"
export * as EventBus from "./event/EventBus.ts"
export * as ResilienceEvent from "./event/ResilienceEvent.ts"
export * as Backoff from "./policy/Backoff.ts"
export * as CircuitBreaker from "./policy/CircuitBreaker.ts"
export * as Outcome from "./policy/Outcome.ts"
export type { Policy } from "./policy/Policy.ts"
export * as Retry from "./policy/Retry.ts"
export * as RetryBudget from "./policy/RetryBudget.ts"
