/**
 * The one way out of the policies: they publish, anybody listens, nobody waits. A slow listener loses the oldest
 * events, and the bus counts what was lost.
 *
 * @module
 */
import { Clock, Context, Effect, type Fiber, Layer, PubSub, type Scope, Stream } from "effect"
import { checkInteger } from "../error/InvalidOptionError.ts"
import { Batches, type Handler } from "./Batches.ts"
import { callOf } from "./CurrentCall.ts"
import type { EventBody, ResilienceEvent } from "./ResilienceEvent.ts"

/** What the bus did so far. */
export interface EventBusStats {
  /** Events handed to at least one listener. */
  readonly published: number
  /** Events that at least one listener lost because it was too slow. */
  readonly dropped: number
  /** Listeners at this moment. */
  readonly listeners: number
}

/** A bus of resilience events. */
export interface EventBus {
  /** Whether anybody listens. Policies ask before they build an event, so silence costs one property read. */
  readonly active: boolean
  /** Hands an event to all listeners. Never waits and never fails. */
  readonly publishUnsafe: (event: ResilienceEvent) => void
  /** A queue of the events from now on, until the scope closes. */
  readonly subscribe: Effect.Effect<PubSub.Subscription<ResilienceEvent>, never, Scope.Scope>
  /** The events from the moment the stream starts. */
  readonly events: Stream.Stream<ResilienceEvent>
  /**
   * Gives `handle` all events until the scope closes, in order, as many at a time as there are; what is still in the
   * queue then included. It must not wait. Cheaper than `subscribe`: all such listeners share one queue.
   */
  readonly listen: (handle: Handler) => Effect.Effect<void, never, Scope.Scope>
  /** Everything published so far has been given to those who `listen` when this is done. */
  readonly settled: Effect.Effect<void>
  /** What was published and lost. */
  readonly stats: Effect.Effect<EventBusStats>
  /** The same, read at once. */
  readonly statsUnsafe: () => EventBusStats
}

/** How a bus is made. */
export interface Options {
  /** How many events the slowest listener may lag behind before the oldest are dropped. Default 16,384. */
  readonly capacity?: number | undefined
}

const defaultCapacity = 16_384

/** A listener that never catches up is told of after so many times the capacity. */
const silentDrops = 8

/** Makes a bus of its own. */
export const makeUnsafe = (options: Options = {}): EventBus => {
  const capacity = checkInteger("EventBus", "capacity", options.capacity ?? defaultCapacity, 1)
  const pubsub = Effect.runSync(PubSub.sliding<ResilienceEvent>(capacity))
  const atomic = pubsub.pubsub
  const batches = new Batches(capacity)
  let subscribers = 0
  let published = 0
  let dropped = 0
  let told = 0

  const isFull = (): boolean => (subscribers > 0 && atomic.isFull()) || (batches.listeners > 0 && batches.isFull)
  const push = (event: ResilienceEvent): void => {
    let lost = batches.listeners > 0 && batches.offer(event)
    if (subscribers > 0) {
      // A full buffer means that its slowest subscriber is about to lose its oldest event.
      if (atomic.isFull()) {
        lost = true
        atomic.slide()
      }
      PubSub.publishUnsafe(pubsub, event)
    }
    if (lost) dropped++
  }

  const statsUnsafe = (): EventBusStats => ({ published, dropped, listeners: subscribers + batches.listeners })

  const subscribe = Effect.acquireRelease(
    Effect.tap(PubSub.subscribe(pubsub), () => {
      subscribers++
      return Effect.void
    }),
    () => {
      subscribers--
      return Effect.void
    }
  )

  return {
    get active() {
      return subscribers > 0 || batches.listeners > 0
    },
    publishUnsafe: (event) => {
      if (subscribers === 0 && batches.listeners === 0) return
      published++
      if (dropped !== told && (!isFull() || dropped - told >= silentDrops * capacity)) {
        const count = dropped - told
        told = dropped
        push({ _tag: "EventsDropped", at: event.at, policy: "event-bus", count })
      }
      push(event)
    },
    subscribe,
    events: Stream.unwrap(Effect.map(subscribe, Stream.fromSubscription)),
    listen: (handle) => batches.listen(handle),
    settled: batches.drain,
    stats: Effect.sync(statsUnsafe),
    statsUnsafe
  }
}

/** Makes a bus of its own. */
export const make = (options?: Options): Effect.Effect<EventBus> => Effect.sync(() => makeUnsafe(options))

/**
 * The bus policies publish to. Without a layer it is one bus for the whole process, so `EventBus.events` shows
 * everything with no wiring; a layer gives a part of the program (or a test) a bus of its own.
 */
export const Current: Context.Reference<EventBus> = Context.Reference<EventBus>("@skippy/core/event/EventBus", {
  defaultValue: makeUnsafe
})

/** A bus of its own for everything built on this layer. */
export const layer = (options?: Options): Layer.Layer<never> => Layer.effect(Current, make(options))

/** The events of the current bus. */
export const events: Stream.Stream<ResilienceEvent> = Stream.unwrap(
  Effect.map(Effect.service(Current), (bus) => bus.events)
)

/** Listens on the current bus until the scope closes. */
export const subscribe: Effect.Effect<PubSub.Subscription<ResilienceEvent>, never, Scope.Scope> = Effect.flatMap(
  Effect.service(Current),
  (bus) => bus.subscribe
)

/** What the current bus published and lost. */
export const stats: Effect.Effect<EventBusStats> = Effect.flatMap(Effect.service(Current), (bus) => bus.stats)

/** Says things on a bus in the name of one policy instance. */
export interface Publisher {
  /** Whether anybody listens; ask before building an event. */
  readonly active: boolean
  /** Publishes with the call of this fiber, and its time unless that is known. Call it only when `active`. */
  readonly publish: (fiber: Fiber.Fiber<unknown, unknown>, body: EventBody, at?: number) => void
  /** The same for an event that is complete: what happens to every call is said without a copy. */
  readonly tell: (event: ResilienceEvent) => void
}

const nowOf = (fiber: Fiber.Fiber<unknown, unknown>): number => fiber.getRef(Clock.Clock).currentTimeMillisUnsafe()

/** A publisher for the policy called `policy`. */
export const publisher = (bus: EventBus, policy: string): Publisher => ({
  get active() {
    return bus.active
  },
  tell: bus.publishUnsafe,
  publish: (fiber, body, at = nowOf(fiber)) => {
    const call = callOf(fiber)
    bus.publishUnsafe(
      call === undefined
        ? { ...body, at, policy }
        : {
            ...body,
            at,
            policy,
            requestId: call.requestId,
            service: call.service,
            operation: call.operation,
            attempt: call.attempt
          }
    )
  }
})

/** A publisher on the current bus. */
export const makePublisher = (policy: string): Effect.Effect<Publisher> =>
  Effect.map(Effect.service(Current), (bus) => publisher(bus, policy))
