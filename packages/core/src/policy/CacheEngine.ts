/**
 * How a cache decides: give what is there, refresh it in the background, or ask the service.
 *
 * @module
 */
import { Cause, Context, Effect, Exit, type Fiber } from "effect"
import { categoryOf, describeError, errorOfCause } from "../error/ErrorCategory.ts"
import { CallScope } from "../event/CurrentCall.ts"
import type { Publisher } from "../event/EventBus.ts"
import * as CacheState from "../store/CacheState.ts"
import type { CacheStore } from "../store/CacheStore.ts"
import * as Decision from "../store/Decision.ts"
import { nowOf } from "../store/Now.ts"
import { CacheFlights, type Flight } from "./CacheFlights.ts"
import { withDeadline } from "./CurrentDeadline.ts"
import type { Resolved } from "./StaleCacheOptions.ts"

/** Where an answer came from. */
export type Provenance = "live" | "fresh" | "staleWhileRevalidate" | "staleIfError"

/** Whether a lookup failed only because its starter had no time left. */
const isOutOfTime = (error: unknown): boolean =>
  typeof error === "object" &&
  error !== null &&
  (("reason" in error && error.reason === "deadline") || ("_tag" in error && error._tag === "DeadlineExceededError"))

/** The cache behind `StaleCache`. */
export class CacheEngine<A> {
  readonly flights = new CacheFlights<A>()
  readonly counts = {
    hits: 0,
    staleWhileRevalidate: 0,
    staleIfError: 0,
    misses: 0,
    joins: 0,
    refreshes: 0,
    refreshFailures: 0,
    evictions: 0
  }
  readonly options: Resolved<A>
  readonly store: CacheStore<A>
  private readonly publisher: Publisher

  constructor(options: Resolved<A>, store: CacheStore<A>, publisher: Publisher) {
    this.options = options
    this.store = store
    this.publisher = publisher
  }

  /** Reads through the cache; `shape` makes the caller's answer out of a value. */
  read<B, E, R>(
    key: string,
    lookup: Effect.Effect<A, E, R>,
    shape: (value: A, provenance: Provenance, ageMillis: number) => B
  ): Effect.Effect<B, E, R> {
    return Effect.withFiber((fiber) => {
      const now = nowOf(fiber)
      const entry = this.store.use(key, now)
      return Effect.isEffect(entry)
        ? Effect.flatMap(entry, (entry) => this.decide(key, lookup, shape, entry, nowOf(fiber), fiber))
        : this.decide(key, lookup, shape, entry, now, fiber)
    })
  }

  /** Books entries that are gone. */
  gone(reason: "capacity" | "expired" | "invalidated", count: number, fiber: Fiber.Fiber<unknown, unknown>): void {
    if (count === 0) return
    if (reason === "capacity") this.counts.evictions += count
    if (this.publisher.active) this.publisher.publish(fiber, { _tag: "CacheEvicted", reason, count })
  }

  private decide<B, E, R>(
    key: string,
    lookup: Effect.Effect<A, E, R>,
    shape: (value: A, provenance: Provenance, ageMillis: number) => B,
    entry: CacheState.Entry<A> | undefined,
    now: number,
    fiber: Fiber.Fiber<unknown, unknown>
  ): Effect.Effect<B, E, R> {
    if (entry === undefined) return this.miss(key, lookup, shape, undefined)
    switch (CacheState.freshness(entry, this.options.config, now)) {
      case "fresh":
        return Effect.succeed(this.give(entry, "fresh", now, shape, fiber))
      case "staleWhileRevalidate": {
        const answer = this.give(entry, "staleWhileRevalidate", now, shape, fiber)
        return Effect.contextWith((context: Context.Context<R>) => {
          if (this.flights.canRefresh(key)) this.refresh(key, lookup, entry, context)
          return Effect.succeed(answer)
        })
      }
      case "staleIfError":
        return this.miss(key, lookup, shape, entry)
      case "dead":
        this.gone("expired", 1, fiber)
        return this.miss(key, lookup, shape, undefined, entry.version)
    }
  }

  private give<B>(
    entry: CacheState.Entry<A>,
    provenance: "fresh" | "staleWhileRevalidate" | "staleIfError",
    now: number,
    shape: (value: A, provenance: Provenance, ageMillis: number) => B,
    fiber: Fiber.Fiber<unknown, unknown>
  ): B {
    const age = CacheState.ageOf(entry, now)
    this.counts[provenance === "fresh" ? "hits" : provenance]++
    this.answered(provenance, age, fiber)
    return shape(entry.value, provenance, age)
  }

  private miss<B, E, R>(
    key: string,
    lookup: Effect.Effect<A, E, R>,
    shape: (value: A, provenance: Provenance, ageMillis: number) => B,
    stale: CacheState.Entry<A> | undefined,
    version = stale?.version ?? 0
  ): Effect.Effect<B, E, R> {
    this.counts.misses++
    return this.ask(key, lookup, shape, stale, version)
  }

