/**
 * Listening to the event bus in batches, beside the program and never in its way.
 *
 * @module
 */
import { Effect, PubSub, type Scope } from "effect"
import * as EventBus from "./EventBus.ts"
import type { ResilienceEvent } from "./ResilienceEvent.ts"

/**
 * Gives `handle` all events of the current bus until the scope closes, in order, as many at a time as there are. What is
 * still in the queue when the scope closes is handled too.
 */
export const listen = (
  handle: (events: ReadonlyArray<ResilienceEvent>) => void
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const subscription = yield* EventBus.subscribe
    const next = Effect.map(PubSub.takeAll(subscription), handle)
    const rest = Effect.map(PubSub.takeUpTo(subscription, Infinity), handle)
    yield* Effect.addFinalizer(() => rest)
    yield* Effect.forkScoped(Effect.forever(next), { startImmediately: true })
  })
