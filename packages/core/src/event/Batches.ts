/**
 * Events for listeners that take them in batches: one queue and one fiber for all listeners of a bus.
 *
 * Nothing is ever on its way between queue and listener: whoever asks for a drain has all that was published handed
 * over, in order, when it returns. So nothing is lost at the end of a program, and a reader can be made to see everything.
 *
 * @module
 */
import { Effect, Exit, Latch, Scope } from "effect"
import type { ResilienceEvent } from "./ResilienceEvent.ts"

/** Takes a batch in. It must not wait. */
export type Handler = (events: ReadonlyArray<ResilienceEvent>) => void

/** They are rare, and who misses one is wrong until the next: an alert would never end. A flood pushes them out last. */
const changesState: ReadonlySet<ResilienceEvent["_tag"]> = new Set([
  "CircuitTransition",
  "HealthChanged",
  "JournalFailed",
  "JournalRecovered",
  "AlertChanged",
  "AlertSinkFailed",
  "AlertSinkRecovered",
  "StoreAway",
  "StoreBack"
])
const maxKept = 1000

/** The queue of one bus. */
export class Batches {
  private readonly capacity: number
  /** Each handler, and how often it was asked for. */
  private readonly handlers = new Map<Handler, number>()
  private readonly arrived = Latch.makeUnsafe(false)
  private queue: Array<ResilienceEvent> = []
  /** What was pushed out of the queue and must not be lost; older than everything in it. */
  private kept: Array<ResilienceEvent> = []
  /** Where the queue begins; what is before it was dropped. */
  private head = 0
  private waits = false
  private scope: Scope.Closeable | undefined

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get listeners(): number {
    return this.handlers.size
  }

  get isFull(): boolean {
    return this.queue.length - this.head >= this.capacity
  }

  /** Puts an event into the queue, pushing the oldest out when it is full; answers whether that is lost. */
  offer(event: ResilienceEvent): boolean {
    const lost = this.isFull && this.pushOut()
    this.queue.push(event)
    if (this.waits) {
      this.waits = false
      this.arrived.openUnsafe()
    }
    return lost
  }

  /** Hands over what is in the queue. */
  readonly drain: Effect.Effect<void> = Effect.suspend(() => this.handOver())

  /** Gives `handle` all events until the scope closes, those that are in the queue then included. */
  listen(handle: Handler): Effect.Effect<void, never, Scope.Scope> {
    const enter = Effect.suspend(() => {
      this.handlers.set(handle, (this.handlers.get(handle) ?? 0) + 1)
      return this.scope === undefined ? this.start : Effect.void
    })
    const leave = Effect.suspend(() => {
      const users = (this.handlers.get(handle) ?? 1) - 1
      if (users > 0) this.handlers.set(handle, users)
      else this.handlers.delete(handle)
      return this.handlers.size === 0 ? this.stop : Effect.void
    })
    // Who comes later does not get what was said before.
    return Effect.asVoid(
      Effect.acquireRelease(Effect.andThen(this.drain, enter), () => Effect.andThen(this.drain, leave))
    )
  }

  private pushOut(): boolean {
    const oldest = this.queue[this.head]
    this.head++
    if (this.head >= this.capacity) {
      this.queue = this.queue.slice(this.head)
      this.head = 0
    }
    if (oldest === undefined || !changesState.has(oldest._tag) || this.kept.length >= maxKept) return true
    this.kept.push(oldest)
    return false
  }

  private readonly start: Effect.Effect<void> = Effect.suspend(() => {
    const scope = Scope.makeUnsafe()
    this.scope = scope
    const next = Effect.suspend(() => {
      if (this.queue.length > this.head) return this.handOver()
      this.waits = true
      this.arrived.closeUnsafe()
      return this.arrived.await
    })
    return Effect.asVoid(Effect.forkIn(Effect.forever(next), scope, { startImmediately: true }))
  })

  private readonly stop: Effect.Effect<void> = Effect.suspend(() => {
    const { scope } = this
    this.scope = undefined
    return scope === undefined ? Effect.void : Scope.close(scope, Exit.void)
  })

  /** One listener that dies does not make the others deaf. */
  private handOver(): Effect.Effect<void> {
    const rest = this.head === 0 ? this.queue : this.queue.slice(this.head)
    const events = this.kept.length === 0 ? rest : [...this.kept, ...rest]
    if (events.length === 0) return Effect.void
    this.queue = []
    this.kept = []
    this.head = 0
    let trouble: Effect.Effect<void> = Effect.void
    for (const handle of this.handlers.keys()) {
      try {
        handle(events)
      } catch (defect) {
        trouble = Effect.andThen(trouble, Effect.logError("a listener of the event bus failed", defect))
      }
    }
    return trouble
  }
}
