/**
 * Resilience for Effect programs that call other people's APIs.
 *
 * @module
 */
export * from "./error/ErrorCategory.ts"
export { InvalidOptionError } from "./error/InvalidOptionError.ts"
export { type CallScope, currentCall, type CurrentCall } from "./event/CurrentCall.ts"
export * as EventBus from "./event/EventBus.ts"
export * as ResilienceEvent from "./event/ResilienceEvent.ts"
export * as Backoff from "./policy/Backoff.ts"
export * as CircuitBreaker from "./policy/CircuitBreaker.ts"
export * as Outcome from "./policy/Outcome.ts"
export type { Policy } from "./policy/Policy.ts"
export * as RateLimiter from "./policy/RateLimiter.ts"
export * as Retry from "./policy/Retry.ts"
export * as RetryBudget from "./policy/RetryBudget.ts"
export * as Bulkhead from "./policy/Bulkhead.ts"
export * as Chaos from "./policy/Chaos.ts"
export * as Deadline from "./policy/Deadline.ts"
export * as Fallback from "./policy/Fallback.ts"
export * as Hedge from "./policy/Hedge.ts"
export * as StaleCache from "./policy/StaleCache.ts"
export * as Timeout from "./policy/Timeout.ts"
export * as Catalog from "./pipeline/Catalog.ts"
export * as Describe from "./pipeline/Describe.ts"
export * as Lint from "./pipeline/Lint.ts"
export * as PolicyConfig from "./pipeline/PolicyConfig.ts"
export {
  type CallOptions,
  type FallbackCallOptions,
  Resilience,
  type ResilienceError,
  type ServiceState,
  Snapshot as ResilienceSnapshot,
  UnknownServiceError
} from "./pipeline/Resilience.ts"
