/**
 * The way from the manager to one sink: a queue and a fiber of its own, so a slow sink delays nobody.
 *
 * @module
 */
import { type Cause, Clock, type Duration, Effect, Fiber, Queue, type Scope } from "effect"
import { describeError } from "../error/ErrorCategory.ts"
import type { EventBus } from "../event/EventBus.ts"
import { isAtLeast } from "./Alert.ts"
import type { Notification } from "./AlertState.ts"
import { type Sink, SinkError } from "./sink/Sink.ts"

/** What a sink did so far. */
export interface SinkStats {
  readonly sink: string
  readonly sent: number
  /** Notifications that never arrived: the sink failed for good, or too many waited. */
  readonly lost: number
  readonly waiting: number
  /** Why the last one did not arrive; `undefined` when it did. */
  readonly failure: string | undefined
}

/** The way to one sink. */
export interface Outlet {
  readonly sink: Sink
  /** Hands a notification over, less what the sink does not want. Never waits. */
  readonly offer: (notification: Notification) => void
  readonly stats: () => SinkStats
  /** Waits until everything is sent, for no longer than `limit`. */
  readonly close: (limit: Duration.Input) => Effect.Effect<void>
}

/** Notifications that may wait for a sink; above it the oldest are lost. */
const capacity = 1000

/** What a sink is told of a notification. A sink that fails is told to those beside it, and to none that is far. */
const wanted = (sink: Sink, notification: Notification): Notification | undefined => {
  const alerts = notification.alerts.filter(
    ({ alert }) =>
      isAtLeast(alert.level, sink.level) &&
      (alert.name !== "AlertSinkFailing" || (!sink.remote && alert.labels["sink"] !== sink.name))
  )
  return alerts.length === 0 ? undefined : { ...notification, alerts }
}

/** Starts the way to a sink. */
export const make = (sink: Sink, bus: EventBus): Effect.Effect<Outlet, never, Scope.Scope> =>
  Effect.gen(function* () {
    const queue = yield* Queue.make<Notification, Cause.Done>({ capacity, strategy: "sliding" })
    const clock = yield* Clock.Clock
    let sent = 0
    let lost = 0
    let failure: string | undefined
    const said = (tag: "AlertSinkFailed" | "AlertSinkRecovered") => {
      const about = { at: clock.currentTimeMillisUnsafe(), policy: "alerts", sink: sink.name }
      bus.publishUnsafe(
        tag === "AlertSinkFailed" ? { _tag: tag, ...about, error: failure ?? "" } : { _tag: tag, ...about, lost }
      )
    }
    const failed = (error: unknown): void => {
      lost++
      const first = failure === undefined
      failure = error instanceof SinkError ? error.problem : describeError(error)
      if (first) said("AlertSinkFailed")
    }
    const arrived = (): void => {
      sent++
      if (failure === undefined) return
      failure = undefined
      said("AlertSinkRecovered")
    }
    // A sink of a user's own may die; that must not end the way to it.
    const deliver = Effect.flatMap(Queue.take(queue), (notification) =>
      Effect.matchEffect(Effect.catchDefect(sink.send(notification), Effect.fail), {
        onFailure: (error) => Effect.sync(() => failed(error)),
        onSuccess: () => Effect.sync(arrived)
      })
    )
    const worker = yield* Effect.forkScoped(Effect.ignore(Effect.forever(deliver)))
    return {
      sink,
      offer: (notification) => {
        const part = wanted(sink, notification)
        if (part === undefined) return
        if (Queue.isFullUnsafe(queue)) lost++
        Queue.offerUnsafe(queue, part)
      },
      stats: () => ({ sink: sink.name, sent, lost, waiting: Queue.sizeUnsafe(queue), failure }),
      close: (limit) =>
        Effect.andThen(Queue.end(queue), Effect.asVoid(Effect.timeoutOption(Fiber.await(worker), limit)))
    }
  })
