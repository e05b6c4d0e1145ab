/**
 * What tests of resilient programs need: dependencies that fail on command, a probe that hears every event, and the naive
 * models the policies are checked against.
 *
 * @module
 */
export * as BulkheadModel from "./BulkheadModel.ts"
export * as CircuitBreakerModel from "./CircuitBreakerModel.ts"
export * as EventProbe from "./EventProbe.ts"
export * as FlakyDependency from "./FlakyDependency.ts"
export * as RateLimiterModel from "./RateLimiterModel.ts"
export * as StaleCacheModel from "./StaleCacheModel.ts"
