/**
 * Waiting for a rate limiter, in the order of arrival. The head of the queue sleeps until its weight is there while the
 * others wait for the one permit of a semaphore, so a light waiter never overtakes a heavy one.
 *
 * @module
 */
import { Deferred, Duration, Effect, type Fiber, Option, Schema, Semaphore } from "effect"
import { formatMillis, inRequest, requestField, withoutStack } from "../error/Refusal.ts"
import { requestOf } from "../event/CurrentCall.ts"
import type { Publisher } from "../event/EventBus.ts"
import { type DecidedBy, LimiterRejectReason } from "../event/ResilienceEvent.ts"
import * as Decision from "../store/Decision.ts"
import { awayStore, type Taken, type Wait } from "../store/LimitState.ts"
import type { LimitCell } from "../store/LimitStore.ts"
import { nowOf } from "../store/Now.ts"
import { remainingMillis } from "./CurrentDeadline.ts"
import type { Resolved } from "./RateLimiterOptions.ts"

const isAway = (limit: string): boolean => Object.values(awayStore).includes(limit)

/** The limiter refused the call; the service was not asked. */
export class RateLimitedError extends Schema.TaggedError<RateLimitedError>()("RateLimitedError", {
  /** The limiter's name. */
  limiter: Schema.String,
  /** The key of a keyed limiter, else empty. */
  key: Schema.String,
  /**
   * The limit that is used up; `penalty` after the service itself said that it had enough; `the shared store (redis)` when
   * that is away and nothing is let through meanwhile.
   */
  limit: Schema.String,
  /**
   * `exceeded`: nothing left and no waiting asked for; `maxWait`: the wait would be longer than allowed; `queueFull`; `deadline`:
   * the wait does not fit into the call's deadline; `neverFits`: the weight is more than the limit can ever hold.
   */
  reason: LimiterRejectReason,
  /** How long until the tokens may be there; absent when they never will. */
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis),
  ...requestField
}) {
  readonly category = "throttled"
  readonly refusedBy = "rateLimiter"

  /** Asking again for what can never fit is pointless. */
  get retryable(): boolean {
    return this.reason !== "neverFits"
  }

  override get message(): string {
    const name = this.key === "" ? `limiter "${this.limiter}"` : `limiter "${this.limiter}" for "${this.key}"`
    const next =
      this.retryAfter === undefined ? "" : `; try again in ${formatMillis(Duration.toMillis(this.retryAfter))}`
    switch (this.reason) {
      case "exceeded":
        return `${name}: ${this.limit} is ${isAway(this.limit) ? "away" : "used up"}${next}${inRequest(this.requestId)}`
      case "maxWait":
        return `${name}: the wait for ${this.limit} would be longer than allowed${next}${inRequest(this.requestId)}`
      case "queueFull":
        return `${name}: too many callers wait for ${this.limit}${next}${inRequest(this.requestId)}`
      case "deadline":
        return `${name}: the wait for ${this.limit} does not fit into the deadline${next}${inRequest(this.requestId)}`
      case "neverFits":
        return `${name}: the weight is more than ${this.limit} can ever allow; use a smaller weight or a larger limit${inRequest(this.requestId)}`
    }
  }
}

/** Where a grant is put, owned by whoever gives it back. */
export interface Hold {
  taken: Taken | undefined
}

/** Those who wait come first, even when the counts would allow one more. */
const orSoon = (wait: Wait | undefined): Wait => wait ?? { _tag: "Wait", millis: 0, limit: "queue" }

/** What an event says of who decided, where counts are shared. */
const decidedBy = (answer: Taken | Wait | undefined): { readonly store?: DecidedBy } =>
  answer?.store === undefined ? {} : { store: answer.store }

/** The limiter of one key: its counts and its queue. */
export class LimiterQueue {
  waiting = 0
  private readonly key: string
  private readonly cell: LimitCell
  private readonly options: Resolved
  private readonly publisher: Publisher
  /** Weight of those who wait. */
  private queued = 0
  private readonly turn = Semaphore.makeUnsafe(1)
  private changed = Deferred.makeUnsafe<void>()
  private readonly busy: (queue: LimiterQueue, busy: boolean) => void

  /** `busy` is told when the first waiter comes and when the last is gone. */
  constructor(
    key: string,
    cell: LimitCell,
    options: Resolved,
    publisher: Publisher,
    busy: (queue: LimiterQueue, busy: boolean) => void
  ) {
    this.key = key
    this.cell = cell
    this.options = options
    this.publisher = publisher
    this.busy = busy
  }

  /** Lets the head look again, because limits or counts changed. */
  wake(): void {
    if (this.waiting === 0) return
    const { changed } = this
    this.changed = Deferred.makeUnsafe()
    Deferred.doneUnsafe(changed, Effect.void)
  }

