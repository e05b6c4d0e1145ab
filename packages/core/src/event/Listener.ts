/**
 * Listening to the current event bus in batches, beside the program and never in its way.
 *
 * @module
 */
import { Effect, type Scope } from "effect"
import type { Handler } from "./Batches.ts"
import * as EventBus from "./EventBus.ts"

/**
 * Gives `handle` all events of the current bus until the scope closes, in order, as many at a time as there are. What is
 * still in the queue when the scope closes is handled too.
 */
export const listen = (handle: Handler): Effect.Effect<void, never, Scope.Scope> =>
  Effect.flatMap(EventBus.Current, (bus) => bus.listen(handle))
