/**
 * Resilience for Effect programs that call other people's APIs.
 *
 * @module
 */
export * as Alert from "./alert/Alert.ts"
export * as AlertHistory from "./alert/AlertHistory.ts"
export * as AlertManager from "./alert/AlertManager.ts"
export * as AlertRules from "./alert/AlertRules.ts"
export * as ConsoleSink from "./alert/sink/ConsoleSink.ts"
export * as FileSink from "./alert/sink/FileSink.ts"
export { type Sink, SinkError } from "./alert/sink/Sink.ts"
export { SilenceError, Silences } from "./alert/Silences.ts"
export * as SlackSink from "./alert/sink/SlackSink.ts"
export * as WebhookSink from "./alert/sink/WebhookSink.ts"
export * as Configuration from "./config/Configuration.ts"
export { nearName } from "./config/NearName.ts"
export { settings } from "./config/Settings.ts"
export * from "./error/ErrorCategory.ts"
export { InvalidOptionError } from "./error/InvalidOptionError.ts"
export { platformCodeOf } from "./error/PlatformCode.ts"
export { formatMillis, inRequest, requestField, withoutStack } from "./error/Refusal.ts"
export { type CallScope, callOf, currentCall, type CurrentCall, requestOf } from "./event/CurrentCall.ts"
export * as EventBus from "./event/EventBus.ts"
export * as ResilienceEvent from "./event/ResilienceEvent.ts"
export * as AtomicFile from "./file/AtomicFile.ts"
export * as Folder from "./file/Folder.ts"
export * as PrivateFolder from "./file/PrivateFolder.ts"
export * as Journal from "./observe/Journal.ts"
export * as MetricHistory from "./observe/MetricHistory.ts"
export * as Metrics from "./observe/Metrics.ts"
export * as Telemetry from "./observe/Telemetry.ts"
export * as TraceStore from "./observe/TraceStore.ts"
export * as Tracing from "./observe/Tracing.ts"
export * as Health from "./operate/Health.ts"
export * as HealthChecks from "./operate/HealthChecks.ts"
export * as Operations from "./operate/Operations.ts"
export * as SharedSilences from "./operate/SharedSilences.ts"
export * as Snapshot from "./operate/Snapshot.ts"
export * as Catalog from "./pipeline/Catalog.ts"
export * as Describe from "./pipeline/Describe.ts"
export * as Lint from "./pipeline/Lint.ts"
export type { CacheQuery, CallInfo, Pipeline, PipelineAnswer } from "./pipeline/Pipeline.ts"
export * as PolicyConfig from "./pipeline/PolicyConfig.ts"
export {
  type CacheOptions,
  type CallOptions,
  type FallbackCallOptions,
  type PartitionState,
  Resilience,
  type ResilienceError,
  Snapshot as ResilienceSnapshot,
  type ServiceState,
  UnknownServiceError
} from "./pipeline/Resilience.ts"
export * as Backoff from "./policy/Backoff.ts"
// The errors of the policies have names of their own here too: without them a program cannot write down the types it infers.
export * as Bulkhead from "./policy/Bulkhead.ts"
export { BulkheadFullError } from "./policy/Bulkhead.ts"
export * as Chaos from "./policy/Chaos.ts"
export * as CircuitBreaker from "./policy/CircuitBreaker.ts"
export { CircuitOpenError } from "./policy/CircuitEngine.ts"
export * as Deadline from "./policy/Deadline.ts"
export { DeadlineExceededError } from "./policy/Deadline.ts"
export * as Fallback from "./policy/Fallback.ts"
export * as Hedge from "./policy/Hedge.ts"
export * as Outcome from "./policy/Outcome.ts"
export type { Policy } from "./policy/Policy.ts"
export { RateLimitedError } from "./policy/LimiterQueue.ts"
export * as RateLimiter from "./policy/RateLimiter.ts"
export * as Retry from "./policy/Retry.ts"
export * as RetryBudget from "./policy/RetryBudget.ts"
export * as StaleCache from "./policy/StaleCache.ts"
export * as Timeout from "./policy/Timeout.ts"
export { AttemptTimeoutError } from "./policy/Timeout.ts"
export * as BudgetStore from "./store/BudgetStore.ts"
export * as CacheStore from "./store/CacheStore.ts"
export * as CircuitStore from "./store/CircuitStore.ts"
export type { Decision } from "./store/Decision.ts"
export * as LimitStore from "./store/LimitStore.ts"
export * as RedisStores from "./store/redis/RedisStores.ts"
export {
  type SetOptions as StateOptions,
  StateOperation,
  type States,
  StateStore,
  StateStoreError
} from "./store/StateStore.ts"
