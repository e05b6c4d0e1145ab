/**
 * The pipeline a sink sends through: an alert that meets an outage is tried again, a dead receiver is left alone, and
 * nothing of it is ever in a caller's way.
 *
 * @module
 */
import { Effect, type Scope } from "effect"
import * as Pipeline from "../../pipeline/Pipeline.ts"
import * as PolicyConfig from "../../pipeline/PolicyConfig.ts"
import { sinkService } from "../AlertRules.ts"
import { SinkError } from "./Sink.ts"

/** What sinks have unless they say otherwise. */
export const defaults = {
  deadline: "2 minutes",
  timeout: "10 seconds",
  retry: { maxAttempts: 4, baseDelay: "1 second", maxDelay: "30 seconds", maxRetryAfter: "60 seconds" },
  circuitBreaker: { consecutiveFailures: 5, openFor: "30 seconds", successThreshold: 1 },
  bulkhead: { concurrency: 1, maxQueue: 100, maxWait: "2 minutes" }
} as const satisfies PolicyConfig.PolicyConfigInput

/** Wraps the sending of a sink called `name`; a refusal by a policy is a `SinkError` too. */
export const make = (
  name: string,
  config: PolicyConfig.PolicyConfigInput = {}
): Effect.Effect<
  (send: Effect.Effect<void, SinkError>) => Effect.Effect<void, SinkError>,
  PolicyConfig.PolicyConfigError,
  Scope.Scope
> =>
  Effect.gen(function* () {
    const service = `${sinkService}${name}`
    const own = yield* PolicyConfig.decode(service, config)
    const base = yield* PolicyConfig.decode(service, defaults)
    const pipeline = yield* Pipeline.make(service, PolicyConfig.merge(own, PolicyConfig.merge(base, {})))
    // An alert that arrives twice is better than one that does not.
    const info = { operation: "send", idempotent: true }
    return (send) =>
      Effect.mapError(pipeline.value(info, send), (error) =>
        error._tag === "SinkError"
          ? error
          : new SinkError({ sink: name, problem: error.message, category: error.category })
      )
  })
