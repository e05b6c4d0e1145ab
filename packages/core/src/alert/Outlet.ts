/**
 * The way from the manager to one sink: a backlog and a fiber of its own, so a slow sink delays nobody, and one that fails
 * is tried again until what it has to tell has arrived.
 *
 * @module
 */
import { Cause, Clock, type Duration, Effect, Exit, Fiber, Latch, type Scope } from "effect"
import { describeError, errorOfCause } from "../error/ErrorCategory.ts"
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

/** The way to one sink. */
export interface Outlet {
  readonly sink: Sink
  /** Hands a notification over, less what the sink does not want or knows. Never waits. */
  readonly offer: (notification: Notification) => void
  readonly stats: () => SinkStats
  /** Sends what waits, for no longer than `limit`; what fails now is lost. */
  readonly close: (limit: Duration.Input) => Effect.Effect<void>
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
    /** When it was said that the sink fails. */
    let saidAt: number | undefined
    let retryAt = 0
    let closing = false

    const about = (at: number) => ({ at, policy: "alerts", sink: sink.name })
    const onFailure = (reason: string, now: number): void => {
      failed++
      failure = reason
      retryAt = now + retryMillis
      if (saidAt !== undefined) return
      saidAt = now
      bus.publishUnsafe({ _tag: "AlertSinkFailed", ...about(now), error: reason })
    }
    /** Not before it has been well for a while: a sink that flickers is not worth a word each time. */
    const sayWell = (now: number): void => {
      if (saidAt === undefined || failure !== undefined || now - saidAt < retryMillis) return
      saidAt = undefined
      bus.publishUnsafe({ _tag: "AlertSinkRecovered", ...about(now), lost: lost + backlog.lost() })
    }
    // A sink of a user's own may throw or die; that must not end the way to it.
    const deliver = (notification: Notification) =>
      Effect.map(Effect.exit(Effect.suspend(() => sink.send(notification))), (exit) => {
        const now = clock.currentTimeMillisUnsafe()
        if (Exit.isFailure(exit)) return onFailure(reasonOf(exit.cause), now)
        sent++
        failure = undefined
        backlog.arrived()
        sayWell(now)
      })
    const rest = (until: number, now: number) =>
      Effect.suspend(() => {
        arrived.closeUnsafe()
        return until === Infinity ? arrived.await : Effect.timeoutOption(arrived.await, Math.max(1, until - now))
      })
    /** Answers whether the work is over. */
    const step = Effect.suspend((): Effect.Effect<boolean> => {
      const now = clock.currentTimeMillisUnsafe()
      sayWell(now)
      const next = backlog.next()
      if (closing && (next === undefined || failure !== undefined)) return Effect.succeed(true)
      const due = failure === undefined || now >= retryAt
      if (next !== undefined && (due || closing)) return Effect.as(deliver(next), false)
      const sayAt = saidAt === undefined || failure !== undefined ? Infinity : saidAt + retryMillis
      return Effect.as(rest(next === undefined ? sayAt : retryAt, now), false)
    })
    const worker = yield* Effect.forkScoped(Effect.repeat(step, { until: (over) => over }))
    return {
      sink,
      offer: (notification) => {
        backlog.add(notification)
        arrived.openUnsafe()
      },
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
          // The end is one more try for a sink that fails.
          failure = undefined
          arrived.openUnsafe()
          return Effect.map(Effect.timeoutOption(Fiber.await(worker), limit), () => {
            lost += backlog.waiting()
          })
        })
    }
  })
