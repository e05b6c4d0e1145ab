/**
 * Hears every event of a test, in order, without a fiber that has to be waited for.
 *
 * @example
 * ```ts
 * import { CircuitBreaker } from "@skippy/core"
 * import { EventProbe } from "@skippy/core/testing"
 * import { Effect } from "effect"
 *
 * const probe = EventProbe.make()
 *
 * const program = Effect.gen(function* () {
 *   const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1 })
 *   yield* Effect.fail("down").pipe(breaker, Effect.ignore)
 *   yield* Effect.void.pipe(breaker, Effect.ignore)
 * })
 *
 * await Effect.runPromise(program.pipe(probe.provide))
 * console.log(probe.tags().join(" "))
 * ```
 *
 * ```text
 * CircuitTransition CircuitRejected
 * ```
 *
 * @module
 */
import { Effect, Layer } from "effect"
import * as EventBus from "../event/EventBus.ts"
import type { ResilienceEvent } from "../event/ResilienceEvent.ts"

/** A bus of its own that remembers everything. */
export interface EventProbe {
  /** All events so far, the oldest first. */
  readonly events: () => ReadonlyArray<ResilienceEvent>
  /** The events with one tag. */
  readonly of: <T extends ResilienceEvent["_tag"]>(tag: T) => ReadonlyArray<Extract<ResilienceEvent, { _tag: T }>>
  /** The tags of all events so far. */
  readonly tags: () => ReadonlyArray<ResilienceEvent["_tag"]>
  /** Forgets what was heard. */
  readonly clear: () => void
  /** Runs an effect on the probe's bus. Policies made in it publish there. */
  readonly provide: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** The probe's bus, for layers. */
  readonly layer: Layer.Layer<never>
}

const isTag =
  <T extends ResilienceEvent["_tag"]>(tag: T) =>
  (event: ResilienceEvent): event is Extract<ResilienceEvent, { _tag: T }> =>
    event._tag === tag

/** Makes a probe. */
export const make = (): EventProbe => {
  const heard: Array<ResilienceEvent> = []
  const inner = EventBus.makeUnsafe()
  const stats = (): EventBus.EventBusStats => ({ ...inner.statsUnsafe(), published: heard.length })
  const bus: EventBus.EventBus = {
    active: true,
    publishUnsafe: (event) => {
      heard.push(event)
      inner.publishUnsafe(event)
    },
    subscribe: inner.subscribe,
    events: inner.events,
    listen: inner.listen,
    settled: inner.settled,
    stats: Effect.sync(stats),
    statsUnsafe: stats
  }
  return {
    events: () => heard.slice(),
    of: (tag) => heard.filter(isTag(tag)),
    tags: () => heard.map((event) => event._tag),
    clear: () => {
      heard.length = 0
    },
    provide: Effect.provideService(EventBus.Current, bus),
    layer: Layer.succeed(EventBus.Current, bus)
  }
}
