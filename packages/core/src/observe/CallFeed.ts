/**
 * The traces of a bus, put together once for all who want them.
 *
 * @module
 */
import { Effect, type Scope } from "effect"
import * as EventBus from "../event/EventBus.ts"
import { listen } from "../event/Listener.ts"
import type { ResilienceEvent } from "../event/ResilienceEvent.ts"
import * as Trace from "./RequestTrace.ts"

type Handler = (trace: Trace.RequestTrace) => void

interface Feed {
  readonly handlers: Set<Handler>
  readonly handle: (events: ReadonlyArray<ResilienceEvent>) => void
}

const feeds = new WeakMap<EventBus.EventBus, Feed>()

const open = (): Feed => {
  const assembly = Trace.assembly()
  const handlers = new Set<Handler>()
  return {
    handlers,
    handle: (events) => {
      for (const event of events) {
        const trace = Trace.add(assembly, event)
        if (trace === undefined) continue
        for (const handler of handlers) handler(trace)
      }
    }
  }
}

/** Gives `handler` the trace of every call of the current bus that ends until the scope closes. */
export const onTrace = (handler: Handler): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const bus = yield* EventBus.Current
    // What was said before belongs to those who were there.
    yield* bus.settled
    const feed = feeds.get(bus) ?? open()
    feeds.set(bus, feed)
    feed.handlers.add(handler)
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        feed.handlers.delete(handler)
      })
    )
    // Everybody who wants traces keeps the one listener of the feed there.
    yield* listen(feed.handle)
  })
