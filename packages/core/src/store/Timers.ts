/**
 * Timers for work that almost always ends in time. Those who wait equally long stand in one line behind one timer, so that
 * starting and ending a wait costs next to nothing while others wait too. Time is that of the `Clock`.
 *
 * @module
 */
import { Clock, Context, Effect, Fiber } from "effect"

/** Ends a wait; what it was for is not told any more. */
export type Cancel = () => void

/** Calls `late` after a time, unless it is cancelled first. */
export type Timer = (fiber: Fiber.Fiber<unknown, unknown>, late: () => void) => Cancel

const clockOf = (fiber: Fiber.Fiber<unknown, unknown>): Clock.Clock => fiber.getRef(Clock.Clock)

const wait = (clock: Clock.Clock, millis: number): Fiber.Fiber<void> =>
  Effect.runForkWith(Context.make(Clock.Clock, clock))(Effect.sleep(millis))

/** A timer of its own. */
export const single =
  (millis: number): Timer =>
  (fiber, late) => {
    const timer = wait(clockOf(fiber), millis)
    timer.addObserver((exit) => {
      if (exit._tag === "Success") late()
    })
    return () => timer.interruptUnsafe()
  }

/** One who waits. */
interface Waiter {
  readonly at: number
  readonly late: () => void
  before: Waiter | undefined
  after: Waiter | undefined
}

/** Those who wait for the same time, the first to be late first. */
class Line {
  private readonly millis: number
  private readonly alone: Timer
  private clock: Clock.Clock | undefined
  private first: Waiter | undefined
  private last: Waiter | undefined
  private timer: Fiber.Fiber<void> | undefined

  constructor(millis: number) {
    this.millis = millis
    this.alone = single(millis)
  }

  join(fiber: Fiber.Fiber<unknown, unknown>, late: () => void): Cancel {
    const clock = clockOf(fiber)
    if (this.first === undefined) this.clock = clock
    // Another clock may run at another speed.
    else if (this.clock !== clock) return this.alone(fiber, late)
    const at = clock.currentTimeMillisUnsafe() + this.millis
    // A clock that was set back would put the later one first.
    if (this.last !== undefined && at < this.last.at) return this.alone(fiber, late)
    const waiter: Waiter = { at, late, before: this.last, after: undefined }
    if (this.last === undefined) this.first = waiter
    else this.last.after = waiter
    this.last = waiter
    if (this.timer === undefined) this.sleep(clock, this.millis)
    return () => this.leave(waiter)
  }

  private leave(waiter: Waiter): void {
    const { after, before } = waiter
    if (before === undefined) {
      if (this.first !== waiter) return
      this.first = after
    } else {
      before.after = after
    }
    if (after === undefined) this.last = before
    else after.before = before
    waiter.before = undefined
    waiter.after = undefined
    // A timer that nobody needs would keep the program alive.
    if (this.first === undefined) this.stop()
  }

  private stop(): void {
    const { timer } = this
    this.timer = undefined
    timer?.interruptUnsafe()
  }

  private sleep(clock: Clock.Clock, millis: number): void {
    const timer = wait(clock, millis)
    this.timer = timer
    timer.addObserver((exit) => {
      if (exit._tag === "Success" && this.timer === timer) this.wake(clock)
    })
  }

  private wake(clock: Clock.Clock): void {
    this.timer = undefined
    const now = clock.currentTimeMillisUnsafe()
    for (let { first } = this; first !== undefined && first.at <= now; first = this.first) {
      this.leave(first)
      first.late()
    }
    // Whoever was late may have begun a new wait.
    if (this.first !== undefined && this.timer === undefined) this.sleep(clock, Math.max(1, this.first.at - now))
  }
}

/** A timer shared by all who wait for the same time. */
export const shared = (millis: number): Timer => {
  if (millis === Infinity) return () => () => {}
  const line = new Line(millis)
  return (fiber, late) => line.join(fiber, late)
}
