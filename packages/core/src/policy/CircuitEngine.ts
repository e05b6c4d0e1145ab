/**
 * What all circuits of one breaker share: its name, its options, its voice and its refusals.
 *
 * @module
 */
import { Duration, Effect, Exit, type Fiber, Schedule, Schema } from "effect"
import { formatMillis, inRequest, requestField, withoutStack } from "../error/Refusal.ts"
import { requestOf } from "../event/CurrentCall.ts"
import type { Publisher } from "../event/EventBus.ts"
import { CircuitStateName } from "../event/ResilienceEvent.ts"
import type * as CircuitState from "../store/CircuitState.ts"
import { nowOf } from "../store/Now.ts"
import type { Resolved } from "./CircuitBreakerOptions.ts"
import type { Outcome } from "./Outcome.ts"

/** The circuit refused the call; the service was not asked. */
export class CircuitOpenError extends Schema.TaggedError<CircuitOpenError>()("CircuitOpenError", {
  /** The breaker's name. */
  circuit: Schema.String,
  /** The key of a keyed breaker, else empty. */
  key: Schema.String,
  /** `Open`, `HalfOpen` (all probe slots are taken) or `ForcedOpen` (a person switched it off). */
  state: CircuitStateName,
  /** How long until a probe is possible; absent when only a person can say. */
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis),
  ...requestField
}) {
  readonly category = "transient"
  readonly refusedBy = "circuitBreaker"
  /** Retrying stops the moment a circuit opens. */
  readonly retryable = false

  override get message(): string {
    const name = this.key === "" ? `circuit "${this.circuit}"` : `circuit "${this.circuit}" for "${this.key}"`
    const next =
      this.retryAfter === undefined ? "" : `; try again in ${formatMillis(Duration.toMillis(this.retryAfter))}`
    switch (this.state) {
      case "ForcedOpen":
        return `${name} is switched off by hand; close or reset it to call again${inRequest(this.requestId)}`
      case "HalfOpen":
        return `${name} is half-open and all its probes are running${next}${inRequest(this.requestId)}`
      default:
        return `${name} is open${next}${inRequest(this.requestId)}`
    }
  }
}

/** The engine of one breaker. */
export class CircuitEngine {
  readonly name: string
  readonly options: Resolved
  readonly publisher: Publisher
  private lastRefusal: CircuitOpenError | undefined

  constructor(name: string, options: Resolved, publisher: Publisher) {
    this.name = name
    this.options = options
    this.publisher = publisher
  }

  /** Refusals of the same moment that belong to no call share one error, so a storm of them costs next to nothing. */
  refusal(key: string, refused: CircuitState.Refused): CircuitOpenError {
    const last = this.lastRefusal
    const millis = refused.retryAfterMillis
    if (
      last !== undefined &&
      last.key === key &&
      last.state === refused.state &&
      (last.retryAfter === undefined ? undefined : Duration.toMillis(last.retryAfter)) === millis
    )
      return last
    return (this.lastRefusal = this.makeRefusal(key, refused, undefined))
  }

  private makeRefusal(key: string, refused: CircuitState.Refused, requestId: string | undefined): CircuitOpenError {
    const millis = refused.retryAfterMillis
    return withoutStack(
      () =>
        new CircuitOpenError({
          circuit: this.name,
          key,
          state: refused.state,
          ...(millis === undefined ? {} : { retryAfter: Duration.millis(millis) }),
          ...(requestId === undefined ? {} : { requestId })
        })
    )
  }

  refuse(key: string, refused: CircuitState.Refused, fiber: Fiber.Fiber<unknown, unknown>): CircuitOpenError {
    if (this.publisher.active) {
      const { retryAfterMillis: retryAfterMs, store } = refused
      this.publisher.publish(fiber, {
        _tag: "CircuitRejected",
        key,
        state: refused.state,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        ...(store === undefined ? {} : { store })
      })
    }
    const { requestId } = requestOf(fiber)
    return requestId === undefined ? this.refusal(key, refused) : this.makeRefusal(key, refused, requestId)
  }

  announce(key: string, transition: CircuitState.Transition, fiber: Fiber.Fiber<unknown, unknown>): void {
    if (!this.publisher.active) return
    const { from, openMillis, reason, store, to } = transition
    this.publisher.publish(fiber, {
      _tag: "CircuitTransition",
      key,
      from,
      to,
      reason,
      ...(openMillis === undefined ? {} : { openForMs: openMillis }),
      ...(store === undefined ? {} : { store })
    })
  }

  admitted(key: string, admission: CircuitState.Admitted, fiber: Fiber.Fiber<unknown, unknown>): void {
    if (admission.transition !== undefined) this.announce(key, admission.transition, fiber)
    if (admission.reclaimed > 0 && this.publisher.active) {
      this.publisher.publish(fiber, { _tag: "ProbeReclaimed", key, probes: admission.reclaimed })
    }
  }

  settled(key: string, settled: CircuitState.Settled, fiber: Fiber.Fiber<unknown, unknown>): void {
    if (settled.transition !== undefined) this.announce(key, settled.transition, fiber)
    if (settled.wouldOpen !== undefined && this.publisher.active) {
      this.publisher.publish(fiber, { _tag: "CircuitWouldOpen", key, reason: settled.wouldOpen })
    }
  }

  report(outcome: Outcome, latencyMillis: number, fiber: Fiber.Fiber<unknown, unknown>): CircuitState.Report {
    const hint = outcome._tag === "Failure" && outcome.retryAfter !== undefined ? outcome.retryAfter : undefined
    return {
      outcome: outcome._tag,
      latencyMillis,
      retryAfterMillis: hint === undefined ? 0 : Duration.toMillis(hint),
      openMillis: this.openMillis(fiber)
    }
  }

  openMillis(fiber: Fiber.Fiber<unknown, unknown>): (opening: number) => number {
    const { openFor } = this.options
    return typeof openFor === "number" ? () => openFor : (opening) => scheduledMillis(openFor, opening, fiber)
  }
}

/** A schedule longer than this has reached its longest delay long ago. */
const maxReplay = 64

/**
 * The delay of step `opening` of a schedule. It is replayed against a simulated clock, so a limit such as
 * `Schedule.upTo` counts time spent open; a schedule that ends keeps its last delay.
 */
const scheduledMillis = (
  schedule: Schedule.Schedule<unknown, number>,
  opening: number,
  fiber: Fiber.Fiber<unknown, unknown>
): number => {
  let millis = 0
  const replay = Effect.gen(function* () {
    const step = yield* Schedule.toStep(schedule)
    let now = nowOf(fiber)
    for (let n = 1; n <= Math.min(opening, maxReplay); n++) {
      const result = yield* Effect.exit(step(now, n))
      if (Exit.isFailure(result)) return
      millis = Duration.toMillis(result.value[1])
      now += millis
    }
  })
  Effect.runSyncExitWith(fiber.context)(replay)
  return millis
}
