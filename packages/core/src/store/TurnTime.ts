/**
 * The time of this turn of the event loop. A busy caller books thousands of results in one turn, and reading the clock
 * for each costs more than booking it; libuv keeps the time of a turn (`uv_now`) for the same reason.
 *
 * @module
 */
import { Clock, Context } from "effect"

const live = Context.get(Context.empty(), Clock.Clock)

/**
 * Answers the clock's time, and goes on answering it until the turn is over once two calls came within one millisecond.
 * Any clock but the live one (a test's) is always asked.
 */
export class TurnTime {
  private at = Number.NaN
  private held = false

  now(clock: Clock.Clock): number {
    if (clock !== live) return clock.currentTimeMillisUnsafe()
    if (this.held) return this.at
    const now = live.currentTimeMillisUnsafe()
    if (now === this.at) this.hold()
    this.at = now
    return now
  }

  private hold(): void {
    this.held = true
    // A microtask runs before the loop goes on to anything else.
    void Promise.resolve().then(() => {
      this.held = false
    })
  }
}