  /** Asks the service, alone or with others; a stale entry is the last resort. */
  private ask<B, E, R>(
    key: string,
    lookup: Effect.Effect<A, E, R>,
    shape: (value: A, provenance: Provenance, ageMillis: number) => B,
    stale: CacheState.Entry<A> | undefined,
    version: number
  ): Effect.Effect<B, E, R> {
    return Effect.contextWith((context: Context.Context<R>) => {
      const deadline = Context.get(context, CallScope).deadline
      let own: Flight | undefined
      const begin = (): Flight => {
        const asked = (flight: () => Flight | undefined) => {
          const kept = this.keep(key, lookup, version, flight)
          return stale === undefined ? kept : this.reporting(kept, false)
        }
        return (own = this.flights.start(key, asked, context, deadline, false))
      }
      return Effect.flatMap(this.flights.join<E>(key, begin), ({ exit, flight }) =>
        Effect.withFiber((fiber): Effect.Effect<B, E, R> => {
          if (flight !== own) this.counts.joins++
          if (Exit.isSuccess(exit)) {
            this.answered("miss", undefined, fiber)
            return Effect.succeed(shape(exit.value, "live", 0))
          }
          const error = errorOfCause(exit.cause)
          if (flight !== own && flight.deadline < deadline && isOutOfTime(error)) {
            return this.ask(key, lookup, shape, stale, version)
          }
          if (stale === undefined) return Effect.failCause(exit.cause)
          if (exit.cause.reasons.some((reason) => reason._tag !== "Fail") || !this.options.isExcused(error))
            return Effect.failCause(exit.cause)
          // The lookup took its time: the windows may be over, or the key may have been set or invalidated meanwhile.
          return Decision.andThen(flight.detached ? this.store.peek(key) : stale, (entry): Effect.Effect<B, E> => {
            const now = nowOf(fiber)
            const provenance = entry && CacheState.freshness(entry, this.options.config, now)
            return entry === undefined || provenance === undefined || provenance === "dead"
              ? Effect.failCause(exit.cause)
              : Effect.succeed(this.give(entry, provenance, now, shape, fiber))
          })
        })
      )
    })
  }

  /** A refresh outlives the call that started it, so it has no part in its deadline. */
  private refresh<E, R>(
    key: string,
    lookup: Effect.Effect<A, E, R>,
    entry: CacheState.Entry<A>,
    context: Context.Context<R>
  ): void {
    this.counts.refreshes++
    const refreshed = (flight: () => Flight | undefined) =>
      this.reporting(this.keep(key, lookup, entry.version, flight), true)
    this.flights.start(key, refreshed, withDeadline(context, Infinity), Infinity, true)
  }

  /** Tells when a lookup failed that was to replace a good value: once, however many wait for it. */
  private reporting<E, R>(lookup: Effect.Effect<A, E, R>, background: boolean): Effect.Effect<A, E, R> {
    return Effect.tapCause(lookup, (cause) =>
      Effect.withFiber((fiber) => {
        if (!Cause.hasInterruptsOnly(cause)) this.refreshFailed(errorOfCause(cause), background, fiber)
        return Effect.void
      })
    )
  }

  /** Keeps what the lookup answers, unless the key was set or invalidated meanwhile. */
  private keep<E, R>(
    key: string,
    lookup: Effect.Effect<A, E, R>,
    version: number,
    flight: () => Flight | undefined
  ): Effect.Effect<A, E, R> {
    const { cacheable } = this.options
    return Effect.flatMap(lookup, (value) => {
      const keeps = cacheable === undefined || cacheable(value)
      return Effect.withFiber((fiber) => {
        if (!keeps || !this.flights.isCurrent(key, flight())) return Effect.succeed(value)
        return Decision.andThen(this.store.put(key, value, nowOf(fiber), version), (evicted) => {
          this.gone("capacity", evicted ?? 0, fiber)
          return Effect.succeed(value)
        })
      })
    })
  }

  private answered(
    provenance: "fresh" | "staleWhileRevalidate" | "staleIfError" | "miss",
    ageMs: number | undefined,
    fiber: Fiber.Fiber<unknown, unknown>
  ): void {
    if (!this.publisher.active) return
    const age = ageMs === undefined ? {} : { ageMs }
    this.publisher.publish(fiber, { _tag: "CacheAnswered", provenance, ...age })
  }

  private refreshFailed(error: unknown, background: boolean, fiber: Fiber.Fiber<unknown, unknown>): void {
    this.counts.refreshFailures++
    if (!this.publisher.active) return
    this.publisher.publish(fiber, {
      _tag: "CacheRefreshFailed",
      background,
      error: describeError(error),
      category: categoryOf(error)
    })
  }
}
