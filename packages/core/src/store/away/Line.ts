/**
 * Waiting for a store that is busy, which is not away: somebody else decides at the moment. Those who wait stand in line, and
 * only the first asks again now and then, so that the rest of the program goes on meanwhile.
 *
 * @module
 */
import { Clock, Effect, Semaphore } from "effect"
import type { RawDecision } from "./RawStores.ts"
import { StoreTrouble } from "./StoreTrouble.ts"

/** The first in line leaves the processor to others for so long. */
const pauseMillis = 2

/** Those who wait for one store. */
export class Line {
  private readonly passes: ((trouble: StoreTrouble) => boolean) | undefined
  private readonly turn = Semaphore.makeUnsafe(1)
  private waiting = 0

  /** `passes` says which trouble is over within moments; without it none is. */
  constructor(passes: ((trouble: StoreTrouble) => boolean) | undefined) {
    this.passes = passes
  }

  /** Whether somebody waits, behind whom everybody else has to wait too. */
  get isBusy(): boolean {
    return this.waiting > 0
  }

  /** Whether it is worth asking again. */
  isPassing(error: unknown): boolean {
    return error instanceof StoreTrouble && this.passes?.(error) === true
  }

  /** Asks until the answer is something else than busy; `ask` is told how many milliseconds it waited. */
  join<A>(ask: (waitedMillis: number) => RawDecision<A>): Effect.Effect<A, StoreTrouble> {
    return Effect.clockWith((clock) => {
      this.waiting++
      const from = clock.currentTimeMillisUnsafe()
      return Effect.onExitPrimitive(this.turn.withPermit(this.askAgain(ask, clock, from)), () => {
        this.waiting--
        return undefined
      })
    })
  }

  private askAgain<A>(
    ask: (waitedMillis: number) => RawDecision<A>,
    clock: Clock.Clock,
    from: number
  ): Effect.Effect<A, StoreTrouble> {
    return Effect.suspend(() => {
      try {
        const answer = ask(Math.max(0, clock.currentTimeMillisUnsafe() - from))
        return Effect.isEffect(answer) ? answer : Effect.succeed(answer)
      } catch (error) {
        if (this.isPassing(error)) return Effect.andThen(Effect.sleep(pauseMillis), this.askAgain(ask, clock, from))
        return error instanceof StoreTrouble ? Effect.fail(error) : Effect.die(error)
      }
    })
  }
}
