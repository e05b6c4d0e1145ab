/**
 * The way from the manager to one sink: a backlog and a fiber of its own, so a slow sink delays nobody, and one that fails
 * is tried again until what it has to tell has arrived.
 *
 * @module
 */
import { Cause, Clock, type Duration, Effect, Exit, Fiber, Latch, type Scope, Semaphore } from "effect"
import { describeError, type ErrorCategory, errorOfCause } from "../error/ErrorCategory.ts"
import type { EventBus } from "../event/EventBus.ts"
import type { Notification } from "./AlertState.ts"
import * as Backlog from "./Backlog.ts"
import { type Sink, SinkError } from "./sink/Sink.ts"

/** What a sink did so far. */
export interface SinkStats {
  readonly sink: string
  /** Notifications that arrived. */
  readonly sent: number
  /** Notifications that did not arrive when they were sent; they are sent again. */
  readonly failed: number
  /** Alerts the sink has not been told yet. */
  readonly waiting: number
  /** Alerts given up: too many waited, or the program ended. */
  readonly lost: number
  /** Why the last notification did not arrive; `undefined` when it did. */
  readonly failure: string | undefined
}

/** Why a notification did not arrive. */
export interface Undelivered {
  readonly problem: string
  readonly category: ErrorCategory
}

/** The way to one sink. */
export interface Outlet {
  readonly sink: Sink
  /** Hands a notification over, less what the sink does not want or knows. Never waits. */
  readonly offer: (notification: Notification) => void
  /** Sends a notification of its own now, after what is being sent; answers why it did not arrive. It is not tried again. */
  readonly send: (notification: Notification) => Effect.Effect<Undelivered | undefined>
  readonly stats: () => SinkStats
  /** Sends what waits, for no longer than `limit`; what fails now is lost. */
  readonly close: (limit: Duration.Input) => Effect.Effect<void>
}

/** A sink must have been well for so many retry times before it is said. */
const wellAfter = 5

const isRefusal = (cause: Cause.Cause<SinkError>): boolean => {
  const error = errorOfCause(cause)
  return error instanceof SinkError && error.category === "invalid"
}

const reasonOf = (cause: Cause.Cause<SinkError>): string => {
  const error = errorOfCause(cause)
  if (error instanceof SinkError) return error.problem
  return Cause.hasInterruptsOnly(cause) ? "it was interrupted" : describeError(error)
}

/** Starts the way to a sink, which is tried again `retryMillis` after a failure. */
export const make = (sink: Sink, bus: EventBus, retryMillis: number): Effect.Effect<Outlet, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock
    const backlog = Backlog.make(sink)
    const arrived = Latch.makeUnsafe(false)
    let sent = 0
    let failed = 0
    let lost = 0
    let failure: string | undefined
    /** Whether it was said that the sink fails. */
    let said = false
    let failedAt = 0
    let retryAt = 0
    let closing = false

    const about = (at: number) => ({ at, policy: "alerts", sink: sink.name })
    const onFailure = (cause: Cause.Cause<SinkError>, notification: Notification, now: number): void => {
      failed++
      failure = reasonOf(cause)
      failedAt = now
      retryAt = now + retryMillis
      const how = isRefusal(cause) ? "refused" : "transient"
      backlog.failed(closing ? "final" : how)
      // Words about sinks that do not arrive make no more words about sinks, or two of them could go on for ever.
      if (said || notification.alerts.every(({ alert }) => alert.name === "AlertSinkFailing")) return
      said = true
      bus.publishUnsafe({ _tag: "AlertSinkFailed", ...about(now), error: failure })
    }
    const wellAt = (): number => (said && failure === undefined ? failedAt + wellAfter * retryMillis : Infinity)
    /** A sink that flickers is not worth a word each time. */
    const sayWell = (now: number): void => {
      if (now < wellAt()) return
      said = false
      bus.publishUnsafe({ _tag: "AlertSinkRecovered", ...about(now), lost: lost + backlog.lost() })
    }
    const oneAtATime = Semaphore.makeUnsafe(1)
    // A sink of a user's own may throw or die; that must not end the way to it.
    const attempt = (notification: Notification) =>
      Effect.exit(oneAtATime.withPermit(Effect.suspend(() => sink.send(notification))))
    const deliver = (notification: Notification) =>
      Effect.map(attempt(notification), (exit) => {
        const now = clock.currentTimeMillisUnsafe()
        if (Exit.isFailure(exit)) return onFailure(exit.cause, notification, now)
        sent++
        failure = undefined
        backlog.arrived()
        sayWell(now)
      })
    const rest = (until: number, now: number) =>
      until === Infinity ? arrived.await : Effect.timeoutOption(arrived.await, Math.max(1, until - now))
    /** Answers whether the work is over. */
    const step = Effect.suspend((): Effect.Effect<boolean> => {
      // Before anything is looked at, so that what comes in from now on ends the rest.
      arrived.closeUnsafe()
      const now = clock.currentTimeMillisUnsafe()
      sayWell(now)
      const next = backlog.next()
      if (closing && next === undefined) return Effect.succeed(true)
      const due = failure === undefined || now >= retryAt
      if (next !== undefined && (due || closing)) return Effect.as(deliver(next), false)
      return Effect.as(rest(next === undefined ? wellAt() : retryAt, now), false)
    })
    // Not a child of the scope: a sink that cannot be interrupted must not hold the end of the program up.
    const worker = yield* Effect.forkDetach(Effect.repeat(step, { until: (over) => over }))
    yield* Effect.addFinalizer(() => Effect.sync(() => worker.interruptUnsafe()))
    return {
      sink,
      offer: (notification) => {
        backlog.add(notification)
        arrived.openUnsafe()
      },
      send: (notification) =>
        Effect.map(attempt(notification), (exit) => {
          if (Exit.isSuccess(exit)) {
            sent++
            return undefined
          }
          failed++
          const error = errorOfCause(exit.cause)
          return { problem: reasonOf(exit.cause), category: error instanceof SinkError ? error.category : "fatal" }
        }),
      stats: () => ({
        sink: sink.name,
        sent,
        failed,
        waiting: closing ? 0 : backlog.waiting(),
        lost: lost + backlog.lost(),
        failure
      }),
      close: (limit) =>
        Effect.suspend(() => {
          closing = true
          arrived.openUnsafe()
          return Effect.map(Effect.timeoutOption(Fiber.await(worker), limit), () => {
            lost += backlog.waiting()
          })
        })
    }
  })