  /** Takes now or not at all. A newcomer never passes those who wait. */
  tryTake(weight: number, fiber: Fiber.Fiber<unknown, unknown>): Decision.Decision<Taken | Wait> {
    const now = nowOf(fiber)
    if (this.waiting === 0) return this.cell.take(weight, now)
    const estimate = this.cell.estimate(this.queued, weight, now)
    return Effect.isEffect(estimate) ? Effect.map(estimate, orSoon) : orSoon(estimate)
  }

  /** Waits in line until the weight is taken, and puts it into `hold`. */
  wait(weight: number, hold: Hold, fiber: Fiber.Fiber<unknown, unknown>): Effect.Effect<void, RateLimitedError> {
    const remaining = remainingMillis(fiber)
    const longest = Math.min(this.options.maxWaitMillis, remaining)
    const reason = remaining < this.options.maxWaitMillis ? "deadline" : "maxWait"
    const startedAt = nowOf(fiber)
    return Decision.andThen(this.cell.estimate(this.queued, weight, startedAt), (soonest) => {
      if (soonest?.millis === Infinity) return this.refuse("neverFits", soonest, fiber)
      if (this.options.maxWaitMillis === 0) return this.refuse("exceeded", soonest, fiber)
      if (soonest !== undefined && soonest.millis > longest) return this.refuse(reason, soonest, fiber)
      if (this.waiting >= this.options.maxQueue) return this.refuse("queueFull", soonest, fiber)
      return Effect.flatMap(this.inLine(weight, hold, longest), (granted) => {
        if (!granted) {
          return Decision.andThen(this.cell.estimate(this.queued, weight, nowOf(fiber)), (wait) =>
            this.refuse(reason, wait, fiber)
          )
        }
        if (this.publisher.active) {
          const by = decidedBy(hold.taken)
          this.publisher.publish(fiber, {
            _tag: "LimiterWaited",
            key: this.key,
            waitMs: nowOf(fiber) - startedAt,
            ...by
          })
        }
        return Effect.void
      })
    })
  }

  refuse(
    reason: LimiterRejectReason,
    wait: Wait | undefined,
    fiber: Fiber.Fiber<unknown, unknown>
  ): Effect.Effect<never, RateLimitedError> {
    const limit = wait?.limit ?? "queue"
    const millis = wait === undefined ? 0 : wait.millis
    const isFinite = millis < Infinity
    if (this.publisher.active) {
      const after = isFinite ? { retryAfterMs: millis } : {}
      this.publisher.publish(fiber, {
        _tag: "LimiterRejected",
        key: this.key,
        limit,
        reason,
        ...after,
        ...decidedBy(wait)
      })
    }
    const retryAfter = isFinite ? { retryAfter: Duration.millis(millis) } : {}
    const { name } = this.options
    return Effect.fail(
      withoutStack(
        () => new RateLimitedError({ limiter: name, key: this.key, limit, reason, ...retryAfter, ...requestOf(fiber) })
      )
    )
  }

  /** Gives back what a hold holds. */
  giveBack(hold: Hold, fiber: Fiber.Fiber<unknown, unknown>): Effect.Effect<void> | undefined {
    const { taken } = hold
    if (taken === undefined) return undefined
    hold.taken = undefined
    const given = this.cell.giveBack(taken, nowOf(fiber))
    if (Effect.isEffect(given)) return Effect.map(given, () => this.wake())
    this.wake()
    return undefined
  }

  private inLine(weight: number, hold: Hold, longest: number): Effect.Effect<boolean> {
    return Effect.suspend(() => {
      if (this.waiting++ === 0) this.busy(this, true)
      this.queued += weight
      const line = this.turn.withPermit(this.head(weight, hold))
      return Effect.onExitPrimitive(
        longest === Infinity ? Effect.as(line, true) : Effect.map(Effect.timeoutOption(line, longest), Option.isSome),
        () => {
          this.queued -= weight
          if (--this.waiting === 0) this.busy(this, false)
          return undefined
        }
      )
    })
  }

  private head(weight: number, hold: Hold): Effect.Effect<void> {
    return Effect.withFiber((fiber) => {
      const goOn = (answer: Taken | Wait): Effect.Effect<void> => {
        if (answer._tag === "Wait") {
          const later = Effect.raceFirst(Effect.sleep(Math.ceil(answer.millis)), Deferred.await(this.changed))
          return Effect.flatMap(answer.millis === Infinity ? Deferred.await(this.changed) : later, () =>
            this.head(weight, hold)
          )
        }
        hold.taken = answer
        return Effect.void
      }
      const answer = this.cell.take(weight, nowOf(fiber))
      return Effect.isEffect(answer)
        ? Effect.uninterruptibleMask((restore) => Effect.flatMap(answer, (a) => restore(goOn(a))))
        : goOn(answer)
    })
  }
}
