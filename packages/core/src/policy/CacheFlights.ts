/**
 * One lookup for each key at a time. Callers that miss together share it: each may leave on its own, and only when the
 * last is gone is the lookup interrupted. Background refreshes are flights nobody has to wait for.
 *
 * @module
 */
import { type Context, Effect, type Exit, Fiber } from "effect"

/** A lookup that runs. */
export interface Flight {
  readonly fiber: Fiber.Fiber<unknown, unknown>
  /** The deadline its starter had. */
  readonly deadline: number
  readonly background: boolean
  waiters: number
  /** Whether its key was set or invalidated while it ran. */
  detached: boolean
}

/** The flights of one cache. */
export class CacheFlights<A> {
  private readonly flights = new Map<string, Flight>()
  // Also those that were detached from their key: they run until they end or the cache is closed.
  private readonly refreshes = new Set<Flight>()
  private closed = false

  /** Whether a background refresh of a key may start: none is running, and the cache is open. */
  canRefresh(key: string): boolean {
    return !this.closed && !this.flights.has(key)
  }

  /** Whether this very flight is still the one of its key: nobody has set or invalidated the key meanwhile. */
  isCurrent(key: string, flight: Flight | undefined): boolean {
    return flight !== undefined && this.flights.get(key) === flight
  }

  /** Starts a lookup; its starter's context is its own. */
  start<E, R>(
    key: string,
    lookup: (flight: () => Flight | undefined) => Effect.Effect<A, E, R>,
    context: Context.Context<R>,
    deadline: number,
    background: boolean
  ): Flight {
    let flight: Flight | undefined
    const fiber = Effect.runForkWith(context)(
      // It first suspends, so that it is known as a flight before its first instruction.
      Effect.flatMap(Effect.yieldNow, () => lookup(() => flight))
    )
    const started: Flight = { fiber, deadline, background, waiters: 0, detached: false }
    flight = started
    this.flights.set(key, started)
    if (background) this.refreshes.add(started)
    fiber.addObserver(() => {
      this.refreshes.delete(started)
      if (this.isCurrent(key, started)) this.flights.delete(key)
    })
    return started
  }

  /** The result of the key's flight, which `begin` starts if there is none. */
  join<E>(
    key: string,
    begin: () => Flight
  ): Effect.Effect<{ readonly exit: Exit.Exit<A, E>; readonly flight: Flight }> {
    return Effect.callback((resume) => {
      const flight = this.flights.get(key) ?? begin()
      flight.waiters++
      const forget = flight.fiber.addObserver((exit) => {
        // The flights of a cache are all made by `start`, whose lookups are of its type.
        resume(Effect.succeed({ exit: exit as Exit.Exit<A, E>, flight }))
      })
      return Effect.suspend(() => {
        forget()
        if (--flight.waiters > 0 || flight.background) return Effect.void
        if (this.isCurrent(key, flight)) this.flights.delete(key)
        return Fiber.interrupt(flight.fiber)
      })
    })
  }

  /** Lets a flight finish for those who wait, without its result being kept. */
  detach(matches: (key: string) => boolean): void {
    for (const [key, flight] of this.flights) {
      if (!matches(key)) continue
      flight.detached = true
      this.flights.delete(key)
    }
  }

  /** Interrupts the background refreshes; no other starts. */
  close(): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.closed = true
      return Fiber.interruptAll(Array.from(this.refreshes, ({ fiber }) => fiber))
    })
  }
}
