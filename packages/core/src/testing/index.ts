/**
 * What tests of resilient programs need: dependencies that fail on command, probes that hear every event and
 * every span, and the naive
 * models the policies are checked against.
 *
 * @module
 */
export * as BulkheadModel from "./BulkheadModel.ts"
export * as CircuitBreakerModel from "./CircuitBreakerModel.ts"
export * as EventProbe from "./EventProbe.ts"
export * as FlakyDependency from "./FlakyDependency.ts"
export * as RateLimiterModel from "./RateLimiterModel.ts"
export * as SpanProbe from "./SpanProbe.ts"
export * as StaleCacheModel from "./StaleCacheModel.ts"
